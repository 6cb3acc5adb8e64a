import { chromium } from "@playwright/test";
import { arrive, expect, newPerson, register, test } from "./world.ts";

test("back after a log-out shows the log-in, also where the browser kept the page as it was", async ({
  api,
  baseURL,
  launchOptions,
}) => {
  const browser = await chromium.launch({ ...launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  const headers = { "X-Forwarded-For": "198.51.100.77" };
  const context = await browser.newContext({ baseURL: baseURL as string, extraHTTPHeaders: headers });
  const page = await context.newPage();
  const person = newPerson();
  await arrive(page, api, person);
  // Somewhere else, and from there a log-out in another tab.
  await page.goto("/mark.svg");
  const other = await context.newPage();
  await other.goto("/auth/dashboard");
  await other.locator("summary").click();
  await other.getByRole("button", { name: "Log out" }).click();
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Log in");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Log in");
  await browser.close();
});

test("who logs in after somebody else sees nothing of them", async ({ page, api, person }) => {
  await arrive(page, api, person);
  await page.getByRole("navigation").getByRole("link", { name: "Devices" }).click();
  await expect(page.locator(".rows li")).toHaveCount(1);
  await page.locator("summary").click();
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Log in");
  const next = newPerson();
  await register(api, next);
  await page.route("**/api/auth/events?*", () => undefined);
  await page.getByLabel("Email address").fill(next.email);
  await page.getByLabel("Password", { exact: true }).fill(next.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${next.username}`);
  // Its list is still on its way: that of the one before would stand there if it had been kept.
  await expect(page.locator(".events li")).toHaveCount(0);
  await expect(page.locator("body")).not.toContainText(person.email);
});

test("with colours forced, or motion reduced, nothing that means something is lost", async ({
  page,
  api,
  person,
}) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await arrive(page, api, person);
  const current = page.getByRole("navigation").getByRole("link", { name: "Overview" });
  await expect(current).toHaveAttribute("aria-current", "page");
  const line = await current.evaluate((link) => getComputedStyle(link, "::after").backgroundColor);
  expect(line).not.toBe("rgba(0, 0, 0, 0)");
  const moves = await page.evaluate(() => document.getAnimations().length);
  expect(moves).toBe(0);
});

test("an account is made and left by keyboard alone", async ({ page, person }) => {
  await page.goto("/auth/register");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create an account");
  for (const text of ["", "", person.username, person.email, person.password]) {
    await page.keyboard.press("Tab");
    if (text) await page.keyboard.type(text);
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
  await page.locator("summary").focus();
  await page.keyboard.press("Enter");
  for (let stop = 0; stop < 3; stop++) await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Log out" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Log out" })).toBeHidden();
  await expect(page.locator("summary")).toBeFocused();
  await page.keyboard.press("Enter");
  for (let stop = 0; stop < 3; stop++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Log in");
});
