import type { Page } from "@playwright/test";
import { codeIn, expect, linkIn, logIn, mailTo, newPerson, type Person, test } from "./world.ts";

test.use({ server: "PROVING" });

async function signUp(page: Page, person: Person): Promise<void> {
  await page.goto("/auth/register");
  await fillIn(page, person);
}

async function fillIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Your name").fill(person.username);
  await page.getByLabel("Email address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your mail");
}

const welcome = (page: Page, person: Person) =>
  expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);

test("the code of the mail finishes a sign-up, however it is pasted", async ({ page, api, person }) => {
  await signUp(page, person);
  await expect(page.locator(".sheet")).toContainText(`We wrote to ${person.email}.`);
  const code = page.getByLabel("8-digit code");
  await code.fill("1234 5678");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(code).toHaveAccessibleDescription(/That code does not work/);
  await expect(code).toBeFocused();
  const right = codeIn(await mailTo(api, person.email, /Confirm your email/));
  await code.fill(` ${right.slice(0, 4)} ${right.slice(4)}`);
  await expect(code).toHaveValue(right);
  await page.getByRole("button", { name: "Confirm" }).click();
  await welcome(page, person);
  await expect(page.locator(".facts")).toContainText("Confirmed");
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["authflow"]);
});

test("the link does nothing by itself; a press finishes the sign-up of this browser", async ({
  page,
  context,
  api,
  person,
  watched,
}) => {
  await signUp(page, person);
  const link = linkIn(await mailTo(api, person.email, /Confirm your email/));
  const tab = await context.newPage();
  await tab.goto(link);
  await expect(tab.getByRole("heading", { level: 1 })).toHaveText("Confirm your email address");
  await expect(tab.locator(".sheet")).toContainText(`the sign-up of ${person.username}`);
  await tab.waitForTimeout(1_500);
  expect(watched.posts).toEqual(["/api/auth/register"]);
  await expect(tab).toHaveURL("/auth/verify-email");
  expect(await tab.evaluate(() => history.length)).toBeLessThanOrEqual(2);
  await tab.getByRole("button", { name: "Confirm my address" }).click();
  await welcome(tab, person);
  await welcome(page, person).catch(() => page.goto("/auth/dashboard"));
  await welcome(page, person);
});

test("a reload of the link's page asks for the code instead", async ({ page, api, person }) => {
  await signUp(page, person);
  await page.goto(linkIn(await mailTo(api, person.email, /Confirm your email/)));
  await expect(page.getByRole("button", { name: "Confirm my address" })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("8-digit code")).toBeVisible();
});

test("opened elsewhere, the link asks for the password", async ({ page, browser, api, person, baseURL }) => {
  await signUp(page, person);
  const link = linkIn(await mailTo(api, person.email, /Confirm your email/));
  const context = await browser.newContext({
    baseURL: baseURL as string,
    extraHTTPHeaders: { "X-Forwarded-For": "198.51.100.9" },
  });
  const other = await context.newPage();
  await other.goto(link);
  await other.getByRole("button", { name: "Confirm my address" }).click();
  const password = other.getByLabel("Password", { exact: true });
  await password.fill("not this one");
  await other.getByRole("button", { name: "Confirm my address" }).click();
  await expect(password).toHaveAccessibleDescription(/Wrong password/);
  await password.fill(person.password);
  await other.getByRole("button", { name: "Confirm my address" }).click();
  await welcome(other, person);
  await context.close();
});

test("a link that this browser's sign-up is not of leads to the password, and it can be disowned", async ({
  page,
  api,
  person,
}) => {
  await signUp(page, person);
  const link = linkIn(await mailTo(api, person.email, /Confirm your email/));
  await signUp(page, newPerson());
  await page.goto(link);
  await page.getByRole("button", { name: "That was not me" }).click();
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await welcome(page, person);
});

test("a spent link says so, and how to go on", async ({ page }) => {
  await page.goto(`/auth/verify-email/s1-${"a".repeat(43)}`);
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await expect(page.getByRole("alert")).toContainText("This link does not work.");
  await page.getByRole("link", { name: "Begin again" }).click();
  await expect(page).toHaveURL("/auth/register");
  await fillIn(page, newPerson());
  await expect(page.getByLabel("8-digit code")).toBeVisible();
});

test("the log-in leads whoever did not confirm yet to the code", async ({ page, person }) => {
  await signUp(page, person);
  await page.goto("/auth/login");
  await logIn(page, person);
  await expect(page.getByRole("alert")).toContainText("or not confirmed yet");
  await page.getByRole("link", { name: "Type the code" }).click();
  await expect(page.getByLabel("8-digit code")).toBeVisible();
});

test("the mail can be asked for again after a minute, not before", async ({ page, api, person, watched }) => {
  await page.clock.install();
  await signUp(page, person);
  const again = page.getByRole("button", { name: /send it again/ });
  await expect(again).toHaveText(/send it again in \d+ s/);
  await again.click({ force: true });
  await page.clock.runFor(61_000);
  await expect(again).toHaveText("send it again");
  await again.click();
  await expect(page.locator(".notice--ok")).toBeVisible();
  expect(watched.posts).toEqual(["/api/auth/register", "/api/auth/resend-verification"]);
  await mailTo(api, person.email, /Confirm your email/);
});

test("without a sign-up the page of the code says how to begin", async ({ page }) => {
  await page.goto("/auth/verify-email");
  await expect(page.locator(".sheet")).toContainText("This browser knows of nothing to confirm.");
});
