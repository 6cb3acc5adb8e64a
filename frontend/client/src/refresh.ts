import { alone, KEY, MARK, random, type Shelf, TOKEN } from "./browser.ts";
import { AuthflowError } from "./error.ts";
import type { Call } from "./http.ts";
import { changed, type Reason, type SessionState } from "./session.ts";
import type { Pair } from "./types.ts";

/** How long to wait for another tab's refresh. */
const PATIENCE = 5_000;
/** Before the second and the third try, where no answer came. */
const PAUSES = [500, 2_000];

export type Refreshing = {
  state: SessionState;
  shelf: Shelf;
  asksAnyway: boolean;
  call: (call: Call) => Promise<Pair>;
  end: (reason: Reason) => void;
};

/** The one refresh: whoever asks meanwhile gets the same promise. */
export function createRefresh({ state, shelf, asksAnyway, call, end }: Refreshing) {
  let pending: Promise<void> | undefined;
  let pendingSince = -1;

  function refresh(): Promise<void> {
    if (!pending || pendingSince !== state.epoch) {
      pendingSince = state.epoch;
      const mine = exchange().finally(() => {
        if (pending === mine) pending = undefined;
      });
      pending = mine;
    }
    return pending;
  }

  async function exchange(): Promise<void> {
    const { epoch } = state;
    if (!state.mark && !asksAnyway) throw new AuthflowError("token_missing", "Nobody is logged in.", 401);
    try {
      // Under the lock only the exchange: no subscriber, no other call.
      const pair = await alone(PATIENCE, () => ask(epoch));
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

  async function ask(epoch: number): Promise<Pair> {
    // With the key of a lost answer that answer is given again, at any age.
    const key = shelf.read(KEY) ?? random();
    shelf.write(KEY, key);
    const refreshToken = shelf.read(TOKEN);
    for (let tried = 0; ; tried++) {
      try {
        // Some older browsers refuse keepalive where a preflight is needed: the second try goes without.
        const keepalive = tried !== 1;
        const pair = await call({
          ...(refreshToken && { body: { refreshToken } }),
          headers: { "Idempotency-Key": key },
          keepalive,
          isPatient: true,
        });
        if (epoch === state.epoch) shelf.write(TOKEN, pair.refreshToken ?? null);
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

  return { refresh, settled: () => pending?.catch(() => undefined) };
}
