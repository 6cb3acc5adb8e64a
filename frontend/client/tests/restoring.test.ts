import { expect, test, vi } from "vitest";
import {
  ADA,
  answer,
  asked,
  BOB,
  calls,
  happens,
  later,
  loggedIn,
  lost,
  pair,
  refusal,
  reloaded,
  stored,
  tab,
  until,
} from "./world.ts";

test("an anonymous visit sends nothing, and is signed out at once", () => {
  const authflow = tab();
  expect(authflow.getSession()).toEqual({ status: "restoring" });
  authflow.start();
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "anonymous" });
  expect(asked).toEqual([]);
});

test("a page of someone who is signed in is restored by one call", async () => {
  const authflow = reloaded();
  await until("signedIn", authflow);
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: ADA });
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /refresh"]);
});

test("no token is ever stored where a cookie holds the other one", async () => {
  const authflow = await loggedIn();
  await authflow.getMe();
  const [[name, mark]] = [...stored] as [[string, string]];
  expect(stored.size).toBe(1);
  expect(name).toBe("authflow");
  expect(mark).not.toContain("access");
});

test("every login makes another mark", async () => {
  await loggedIn();
  const first = stored.get("authflow");
  await loggedIn();
  expect(stored.get("authflow")).not.toBe(first);
});

test("nothing but what the API says of the session signs out: unreachable, and restored when it is back", async () => {
  vi.useFakeTimers();
  for (const failure of [lost, () => refusal(503, "unavailable"), () => refusal(429, "rate_limited")]) {
    answer("POST /refresh", failure);
    const authflow = reloaded();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(authflow.getSession()).toMatchObject({ status: "unreachable", error: { isTemporary: true } });
    expect(stored.get("authflow")).toBe("a mark");
    answer("POST /refresh", () => pair());
    happens("online");
    await vi.advanceTimersByTimeAsync(0);
    expect(authflow.getSession().status).toBe("signedIn");
  }
});

test("a page that was unreachable is restored when it asks again", async () => {
  answer(
    "POST /refresh",
    () => refusal(503, "unavailable"),
    () => pair(),
  );
  const authflow = reloaded();
  await until("unreachable", authflow);
  authflow.retry();
  expect(authflow.getSession().status).toBe("restoring");
  await until("signedIn", authflow);
});

test.each([
  "token_missing",
  "refresh_token_expired",
  "refresh_token_invalid",
  "refresh_token_reused",
  "session_revoked",
])("a session that is over by %s is signed out, with that reason, and leaves nothing stored", async (code) => {
  answer("POST /refresh", () => refusal(401, code));
  const authflow = reloaded();
  await until("signedOut", authflow);
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: code });
  expect([...stored]).toEqual([]);
});

test("a call before the start waits for the same restoring", async () => {
  stored.set("authflow", "a mark");
  const authflow = tab();
  const me = authflow.getMe();
  authflow.start();
  expect(await me).toEqual(ADA);
  expect(calls("POST /refresh")).toHaveLength(1);
  expect(authflow.getSession().status).toBe("signedIn");
});

test("StrictMode starts twice and restores once", async () => {
  stored.set("authflow", "a mark");
  const authflow = tab();
  authflow.start()();
  const stop = authflow.start();
  await until("signedIn", authflow);
  expect(asked).toHaveLength(1);
  stop();
  stored.clear();
  happens("storage", { key: "authflow" });
  expect(authflow.getSession().status).toBe("signedIn");
});

test("who says so asks once although nobody is known here", async () => {
  const authflow = tab({ asksAnyway: true });
  authflow.start();
  await until("signedIn", authflow);
  expect(stored.has("authflow")).toBe(true);
});

test("who asks anyway and finds nobody was anonymous", async () => {
  answer("POST /refresh", () => refusal(401, "token_missing"));
  const authflow = tab({ asksAnyway: true });
  authflow.start();
  await until("signedOut", authflow);
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "anonymous" });
});

test("where storage is blocked the page itself works, and only a reload signs out", async () => {
  vi.stubGlobal("localStorage", {
    getItem() {
      throw new DOMException("Access is denied", "SecurityError");
    },
  });
  const authflow = await loggedIn();
  authflow.start();
  expect(await authflow.getMe()).toEqual(ADA);
  const again = tab();
  again.start();
  expect(again.getSession().status).toBe("signedOut");
});

test("a call of one who is not signed in is refused here, without a call", async () => {
  const authflow = tab();
  authflow.start();
  await expect(authflow.getMe()).rejects.toMatchObject({ code: "token_missing", status: 401 });
  expect(asked).toEqual([]);
});

test("a log-in waits for a refresh under way: the older answer must not set its cookie last", async () => {
  const slow = later();
  answer("POST /refresh", slow.answer);
  answer("POST /login", () => pair(BOB));
  const authflow = reloaded();
  const login = authflow.logIn({ email: BOB.email, password: "secret" });
  await new Promise((resolve) => setTimeout(resolve));
  expect(calls("POST /login")).toHaveLength(0);
  slow.comes(pair());
  await login;
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: BOB });
});

test("a log-in leaves nothing stored of the session before it", async () => {
  stored.set("authflow.refresh", "the key of a lost answer");
  await loggedIn();
  expect([...stored.keys()]).toEqual(["authflow"]);
});

test("who asks anyway does so at the start, not after a log-out", async () => {
  const authflow = tab({ asksAnyway: true });
  authflow.start();
  await until("signedIn", authflow);
  stored.clear();
  happens("storage", { key: null });
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "elsewhere" });
  expect(calls("POST /refresh")).toHaveLength(1);
});
