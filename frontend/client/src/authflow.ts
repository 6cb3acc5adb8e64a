import { TOKEN, watch } from "./browser.ts";
import { begin, getAccessToken, guarded, me, withToken } from "./calls.ts";
import { AuthflowError } from "./error.ts";
import { follow } from "./follow.ts";
import { http } from "./http.ts";
import { type Options, type Session, SessionState } from "./session.ts";
import type {
  AskedAgain,
  Devices,
  EmailChange,
  Login,
  Page,
  PasswordChange,
  Proof,
  Registered,
  Registration,
  Reset,
  Said,
  SecurityEvents,
  VerificationRequested,
} from "./types.ts";

export type Authflow = ReturnType<typeof createAuthflow>;

export function createAuthflow(options: Options = {}) {
  const state = new SessionState(options);
  const look = () => follow(state);
  const ended = <T>(answer: T): T => {
    state.end("here");
    return answer;
  };

  const list =
    <T>(path: string) =>
    (page: Page = {}, signal?: AbortSignal) =>
      guarded<T>(state, "GET", `${path}?${new URLSearchParams(page as Record<string, string>)}`, { signal });

  return {
    /** Watches the other tabs and finds out who is signed in, until the function that it gives is called. */
    start(): () => void {
      const stop = watch(look);
      look();
      return stop;
    },
    getSession: (): Session => state.session,
    subscribe(listener: () => void): () => void {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    /** Looks again, after `unreachable`. */
    retry: look,

    register: (body: Registration) => http<Registered>(state, "POST", "/register", { body }),
    logIn: (body: Login) => begin(state, "/login", body),
    /** Fails where the API cannot be reached: its cookie would still be there for the next one at this computer. */
    async logOut(): Promise<void> {
      state.know();
      const refreshToken = state.shelf.read(TOKEN);
      try {
        const body = refreshToken && { refreshToken };
        await http(state, "POST", "/logout", { body, token: state.token, keepalive: true });
      } catch (error) {
        if ((error as AuthflowError).status !== 401) throw error;
      }
      state.end("here");
    },
    logOutEverywhere: () => guarded<Said>(state, "POST", "/logout-all").then(ended),
    getMe: (signal?: AbortSignal) => me(state, "GET", { signal }),
    rename: (username: string) => me(state, "PATCH", { body: { username } }),
    deleteAccount: (password: string) => guarded<Said>(state, "DELETE", "/me", { body: { password } }).then(ended),
    changePassword: (body: PasswordChange) => guarded<Said>(state, "POST", "/change-password", { body }),
    /** Nothing changes until `verifyEmail`. */
    changeEmail: (body: EmailChange) => guarded<VerificationRequested>(state, "POST", "/change-email", { body }),
    forgotPassword: (email: string) => http<Said>(state, "POST", "/forgot-password", { body: { email } }),
    resetPassword: (body: Reset) => http<Said>(state, "POST", "/reset-password", { body }),
    /** Signs in. */
    verifyEmail: (body: Proof) => begin(state, "/verify-email", body),
    resendVerification: (body: AskedAgain) => http<Said>(state, "POST", "/resend-verification", { body }),
    listDevices: list<Devices>("/sessions"),
    logOutDevice: (id: string) => guarded<Said>(state, "DELETE", `/sessions/${id}`),
    listEvents: list<SecurityEvents>("/events"),

    /** A token that is still good, for what cannot use `fetch`: it goes with every word to whoever it is shown. */
    getAccessToken: () => getAccessToken(state),
    /** As the browser's own, with the access token: for APIs of yours that know authflow's tokens, and for no other. */
    fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      const request = new Request(input, init);
      return withToken(state, async (token) => {
        const mine = request.clone();
        mine.headers.set("Authorization", `Bearer ${token}`);
        const answer = await fetch(mine);
        const content =
          answer.status === 401 &&
          (await answer
            .clone()
            .json()
            .catch(() => null));
        if (content?.code === "token_expired") throw new AuthflowError(content.code, content.message, 401);
        return answer;
      });
    },
  };
}
