"""A session's life after login: each request proves it, refresh rotates it, logout ends it."""

from dataclasses import dataclass
from uuid import UUID

from authflow.crypto.signed_token import Unreadable, issued_at
from authflow.database.transaction import Database
from authflow.domain.device import Device
from authflow.domain.event import EventType
from authflow.domain.session import (
    PresentedToken,
    Rotation,
    SessionLife,
    SessionPage,
    SessionPlace,
    SignedIn,
)
from authflow.errors import (
    RefreshTokenExpired,
    RefreshTokenInvalid,
    RefreshTokenReused,
    SessionNotFound,
    SessionRevoked,
    TokenExpired,
    TokenInvalid,
    Unauthenticated,
)
from authflow.log import log_event, log_warning
from authflow.metrics import REFRESHES
from authflow.services.account_security import end_sessions
from authflow.services.session_start import LoggedIn
from authflow.services.session_tokens import TokenIssuer

# What is counted of a refresh that fails; any other failure is a refusal.
FAILED_REFRESHES: dict[type[Unauthenticated], str] = {
    RefreshTokenReused: "reused",
    RefreshTokenExpired: "expired",
}


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
        found = self.database.autocommit.sessions_live.find_signed_in(claims.session_id, claims.user_id, self.life)
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

    def session_of(self, token: str) -> UUID | None:
        """Which session a signed, unexpired token of either kind names; whether that lives is not asked."""
        for read in (self.tokens.access.read, self.tokens.refresh.read):
            try:
                claims = read(token)
            except Unreadable:
                continue
            return None if claims.is_expired else claims.session_id
        return None

    def access_issued_at(self, token: str) -> int | None:
        """When this access token of ours was made, expired or not; None for anything else."""
        return issued_at(self.tokens.access.kind, token)

    def refresh_issued_at(self, token: str) -> int | None:
        """When a refresh token of ours was made, in seconds since 1970; None for any other text."""
        return issued_at(self.tokens.refresh.kind, token)

    def refresh(self, refresh_token: str, device: Device, retry_key: str | None = None) -> LoggedIn:
        """A fresh pair for a live refresh token; the same successor for all who present it at once.

        With `retry_key`, whose answer was lost gets the same successor later too: until they present that one.

        Raises RefreshTokenInvalid, RefreshTokenExpired, SessionRevoked, RefreshTokenReused, DatabaseUnavailable.
        """
        try:
            presented, rotation = self._rotate(refresh_token, device, retry_key)
        except Unauthenticated as error:
            REFRESHES.count(FAILED_REFRESHES.get(type(error), "refused"))
            raise
        REFRESHES.count("rotated" if rotation.is_new else "repeated_by_key" if rotation.is_by_key else "repeated")
        return LoggedIn(rotation.user, self.tokens.pair(rotation.session, rotation.user.role, presented.secret))

    def log_out(self, token: str, device: Device) -> None:
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
        user_id = self.database.autocommit.sessions.revoke(session_id, device)
        if user_id is not None:
            log_event("logged_out", user_id=user_id, session_id=session_id)

    def log_out_everywhere(self, signed_in: SignedIn, device: Device) -> None:
        """Ends all sessions of the caller. Raises DatabaseUnavailable."""
        with self.database.transaction() as tx:
            # The user first: whoever wants both takes them in this order.
            tx.users.lock(signed_in.user.id)
            tx.events.add(EventType.LOGGED_OUT_EVERYWHERE, signed_in.user.id, device, signed_in.session_id)
            ended = end_sessions(tx, signed_in.user.id)
        log_event("logged_out_everywhere", user_id=signed_in.user.id, sessions=ended)

    def list_live(self, signed_in: SignedIn, after: SessionPlace | None, at_most: int) -> SessionPage:
        """The caller's own, most recently used first. Raises DatabaseUnavailable."""
        found = self.database.autocommit.sessions_live.list_of(signed_in.user.id, self.life, after, at_most + 1)
        page = found[:at_most]
        is_last = len(found) <= at_most
        return SessionPage(page, None if is_last else SessionPlace(page[-1].last_used_at, page[-1].id))

    def end(self, signed_in: SignedIn, session_id: UUID, device: Device) -> None:
        """Ends one of the caller's own sessions.

        Raises SessionNotFound for whatever is no live session of the caller's, DatabaseUnavailable.
        """
        if self.database.autocommit.sessions.revoke(session_id, device, of_user=signed_in.user.id) is None:
            raise SessionNotFound
        log_event("session_ended", user_id=signed_in.user.id, session_id=session_id)

    def _rotate(
        self, refresh_token: str, device: Device, retry_key: str | None
    ) -> tuple[PresentedToken, Rotation]:
        try:
            presented = self.tokens.refresh.read(refresh_token, retry_key)
        except Unreadable:
            raise RefreshTokenInvalid from None
        if presented.is_expired:
            raise RefreshTokenExpired
        rotation = self.database.autocommit.sessions_rotation.rotate(presented, self.life, device)
        if rotation is None:
            raise self._why_not(presented)
        if rotation.is_reuse:
            # Revoked, recorded and committed already: the failure of this request must not undo it.
            session = rotation.session
            log_warning(EventType.REFRESH_REUSE, user_id=session.user_id, session_id=session.id)
            raise RefreshTokenReused
        return presented, rotation

    def _why_not(self, presented: PresentedToken) -> Unauthenticated:
        state = self.database.autocommit.sessions_rotation.find_state(presented, self.life)
        if state is not None and state.is_revoked:
            return SessionRevoked()
        if state is not None and state.is_expired:
            return RefreshTokenExpired()
        return RefreshTokenInvalid()
