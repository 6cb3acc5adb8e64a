import type { Page } from "@playwright/test";
import { arrive, expect, test } from "./world.ts";

const ROUNDS = 5;
const TABS = 3;

/** Every access token is good for one call; then it has run out, as after a quarter of an hour of sleep. */
async function expire(page: Page): Promise<void> {
  const used = new Set<string>();
  await page.route(/\/api\/auth\/(events|sessions)/, async (route) => {
    const token = route.request().headers().authorization ?? "";
    if (!used.has(token)) {
      used.add(token);
      return route.continue();
    }
    const json = { success: false, code: "token_expired", message: "This access token has expired." };
    return route.fulfill({ status: 401, json });
  });
}

test("three tabs with tokens that run out all the time: no page fails, nobody is logged out", async ({
  page,
  context,
  api,
  person,
}) => {
  await arrive(page, api, person);
  const others = await Promise.all(Array.from({ length: TABS - 1 }, () => context.newPage()));
  const refreshes: number[] = [];
  context.on("response", (response) => {
    if (response.url().endsWith("/refresh")) refreshes.push(response.status());
  });
  const tabs = [page, ...others];
  await Promise.all(others.map((tab) => tab.goto("/auth/dashboard")));
  await Promise.all(tabs.map(expire));
  for (let round = 0; round < ROUNDS; round++)
    await Promise.all(
      tabs.map(async (tab) => {
        const navigation = tab.getByRole("navigation");
        await navigation.getByRole("link", { name: round % 2 ? "Devices" : "Activity" }).click();
        await expect(tab.locator(round % 2 ? ".rows li" : ".events li").first()).toBeVisible({ timeout: 15_000 });
      }),
    );
  expect(refreshes.length).toBeGreaterThanOrEqual(TABS);
  expect(new Set(refreshes)).toEqual(new Set([200]));
});

test("another tab follows when somebody else logs in", async ({ page, context, api, person }) => {
  await arrive(page, api, person);
  const other = await context.newPage();
  await other.goto("/profile");
  await expect(other.getByLabel("Your name")).toHaveValue(person.username);
  await page.locator("summary").click();
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Log in");
  const next = { ...person, email: `next.${person.email}`, username: "Grace" };
  await arrive(page, api, next);
  await expect(other.locator("summary")).toContainText("Grace");
});
