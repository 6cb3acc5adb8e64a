import { alone, KEY, MARK, random, TOKEN } from "./browser.ts";
import { AuthflowError } from "./error.ts";
import type { Call } from "./http.ts";
import { changed, type Reason, type SessionState } from "./session.ts";
import type { Pair } from "./types.ts";

/** How long to wait for another tab's refresh. */
const PATIENCE = 5_000;
/** Before the second and the third try, where no answer came. */
const PAUSES = [500, 2_000];

/**
 * The one refresh: whoever asks meanwhile gets the same promise.
 * `call` exchanges the token once; `end` signs out, for a reason.
 */
export function createRefresh(
  state: SessionState,
  asksAnyway: boolean,
  call: (call: Call) => Promise<Pair>,
  end: (reason: Reason) => void,
): () => Promise<void> {
  const { shelf } = state;
  let since = -1;

  async function exchange(): Promise<void> {
    const { epoch } = state;
    if (!state.mark && !asksAnyway) throw new AuthflowError("token_missing", "Nobody is logged in.", 401);
    try {
      // Under the lock only the exchange: no subscriber, no other call.
      const pair = await alone(PATIENCE, ask);
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
      if (status === 401) end(state.mark ? code : "anonymous");
      throw error;
    }
  }

  async function ask(): Promise<Pair> {
    // With the key of a lost answer that answer is given again, at any age.
    const key = shelf.read(KEY) ?? random();
    shelf.write(KEY, key);
    const mark = shelf.read(MARK);
    const refreshToken = shelf.read(TOKEN);
    for (let tried = 0; ; tried++) {
      try {
        const pair = await call({
          body: refreshToken && { refreshToken },
          headers: { "Idempotency-Key": key },
          // Some older browsers refuse it where a preflight is needed: the second try goes without.
          keepalive: tried !== 1,
        });
        // Of somebody who is gone meanwhile nothing is written.
        if (shelf.read(MARK) === mark) shelf.write(TOKEN, pair.refreshToken);
        answered(key);
        return pair;
      } catch (error) {
        const { status, code, isTemporary } = error as AuthflowError;
        if (status && !isTemporary) answered(key);
        const pause = PAUSES[tried];
        if (code !== "unreachable" || !pause) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  function answered(key: string): void {
    if (shelf.read(KEY) === key) shelf.write(KEY, null);
  }

  return () => {
    if (!state.pending || since !== state.epoch) {
      since = state.epoch;
      const mine = exchange().finally(() => {
        if (state.pending === mine) state.pending = undefined;
      });
      state.pending = mine;
    }
    return state.pending;
  };
}
