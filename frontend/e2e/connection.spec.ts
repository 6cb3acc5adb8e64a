import { arrive, expect, logIn, register, test } from "./world.ts";

test("without a connection a form keeps all that was typed, and works when it is back", async ({
  page,
  context,
  api,
  person,
}) => {
  await register(api, person);
  await page.goto("/auth/login");
  await expect(page.getByLabel("Email address")).toBeVisible();
  await context.setOffline(true);
  await logIn(page, person);
  await expect(page.getByRole("alert")).toContainText("No connection.");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(person.password);
  await context.setOffline(false);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL("/auth/dashboard");
});

test("a server that is away logs nobody out: the page says so and tries again", async ({ page, api, person }) => {
  await arrive(page, api, person);
  await page.route("**/api/auth/**", (route) => route.fulfill({ status: 502, body: "Bad gateway" }));
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No connection", { timeout: 10_000 });
  await page.unroute("**/api/auth/**");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
});

test("as soon as the device is online again the page comes back by itself", async ({
  page,
  context,
  api,
  person,
}) => {
  await arrive(page, api, person);
  await page.route("**/api/auth/**", (route) => route.abort());
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No connection", { timeout: 10_000 });
  await context.setOffline(true);
  await page.unroute("**/api/auth/**");
  await context.setOffline(false);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
});

test("a quick restore shows neither a waiting line nor the log-in; a slow one says why", async ({
  page,
  api,
  person,
}) => {
  await arrive(page, api, person);
  let pause = 150;
  await page.route("**/api/auth/refresh", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, pause));
    await route.continue();
  });
  await page.addInitScript(() => {
    const seen = new Set<string>();
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const heading = document.querySelector("h1")?.textContent;
      if (heading) seen.add(heading);
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  const headings = () => page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
  expect(await headings()).not.toContain("Log in");
  pause = 6_500;
  await page.reload();
  await expect(page.locator(".waiting-line")).toBeVisible();
  await expect(page.getByText("Still connecting.")).toBeVisible({ timeout: 8_000 });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
  expect(await headings()).toEqual(["One moment", `Welcome back, ${person.username}`]);
});

test("a form that waits long says so", async ({ page, api, person }) => {
  await register(api, person);
  await page.goto("/auth/login");
  await page.route("**/api/auth/login", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await route.continue();
  });
  await logIn(page, person);
  const button = page.getByRole("button", { name: "Logging in …" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toBeEnabled({ enabled: false });
  await expect(page.getByText("Still connecting.")).toBeVisible({ timeout: 8_000 });
  await expect(page).toHaveURL("/auth/dashboard");
});

test("a limit is counted down on the button, and what was typed stays", async ({ page, person }) => {
  await page.route("**/api/auth/login", (route) =>
    route.fulfill({
      status: 429,
      headers: { "Retry-After": "3" },
      json: { success: false, message: "Too many attempts.", code: "rate_limited", requestId: "1" },
    }),
  );
  await page.goto("/auth/login");
  await logIn(page, person);
  await expect(page.getByRole("alert")).toContainText("Too many tries from here.");
  await expect(page.getByRole("button", { name: /^Try again in \d s$/ })).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(person.password);
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible({ timeout: 6_000 });
});

test("a log-out that does not reach the server is told, and nobody is logged out", async ({
  page,
  api,
  person,
}) => {
  await arrive(page, api, person);
  await page.route("**/api/auth/logout", (route) => route.abort());
  await page.locator("summary").click();
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(page.locator(".notice--problem")).toContainText("you are still logged in");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
});
