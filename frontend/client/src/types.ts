/** What travels, as the API describes it: `openapi.check.ts` holds both to be the same. */
export type User = {
  id: number;
  username: string;
  email: string;
  emailVerified: boolean;
  role: string;
  createdAt: string;
};

export type Delivery = "body" | "refresh-cookie";

/** What is in a cookie is not here. */
export type Pair = {
  accessToken?: string;
  refreshToken?: string;
  tokenType?: "Bearer";
  expiresIn: number;
  user: User;
};

export type Registration = { username: string; email: string; password: string };
/** Where an email must be proved there is no account yet: keep the `registrationId` for `verifyEmail`. */
export type Registered = { user: User } | VerificationRequested;
export type VerificationRequested = { message: string; registrationId: string };
export type Said = { message: string };
export type Login = { email: string; password: string };
/** `{token}` alone asks: 409 `password_required`, if the link is good. */
export type Proof =
  | { registrationId: string; otp: string }
  | { registrationId: string; token: string }
  | { token: string; password: string }
  | { token: string };
export type AskedAgain = { registrationId: string } | { email: string };
export type Reset = { token: string; password: string } | { email: string; otp: string; password: string };
export type PasswordChange = { currentPassword: string; newPassword: string };
export type EmailChange = { newEmail: string; password: string };

/** A page of a list: where it begins (`nextCursor` of the one before), and how long it is at most. */
export type Page = { cursor?: string; limit?: number };

export type Device = {
  id: string;
  /** Whether it is this one. */
  current: boolean;
  /** For people: "Firefox on Linux". */
  device: string;
  userAgent: string;
  ip: string | null;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
};
export type Devices = { sessions: Device[]; nextCursor: string | null };

export type EventType =
  | "login_succeeded"
  | "logged_out"
  | "logged_out_everywhere"
  | "session_revoked"
  | "refresh_reuse"
  | "email_verified"
  | "email_change_asked"
  | "email_changed"
  | "password_changed"
  | "password_reset";

export type SecurityEvent = {
  id: number;
  /** A newer API may know more. */
  type: EventType | (string & {});
  at: string;
  ip: string | null;
  device: string;
  sessionId: string | null;
};
export type SecurityEvents = { events: SecurityEvent[]; nextCursor: string | null };
