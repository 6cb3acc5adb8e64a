import { expect, test, vi } from "vitest";
import type { Authflow } from "../src/index.ts";
import { ADA, answer, asked, calls, json, loggedIn, onlyWith, pair, refusal, stored, tab } from "./world.ts";

const credentials = { email: "ada@example.com", password: "secret" };

test.each<[string, object | undefined, (authflow: Authflow) => Promise<unknown>]>([
  [
    "POST /register",
    { username: "Ada", ...credentials },
    (it) => it.register({ username: "Ada", ...credentials }),
  ],
  ["POST /login", { ...credentials, delivery: "refresh-cookie" }, (it) => it.logIn(credentials)],
  ["POST /forgot-password", { email: "a@b.test" }, (it) => it.forgotPassword("a@b.test")],
  [
    "POST /reset-password",
    { token: "r1-x", password: "p" },
    (it) => it.resetPassword({ token: "r1-x", password: "p" }),
  ],
  ["POST /verify-email", { token: "v", delivery: "refresh-cookie" }, (it) => it.verifyEmail({ token: "v" })],
  ["POST /resend-verification", { registrationId: "i" }, (it) => it.resendVerification({ registrationId: "i" })],
])("%s goes without a token, as the contract has it", async (call, body, run) => {
  answer(call, () => pair());
  await run(tab());
  expect(asked).toHaveLength(1);
  expect(calls(call)).toMatchObject([{ body, token: undefined }]);
});

test.each<[string, object | undefined, (authflow: Authflow) => Promise<unknown>]>([
  ["POST /logout-all", undefined, (it) => it.logOutEverywhere()],
  ["GET /me", undefined, (it) => it.getMe()],
  ["PATCH /me", { username: "Ada L." }, (it) => it.rename("Ada L.")],
  ["DELETE /me", { password: "p" }, (it) => it.deleteAccount("p")],
  [
    "POST /change-password",
    { currentPassword: "p", newPassword: "q" },
    (it) => it.changePassword({ currentPassword: "p", newPassword: "q" }),
  ],
  [
    "POST /change-email",
    { newEmail: "l@b.test", password: "p" },
    (it) => it.changeEmail({ newEmail: "l@b.test", password: "p" }),
  ],
  ["GET /sessions", undefined, (it) => it.listDevices()],
  ["GET /sessions?limit=10&cursor=a%2Bb", undefined, (it) => it.listDevices({ limit: 10, cursor: "a+b" })],
  ["DELETE /sessions/5f0c", undefined, (it) => it.logOutDevice("5f0c")],
  ["GET /events", undefined, (it) => it.listEvents()],
  ["GET /events?cursor=9", undefined, (it) => it.listEvents({ cursor: "9" })],
])("%s goes with the token, as the contract has it", async (call, body, run) => {
  const authflow = await loggedIn();
  answer(call, () => json(200, { user: ADA }));
  await run(authflow);
  expect(calls(call)).toMatchObject([{ body, token: "access-1" }]);
  expect(calls(call)[0]?.init).toMatchObject({ credentials: "include", keepalive: false });
});

test("both answers of a registration are told apart by what they have", async () => {
  const authflow = tab();
  answer(
    "POST /register",
    () => json(201, { user: ADA }),
    () => json(202, { message: "m", registrationId: "i" }),
  );
  const [made, asks] = [
    await authflow.register({ username: "Ada", ...credentials }),
    await authflow.register({ username: "Ada", ...credentials }),
  ];
  expect("user" in made && made.user).toEqual(ADA);
  expect("registrationId" in asks && asks.registrationId).toBe("i");
  expect(stored.size).toBe(0);
});

test("a proof of an email signs in", async () => {
  answer("POST /verify-email", () => pair());
  const authflow = tab();
  expect(await authflow.verifyEmail({ registrationId: "i", otp: "12345678" })).toEqual(ADA);
  expect(authflow.getSession()).toEqual({ status: "signedIn", user: ADA });
});

test.each<[string, (authflow: Authflow) => Promise<unknown>]>([
  ["POST /logout-all", (it) => it.logOutEverywhere()],
  ["DELETE /me", (it) => it.deleteAccount("p")],
])("after %s nobody is signed in here", async (call, run) => {
  const authflow = await loggedIn();
  answer(call, () => json(200, { message: "m" }));
  await run(authflow);
  expect(authflow.getSession()).toEqual({ status: "signedOut", reason: "here" });
  expect(stored.size).toBe(0);
});

test("a wrong password of one who is signed in is a matter of that form", async () => {
  const authflow = await loggedIn();
  answer("DELETE /me", () => refusal(422, "validation_failed", { errors: { password: ["It is wrong."] } }));
  await expect(authflow.deleteAccount("p")).rejects.toMatchObject({ fields: { password: ["It is wrong."] } });
  expect(authflow.getSession().status).toBe("signedIn");
});

test("the root of the API may end with a slash", async () => {
  await tab({ url: "https://api.example.com/" }).logIn(credentials);
  expect(calls("POST /login")).toHaveLength(1);
});

test("an API of one's own is called with the token, and again with a fresh one", async () => {
  const authflow = await loggedIn();
  answer("POST /orders", onlyWith("access-2", { order: 1 }));
  const order = { method: "POST", body: '{"item":7}', headers: { "X-Mine": "yes" } };
  const said = await authflow.fetch("https://api.example.com/orders", order);
  expect(await said.json()).toMatchObject({ order: 1 });
  expect(asked.map(({ path }) => path)).toEqual(["/login", "/orders", "/refresh", "/orders"]);
});

test("what else such an API answers is the caller's: a 403, and a 401 that is not about the token's age", async () => {
  const authflow = await loggedIn();
  answer(
    "GET /orders",
    () => refusal(403, "forbidden"),
    () => new Response("no", { status: 401 }),
  );
  for (const status of [403, 401])
    expect((await authflow.fetch("https://api.example.com/orders")).status).toBe(status);
  expect(authflow.getSession().status).toBe("signedIn");
});

test("a token for what cannot fetch is one that is still good", async () => {
  vi.useFakeTimers();
  const authflow = await loggedIn();
  expect(await authflow.getAccessToken()).toBe("access-1");
  vi.advanceTimersByTime(901_000);
  expect(await authflow.getAccessToken()).toBe("access-2");
});
