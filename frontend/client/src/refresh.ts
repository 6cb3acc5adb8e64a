import { alone, KEY, MARK, random, TOKEN } from "./browser.ts";
import { AuthflowError } from "./error.ts";
import { http } from "./http.ts";
import { changed, type SessionState } from "./session.ts";
import type { Pair } from "./types.ts";

/** How long to wait for another tab's refresh. */
const PATIENCE = 5_000;
/** Before the second and the third try, where no answer came. */
const PAUSES = [500, 2_000];

/** The one refresh: whoever asks meanwhile gets the same promise. */
export function refresh(state: SessionState): Promise<void> {
  if (!state.pending || state.pendingSince !== state.epoch) {
    const mine = exchange(state).finally(() => {
      if (state.pending === mine) state.pending = undefined;
    });
    state.pendingSince = state.epoch;
    state.pending = mine;
  }
  return state.pending;
}

async function exchange(state: SessionState): Promise<void> {
  const { epoch, shelf, options } = state;
  if (!state.mark && !options.asksAnyway) throw new AuthflowError("token_missing", "Nobody is logged in.", 401);
  try {
    // Under the lock only the exchange: no subscriber, no other call.
    const pair = await alone(PATIENCE, () => ask(state));
    if (epoch !== state.epoch) throw changed();
    if (!state.mark) {
      state.mark = random();
      shelf.write(MARK, state.mark);
    }
    state.keep(pair);
  } catch (error) {
    if (epoch !== state.epoch) throw changed();
    const { status, code } = error as AuthflowError;
    // Nothing else signs out: no lost connection, no 429, no 5xx.
    if (status === 401) state.end(state.mark ? code : "anonymous");
    throw error;
  }
}

async function ask(state: SessionState): Promise<Pair> {
  const { shelf } = state;
  // With the key of a lost answer that answer is given again, at any age.
  const key = shelf.read(KEY) ?? random();
  shelf.write(KEY, key);
  const mark = shelf.read(MARK);
  const refreshToken = shelf.read(TOKEN);
  for (let tried = 0; ; tried++) {
    try {
      const pair = await http<Pair>(state, "POST", "/refresh", {
        body: refreshToken && { refreshToken },
        headers: { "Idempotency-Key": key },
        // Some older browsers refuse it where a preflight is needed: the second try goes without.
        keepalive: tried !== 1,
      });
      // Of somebody who is gone meanwhile nothing is written.
      if (shelf.read(MARK) === mark) shelf.write(TOKEN, pair.refreshToken);
      answered(state, key);
      return pair;
    } catch (error) {
      const { status, code, isTemporary } = error as AuthflowError;
      if (status && !isTemporary) answered(state, key);
      const pause = PAUSES[tried];
      if (code !== "unreachable" || !pause) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function answered({ shelf }: SessionState, key: string): void {
  if (shelf.read(KEY) === key) shelf.write(KEY, null);
}
