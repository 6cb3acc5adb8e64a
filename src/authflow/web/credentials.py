"""Where a token enters and leaves: the Authorization header, the body, a cookie."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Request

from authflow.domain.session import Delivery
from authflow.services.session_tokens import TokenPair
from authflow.web.cookies import Cookies
from authflow.web.request_errors import OriginNotAllowed

IssuedAt = Callable[[str], int | None]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# Of one name: each costs a signature, and browsers keep 180 of a site.
MOST_COOKIES = 180


def bearer_token(request: Request) -> str | None:
    """The token of `Authorization: Bearer`, the scheme in any case (RFC 9110, section 11.1); None without one.

    A header that names the scheme and no token gives an empty text, which is no valid token.
    """
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def cookie_values(request: Request, name: str) -> list[str]:
    """Of all cookies of that name. A quotation mark opens nothing: browsers split at semicolons (RFC 6265)."""
    pairs = (pair.partition("=") for pair in request.headers.get("Cookie", "").split(";"))
    return list(islice((value.strip() for each, _, value in pairs if each.strip() == name), MOST_COOKIES))


def _newest(tokens: list[str], issued_at: IssuedAt) -> str:
    """Two of one name, for two domains or paths, are an earlier and a later login; a foreign one never counts."""
    return max(reversed(tokens), key=lambda token: issued_at(token) or 0)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An answer with tokens in it: its fields, and the cookies that go with them."""

    content: dict[str, Any]
    cookies: list[str]


@dataclass(frozen=True)
class TokenDelivery:
    """`access_issued_at`, `refresh_issued_at`: when a token of ours was made; None for any other text."""

    cookies: Cookies
    access_issued_at: IssuedAt
    refresh_issued_at: IssuedAt

    def access_cookie(self, request: Request) -> str | None:
        """Raises OriginNotAllowed."""
        return self._cookie(request, self.cookies.access_name, self.access_issued_at)

    def refresh_cookie(self, request: Request) -> str | None:
        """Raises OriginNotAllowed."""
        return self._cookie(request, self.cookies.refresh_name, self.refresh_issued_at)

    def hand_over(self, tokens: TokenPair, **content: Any) -> HandedOver:
        """By the delivery that was chosen at login: what is in a cookie is in no body."""
        in_body: dict[str, Any] = {"expires_in": tokens.expires_in}
        in_cookies: dict[str, str] = {}
        if tokens.delivery is Delivery.COOKIES:
            in_cookies[self.cookies.access_name] = tokens.access
        else:
            in_body |= {"access": tokens.access, "token_type": "Bearer"}
        if tokens.delivery is Delivery.BODY:
            in_body["refresh"] = tokens.refresh
        else:
            in_cookies[self.cookies.refresh_name] = tokens.refresh
        made = [self.cookies.made(name, token, tokens.session_left) for name, token in in_cookies.items()]
        return HandedOver(content | in_body, made)

    def _cookie(self, request: Request, name: str, issued_at: IssuedAt) -> str | None:
        """A browser sends it by itself, whoever asks: only for a page that we know (CSRF, OWASP)."""
        tokens = cookie_values(request, name)
        if not tokens:
            return None
        token = tokens[0] if len(tokens) == 1 else _newest(tokens, issued_at)
        # A foreign Origin was refused already (`request_checks.py`).
        is_told = "Origin" in request.headers or request.headers.get("Sec-Fetch-Site") == "same-origin"
        if request.method not in SAFE_METHODS and not is_told:
            raise OriginNotAllowed
        return token
