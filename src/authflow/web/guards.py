"""Who may come in: each guard finds the caller in a request, or raises one of the errors that it names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from authflow import errors
from authflow.domain.session import SignedIn
from authflow.web.credentials import bearer_token
from authflow.web.incoming import Incoming

Errors = tuple[type[errors.AuthflowError], ...]


class Guard(Protocol):
    errors: ClassVar[Errors]

    def __call__(self, incoming: Incoming) -> object: ...


@dataclass(frozen=True)
class IsSignedIn:
    """The caller has a live session: the access token proves it."""

    authenticate: Callable[[str], SignedIn]
    errors: ClassVar[Errors] = (
        errors.TokenMissing,
        errors.TokenInvalid,
        errors.TokenExpired,
        errors.SessionRevoked,
    )

    def __call__(self, incoming: Incoming) -> SignedIn:
        token = bearer_token(incoming.request)
        if token is None:
            raise errors.TokenMissing
        return self.authenticate(token)


@dataclass(frozen=True)
class HoldsRefreshToken:
    """The caller presents a refresh token; whether it is good is the service's to say."""

    is_access_token: Callable[[str], bool]
    errors: ClassVar[Errors] = (
        errors.TokenMissing,
        errors.RefreshTokenInvalid,
        errors.RefreshTokenExpired,
        errors.SessionRevoked,
        errors.RefreshTokenReused,
    )

    def __call__(self, incoming: Incoming) -> str:
        header, given = bearer_token(incoming.request), incoming.given_if_readable()
        in_body = given.refresh_token if given else None
        # Front ends send their access token with every call; where the body brings the refresh token, it is
        # no second credential.
        if header is not None and not (in_body is not None and self.is_access_token(header)):
            return header
        if in_body is None:
            raise errors.TokenMissing
        return in_body


@dataclass(frozen=True)
class HoldsAnyToken:
    """The caller presents an access or a refresh token, dead or alive: enough to log out."""

    errors: ClassVar[Errors] = (errors.TokenMissing, errors.TokenInvalid)

    def __call__(self, incoming: Incoming) -> str:
        header = bearer_token(incoming.request)
        if header is not None:
            return header
        given = incoming.given_if_readable()
        if given is None or given.refresh_token is None:
            raise errors.TokenMissing
        return given.refresh_token
