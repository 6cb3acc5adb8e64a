import { useLong } from "../forms/waits.ts";
import { texts } from "../texts/texts.ts";
import { Brand } from "./Brand.tsx";

/** Shorter than this, and nothing is to be seen of it. */
const BLINK = 300;
const SLOW = 5_000;

/** While it is found out who is logged in, or a page is on its way. */
export function Waiting() {
  const seen = useLong(true, BLINK);
  const slow = useLong(true, SLOW);
  if (!seen) return null;
  return (
    <>
      <header className="bar">
        <Brand />
      </header>
      <main className="page" id="main">
        <h1 className="unseen">{texts.oneMoment}</h1>
        <div className="waiting" role="status">
          <div className="waiting-line" aria-hidden="true" />
          <p>{slow && texts.slow}</p>
        </div>
      </main>
    </>
  );
}
