import { defineConfig, devices } from "@playwright/test";

// Debian's Chromium; Playwright's own is not downloaded.
const launchOptions = { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" };

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  forbidOnly: true,
  // A browser beside much else may lose a moment; what fails three times is a fault.
  retries: 2,
  workers: 2,
  timeout: 60_000,
  reporter: [["list"]],
  use: {
    baseURL: process.env.FRONTEND_URL ?? "http://localhost:4173",
    launchOptions,
    trace: "retain-on-failure",
  },
  projects: [
    { name: "desktop", use: { ...devices["Desktop Chrome"], launchOptions } },
    { name: "phone", use: { ...devices["Pixel 7"], launchOptions } },
  ],
});
