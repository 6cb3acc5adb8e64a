import { arrive, expect, logInElsewhere, test } from "./world.ts";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

test("another device is logged out after a question, and focus goes on to the next", async ({
  page,
  api,
  person,
}) => {
  await arrive(page, api, person);
  const phone = await logInElsewhere(api, person, IPHONE);
  await logInElsewhere(api, person, WINDOWS);
  await page.getByRole("navigation").getByRole("link", { name: "Devices" }).click();
  const rows = page.locator(".rows > li");
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText("This device");
  await expect(rows.first().getByRole("button")).toHaveCount(0);
  await expect(rows.nth(1).locator("time")).toHaveAttribute("title", /\d{4}/);
  await page.getByRole("button", { name: /^Log out .*iPhone/ }).click();
  await expect(page.getByRole("dialog")).toContainText("Whoever uses it has to log in again.");
  await expect(page.getByRole("button", { name: "Keep it" })).toBeFocused();
  await page.getByRole("dialog").getByRole("button", { name: "Log out" }).click();
  await expect(rows).toHaveCount(2);
  await expect(page.locator(".notice--ok")).toContainText("is logged out.");
  await expect(page.getByRole("button", { name: /^Log out .*Windows/ })).toBeFocused();
  const answer = await fetch(`${api}/api/auth/me`, { headers: { Authorization: `Bearer ${phone}` } });
  expect(answer.status).toBe(401);
});

test("a device that was logged out elsewhere learns it at its next call", async ({ page, api, person }) => {
  await arrive(page, api, person);
  const token = await logInElsewhere(api, person, WINDOWS);
  const headers = { Authorization: `Bearer ${token}` };
  await fetch(`${api}/api/auth/logout-all`, { method: "POST", headers });
  await page.getByRole("navigation").getByRole("link", { name: "Activity" }).click();
  await expect(page).toHaveURL("/auth/login");
  await expect(page.locator(".notice")).toContainText("You were logged out");
});

test("every device is logged out at once, this one too", async ({ page, api, person }) => {
  await arrive(page, api, person);
  const elsewhere = await logInElsewhere(api, person, WINDOWS);
  await page.goto("/devices");
  await page.getByRole("button", { name: "Log out everywhere" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Log out everywhere" }).click();
  await expect(page).toHaveURL("/auth/login");
  const answer = await fetch(`${api}/api/auth/me`, { headers: { Authorization: `Bearer ${elsewhere}` } });
  expect(answer.status).toBe(401);
});

test("what happened is listed by day, older pages on demand, an unknown type as itself", async ({
  page,
  api,
  person,
}) => {
  await arrive(page, api, person);
  const at = new Date().toISOString();
  const event = (id: number, type: string) => ({
    id,
    type,
    at,
    ip: "192.0.2.1",
    device: "Firefox on Linux",
    sessionId: null,
  });
  await page.route("**/api/auth/events?*", (route) => {
    const second = route.request().url().includes("cursor=2");
    const events = second ? [event(1, "refresh_reuse")] : [event(3, "login_succeeded"), event(2, "passkey_added")];
    return route.fulfill({ json: { success: true, events, nextCursor: second ? null : "2" } });
  });
  await page.getByRole("navigation").getByRole("link", { name: "Activity" }).click();
  await expect(page.locator(".what")).toHaveText(["Logged in", "passkey_added"]);
  await page.getByRole("button", { name: "Show older" }).click();
  await expect(page.locator(".what")).toHaveText(["Logged in", "passkey_added", "Copied log-in stopped"]);
  await expect(page.getByRole("button", { name: "Show older" })).toHaveCount(0);
});
