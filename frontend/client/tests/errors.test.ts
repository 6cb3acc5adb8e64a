import { expect, test, vi } from "vitest";
import { AuthflowError } from "../src/index.ts";
import { answer, loggedIn, lost, refusal, reloaded, stored, tab, until } from "./world.ts";

const logIn = () => tab().logIn({ email: "ada@example.com", password: "secret" });
const page = (status: number, headers = {}) =>
  new Response("<!doctype html><title>A page</title>", { status, headers });

test("a refusal says what the API said", async () => {
  answer("POST /login", () => refusal(403, "email_not_verified", { registrationId: "i" }));
  const error = await logIn().catch((caught) => caught);
  expect(error).toBeInstanceOf(AuthflowError);
  expect(error).toMatchObject({
    name: "AuthflowError",
    code: "email_not_verified",
    message: "It is email_not_verified.",
    status: 403,
    registrationId: "i",
    requestId: "r-1",
    isTemporary: false,
  });
});

test("the reasons of a 422 stand by field", async () => {
  answer("POST /login", () => refusal(422, "validation_failed", { errors: { email: ["It is missing."] } }));
  await expect(logIn()).rejects.toMatchObject({ fields: { email: ["It is missing."] } });
});

test("a limit says in how many seconds to try again, and nobody sleeps on it", async () => {
  answer("POST /login", () => refusal(429, "rate_limited", {}, { "Retry-After": "42" }));
  await expect(logIn()).rejects.toMatchObject({ status: 429, retryAfter: 42, isTemporary: true });
});

test("a date in Retry-After, as proxies write it, is no number of seconds", async () => {
  const headers = { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" };
  answer("POST /login", () => refusal(503, "unavailable", {}, headers));
  const error = await logIn().catch((caught) => caught);
  expect(error.retryAfter).toBeUndefined();
});

test("no answer is status 0, and temporary", async () => {
  answer("POST /login", lost);
  await expect(logIn()).rejects.toMatchObject({ code: "unreachable", status: 0, isTemporary: true });
});

test.each([502, 503, 504, 429, 500])("a page of a proxy with %i is an API that is away", async (status) => {
  answer("POST /login", () => page(status, { "Retry-After": "5" }));
  await expect(logIn()).rejects.toMatchObject({ code: "unreachable", status: 0, retryAfter: 5 });
});

test.each([200, 401, 404, 405])("a page with %i where the API should be says how to mend it", async (status) => {
  answer("POST /login", () => page(status));
  const error = await logIn().catch((caught) => caught);
  expect(error).toMatchObject({ code: "not_the_api", status: 0, isTemporary: false });
  expect(error.message).toContain("VITE_API_URL");
});

test.each(["null", "[]", '"text"', "{}", '{"status":"ok"}'])(
  "JSON that is not ours is not the API: %s",
  async (text) => {
    answer("POST /login", () => new Response(text));
    await expect(logIn()).rejects.toMatchObject({ code: "not_the_api" });
  },
);

test("a page instead of the API, even one with 401, signs nobody out", async () => {
  answer("POST /refresh", () => page(401));
  const authflow = reloaded();
  await until("unreachable", authflow);
  expect(authflow.getSession()).toMatchObject({ error: { code: "not_the_api" } });
  expect(stored.get("authflow")).toBe("a mark");
});

test("a caller's own abort passes as it is", async () => {
  const authflow = await loggedIn();
  answer("GET /me", () => new Promise(() => undefined));
  const aborting = new AbortController();
  const me = authflow.getMe(aborting.signal);
  aborting.abort();
  await expect(me).rejects.toMatchObject({ name: "AbortError" });
});

test("a call other than refresh and log-out ends after fifteen seconds", async () => {
  const given = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
  await expect(logIn()).rejects.toMatchObject({ code: "unreachable" });
  expect(given).toHaveBeenCalledWith(15_000);
});
