/** What the API calls a failure, and what this client adds: no answer, a foreign one, a call begun as somebody else. */
export type Code =
  | "account_disabled"
  | "bad_host"
  | "body_too_large"
  | "email_not_verified"
  | "email_taken"
  | "forbidden"
  | "internal_error"
  | "invalid_credentials"
  | "malformed_json"
  | "malformed_request"
  | "method_not_allowed"
  | "not_found"
  | "origin_not_allowed"
  | "password_required"
  | "rate_limited"
  | "refresh_token_expired"
  | "refresh_token_invalid"
  | "refresh_token_reused"
  | "reset_token_invalid"
  | "session_revoked"
  | "token_expired"
  | "token_invalid"
  | "token_missing"
  | "unavailable"
  | "unsupported_media_type"
  | "validation_failed"
  | "verification_invalid"
  | "unreachable"
  | "not_the_api"
  | "session_changed";

type Details = {
  fields?: Record<string, string[]> | undefined;
  retryAfter?: number | undefined;
  registrationId?: string | undefined;
  requestId?: string | undefined;
};

/** The one kind of error that the calls of this client end with; only a caller's own abort passes as it is. */
export class AuthflowError extends Error implements Details {
  override name = "AuthflowError";
  declare readonly code: Code;
  /** 0: the API gave no answer. */
  declare readonly status: number;
  /** Of `validation_failed`: the reasons by field. */
  declare readonly fields: Record<string, string[]> | undefined;
  /** In how many seconds to try again: for a countdown. */
  declare readonly retryAfter: number | undefined;
  /** Of `email_not_verified`: for `verifyEmail`. */
  declare readonly registrationId: string | undefined;
  /** Leads to the line in the API's log. */
  declare readonly requestId: string | undefined;

  constructor(code: Code, message: string, status = 0, details: Details = {}) {
    super(message);
    this.code = code;
    this.status = status;
    Object.assign(this, details);
  }

  /** Whether the same call may well succeed later; who is signed in stays so. */
  get isTemporary(): boolean {
    return this.code === "unreachable" || this.status === 429 || this.status >= 500;
  }
}
