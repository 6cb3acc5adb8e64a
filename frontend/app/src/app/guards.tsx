import { useAuthflow, useSession } from "@authflow/client/react";
import { type Location, Navigate, Outlet, useLocation } from "react-router";
import { Unreachable } from "../parts/Unreachable.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { Inside } from "./Inside.tsx";
import { paths } from "./paths.ts";

/** Kept in the history, never in the address: an address could be made by anybody. */
type Kept = { from?: Location } | null;

/** For whoever is logged in. Others log in first, and come back here. */
export function Guarded() {
  const session = useSession();
  const location = useLocation();
  switch (session.status) {
    case "signedIn":
      return <Inside user={session.user} />;
    case "signedOut": {
      const state: Kept = session.reason === "here" ? null : { from: location };
      return <Navigate to={paths.logIn} replace state={state} />;
    }
    default:
      return <Restoring />;
  }
}

/** For whoever is not: others go where they wanted to, or to the overview. */
export function Entrance() {
  const { status } = useSession();
  const kept = useLocation().state as Kept;
  if (status === "signedIn") return <Navigate to={kept?.from ?? paths.overview} replace />;
  return status === "signedOut" ? <Outlet /> : <Restoring />;
}

function Restoring() {
  const session = useSession();
  const { retry } = useAuthflow();
  return session.status === "unreachable" ? <Unreachable onRetry={retry} /> : <Waiting />;
}
