import { expect, test } from "vitest";
import {
  answer,
  asked,
  calls,
  happens,
  loggedIn,
  lost,
  onlyWith,
  pair,
  refusal,
  stored,
  tab,
  until,
} from "./world.ts";

const inBody = (refreshToken: string) => () => pair(undefined, { refreshToken });

test("delivery by body is asked for, and no stray cookie decides", async () => {
  answer("POST /login", inBody("refresh-0"));
  const authflow = await loggedIn({ delivery: "body" });
  await authflow.getMe();
  expect(calls("POST /login")[0]?.body).toMatchObject({ delivery: "body" });
  expect(asked.map(({ init }) => init.credentials)).toEqual(["omit", "omit"]);
});

test("by default nothing of it is stored: it ends with the page", async () => {
  answer("POST /login", inBody("refresh-0"));
  await loggedIn({ delivery: "body" });
  expect(stored.size).toBe(0);
  const reloaded = tab({ delivery: "body" });
  reloaded.start();
  expect(reloaded.getSession()).toEqual({ status: "signedOut", reason: "anonymous" });
});

test("every refresh presents the newest token", async () => {
  answer("POST /login", inBody("refresh-0"));
  answer("POST /refresh", inBody("refresh-1"), inBody("refresh-2"));
  const authflow = await loggedIn({ delivery: "body" });
  for (const token of ["access-2", "access-3"]) {
    answer("GET /me", onlyWith(token));
    await authflow.getMe();
  }
  expect(calls("POST /refresh").map(({ body }) => body)).toEqual([
    { refreshToken: "refresh-0" },
    { refreshToken: "refresh-1" },
  ]);
});

test("remembered, it survives a reload, and is read when its turn has come", async () => {
  answer("POST /login", inBody("refresh-0"));
  answer("POST /refresh", ({ body }) => pair(undefined, { refreshToken: `${Object.values(body as object)[0]}+` }));
  await loggedIn({ delivery: "body", remember: true });
  const tabs = [1, 2, 3].map(() => tab({ delivery: "body", remember: true }));
  for (const each of tabs) each.start();
  await Promise.all(tabs.map((each) => until("signedIn", each)));
  expect(calls("POST /refresh").map(({ body }) => body)).toEqual([
    { refreshToken: "refresh-0" },
    { refreshToken: "refresh-0+" },
    { refreshToken: "refresh-0++" },
  ]);
  expect(stored.get("authflow.token")).toBe("refresh-0+++");
});

test("a log-out presents it and leaves none of it, also without an access token in memory", async () => {
  stored.set("authflow", "a mark");
  stored.set("authflow.token", "refresh-7");
  answer("POST /refresh", () => refusal(503, "unavailable"));
  const authflow = tab({ delivery: "body", remember: true });
  authflow.start();
  await until("unreachable", authflow);
  await authflow.logOut();
  expect(calls("POST /logout")[0]).toMatchObject({ body: { refreshToken: "refresh-7" }, token: undefined });
  expect(stored.size).toBe(0);
});

test("a log-out in another tab takes a remembered one along; one that lives in memory is a tab's own", async () => {
  answer("POST /login", inBody("refresh-0"));
  const own = await loggedIn({ delivery: "body" });
  own.start();
  const remembered = await loggedIn({ delivery: "body", remember: true });
  remembered.start();
  stored.clear();
  happens("storage", { key: null });
  expect(own.getSession().status).toBe("signedIn");
  expect(remembered.getSession()).toEqual({ status: "signedOut", reason: "elsewhere" });
});

test("a lost answer is asked for again with the same token and the same key", async () => {
  answer("POST /login", inBody("refresh-0"));
  answer("POST /refresh", lost, inBody("refresh-1"));
  const authflow = await loggedIn({ delivery: "body" });
  answer("GET /me", onlyWith("access-2"));
  await authflow.getMe();
  const [first, second] = calls("POST /refresh");
  expect(second?.body).toEqual(first?.body);
  expect(second?.key).toBe(first?.key);
});

test("of a session that another tab ended during a refresh no token is written", async () => {
  answer("POST /login", inBody("refresh-0"));
  const authflow = await loggedIn({ delivery: "body", remember: true });
  answer("GET /me", onlyWith("access-2"));
  answer("POST /refresh", () => {
    stored.clear();
    stored.set("authflow", "the mark of another");
    stored.set("authflow.token", "the token of another");
    return pair(undefined, { refreshToken: "refresh-1" });
  });
  await authflow.getMe();
  expect(stored.get("authflow.token")).toBe("the token of another");
});
