import { useSession } from "@authflow/client/react";
import { Link } from "react-router";
import { paths } from "../app/paths.ts";
import { Brand } from "../parts/Brand.tsx";
import { Foot } from "../parts/Foot.tsx";
import { Notices } from "../parts/Notices.tsx";
import { useArrival } from "../parts/useArrival.ts";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";

const { home } = texts;

export default function Home() {
  const session = useSession();
  const user = session.status === "signedIn" ? session.user : null;
  // Until it is known, the place of the buttons is held free.
  const isKnown = session.status !== "restoring";
  const title = user ? `${home.welcome.replace("{}", user.username)}` : home.title;
  const heading = useArrival(home.title);
  return (
    <>
      <header className="bar bar--app">
        <Brand />
        {isKnown && (
          <Link className="button button--quiet button--small" to={user ? paths.account : paths.logIn}>
            {user ? home.account : home.logIn}
          </Link>
        )}
      </header>
      <div className="line line--start" aria-hidden="true" />
      <main className="hero" id="main">
        <div>
          <Notices />
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
          <p className="lead">
            {user ? <Words text={home.loggedIn} parts={[<b key="email">{user.email}</b>]} /> : home.lead}
          </p>
          <div className="actions min-h-11">
            {isKnown && (
              <>
                <Link className="button" to={user ? paths.overview : paths.register}>
                  {user ? home.overview : home.register}
                </Link>
                <a className="button button--quiet" href={paths.api}>
                  {home.api}
                </a>
              </>
            )}
          </div>
        </div>
        <Gets />
      </main>
      <Foot wide />
    </>
  );
}

function Gets() {
  return (
    <aside className="card path" aria-label={home.gets}>
      <h2>{home.gets}</h2>
      <ol className="events events--plain">
        {home.path.map(([what, more], at) => (
          <li key={what} className={at === 0 ? "now" : undefined}>
            <span className="what">{what}</span>
            <span className="row-more">{more}</span>
          </li>
        ))}
      </ol>
    </aside>
  );
}
