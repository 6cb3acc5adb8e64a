import { arrive, expect, logIn, register, test } from "./world.ts";

test("somebody registers, logs in, reloads, and is logged in in a second tab", async ({
  page,
  context,
  person,
}) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("Your name").fill(person.username);
  await page.getByLabel("Email address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/auth/login");
  await expect(page.locator(".notice--ok")).toHaveText("Your account is ready. Log in.");
  await expect(page.getByLabel("Email address")).toHaveValue(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
  await expect(page).toHaveURL("/auth/dashboard");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
  const second = await context.newPage();
  await second.goto("/profile");
  await expect(second.getByRole("heading", { level: 1 })).toHaveText("Account");
});

test("a visitor without a log-in sends nothing to the API", async ({ page }) => {
  const calls: string[] = [];
  page.on("request", (request) => request.url().includes("/api/") && calls.push(request.url()));
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Accounts, done with care");
  await page.goto("/auth/login");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Log in");
  expect(calls).toEqual([]);
});

test("a wrong password keeps the email, empties the password and says so aloud", async ({ page, api, person }) => {
  await register(api, person);
  await page.goto("/auth/login");
  await logIn(page, { ...person, password: "not this one" });
  const problem = page.getByRole("alert");
  await expect(problem).toContainText("Wrong email or password.");
  await expect(problem).toBeFocused();
  await expect(page).toHaveTitle("Problem: Log in · Authflow");
  await expect(page.getByLabel("Email address")).toHaveValue(person.email);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
});

test("what is not filled in is said by field, before anything is sent", async ({ page, watched }) => {
  await page.goto("/auth/register");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("Email address").fill("ada@");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert")).toContainText("Two things need another look");
  await expect(page.getByRole("alert").getByRole("link")).toHaveText([/^Email address: /, /^Password: /]);
  const email = page.getByLabel("Email address");
  await expect(email).toBeFocused();
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(email).toHaveAccessibleDescription(/It looks like ada@example.com/);
  await page
    .getByRole("alert")
    .getByRole("link", { name: /^Password/ })
    .click();
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  expect(watched.posts).toEqual([]);
});

test("the server's reason stands beside its field, and goes when the field is changed", async ({
  page,
  person,
}) => {
  await page.goto("/auth/register");
  await page.getByLabel("Your name").fill(person.username);
  await page.getByLabel("Email address").fill(person.email);
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("Password123");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(password).toBeFocused();
  await expect(password).toHaveAccessibleDescription(/one of the most common passwords/);
  await password.fill("p");
  await expect(password).not.toHaveAttribute("aria-invalid");
});

test("an address that has an account is said beside its field", async ({ page, api, person }) => {
  await register(api, person);
  await page.goto("/auth/register");
  await page.getByLabel("Your name").fill(person.username);
  await page.getByLabel("Email address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Email address")).toHaveAccessibleDescription(/has an account/);
});

test("a form is sent once, however often its button is pressed", async ({ page, api, person, watched }) => {
  await register(api, person);
  await page.goto("/auth/login");
  await page.getByLabel("Email address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Log in" }).dblclick();
  await expect(page).toHaveURL("/auth/dashboard");
  expect(watched.posts).toEqual(["/api/auth/login"]);
});

test("whoever is sent to the log-in comes back to the page they wanted", async ({ page, api, person }) => {
  await register(api, person);
  await page.goto("/devices");
  await expect(page).toHaveURL("/auth/login");
  await logIn(page, person);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Devices");
  await expect(page).toHaveURL("/devices");
});

test("a log-out in one tab empties the others, and nothing of the person stays", async ({
  page,
  context,
  api,
  person,
}) => {
  await arrive(page, api, person);
  const other = await context.newPage();
  await other.goto("/devices");
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Devices");
  await page.getByRole("navigation").getByRole("link", { name: "Account" }).click();
  await page.locator("summary").click();
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Log in");
  await expect(page.locator(".notice")).toHaveText("You are logged out.");
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Log in", { timeout: 1_000 });
  await expect(other.locator(".notice")).toHaveText("You were logged out in another tab.");
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Log in");
});

test("a password is shown on demand, and hidden when it is sent", async ({ page, person }) => {
  await page.goto("/auth/login");
  await page.getByLabel("Email address").fill(person.email);
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("a certain word");
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(password).toHaveAttribute("type", "text");
  await expect(page.getByRole("button", { name: "Hide password" })).toHaveAttribute("aria-pressed", "true");
  await password.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(password).toHaveAttribute("type", "password");
});

test("Caps Lock is told", async ({ page }) => {
  await page.goto("/auth/login");
  const password = page.getByLabel("Password", { exact: true });
  await password.dispatchEvent("keyup", { key: "A", modifierCapsLock: true });
  await expect(page.getByText("Caps Lock is on")).toBeVisible();
  await password.dispatchEvent("keyup", { key: "a" });
  await expect(page.getByText("Caps Lock is on")).toBeHidden();
});
