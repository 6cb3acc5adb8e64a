"""Who may come in: each guard finds the caller in a request, or raises one of the errors that it names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from authflow import errors
from authflow.domain.session import SignedIn
from authflow.web.credentials import TokenDelivery, bearer_token
from authflow.web.idempotency_key import idempotency_key
from authflow.web.incoming import Incoming

Errors = tuple[type[errors.AuthflowError], ...]


class Guard(Protocol):
    errors: ClassVar[Errors]

    def __call__(self, incoming: Incoming) -> object: ...


@dataclass(frozen=True)
class IsSignedIn:
    """The caller has a live session: the access token proves it."""

    authenticate: Callable[[str], SignedIn]
    token_delivery: TokenDelivery
    errors: ClassVar[Errors] = (
        errors.TokenMissing,
        errors.TokenInvalid,
        errors.TokenExpired,
        errors.SessionRevoked,
    )

    def __call__(self, incoming: Incoming) -> SignedIn:
        token = bearer_token(incoming.request)
        if token is None:
            token = self.token_delivery.access_cookie(incoming.request)
        if token is None:
            raise errors.TokenMissing
        return self.authenticate(token)


@dataclass(frozen=True, slots=True)
class RefreshCredential:
    """`retry_key`: the `Idempotency-Key` that came along."""

    token: str
    retry_key: str | None


@dataclass(frozen=True)
class HoldsRefreshToken:
    """The caller presents a refresh token; whether it is good is the service's to say."""

    is_access_token: Callable[[str], bool]
    token_delivery: TokenDelivery
    errors: ClassVar[Errors] = (
        errors.TokenMissing,
        errors.RefreshTokenInvalid,
        errors.RefreshTokenExpired,
        errors.SessionRevoked,
        errors.RefreshTokenReused,
    )

    def __call__(self, incoming: Incoming) -> RefreshCredential:
        # First: a client that sends a wrong one learns so before its token is used up.
        retry_key = idempotency_key(incoming.request)
        return RefreshCredential(self._token(incoming), retry_key)

    def _token(self, incoming: Incoming) -> str:
        header = bearer_token(incoming.request)
        # Front ends send their access token with every call: beside a refresh token it is no second credential.
        if header is not None and not self.is_access_token(header):
            return header
        token = _token_in_body(incoming)
        if token is None:
            token = self.token_delivery.refresh_cookie(incoming.request)
        if token is None:
            token = header
        if token is None:
            raise errors.TokenMissing
        return token


@dataclass(frozen=True)
class HoldsAnyToken:
    """The caller presents an access or a refresh token, dead or alive: enough to log out."""

    token_delivery: TokenDelivery
    errors: ClassVar[Errors] = (errors.TokenMissing, errors.TokenInvalid)

    def __call__(self, incoming: Incoming) -> str:
        # First, whatever decides: one that is no JSON carries no credential and keeps nobody from logging out.
        in_body = incoming.given_or_nothing().refresh_token
        sources = (
            lambda: bearer_token(incoming.request),
            lambda: in_body,
            lambda: self.token_delivery.refresh_cookie(incoming.request),
            lambda: self.token_delivery.access_cookie(incoming.request),
        )
        token = next((token for source in sources if (token := source()) is not None), None)
        if token is None:
            raise errors.TokenMissing
        return token


def _token_in_body(incoming: Incoming) -> str | None:
    given = incoming.given_if_readable()
    return given.refresh_token if given else None
