import { expect, test, vi } from "vitest";
import {
  ADA,
  answer,
  asked,
  BOB,
  calls,
  happens,
  json,
  later,
  loggedIn,
  lost,
  pair,
  QUICKLY,
  refusal,
  reloaded,
  stored,
  tab,
  until,
} from "./world.ts";

test("a log-out in one tab shows in the others, without a call", async () => {
  const here = reloaded();
  const there = tab();
  there.start();
  await Promise.all([until("signedIn", here), until("signedIn", there)]);
  await here.logOut();
  expect(here.getSession()).toEqual({ status: "signedOut", reason: "here" });
  expect(there.getSession()).toEqual({ status: "signedOut", reason: "elsewhere" });
  expect(calls("POST /logout")).toHaveLength(1);
});

test("storage that is cleared as a whole is a log-out too", async () => {
  const authflow = reloaded();
  await until("signedIn", authflow);
  stored.clear();
  happens("storage", { key: null });
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "elsewhere" });
});

test("a log-in in one tab shows in the others, as whoever it is", async () => {
  const there = reloaded();
  await until("signedIn", there);
  answer("POST /login", () => pair(BOB));
  answer("POST /refresh", () => pair(BOB));
  const here = tab();
  await here.logIn({ email: BOB.email, password: "secret" });
  expect(there.getSession()).toEqual({ status: "restoring" });
  await until("signedIn", there);
  expect(there.getSession()).toEqual({ status: "signedIn", user: BOB });
});

test("what another tab did is never written back", async () => {
  const authflow = reloaded();
  await until("signedIn", authflow);
  const writing = vi.spyOn(localStorage, "setItem");
  const removing = vi.spyOn(localStorage, "removeItem");
  stored.delete("authflow");
  happens("storage", { key: "authflow" });
  expect(authflow.getSession().status).toBe("signedOut");
  expect(writing).not.toHaveBeenCalled();
  expect(removing).not.toHaveBeenCalled();
});

test("what others keep in the same storage is none of our business", async () => {
  vi.useFakeTimers();
  const authflow = reloaded();
  await vi.advanceTimersByTimeAsync(70_000);
  happens("storage", { key: "theme" });
  await vi.advanceTimersByTimeAsync(0);
  expect(authflow.getSession().status).toBe("signedIn");
  expect(asked).toHaveLength(1);
});

test.each(["pageshow", "visibilitychange", "online"])(
  "a tab that slept through a log-out sees it at %s, and one that slept through a new log-in too",
  async (type) => {
    const authflow = reloaded();
    await until("signedIn", authflow);
    stored.set("authflow", "the mark of another");
    answer("POST /refresh", () => pair(BOB));
    happens(type);
    await until("signedIn", authflow);
    expect(authflow.getSession()).toEqual({ status: "signedIn", user: BOB });
    stored.delete("authflow");
    happens(type);
    expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "elsewhere" });
  },
);

test("who comes back after a minute is looked up once, quietly", async () => {
  vi.useFakeTimers();
  const authflow = reloaded();
  await vi.advanceTimersByTimeAsync(59_000);
  happens("visibilitychange");
  await vi.advanceTimersByTimeAsync(0);
  expect(calls("GET /me")).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(2_000);
  answer("GET /me", () => json(200, { user: { ...ADA, username: "Lovelace" } }));
  const shown: string[] = [];
  authflow.subscribe(() => shown.push(authflow.getSession().status));
  for (let times = 0; times < 5; times++) happens("visibilitychange");
  await vi.advanceTimersByTimeAsync(0);
  expect(calls("GET /me")).toHaveLength(1);
  expect(authflow.getSession()).toMatchObject({ user: { username: "Lovelace" } });
  expect(shown).toEqual(["signedIn"]);
});

test("who leaves is not looked up", async () => {
  vi.useFakeTimers();
  reloaded();
  await vi.advanceTimersByTimeAsync(70_000);
  vi.stubGlobal("document", { hidden: true });
  happens("visibilitychange");
  await vi.advanceTimersByTimeAsync(0);
  expect(calls("GET /me")).toHaveLength(0);
});

test("coming back without a connection changes nothing; with a session that was ended elsewhere it does", async () => {
  vi.useFakeTimers();
  const authflow = reloaded();
  answer("GET /me", lost, () => refusal(401, "session_revoked"));
  await vi.advanceTimersByTimeAsync(61_000);
  happens("pageshow");
  await vi.advanceTimersByTimeAsync(0);
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: ADA });
  await vi.advanceTimersByTimeAsync(61_000);
  happens("pageshow");
  await vi.advanceTimersByTimeAsync(0);
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "session_revoked" });
});

test("a refusal of an old session does not undo the log-in of another tab", async () => {
  const authflow = await loggedIn();
  const slow = later();
  answer("GET /me", slow.answer);
  const me = authflow.getMe();
  await vi.waitFor(() => expect(calls("GET /me")).toHaveLength(1), QUICKLY);
  stored.set("authflow", "the mark of another");
  answer("POST /refresh", () => pair(BOB));
  slow.comes(refusal(401, "session_revoked"));
  await expect(me).rejects.toMatchObject({ code: "session_revoked" });
  expect(stored.get("authflow")).toBe("the mark of another");
  // As a browser says of what another tab wrote, sooner or later.
  authflow.start();
  happens("storage", { key: "authflow" });
  await until("signedIn", authflow);
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: BOB });
});

test("a log-out throws where the API cannot be reached, and the person stays shown", async () => {
  const authflow = await loggedIn();
  for (const failure of [lost, () => refusal(503, "unavailable"), () => refusal(429, "rate_limited")]) {
    answer("POST /logout", failure);
    await expect(authflow.logOut()).rejects.toMatchObject({ isTemporary: true });
    expect(authflow.getSession()).toEqual({ status: "signedIn", user: ADA });
    expect(stored.has("authflow")).toBe(true);
  }
});

test("a log-out that is refused because nobody is signed in is done", async () => {
  const authflow = await loggedIn();
  answer("POST /logout", () => refusal(401, "token_missing"));
  await authflow.logOut();
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "here" });
});

test("a log-out carries what it has, expired or not, and outlives its page", async () => {
  const authflow = await loggedIn();
  await authflow.logOut();
  const [{ token, init }] = calls("POST /logout") as [(typeof asked)[0]];
  expect([token, init.keepalive, init.signal]).toEqual(["access-1", true, null]);
});

test("nothing runs when nothing happens: there is no timer", async () => {
  vi.useFakeTimers();
  reloaded();
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(asked).toHaveLength(1);
});

test("a refresh of an older session that is refused late does not end the newer one", async () => {
  const slow = later();
  answer("POST /refresh", slow.answer, () => pair(BOB));
  const authflow = reloaded();
  await vi.waitFor(() => expect(calls("POST /refresh")).toHaveLength(1), QUICKLY);
  stored.set("authflow", "the mark of another");
  vi.stubGlobal("navigator", {});
  happens("pageshow");
  await until("signedIn", authflow);
  slow.comes(refusal(401, "session_revoked"));
  await new Promise((resolve) => setTimeout(resolve));
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: BOB });
  expect(stored.get("authflow")).toBe("the mark of another");
});

test("an answer for who was logged in before is not given to who is now", async () => {
  const authflow = await loggedIn();
  authflow.start();
  const slow = later();
  answer("GET /me", slow.answer);
  const me = authflow.getMe();
  await vi.waitFor(() => expect(calls("GET /me")).toHaveLength(1), QUICKLY);
  stored.set("authflow", "the mark of another");
  answer("POST /refresh", () => pair(BOB));
  happens("pageshow");
  await until("signedIn", authflow);
  slow.comes(json(200, { user: ADA }));
  await expect(me).rejects.toMatchObject({ code: "session_changed" });
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: BOB });
});

test("a call that waited for a refresh is not sent if whoever heard of it first turned the session", async () => {
  stored.set("authflow", "a mark");
  const authflow = tab();
  authflow.subscribe(() => {
    if (!stored.delete("authflow")) return;
    authflow.retry();
  });
  await expect(authflow.getMe()).rejects.toMatchObject({ code: "session_changed" });
  expect(calls("GET /me")).toHaveLength(0);
});

test("a log-out before the start ends what this browser knows of", async () => {
  stored.set("authflow", "a mark");
  const authflow = tab();
  await authflow.logOut();
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "here" });
  expect(stored.size).toBe(0);
});
