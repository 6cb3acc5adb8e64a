/** Every path; nothing else writes one down. */
export const paths = {
  home: "/",
  logIn: "/auth/login",
  register: "/auth/register",
  forgot: "/auth/forgot-password",
  reset: "/auth/reset-password",
  verify: "/auth/verify-email",
  overview: "/auth/dashboard",
  account: "/profile",
  devices: "/devices",
  events: "/activity",
  api: "/docs",
} as const;

/** Within the account page. */
export const nameSection = "name";
