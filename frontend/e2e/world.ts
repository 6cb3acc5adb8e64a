/** Real servers, a mailbox, and a person with an address of its own for each test; and what no page may do. */
import { randomBytes, randomInt } from "node:crypto";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";

type Settings = {
  /** OPEN; PROVING: a sign-up must prove its email; BRIEF: access tokens of a second, and no grace for a refresh token. */
  server: "OPEN" | "PROVING" | "BRIEF";
};
type World = { api: string; person: Person; watched: Watched };
export type Person = { username: string; email: string; password: string };

/** What is looked at on every page of every test. */
class Watched {
  readonly faults: string[] = [];
  readonly posts: string[] = [];
  private readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Every page of it, also those that it opens later. */
  async watch(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        console.error("policy violated", violatedDirective, blockedURI),
      );
    });
    context.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !text.startsWith("Failed to load resource")) this.faults.push(text);
    });
    context.on("weberror", (error) => this.faults.push(String(error.error())));
    context.on("request", (request) => {
      if (request.method() === "POST") this.posts.push(new URL(request.url()).pathname);
      if (!request.url().startsWith(this.origin)) this.faults.push(`another host: ${request.url()}`);
      if (request.headers().referer) this.faults.push(`told where it came from: ${request.url()}`);
    });
  }
}

const address = () => `203.0.${randomInt(256)}.${randomInt(1, 255)}`;

export function newPerson(): Person {
  const word = randomBytes(5).toString("hex");
  return { username: `Ada ${word}`, email: `ada.${word}@example.com`, password: `tall ${word} harbour lamp` };
}

export const test = base.extend<Settings & World>({
  server: ["OPEN", { option: true }],
  api: async ({ server }, use) => use(process.env[`AUTHFLOW_API_${server}`] as string),
  baseURL: async ({ server }, use) => use(process.env[`AUTHFLOW_PAGES_${server}`]),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from it what is needed.
  extraHTTPHeaders: async ({}, use) => use({ "X-Forwarded-For": address() }),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from it what is needed.
  person: async ({}, use) => use(newPerson()),
  watched: [
    async ({ context, baseURL }, use) => {
      const watched = new Watched(baseURL as string);
      await watched.watch(context);
      await use(watched);
      expect(watched.faults).toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

/** An account, made without its pages. */
export async function register(api: string, person: Person): Promise<void> {
  const headers = { "Content-Type": "application/json", "X-Forwarded-For": address() };
  const answer = await fetch(`${api}/api/auth/register`, {
    method: "POST",
    headers,
    body: JSON.stringify(person),
  });
  expect(answer.ok).toBe(true);
}

/** Logs in beside the browser: another device. */
export async function logInElsewhere(api: string, { email, password }: Person, agent: string): Promise<string> {
  const headers = { "Content-Type": "application/json", "X-Forwarded-For": address(), "User-Agent": agent };
  const body = JSON.stringify({ email, password });
  const answer = await fetch(`${api}/api/auth/login`, { method: "POST", headers, body });
  expect(answer.ok).toBe(true);
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

export async function logIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** On the overview, as somebody new. */
export async function arrive(page: Page, api: string, person: Person): Promise<void> {
  await register(api, person);
  await page.goto("/auth/login");
  await logIn(page, person);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Welcome back, ${person.username}`);
}

type Mail = { id: string; to: string; subject: string; text: string };

/** The newest mail to somebody about something, once it is there. */
export async function mailTo(api: string, email: string, subject: RegExp, but: string[] = []): Promise<Mail> {
  let found: Mail | undefined;
  const look = async () => {
    const answer = await fetch(`${api}/dev/mailbox`, { headers: { Accept: "application/json" } });
    const { mails } = (await answer.json()) as { mails: Mail[] };
    found = mails.find((mail) => mail.to.includes(email) && subject.test(mail.subject) && !but.includes(mail.id));
    return found !== undefined;
  };
  await expect.poll(look, { timeout: 20_000 }).toBe(true);
  return found as Mail;
}

export const codeIn = ({ text }: Mail) => /^(\d{8})$/m.exec(text)?.[1] as string;
export const linkIn = ({ text }: Mail) => /^(http\S+\/auth\/(?:verify|reset)\S+)$/m.exec(text)?.[1] as string;
