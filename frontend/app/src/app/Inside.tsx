import type { User } from "@authflow/client";
import { createContext, use } from "react";
import { NavLink, Outlet } from "react-router";
import { AccountMenu } from "../parts/AccountMenu.tsx";
import { Brand } from "../parts/Brand.tsx";
import { Foot } from "../parts/Foot.tsx";
import { texts } from "../texts/texts.ts";
import { paths } from "./paths.ts";

const LoggedIn = createContext<User | null>(null);

/** Who is logged in, for the pages that only they see. */
export function useUser(): User {
  return use(LoggedIn) as User;
}

const links = [
  [paths.overview, texts.nav.overview],
  [paths.devices, texts.nav.devices],
  [paths.events, texts.nav.events],
  [paths.account, texts.nav.account],
] as const;

/** The frame of the pages of the one who is logged in. */
export function Inside({ user }: { user: User }) {
  return (
    <LoggedIn value={user}>
      <div className="bar-ground">
        <header className="bar bar--app">
          <Brand />
          <nav className="nav" aria-label={texts.nav.main}>
            {links.map(([path, name]) => (
              <NavLink key={path} to={path}>
                {name}
              </NavLink>
            ))}
          </nav>
          <AccountMenu user={user} />
        </header>
      </div>
      <Outlet />
      <Foot wide />
    </LoggedIn>
  );
}
