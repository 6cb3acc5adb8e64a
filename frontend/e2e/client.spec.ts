/** The client by itself, in real tabs, on a page that is nothing but the client; tokens run out all the time. */
import type { BrowserContext, Page } from "@playwright/test";
import { build, type Rolldown } from "vite";
import type { Authflow } from "../client/src/index.ts";
import { expect, register, test } from "./world.ts";

const TABS = 3;
const ROUNDS = 20;
const CALLS = 5;
/** What an access token of that server lives, and a little more. */
const LIFE = 1_100;
const PAGE = `<!doctype html><title>The client</title><script type="module">
  import { createAuthflow } from "/alone/client.js";
  window.authflow = createAuthflow({ url: "" });
  window.authflow.start();
</script>`;

declare global {
  interface Window {
    authflow: Authflow;
  }
}

test.use({ server: "BRIEF" });

let code = "";
test.beforeAll(async () => {
  const made = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, lib: { entry: "client/src/index.ts", formats: ["es"] } },
  })) as Rolldown.RolldownOutput[];
  code = (made[0] as Rolldown.RolldownOutput).output[0].code;
});

async function serveClient(context: BrowserContext): Promise<void> {
  await context.route("**/alone/client.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: code }),
  );
  // As the pages of the application say it.
  const headers = { "Referrer-Policy": "no-referrer" };
  await context.route("**/alone/", (route) => route.fulfill({ contentType: "text/html", headers, body: PAGE }));
}

const statusOf = (tab: Page) => tab.evaluate(() => window.authflow.getSession().status);

/** How many calls of so many at once failed, and why. */
const callAtOnce = (tab: Page, count: number) =>
  tab.evaluate(async (count) => {
    const calls = Array.from({ length: count }, () => window.authflow.getMe());
    const ended = await Promise.allSettled(calls);
    return ended
      .filter(({ status }) => status === "rejected")
      .map((each) => String((each as PromiseRejectedResult).reason));
  }, count);

test("tabs that call all at once with tokens that ran out: nothing fails, nobody is logged out", async ({
  page,
  context,
  api,
  person,
}) => {
  test.setTimeout(120_000);
  await serveClient(context);
  await register(api, person);
  await page.goto("/alone/");
  await page.evaluate(({ email, password }) => window.authflow.logIn({ email, password }), person);
  const tabs = [page, ...(await Promise.all(Array.from({ length: TABS - 1 }, () => context.newPage())))];
  for (const tab of tabs.slice(1)) {
    await tab.goto("/alone/");
    await expect.poll(() => statusOf(tab)).toBe("signedIn");
  }
  const refreshes: number[] = [];
  context.on("response", (response) => {
    if (response.url().endsWith("/refresh")) refreshes.push(response.status());
  });
  for (let round = 0; round < ROUNDS; round++) {
    await page.waitForTimeout(LIFE);
    const failed = await Promise.all(tabs.map((tab) => callAtOnce(tab, CALLS)));
    expect(failed.flat()).toEqual([]);
  }
  expect(await Promise.all(tabs.map(statusOf))).toEqual(tabs.map(() => "signedIn"));
  // One for each tab and round, whatever it called; and without any grace each of them is a rotation of its own.
  expect(refreshes.length).toBeGreaterThanOrEqual(ROUNDS);
  expect(refreshes.length).toBeLessThanOrEqual(ROUNDS * TABS);
  expect(new Set(refreshes)).toEqual(new Set([200]));
});

test("an answer of a refresh that was lost is asked for again, and nobody is logged out", async ({
  page,
  context,
  api,
  person,
}) => {
  await serveClient(context);
  await register(api, person);
  await page.goto("/alone/");
  await page.evaluate(({ email, password }) => window.authflow.logIn({ email, password }), person);
  const keys: (string | undefined)[] = [];
  await context.route("**/api/auth/refresh", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    const answer = await route.fetch();
    expect(answer.status()).toBe(200);
    // The server has rotated; the browser never hears of it.
    return keys.length === 1 ? route.abort("connectionreset") : route.fulfill({ response: answer });
  });
  await page.waitForTimeout(LIFE);
  // Whether these come through or say that the network failed: nobody is logged out.
  await callAtOnce(page, CALLS);
  expect(await statusOf(page)).toBe("signedIn");
  await page.waitForTimeout(LIFE);
  expect(await callAtOnce(page, CALLS)).toEqual([]);
  expect(await statusOf(page)).toBe("signedIn");
  expect(keys[1]).toBe(keys[0]);
});
