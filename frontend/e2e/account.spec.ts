import { arrive, codeIn, expect, linkIn, logIn, mailTo, newPerson, test } from "./world.ts";

test("a new name is seen at once, everywhere", async ({ page, api, person }) => {
  await arrive(page, api, person);
  await page.getByRole("link", { name: "Change" }).click();
  await expect(page).toHaveURL("/profile#name");
  await expect(page.getByLabel("Your name")).toBeFocused();
  await page.getByLabel("Your name").fill("Grace");
  await page.keyboard.press("Enter");
  await expect(page.locator(".notice--ok")).toHaveText("Name saved.");
  await expect(page.locator("summary")).toContainText("Grace");
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.locator(".notice")).toHaveCount(0);
});

for (const way of ["code", "link"] as const)
  test(`a new email address counts once it is proved, by ${way}`, async ({ page, api, person }) => {
    const { email } = newPerson();
    await arrive(page, api, person);
    await page.goto("/profile");
    const section = page.locator("#email");
    await expect(section).toContainText("It stays until the new one is confirmed.");
    await section.getByLabel("New email address").fill(email);
    await section.getByLabel("Password", { exact: true }).fill(person.password);
    await section.getByRole("button", { name: "Change email address" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your mail");
    const mail = await mailTo(api, email, /Confirm your new email/);
    await page.goto("/auth/dashboard");
    await expect(page.locator(".facts")).toContainText(person.email);
    if (way === "code") {
      await page.goto("/auth/verify-email");
      await page.getByLabel("8-digit code").fill(codeIn(mail));
      await page.getByRole("button", { name: "Confirm" }).click();
    } else {
      await page.goto(linkIn(mail));
      await expect(page.locator(".sheet")).toContainText(`This makes ${email} your email address`);
      await page.getByRole("button", { name: "Confirm my address" }).click();
    }
    await expect(page.locator(".facts")).toContainText(email);
    await expect(page.locator(".notice--ok")).toHaveText("Email address changed");
  });

test("an account is deleted with its password, after a question", async ({ page, api, person }) => {
  await arrive(page, api, person);
  await page.goto("/profile");
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("These go at once and cannot be brought back");
  await expect(dialog.getByLabel("Your password", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Delete my account" })).toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByLabel("Your password", { exact: true }).fill("not this one");
  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Your password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Your password", { exact: true }).fill(person.password);
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.locator(".notice--ok")).toContainText("Your account is gone");
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await page.goto("/auth/login");
  await logIn(page, person);
  await expect(page.getByRole("alert")).toContainText("Wrong email or password.");
});
