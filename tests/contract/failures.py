"""The codes that clients may rely on, and services that fail when they are told to."""

from dataclasses import dataclass

# CONTRACT, section 1.
CONTRACT = {
    400: {"malformed_json", "bad_host", "reset_token_invalid", "verification_invalid"},
    401: {
        *("token_missing", "token_invalid", "refresh_token_invalid", "token_expired", "refresh_token_expired"),
        *("session_revoked", "refresh_token_reused", "invalid_credentials"),
    },
    403: {"forbidden", "origin_not_allowed", "email_not_verified", "account_disabled"},
    404: {"not_found"},
    405: {"method_not_allowed"},
    409: {"email_taken", "password_required"},
    413: {"body_too_large"},
    # Not on the page: beyond what a browser may send, and told by the server in the same words.
    431: {"malformed_request"},
    415: {"unsupported_media_type"},
    422: {"validation_failed"},
    429: {"rate_limited"},
    500: {"internal_error"},
    503: {"unavailable"},
}


@dataclass(frozen=True)
class Failing:
    """Whatever is asked of it fails, with a message that must not leave the house."""

    error: Exception

    def __getattr__(self, _name):
        def fail(*_arguments, **_options):
            raise self.error

        return fail
