import { afterEach, beforeEach, vi } from "vitest";
import { type Authflow, createAuthflow, type Options } from "../src/index.ts";

export const ADA = {
  id: 1,
  username: "Ada",
  email: "ada@example.com",
  emailVerified: true,
  role: "user",
  createdAt: "2026-01-31T09:30:00Z",
};
export const BOB = { ...ADA, id: 2, username: "Bob", email: "bob@example.com" };

export type Asked = {
  method: string;
  path: string;
  token: string | undefined;
  key: string | undefined;
  body: unknown;
  init: RequestInit;
};
type Answer = Response | Promise<Response>;

/** Looked at often, and with time enough for a busy machine. */
export const QUICKLY = { interval: 1, timeout: 10_000 };

let answers: Map<string, ((asked: Asked) => Answer)[]>;
let events: EventTarget;
let tokens: number;
/** Every call that reached the network, in order. */
export let asked: Asked[];
export let stored: Map<string, string>;

beforeEach(() => {
  answers = new Map();
  events = new EventTarget();
  asked = [];
  stored = new Map();
  tokens = 0;
  vi.stubGlobal("fetch", network);
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("document", globalThis.document ?? { hidden: false });
  vi.stubGlobal("addEventListener", events.addEventListener.bind(events));
  vi.stubGlobal("navigator", { locks: queueOfTabs() });
  answer("POST /login", () => pair());
  answer("POST /refresh", () => pair());
  answer("POST /logout", () => json(200, { message: "Logged out" }));
  answer("GET /me", () => json(200, { user: ADA }));
});

afterEach(() => {
  vi.useRealTimers();
});

/** What the API says to a call: each in turn, the last of them from then on. */
export function answer(call: string, ...given: ((asked: Asked) => Answer)[]): void {
  answers.set(call, given);
}

export function json(status: number, content: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ success: status < 400, ...content }), { status, headers });
}

export function refusal(status: number, code: string, more: object = {}, headers = {}): Response {
  return json(status, { message: `It is ${code}.`, code, requestId: "r-1", ...more }, headers);
}

/** With a fresh access token: `access-1`, `access-2`, … */
export function pair(user = ADA, more: object = {}): Response {
  tokens++;
  return json(200, { user, accessToken: `access-${tokens}`, tokenType: "Bearer", expiresIn: 900, ...more });
}

export function lost(): Promise<Response> {
  return Promise.reject(new TypeError("Failed to fetch"));
}

/** As guarded routes answer, to whoever comes with another token than this one. */
export function onlyWith(token: string, content: object = { user: ADA }): (asked: Asked) => Response {
  return (given) => (given.token === token ? json(200, content) : refusal(401, "token_expired"));
}

/** An answer that comes when told. */
export function later(): {
  answer: () => Promise<Response>;
  comes: (answer: Response) => void;
  fails: () => void;
} {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  return { answer: () => promise, comes: resolve, fails: () => reject(new TypeError("Failed to fetch")) };
}

export function calls(call: string): Asked[] {
  return asked.filter(({ method, path }) => `${method} ${path}` === call);
}

/** A tab of this browser; they share storage and locks. */
export function tab(options: Options = {}): Authflow {
  return createAuthflow({ url: "https://api.example.com", ...options });
}

export async function loggedIn(options: Options = {}): Promise<Authflow> {
  const authflow = tab(options);
  await authflow.logIn({ email: ADA.email, password: "secret" });
  return authflow;
}

/** A tab in a browser where somebody logged in before. */
export function reloaded(options: Options = {}): Authflow {
  stored.set("authflow", "a mark");
  const authflow = tab(options);
  authflow.start();
  return authflow;
}

export async function until(status: string, authflow: Authflow): Promise<void> {
  await vi.waitFor(() => {
    if (authflow.getSession().status !== status) throw new Error(`it is ${authflow.getSession().status}`);
  }, QUICKLY);
}

export function happens(type: string, more: object = {}): void {
  events.dispatchEvent(Object.assign(new Event(type), more));
}

async function network(url: string | Request, init: RequestInit = {}): Promise<Response> {
  const request = new Request(url, init);
  const path = new URL(request.url).pathname.replace("/api/auth", "") + new URL(request.url).search;
  const given: Asked = {
    method: request.method,
    path,
    token: request.headers.get("Authorization")?.replace("Bearer ", ""),
    key: request.headers.get("Idempotency-Key") ?? undefined,
    body: init.body ? JSON.parse(String(init.body)) : undefined,
    init,
  };
  asked.push(given);
  const scripted = answers.get(`${given.method} ${path}`);
  const next = scripted && scripted.length > 1 ? scripted.shift() : scripted?.[0];
  const answered = Promise.resolve(next ? next(given) : refusal(404, "not_found"));
  return Promise.race([answered.then((response) => response.clone()), aborted(request.signal)]);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

/** Tells the other tabs (here: all, as they are in one world) what was written, as a browser does. */
const storage = {
  getItem: (name: string) => stored.get(name) ?? null,
  setItem(name: string, value: string) {
    stored.set(name, value);
    happens("storage", { key: name });
  },
  removeItem(name: string) {
    if (stored.delete(name)) happens("storage", { key: name });
  },
};

/** As navigator.locks: one after the other; the signal ends a wait, never the work. */
export function queueOfTabs() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async request<T>(_name: string, options: { signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = before.then(() => promise);
      try {
        await Promise.race([before, aborted(options.signal)]);
        return await work();
      } finally {
        resolve();
      }
    },
  };
}
