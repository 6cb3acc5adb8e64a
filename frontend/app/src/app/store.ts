import type { Reason, Session } from "@authflow/client";
import { configureStore } from "@reduxjs/toolkit";
import { texts } from "../texts/texts.ts";
import { api } from "./api.ts";
import { authflow } from "./authflow.ts";
import notices, { type Notice, said } from "./notices.ts";
import { forgetPending } from "./pending.ts";

/** Lists and notices. Never a token, and never a second copy of who is logged in: that is the client's. */
export const store = configureStore({
  reducer: { notices, [api.reducerPath]: api.reducer },
  middleware: (standard) => standard().concat(api.middleware),
  devTools: import.meta.env.DEV,
});

export type State = ReturnType<typeof store.getState>;

export function say(kind: Notice["kind"], text: string): void {
  store.dispatch(said({ kind, text }));
}

const farewells: Partial<Record<Reason, string>> = {
  here: texts.notices.loggedOut,
  elsewhere: texts.notices.elsewhere,
  refresh_token_reused: texts.notices.reused,
};

function who(session: Session): number | null | undefined {
  if (session.status === "signedIn") return session.user.id;
  return session.status === "signedOut" ? null : undefined;
}

/** Of the one before nothing stays: no list, no address that waits for its proof. */
let known: number | null | undefined;
authflow.subscribe(() => {
  const session = authflow.getSession();
  const now = who(session);
  if (now === undefined || now === known) return;
  const before = known;
  known = now;
  store.dispatch(api.util.resetApiState());
  if (session.status !== "signedOut" || session.reason === "anonymous") return;
  if (before) forgetPending();
  say("info", farewells[session.reason] ?? texts.notices.ended);
});
