import { expect, test } from "./world.ts";

test("a page comes under the policy, is not kept, and says nothing of itself to others", async ({ request }) => {
  const headers = (await request.get("/auth/reset-password/r1-a")).headers();
  expect(headers["content-security-policy"]).toContain("require-trusted-types-for 'script'");
  expect(headers["cache-control"]).toBe("no-store");
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["x-content-type-options"]).toBe("nosniff");
});

test("the page holds nothing inline, and what it says without scripts", async ({ request }) => {
  const html = await (await request.get("/")).text();
  expect(html).not.toMatch(/<style|style=|data:|<script(?![^>]*src=)|\son\w+=/);
  expect(html).toContain('<html lang="en">');
  expect(html).toMatch(/<noscript>.+<\/noscript>/);
  expect(html).toContain('name="robots" content="noindex"');
  expect(html).toMatch(/rel="icon" href="[^"]+\.svg"/);
});

test("a missing asset is a 404, never the page", async ({ request }) => {
  expect((await request.get("/assets/gone.js")).status()).toBe(404);
});

test("after a new deployment a page that asks for a file that is gone is loaded anew, once", async ({
  page,
  watched,
}) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Log in" })).toBeVisible();
  let loads = 0;
  page.on("load", () => loads++);
  await page.route("**/assets/Register-*.js", (route) => route.fulfill({ status: 404 }));
  await page.getByRole("link", { name: "Create an account" }).click();
  await expect.poll(() => loads).toBe(1);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page did not load");
  await page.unroute("**/assets/Register-*.js");
  await page.getByRole("button", { name: "Load it again" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create an account");
  // What React says of the part that did not come.
  watched.faults.length = 0;
});

test("a page that cannot be fetched without a connection says so, and loses nothing of what is there", async ({
  page,
  context,
  watched,
}) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await context.setOffline(true);
  await page.getByRole("link", { name: "Create an account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page did not load");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Load it again" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create an account");
  // What React says of the part that did not come.
  watched.faults.length = 0;
});
