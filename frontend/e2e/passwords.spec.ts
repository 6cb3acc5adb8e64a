import type { Page } from "@playwright/test";
import { arrive, codeIn, expect, linkIn, logIn, mailTo, register, test } from "./world.ts";

async function forget(page: Page, email: string): Promise<void> {
  await page.goto("/auth/forgot-password");
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Send the mail" }).click();
  await expect(page.getByLabel("8-digit code")).toBeVisible();
}

test("an address without an account is told the same as one with", async ({ page, api, person }) => {
  await register(api, person);
  await forget(page, person.email);
  const known = (await page.locator(".sheet").textContent()) ?? "";
  await forget(page, "nobody.at.all@example.com");
  const unknown = (await page.locator(".sheet").textContent()) ?? "";
  const plain = (text: string) => text.replaceAll(/\d+ s/g, "n s");
  expect(plain(unknown).replace("nobody.at.all@example.com", person.email)).toBe(plain(known));
});

test("the code of the mail sets a new password, which then logs in", async ({ page, api, person }) => {
  await register(api, person);
  await forget(page, person.email);
  const code = codeIn(await mailTo(api, person.email, /Reset your/));
  await page.getByLabel("8-digit code").fill("12345678");
  await page.getByLabel("New password", { exact: true }).fill("a new tall harbour");
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page.getByLabel("8-digit code")).toHaveAccessibleDescription(/That code does not work/);
  await page.getByLabel("8-digit code").fill(code);
  await page.getByLabel("New password", { exact: true }).fill("a new tall harbour");
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page.locator(".notice--ok")).toHaveText("Password changed. Log in with the new one.");
  await logIn(page, { ...person, password: "a new tall harbour" });
  await expect(page).toHaveURL("/auth/dashboard");
});

test("the link of the mail does nothing by itself, and leaves the address", async ({
  page,
  api,
  person,
  watched,
}) => {
  await arrive(page, api, person);
  await forget(page, person.email);
  const link = linkIn(await mailTo(api, person.email, /Reset your/));
  watched.posts.length = 0;
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Choose a new password");
  await expect(page).toHaveURL("/auth/reset-password");
  await page.waitForTimeout(1_500);
  expect(watched.posts.filter((path) => path !== "/api/auth/refresh")).toEqual([]);
  const password = page.getByLabel("New password", { exact: true });
  await password.fill("Password123");
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(password).toHaveAccessibleDescription(/most common/);
  await password.fill("a new tall harbour");
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page.locator(".notice--ok")).toHaveText("Password changed. Log in with the new one.");
  await expect(page).toHaveURL("/auth/login");
  await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill("another tall harbour");
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page.getByRole("alert")).toContainText("This link does not work.");
  await page.getByRole("link", { name: "Ask for another mail" }).click();
  await expect(page).toHaveURL("/auth/forgot-password");
  await page.getByLabel("Email address").fill(person.email);
  await page.getByRole("button", { name: "Send the mail" }).click();
  await expect(page.getByLabel("8-digit code")).toBeVisible();
});

test("a changed password is told by field where it is refused, and keeps this device", async ({
  page,
  api,
  person,
}) => {
  await arrive(page, api, person);
  await page.goto("/profile");
  const section = page.locator("#password");
  await section.getByLabel("Current password", { exact: true }).fill("not this one");
  await section.getByLabel("New password", { exact: true }).fill("a new tall harbour");
  await section.getByRole("button", { name: "Change password" }).click();
  const current = section.getByLabel("Current password", { exact: true });
  await expect(current).toHaveAttribute("aria-invalid", "true");
  await expect(current).toBeFocused();
  await current.fill(person.password);
  await section.getByLabel("New password", { exact: true }).fill("a new tall harbour");
  await section.getByRole("button", { name: "Change password" }).click();
  await expect(page.locator(".notice--ok")).toContainText("Password changed.");
  await expect(current).toHaveValue("");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Account");
});
