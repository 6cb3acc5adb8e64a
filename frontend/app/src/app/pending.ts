/** What waits for its proof: in localStorage, because the mail's link opens in another tab. */
export type Pending = {
  kind: "signUp" | "change";
  registrationId: string;
  email: string;
  name?: string;
  at: string;
};

const KEY = "authflow.pending";
const LIFE = 30 * 60_000;

export function keepPending(pending: Omit<Pending, "at">): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...pending, at: new Date().toISOString() }));
  } catch {
    // Storage is blocked: the mail's link asks for the password instead.
  }
}

export function readPending(): Pending | undefined {
  try {
    const pending = JSON.parse(localStorage.getItem(KEY) ?? "null") as Pending | null;
    if (pending && Date.now() - Date.parse(pending.at) < LIFE) return pending;
    forgetPending();
  } catch {
    // Blocked, or not ours.
  }
  return undefined;
}

export function forgetPending(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Blocked: there is nothing.
  }
}
