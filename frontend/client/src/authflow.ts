import { MARK, openShelf, TOKEN, watch } from "./browser.ts";
import { AuthflowError } from "./error.ts";
import { type Call, http } from "./http.ts";
import { createRefresh } from "./refresh.ts";
import { changed, RESTORING, type Reason, type Session, SessionState } from "./session.ts";
import type {
  AskedAgain,
  Delivery,
  Devices,
  EmailChange,
  Login,
  Page,
  Pair,
  PasswordChange,
  Proof,
  ProofAsked,
  Registered,
  Registration,
  Reset,
  Said,
  SecurityEvents,
  User,
} from "./types.ts";

export type Options = {
  /** Where the API is, `https://api.example.com`; by default behind this page's own origin. */
  url?: string | undefined;
  /** How the refresh token travels. `body` is for an API on another site, whose cookies a browser would drop. */
  delivery?: Delivery;
  /** With `body`: keep the refresh token in localStorage, where any script of the page can read it. */
  remember?: boolean;
  /** Ask the API once although this browser knows of no login: a cookie may come from another app of the domain. */
  asksAnyway?: boolean;
};

export type Authflow = ReturnType<typeof createAuthflow>;

/** After how long a return to this tab asks whether the session still lives. */
const QUIET = 60_000;
const ENDS: string[] = ["session_revoked", "token_invalid", "token_missing"];

export function createAuthflow(options: Options = {}) {
  const { url = "", delivery = "refresh-cookie", remember = false, asksAnyway = false } = options;
  const root = `${url.replace(/\/+$/, "")}/api/auth`;
  const inCookie = delivery === "refresh-cookie";
  const shelf = openShelf(inCookie || remember);
  const state = new SessionState(shelf);
  const refresh = createRefresh(state, asksAnyway, (call) => open<Pair>("POST", "/refresh", call), end);

  /** Without a token; a stray cookie must not decide where none is wanted. */
  function open<T>(method: string, path: string, call: Call = {}): Promise<T> {
    return http(root + path, method, inCookie ? "include" : "omit", call);
  }

  /** As who is signed in: refreshed and repeated once, if the token is spent. */
  function guarded<T>(method: string, path: string, call: Call = {}): Promise<T> {
    return signedIn((token) => open(method, path, { ...call, token }));
  }

  async function signedIn<T>(run: (token: string) => Promise<T>): Promise<T> {
    know();
    const { epoch } = state;
    const unlessChanged = () => {
      if (epoch !== state.epoch) throw changed();
    };
    for (let repeats = false; ; repeats = true) {
      const token = await getAccessToken();
      unlessChanged();
      try {
        const answer = await run(token);
        unlessChanged();
        return answer;
      } catch (error) {
        unlessChanged();
        const { code } = error as AuthflowError;
        if (ENDS.includes(code)) end(code);
        if (code !== "token_expired" || repeats) throw error;
        if (state.token === token) state.token = undefined;
      }
    }
  }

  async function getAccessToken(): Promise<string> {
    know();
    if (!state.token || Date.now() > state.goodUntil) await refresh();
    return state.token as string;
  }

  async function begin(path: string, body: object): Promise<User> {
    // Its answer sets a cookie, which must not come after that of the login.
    await state.pending?.catch(() => undefined);
    const pair = await open<Pair>("POST", path, { body: { ...body, delivery } });
    state.begin(pair);
    return pair.user;
  }

  function know(): void {
    if (state.mark === undefined) state.mark = shelf.read(MARK);
  }

  function end(reason: Reason): void {
    // Another tab logged in meanwhile: that is not to be undone.
    if (shelf.read(MARK) === state.mark) state.end(reason);
    else look();
  }

  /** Follows what other tabs did, and never writes it back. */
  function look(): void {
    const mark = shelf.read(MARK);
    const { mark: known, session } = state;
    if (mark !== known) {
      state.turn(mark);
      if (mark || (asksAnyway && known === undefined)) void restore();
      else state.show({ status: "signedOut", reason: known ? "elsewhere" : "anonymous" });
    } else if (session.status === "signedIn") {
      if (Date.now() - state.heardAt > QUIET) {
        state.heardAt = Date.now();
        getMe().catch(() => undefined);
      }
    } else if (session.status !== "signedOut") void restore();
  }

  /** Asks who is signed in. What it finds is shown as the session; it never fails. */
  async function restore(): Promise<void> {
    const { epoch } = state;
    if (state.session !== RESTORING) state.show(RESTORING);
    try {
      await refresh();
    } catch (error) {
      if (epoch === state.epoch) state.show({ status: "unreachable", error: error as AuthflowError });
    }
  }

  async function getMe(signal?: AbortSignal): Promise<User> {
    const { user } = await guarded<{ user: User }>("GET", "/me", { signal });
    state.keepUser(user);
    return user;
  }

  async function endAfter<T>(call: Promise<T>): Promise<T> {
    const answer = await call;
    end("here");
    return answer;
  }

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

    register: (body: Registration) => open<Registered>("POST", "/register", { body }),
    logIn: (body: Login) => begin("/login", body),
    /** Fails where the API cannot be reached: its cookie would still be there for the next one at this computer. */
    async logOut(): Promise<void> {
      know();
      const refreshToken = shelf.read(TOKEN);
      try {
        const body = refreshToken && { refreshToken };
        await open("POST", "/logout", { body, token: state.token, keepalive: true });
      } catch (error) {
        if ((error as AuthflowError).status !== 401) throw error;
      }
      end("here");
    },
    logOutEverywhere: () => endAfter(guarded<Said>("POST", "/logout-all")),
    getMe,
    async rename(username: string): Promise<User> {
      const { user } = await guarded<{ user: User }>("PATCH", "/me", { body: { username } });
      state.keepUser(user);
      return user;
    },
    deleteAccount: (password: string) => endAfter(guarded<Said>("DELETE", "/me", { body: { password } })),
    changePassword: (body: PasswordChange) => guarded<Said>("POST", "/change-password", { body }),
    /** Nothing changes until `verifyEmail`. */
    changeEmail: (body: EmailChange) => guarded<ProofAsked>("POST", "/change-email", { body }),
    forgotPassword: (email: string) => open<Said>("POST", "/forgot-password", { body: { email } }),
    resetPassword: (body: Reset) => open<Said>("POST", "/reset-password", { body }),
    /** Signs in. */
    verifyEmail: (body: Proof) => begin("/verify-email", body),
    resendVerification: (body: AskedAgain) => open<Said>("POST", "/resend-verification", { body }),
    listDevices: (page: Page = {}, signal?: AbortSignal) =>
      guarded<Devices>("GET", `/sessions${query(page)}`, { signal }),
    logOutDevice: (id: string) => guarded<Said>("DELETE", `/sessions/${id}`),
    listEvents: (page: Page = {}, signal?: AbortSignal) =>
      guarded<SecurityEvents>("GET", `/events${query(page)}`, { signal }),

    /** A token that is still good, for what cannot use `fetch`: it goes with every word to whoever it is shown. */
    getAccessToken,
    /** As the browser's own, with the access token: for APIs of yours that know authflow's tokens, and for no other. */
    fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      const request = new Request(input, init);
      return signedIn(async (token) => {
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

function query(page: Page): string {
  return `?${new URLSearchParams(page as Record<string, string>)}`;
}
