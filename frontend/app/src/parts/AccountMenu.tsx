import { AuthflowError, type User } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation } from "react-router";
import { paths } from "../app/paths.ts";
import { say } from "../app/store.ts";
import { texts } from "../texts/texts.ts";
import { Icon } from "./Icon.tsx";

export function AccountMenu({ user }: { user: User }) {
  const menu = useClosing();
  return (
    <details className="menu" ref={menu}>
      <summary>
        <span className="initial" aria-hidden="true">
          {[...user.username][0]?.toUpperCase()}
        </span>
        <span className="menu-name">{user.username}</span>
        <span className="unseen">{texts.menu.name}</span>
        <Icon name="down" />
      </summary>
      <div className="menu-panel">
        <div className="menu-who">
          <b>{user.username}</b>
          <br />
          <span className="small soft">{user.email}</span>
        </div>
        <Link to={paths.account}>
          <Icon name="person" />
          {texts.nav.account}
        </Link>
        <Link to={paths.devices}>
          <Icon name="laptop" />
          {texts.nav.devices}
        </Link>
        <LogOut />
      </div>
    </details>
  );
}

function LogOut() {
  const authflow = useAuthflow();
  const [busy, setBusy] = useState(false);
  async function press(): Promise<void> {
    if (busy) return;
    setBusy(true);
    try {
      await authflow.logOut();
    } catch (error) {
      if (!(error instanceof AuthflowError)) throw error;
      say("problem", texts.notices.stillIn);
      setBusy(false);
    }
  }
  return (
    <button type="button" aria-disabled={busy} onClick={press}>
      <Icon name="leave" />
      {busy ? texts.menu.leaving : texts.menu.logOut}
    </button>
  );
}

/** Closes it on Escape, on a press elsewhere, and on the way to another page. */
function useClosing() {
  const menu = useRef<HTMLDetailsElement>(null);
  const { key } = useLocation();
  useEffect(() => {
    if (key && menu.current) menu.current.open = false;
  }, [key]);
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    addEventListener("keydown", ({ key: pressed }) => pressed === "Escape" && close(menu.current, true), {
      signal,
    });
    addEventListener(
      "pointerdown",
      ({ target }) => !menu.current?.contains(target as Node) && close(menu.current),
      {
        signal,
      },
    );
    return () => listening.abort();
  }, []);
  return menu;
}

function close(menu: HTMLDetailsElement | null, isByKey = false): void {
  if (!menu?.open) return;
  menu.open = false;
  if (isByKey) menu.querySelector("summary")?.focus();
}
