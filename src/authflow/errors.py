"""Every failure of the domain, without a word of HTTP (that is `web/error_table.py`).

AuthflowError
├── Unauthenticated
│   ├── InvalidCredentials          wrong email or password: which of them is never said
│   │   └── InvalidOrNotConfirmed   likewise, where an email must be proved: nor whether it was
│   ├── TokenMissing                no token anywhere
│   ├── TokenInvalid                unreadable, forged, of another kind, or its session row is gone
│   │   └── RefreshTokenInvalid
│   ├── TokenExpired                the token or its session is past its end
│   │   └── RefreshTokenExpired
│   ├── SessionRevoked              the session was ended: logout, password change, revocation
│   └── RefreshTokenReused          the one replay that reveals a theft
├── AccountDisabled                 the right password of a disabled account
├── SessionNotFound                 no live session of one's own
├── EmailTaken                      the address already has an account
├── MailedSecretInvalid             a mailed link or code that is wrong, spent, expired or malformed
│   ├── ResetTokenInvalid
│   └── VerificationInvalid
├── EmailNotVerified                the right password of an account that must still prove its email
├── PasswordRequired                a good link, but no sign of who signed up
├── ValidationFailed                fields that break a rule, each with its reasons
│   └── WrongPassword               of one who is signed in
├── RateLimited                     a limit of `domain/limits.py` is reached
└── Unavailable                     a resource is short or away: try again in a moment
    ├── DatabaseUnavailable
    └── HashingBusy
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from authflow.field_reasons import as_sentence


class AuthflowError(Exception):
    """A failure with a public code; `message` is for people and says nothing secret."""

    code: ClassVar[str] = "internal_error"
    message: str = "Something went wrong on our side."
    # What the answer carries besides, by its name there, and how that is described (JSON Schema).
    extra: Mapping[str, object] = MappingProxyType({})
    described: ClassVar[Mapping[str, Mapping[str, object]]] = MappingProxyType({})


class Unauthenticated(AuthflowError):
    """The caller has not proved who they are."""


class InvalidCredentials(Unauthenticated):
    code = "invalid_credentials"
    message = "Wrong email or password."


class InvalidOrNotConfirmed(InvalidCredentials):
    """One text for all: a sign-up that waits is no account yet, and its owner must not be at a dead end."""

    message = "Wrong email or password, or not confirmed yet: look at your mails, or register again."


class TokenMissing(Unauthenticated):
    code = "token_missing"
    message = "Log in first: this request came without a token."


class TokenInvalid(Unauthenticated):
    code = "token_invalid"
    message = "This access token is not valid."


class RefreshTokenInvalid(TokenInvalid):
    code = "refresh_token_invalid"
    message = "This refresh token is not valid."


class TokenExpired(Unauthenticated):
    code = "token_expired"
    message = "This access token has expired: refresh it, or log in again."


class RefreshTokenExpired(TokenExpired):
    code = "refresh_token_expired"
    message = "This session has expired: log in again."


class SessionRevoked(Unauthenticated):
    code = "session_revoked"
    message = "This session has ended: log in again."


class RefreshTokenReused(Unauthenticated):
    code = "refresh_token_reused"
    message = "This refresh token was used before, so its session was ended: log in again."


class AccountDisabled(AuthflowError):
    code = "account_disabled"
    message = "This account is disabled."


class SessionNotFound(AuthflowError):
    code = "not_found"
    message = "You have no such session."


class EmailTaken(AuthflowError):
    code = "email_taken"
    message = "An account with this email already exists."


class MailedSecretInvalid(AuthflowError):
    """One answer for all: what exactly is wrong would tell a stranger what there is."""


class ResetTokenInvalid(MailedSecretInvalid):
    code = "reset_token_invalid"
    message = "This link or code is wrong, used already or has expired: ask for a new one."


class VerificationInvalid(MailedSecretInvalid):
    code = "verification_invalid"
    message = (
        "This link or code is wrong, used already or has expired: log in, ask for a new one, or register again."
    )


class EmailNotVerified(AuthflowError):
    """Carries the `registrationId` that, with the mailed code, proves the email."""

    code = "email_not_verified"
    message = "Prove your email first: a mail with a link and a code is on its way."
    described = MappingProxyType(
        {"registrationId": {"type": "string", "description": "of email_not_verified: for /verify-email"}}
    )

    def __init__(self, registration_id: str) -> None:
        super().__init__()
        self.extra = {"registrationId": registration_id}


class PasswordRequired(AuthflowError):
    code = "password_required"
    message = "Enter the password that you chose when you registered."


class ValidationFailed(AuthflowError):
    """Carries `{field: [reason, …]}`, in the names of the wire."""

    code = "validation_failed"
    message = "Some fields need another look."
    described = MappingProxyType(
        {
            "errors": {
                "type": "object",
                "description": "of 422: the reasons by field",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            }
        }
    )

    def __init__(self, reasons: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.reasons = reasons
        # For a form that shows nothing else.
        self.message = as_sentence(reasons) or self.message
        self.extra = {"errors": reasons}


class WrongPassword(ValidationFailed):
    """Of one who is signed in: as Unauthenticated it would send a client to the login."""

    def __init__(self, field: str) -> None:
        super().__init__({field: ["It is not the password of this account."]})


class RateLimited(AuthflowError):
    """Carries the seconds after which a further attempt is heard."""

    code = "rate_limited"
    message = "Too many attempts: try again later."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Unavailable(AuthflowError):
    code = "unavailable"
    message = "The service is busy: try again in a moment."


class DatabaseUnavailable(Unavailable):
    """The database is away, its pool exhausted, a row locked for too long."""


class HashingBusy(Unavailable):
    """More passwords wait to be hashed than may wait."""
