"""Where a token enters: the Authorization header or the body; the first one present decides."""

from flask import Request


def bearer_token(request: Request) -> str | None:
    """The token of `Authorization: Bearer`, the scheme in any case (RFC 9110, section 11.1); None without one.

    A header that names the scheme and no token gives an empty text, which is no valid token.
    """
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
