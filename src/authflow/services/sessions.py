"""A session's life after login: each request proves it, refresh rotates it, logout ends it."""

from dataclasses import dataclass

from authflow.crypto.signed_token import Unreadable
from authflow.database.transaction import Database
from authflow.domain.session import PresentedToken, SessionLife, SignedIn
from authflow.errors import (
    RefreshTokenExpired,
    RefreshTokenInvalid,
    RefreshTokenReused,
    SessionRevoked,
    TokenExpired,
    TokenInvalid,
    Unauthenticated,
)
from authflow.log import log_event, log_warning
from authflow.services.token_pair import TokenIssuer, TokenPair


@dataclass(frozen=True)
class SessionService:
    database: Database
    tokens: TokenIssuer
    life: SessionLife

    def authenticate(self, access_token: str) -> SignedIn:
        """Who calls: one statement finds the user and whether the session still lives.

        Raises TokenInvalid, TokenExpired, SessionRevoked, DatabaseUnavailable.
        """
        try:
            claims = self.tokens.access.read(access_token)
        except Unreadable:
            raise TokenInvalid from None
        if claims.is_expired:
            raise TokenExpired
        found = self.database.once.refresh_tokens.find_signed_in(claims.session_id, claims.user_id, self.life)
        if found is None:
            raise TokenInvalid
        if found.state.is_revoked:
            raise SessionRevoked
        if found.state.is_expired:
            raise TokenExpired
        return found.signed_in

    def is_access_token(self, token: str) -> bool:
        """Whether this is an access token of ours, expired or not."""
        try:
            self.tokens.access.read(token)
        except Unreadable:
            return False
        return True

    def refresh(self, refresh_token: str) -> TokenPair:
        """A fresh pair for a live refresh token; the same successor for all who present it at once.

        Raises RefreshTokenInvalid, RefreshTokenExpired, SessionRevoked, RefreshTokenReused, DatabaseUnavailable.
        """
        try:
            presented = self.tokens.refresh.read(refresh_token)
        except Unreadable:
            raise RefreshTokenInvalid from None
        if presented.is_expired:
            raise RefreshTokenExpired
        rotation = self.database.once.refresh_tokens.rotate(presented, self.life)
        if rotation is None:
            raise self._why_not(presented)
        if rotation.is_reuse:
            # Revoked and committed already: the failure of this request must not undo it.
            log_warning("refresh_reuse", user_id=rotation.session.user_id, session_id=rotation.session.id)
            raise RefreshTokenReused
        return self.tokens.pair(rotation.session, rotation.role, presented.secret)

    def log_out(self, token: str) -> None:
        """Ends the session of an access or refresh token, expired and rotated ones included; twice is fine.

        Raises TokenInvalid, DatabaseUnavailable.
        """
        try:
            session_id = self.tokens.access.read(token).session_id
        except Unreadable:
            try:
                session_id = self.tokens.refresh.read(token).session_id
            except Unreadable:
                raise TokenInvalid from None
        if self.database.once.refresh_tokens.revoke(session_id):
            log_event("logged_out", session_id=session_id)

    def log_out_everywhere(self, signed_in: SignedIn) -> None:
        """Raises DatabaseUnavailable."""
        ended = self.database.once.refresh_tokens.revoke_all(signed_in.user.id)
        log_event("logged_out_everywhere", user_id=signed_in.user.id, sessions=ended)

    def _why_not(self, presented: PresentedToken) -> Unauthenticated:
        state = self.database.once.refresh_tokens.find_state(presented, self.life)
        if state is not None and state.is_revoked:
            return SessionRevoked()
        if state is not None and state.is_expired:
            return RefreshTokenExpired()
        return RefreshTokenInvalid()
