import { MARK } from "./browser.ts";
import { me } from "./calls.ts";
import type { AuthflowError } from "./error.ts";
import { refresh } from "./refresh.ts";
import { RESTORING, type SessionState } from "./session.ts";

/** After how long a return to this tab asks whether the session still lives. */
const QUIET = 60_000;

/** Follows what other tabs did, and never writes it back. */
export function follow(state: SessionState): void {
  const mark = state.shelf.read(MARK);
  const { mark: known, session } = state;
  if (mark !== known) {
    state.turn(mark);
    if (mark || (state.options.asksAnyway && known === undefined)) void restore(state);
    else state.show({ status: "signedOut", reason: known ? "elsewhere" : "anonymous" });
  } else if (session.status === "signedIn") {
    if (Date.now() - state.heardAt > QUIET) {
      state.heardAt = Date.now();
      me(state, "GET").catch(() => undefined);
    }
  } else if (session.status !== "signedOut") void restore(state);
}

/** Asks who is signed in. What it finds is shown as the session; it never fails. */
async function restore(state: SessionState): Promise<void> {
  const { epoch } = state;
  if (state.session !== RESTORING) state.show(RESTORING);
  try {
    await refresh(state);
  } catch (error) {
    if (epoch === state.epoch) state.show({ status: "unreachable", error: error as AuthflowError });
  }
}
