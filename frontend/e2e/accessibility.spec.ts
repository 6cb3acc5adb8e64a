import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { arrive, expect, logInElsewhere, test } from "./world.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari";

/** Pixels that one would have to scroll sideways. */
const beyond = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** A width, and the size of text that its person asked for, in per cent. */
const VIEWS: [number, number][] = [
  [320, 100],
  [640, 200],
  [1280, 200],
];

/**
 * No fault that axe finds, in both colour schemes (24 px for each target among them), 44 px for what sends a form;
 * nothing to be scrolled sideways, down to 320 px and with text of twice its size.
 */
async function isSound(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    expect(found, `${name}, ${colorScheme}`).toEqual([]);
  }
  const main = await page
    .locator('button[type="submit"]:visible')
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height));
  expect(Math.min(44, ...main), `${name}, what sends a form`).toBeGreaterThanOrEqual(44);
  const size = page.viewportSize();
  for (const [width, percent] of VIEWS) {
    await page.setViewportSize({ width, height: 640 });
    await page.evaluate((percent) => {
      document.documentElement.style.fontSize = `${percent}%`;
    }, percent);
    expect(await beyond(page), `${name}, scrolled sideways at ${width} px and ${percent} %`).toBeLessThanOrEqual(
      0,
    );
  }
  await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));
  if (size) await page.setViewportSize(size);
}

const open: [string, string][] = [
  ["/", "Accounts, done with care"],
  ["/auth/login", "Log in"],
  ["/auth/register", "Create an account"],
  ["/auth/forgot-password", "Reset your password"],
  ["/auth/reset-password", "Reset your password"],
  [`/auth/reset-password/r1-${"a".repeat(43)}`, "Choose a new password"],
  ["/auth/verify-email", "Confirm your email address"],
  [`/auth/verify-email/s1-${"a".repeat(43)}`, "Confirm your email address"],
  ["/nothing/here", "There is no such page"],
];

for (const [path, heading] of open)
  test(`${path.slice(0, 30)} is sound`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await isSound(page, path);
    const submit = page.locator('form button[type="submit"]');
    if (!(await submit.count())) return;
    await submit.click();
    await expect(page.locator(".error, [role=alert]").first()).toBeVisible();
    await isSound(page, `${path}, with an error`);
  });

test("overview, menu and devices are sound", async ({ page, api, person }) => {
  await arrive(page, api, person);
  await expect(page.locator(".events li").first()).toBeVisible();
  await isSound(page, "overview");
  await page.locator("summary").click();
  await isSound(page, "menu");
  await logInElsewhere(api, person, IPHONE);
  await page.goto("/devices");
  await expect(page.locator(".rows li")).toHaveCount(2);
  await isSound(page, "devices");
  await page.getByRole("button", { name: /^Log out .*iPhone/ }).click();
  await isSound(page, "devices, asking");
});

test("activity and account are sound", async ({ page, api, person }) => {
  await arrive(page, api, person);
  await page.goto("/activity");
  await expect(page.locator(".events li").first()).toBeVisible();
  await isSound(page, "activity");
  await page.goto("/profile");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await isSound(page, "account, with errors");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await isSound(page, "account, asking");
});

test("the page without a connection and the one that waits are sound", async ({ page, api, person }) => {
  await arrive(page, api, person);
  await page.route("**/api/auth/refresh", () => undefined);
  await page.reload();
  await expect(page.locator(".waiting-line")).toBeVisible();
  await isSound(page, "waiting");
  await page.unroute("**/api/auth/refresh");
  await page.route("**/api/auth/refresh", (route) => route.abort());
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No connection", { timeout: 10_000 });
  await isSound(page, "unreachable");
});

test("every input says what belongs into it, and is large enough", async ({ page, api, person }) => {
  const inputs = () =>
    page
      .locator("form input:not(.unseen)")
      .evaluateAll((all) =>
        (all as HTMLInputElement[]).map((input) => [
          input.name,
          input.type,
          input.autocomplete,
          input.inputMode,
          input.maxLength,
          Number.parseFloat(getComputedStyle(input).fontSize) >= 16,
          input.getBoundingClientRect().height >= 44,
          input.labels?.length,
        ]),
      );
  const email = ["email", "email", "username", "email", -1, true, true, 1];
  const password = (name: string, kind: string) => [name, "password", kind, "", -1, true, true, 1];
  const name = ["username", "text", "nickname", "", -1, true, true, 1];
  const code = ["otp", "text", "one-time-code", "numeric", -1, true, true, 1];
  const expected: [string, unknown[]][] = [
    ["/auth/login", [email, password("password", "current-password")]],
    ["/auth/register", [name, email, password("password", "new-password")]],
    ["/auth/forgot-password", [email]],
    ["/auth/reset-password", [email, code, password("password", "new-password")]],
  ];
  for (const [path, those] of expected) {
    await page.goto(path);
    await expect(page.locator("form input:not(.unseen)")).toHaveCount(those.length);
    expect(await inputs(), path).toEqual(those);
  }
  await arrive(page, api, person);
  await page.goto("/profile");
  await expect(page.locator("form input:not(.unseen)")).toHaveCount(5);
  expect(await inputs()).toEqual([
    name,
    ["newEmail", "email", "email", "email", -1, true, true, 1],
    password("password", "current-password"),
    password("currentPassword", "current-password"),
    password("newPassword", "new-password"),
  ]);
  const kept = await page
    .locator("form input.unseen")
    .evaluateAll((all) => (all as HTMLInputElement[]).map((input) => [input.autocomplete, input.value]));
  expect(kept).toEqual([
    ["username", person.email],
    ["username", person.email],
  ]);
});

test("every page has its title, and whoever comes from another is brought to its heading", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Log in" }).click();
  await expect(page).toHaveTitle("Log in · Authflow");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.getByRole("link", { name: "Forgot password?" }).click();
  await expect(page).toHaveTitle("Reset your password · Authflow");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});

test("the log-in is done by keyboard alone, and focus is always seen", async ({ page, browserName }) => {
  await page.goto("/auth/login");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const stops: string[] = [];
  for (let stop = 0; stop < 8; stop++) {
    await page.keyboard.press("Tab");
    const { name, width } = await page.evaluate(() => {
      const { outlineWidth } = getComputedStyle(document.activeElement as Element);
      const { textContent, id } = document.activeElement as HTMLElement;
      return { name: id || textContent, width: outlineWidth };
    });
    stops.push(name);
    expect(width, `${browserName}: ${name}`).toBe("2px");
  }
  expect(stops).toEqual([
    "Skip to content",
    "Authflow",
    "email",
    "password",
    "Show",
    "Forgot password?",
    "Log in",
    "Create an account",
  ]);
});

test("nothing moves while a page comes, nor when a problem is shown", async ({ page, api, person }) => {
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      // As the measure is defined: what moves at once where somebody pressed is expected to.
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) (window as unknown as { shift: number }).shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  const isStill = async (path: string) => {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    const shift = await page.evaluate(() => (window as unknown as { shift: number }).shift);
    expect(shift, path).toBeLessThanOrEqual(0.01);
  };
  for (const [path] of open) await isStill(path);
  await page.goto("/auth/login");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.locator(".error").first()).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThanOrEqual(0.01);
  await arrive(page, api, person);
  for (const path of ["/auth/dashboard", "/devices", "/activity", "/profile"]) await isStill(path);
});
