import { expect, test, vi } from "vitest";
import {
  ADA,
  answer,
  asked,
  BOB,
  calls,
  later,
  loggedIn,
  lost,
  onlyWith,
  pair,
  QUICKLY,
  queueOfTabs,
  refusal,
  reloaded,
  stored,
  tab,
  until,
} from "./world.ts";

test("calls with an expired token share one refresh, and are each repeated once", async () => {
  const authflow = await loggedIn();
  answer("GET /me", onlyWith("access-2"));
  const five = await Promise.all([1, 2, 3, 4, 5].map(() => authflow.getMe()));
  expect(five).toEqual([ADA, ADA, ADA, ADA, ADA]);
  expect(calls("POST /refresh")).toHaveLength(1);
  expect(calls("GET /me")).toHaveLength(10);
});

test("a call whose refusal comes after the refresh is repeated with the token that is there", async () => {
  const authflow = await loggedIn();
  const slow = later();
  answer("GET /me", slow.answer, onlyWith("access-2"));
  const first = authflow.getMe();
  await vi.waitFor(() => expect(calls("GET /me")).toHaveLength(1), QUICKLY);
  const second = await authflow.getMe();
  slow.comes(refusal(401, "token_expired"));
  expect([await first, second]).toEqual([ADA, ADA]);
  expect(calls("POST /refresh")).toHaveLength(1);
});

test("a token that this browser's clock takes for spent is not shown to the API first", async () => {
  vi.useFakeTimers();
  const authflow = await loggedIn();
  vi.advanceTimersByTime(901_000);
  await authflow.getMe();
  expect(asked.slice(1).map(({ path }) => path)).toEqual(["/refresh", "/me"]);
});

test("a clock that was set back decides nothing: refused, refreshed, repeated", async () => {
  vi.useFakeTimers();
  const authflow = await loggedIn();
  vi.setSystemTime(Date.now() - 3_600_000);
  answer("GET /me", onlyWith("access-2"));
  expect(await authflow.getMe()).toEqual(ADA);
  expect(asked.slice(1).map(({ path }) => path)).toEqual(["/me", "/refresh", "/me"]);
});

test("any method is repeated: the refused call did nothing", async () => {
  const authflow = await loggedIn();
  answer("PATCH /me", onlyWith("access-2", { user: { ...ADA, username: "Lovelace" } }));
  await authflow.rename("Lovelace");
  expect(calls("PATCH /me").map(({ body }) => body)).toEqual([{ username: "Lovelace" }, { username: "Lovelace" }]);
  expect(authflow.getSession()).toMatchObject({ user: { username: "Lovelace" } });
});

test("it is repeated once, and still signed in if it is refused again", async () => {
  const authflow = await loggedIn();
  answer("GET /me", () => refusal(401, "token_expired"));
  await expect(authflow.getMe()).rejects.toMatchObject({ code: "token_expired" });
  expect(calls("GET /me")).toHaveLength(2);
  expect(authflow.getSession().status).toBe("signedIn");
});

test.each(["invalid_credentials", "email_taken", "validation_failed", "rate_limited", "internal_error"])(
  "nothing is refreshed or repeated on %s",
  async (code) => {
    const authflow = await loggedIn();
    answer("POST /change-password", () => refusal(code === "invalid_credentials" ? 401 : 409, code));
    const change = authflow.changePassword({ currentPassword: "a", newPassword: "b" });
    await expect(change).rejects.toMatchObject({ code });
    expect(calls("POST /refresh")).toHaveLength(0);
    expect(calls("POST /change-password")).toHaveLength(1);
    expect(authflow.getSession().status).toBe("signedIn");
  },
);

test.each(["session_revoked", "token_invalid", "token_missing"])(
  "%s signs out, with that reason",
  async (code) => {
    const authflow = await loggedIn();
    answer("GET /me", () => refusal(401, code));
    await expect(authflow.getMe()).rejects.toMatchObject({ code });
    expect(authflow.getSession()).toEqual({ status: "signedOut", reason: code });
    expect([...stored]).toEqual([]);
    expect(calls("POST /refresh")).toHaveLength(0);
  },
);

test("a refresh is tried three times within 2.5 s while no answer comes, with one key, and never aborted", async () => {
  vi.useFakeTimers();
  answer("POST /refresh", lost, lost, () => pair());
  const authflow = reloaded();
  await vi.advanceTimersByTimeAsync(2_499);
  expect(calls("POST /refresh")).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(authflow.getSession().status).toBe("signedIn");
  const tries = calls("POST /refresh");
  expect(new Set(tries.map(({ key }) => key)).size).toBe(1);
  expect(tries.map(({ init }) => init.signal)).toEqual([null, null, null]);
  // The second one without: older browsers refuse it where a preflight is needed.
  expect(tries.map(({ init }) => init.keepalive)).toEqual([true, false, true]);
});

test("a server that answers slowly, however slowly, is not asked twice", async () => {
  vi.useFakeTimers();
  const slow = later();
  answer("POST /refresh", slow.answer);
  const authflow = reloaded();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(calls("POST /refresh")).toHaveLength(1);
  slow.comes(pair());
  await vi.advanceTimersByTimeAsync(0);
  expect(authflow.getSession().status).toBe("signedIn");
});

test("an answer that refuses is not asked for again in a moment: 429 and 503 say when", async () => {
  answer("POST /refresh", () => refusal(503, "unavailable", {}, { "Retry-After": "7" }));
  const authflow = reloaded();
  await until("unreachable", authflow);
  expect(calls("POST /refresh")).toHaveLength(1);
  expect(authflow.getSession()).toMatchObject({ error: { retryAfter: 7 } });
});

test("the key of a lost answer is kept, and used by whichever tab refreshes next", async () => {
  vi.useFakeTimers();
  answer("POST /refresh", lost);
  const closed = reloaded();
  await vi.advanceTimersByTimeAsync(3_000);
  const { key } = calls("POST /refresh")[0] as { key: string };
  expect(key).toMatch(/^[!-~]{16,128}$/);
  expect(stored.get("authflow.refresh")).toBe(key);
  expect(closed.getSession().status).toBe("unreachable");
  answer(
    "POST /refresh",
    () => refusal(503, "unavailable"),
    () => pair(),
  );
  const next = tab();
  next.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(stored.get("authflow.refresh")).toBe(key);
  next.retry();
  await vi.advanceTimersByTimeAsync(0);
  expect(calls("POST /refresh").map((each) => each.key)).toEqual(Array(calls("POST /refresh").length).fill(key));
  expect(stored.has("authflow.refresh")).toBe(false);
});

test("the key stands before the first try leaves, and is another for the next refresh", async () => {
  const before: (string | undefined)[] = [];
  answer("POST /refresh", ({ key }) => {
    before.push(key);
    expect(stored.get("authflow.refresh")).toBe(key);
    return pair();
  });
  const authflow = reloaded();
  await until("signedIn", authflow);
  answer("GET /me", onlyWith("access-2"));
  await authflow.getMe();
  expect(new Set(before).size).toBe(2);
});

test("a refusal is an answer: a key that the API does not take is not kept for ever", async () => {
  stored.set("authflow.refresh", "short");
  answer(
    "POST /refresh",
    () => refusal(422, "validation_failed"),
    () => pair(),
  );
  const authflow = reloaded();
  await until("unreachable", authflow);
  authflow.retry();
  await until("signedIn", authflow);
  expect(calls("POST /refresh").map(({ key }) => key === "short")).toEqual([true, false]);
});

test("of two tabs one refreshes after the other", async () => {
  let under = 0;
  answer("POST /refresh", async () => {
    expect(++under).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    under--;
    return pair();
  });
  const tabs = [reloaded(), tab(), tab()];
  for (const each of tabs) each.start();
  await Promise.all(tabs.map((each) => until("signedIn", each)));
  expect(calls("POST /refresh")).toHaveLength(3);
});

test("under the lock nobody is told anything: a subscriber may call, and wait", async () => {
  const authflow = reloaded();
  let me: unknown;
  authflow.subscribe(() => {
    if (authflow.getSession().status === "signedIn")
      me ??= navigator.locks.request("authflow", async () => "free");
  });
  vi.stubGlobal("navigator", {
    locks: {
      request: (_: string, options: object | (() => unknown), work?: () => unknown) =>
        (work ?? (options as () => unknown))(),
    },
  });
  await until("signedIn", authflow);
  expect(await me).toBe("free");
});

test("a tab that keeps the lock for ever costs five seconds", async () => {
  vi.useFakeTimers();
  vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    const over = new AbortController();
    setTimeout(() => over.abort(new DOMException("over", "TimeoutError")), milliseconds);
    return over.signal;
  });
  const locks = queueOfTabs();
  void locks.request("authflow", { signal: new AbortController().signal }, () => new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(0);
  vi.stubGlobal("navigator", { locks });
  const authflow = reloaded();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(asked).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(authflow.getSession().status).toBe("signedIn");
});

test("a failure under the lock is not tried again outside of it", async () => {
  answer("POST /refresh", () => refusal(403, "origin_not_allowed"));
  const authflow = reloaded();
  await until("unreachable", authflow);
  expect(calls("POST /refresh")).toHaveLength(1);
  expect(authflow.getSession()).toMatchObject({ error: { code: "origin_not_allowed" } });
});

test("without locks, as over plain http in a local network, it works", async () => {
  vi.stubGlobal("navigator", {});
  const authflow = reloaded();
  await until("signedIn", authflow);
});

test("who logs out during a refresh stays logged out", async () => {
  const authflow = await loggedIn();
  const slow = later();
  answer("GET /me", onlyWith("access-2"));
  answer("POST /refresh", slow.answer);
  const me = authflow.getMe();
  await vi.waitFor(() => expect(calls("POST /refresh")).toHaveLength(1), QUICKLY);
  await authflow.logOut();
  slow.comes(pair());
  await expect(me).rejects.toMatchObject({ code: "session_changed" });
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "here" });
  expect([...stored]).toEqual([]);
});

test("what an older session is told does not end the newer one", async () => {
  const authflow = await loggedIn();
  const slow = later();
  answer("GET /me", slow.answer);
  const me = authflow.getMe();
  await vi.waitFor(() => expect(calls("GET /me")).toHaveLength(1), QUICKLY);
  answer("POST /login", () => pair(BOB));
  await authflow.logIn({ email: BOB.email, password: "secret" });
  slow.comes(refusal(401, "session_revoked"));
  await expect(me).rejects.toMatchObject({ code: "session_changed" });
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: BOB });
});

test("no call is repeated, and no answer given, as somebody else", async () => {
  const authflow = await loggedIn();
  const slow = later();
  answer("DELETE /me", () => refusal(401, "token_expired"));
  answer("POST /refresh", slow.answer);
  const deletion = authflow.deleteAccount("secret");
  await vi.waitFor(() => expect(calls("POST /refresh")).toHaveLength(1), QUICKLY);
  authflow.start();
  stored.set("authflow", "the mark of another");
  answer("POST /refresh", () => pair(BOB));
  authflow.retry();
  slow.comes(pair());
  await expect(deletion).rejects.toMatchObject({ code: "session_changed" });
  await until("signedIn", authflow);
  expect(calls("DELETE /me")).toHaveLength(1);
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: BOB });
});

test("a caller's abort ends the call, never the refresh that others wait for", async () => {
  const authflow = await loggedIn();
  const slow = later();
  answer(
    "GET /me",
    () => refusal(401, "token_expired"),
    () => refusal(401, "token_expired"),
    onlyWith("access-2"),
  );
  answer("POST /refresh", slow.answer);
  const aborting = new AbortController();
  const given_up = authflow.getMe(aborting.signal);
  const waiting = authflow.getMe();
  await vi.waitFor(() => expect(calls("POST /refresh")).toHaveLength(1), QUICKLY);
  aborting.abort();
  slow.comes(pair());
  await expect(given_up).rejects.toMatchObject({ name: "AbortError" });
  expect(await waiting).toEqual(ADA);
  expect(calls("POST /refresh")).toHaveLength(1);
});

test("a lost connection during a refresh fails the call and keeps the person", async () => {
  vi.useFakeTimers();
  const authflow = await loggedIn();
  answer("GET /me", () => refusal(401, "token_expired"));
  answer("POST /refresh", lost);
  const me = expect(authflow.getMe()).rejects.toMatchObject({ code: "unreachable", status: 0, isTemporary: true });
  await vi.advanceTimersByTimeAsync(2_500);
  await me;
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: ADA });
});
