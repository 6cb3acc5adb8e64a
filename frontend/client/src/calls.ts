import type { AuthflowError } from "./error.ts";
import { type Call, http } from "./http.ts";
import { refresh } from "./refresh.ts";
import { changed, type SessionState } from "./session.ts";
import type { Pair, User } from "./types.ts";

/** Whoever hears one of these is signed in no longer. */
const ENDS: string[] = ["session_revoked", "token_invalid", "token_missing"];

/** As who is signed in. */
export function guarded<T>(state: SessionState, method: string, path: string, call: Call = {}): Promise<T> {
  return withToken(state, (token) => http(state, method, path, { ...call, token }));
}

/** Refreshed and repeated once, if the token is spent; never as somebody else. */
export async function withToken<T>(state: SessionState, run: (token: string) => Promise<T>): Promise<T> {
  const { epoch } = state;
  const unlessChanged = () => {
    if (epoch !== state.epoch) throw changed();
  };
  for (let repeats = false; ; repeats = true) {
    const token = await getAccessToken(state);
    unlessChanged();
    try {
      const answer = await run(token);
      unlessChanged();
      return answer;
    } catch (error) {
      unlessChanged();
      const { code } = error as AuthflowError;
      if (ENDS.includes(code)) state.end(code);
      if (code !== "token_expired" || repeats) throw error;
      if (state.token === token) state.token = undefined;
    }
  }
}

export async function getAccessToken(state: SessionState): Promise<string> {
  state.know();
  if (!state.token || Date.now() > state.goodUntil) await refresh(state);
  return state.token as string;
}

/** A login, of whatever kind. */
export async function begin(state: SessionState, path: string, body: object): Promise<User> {
  // Its answer sets a cookie, which must not come after that of the login.
  await state.pending?.catch(() => undefined);
  const { delivery } = state;
  const pair = await http<Pair>(state, "POST", path, { body: { ...body, delivery } });
  state.begin(pair);
  return pair.user;
}

/** What is said of the one who is signed in is shown as the session. */
export async function me(state: SessionState, method: string, call: Call = {}): Promise<User> {
  const { user } = await guarded<{ user: User }>(state, method, "/me", call);
  state.keepUser(user);
  return user;
}
