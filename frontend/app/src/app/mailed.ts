import { useLocation } from "react-router";
import { paths } from "./paths.ts";

const LINK = new RegExp(`^(${paths.reset}|${paths.verify})/([^/]+)/?$`);

type Mailed = { path: string; token: string };

/** The secret of the mailed link that this page was opened by: read once, before anything is painted. */
let mailed: Mailed | undefined;

/** Takes the secret out of the address, so that neither the history nor a screenshot keeps it. */
export function takeMailed(): void {
  const [, path, token] = LINK.exec(location.pathname) ?? [];
  if (!path || !token) return;
  mailed = { path, token };
  history.replaceState(history.state, "", path);
}

/** Where a page came by such a link; not when it is come to again from within, for another mail. */
export function useMailedToken(path: string): string | undefined {
  const isFirst = useLocation().key === "default";
  return isFirst && mailed?.path === path ? mailed.token : undefined;
}

/** It is spent, or not wanted. */
export function forgetMailed(): void {
  mailed = undefined;
}
