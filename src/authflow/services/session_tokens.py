"""The two tokens of a session, made together."""

from dataclasses import dataclass

from authflow.crypto.access_token import AccessTokens
from authflow.crypto.refresh_token import RefreshTokens
from authflow.domain.session import Delivery, Session


@dataclass(frozen=True, slots=True)
class TokenPair:
    """`expires_in` is the access token's life, `session_left` the session's, both in seconds."""

    access: str
    refresh: str
    expires_in: int
    session_left: int
    delivery: Delivery


@dataclass(frozen=True)
class TokenIssuer:
    access: AccessTokens
    refresh: RefreshTokens

    def pair(self, session: Session, role: str, secret: str) -> TokenPair:
        """An access token and the refresh token that follow from the session as it is now."""
        return TokenPair(
            access=self.access.issue(session.user_id, session.id, role),
            refresh=self.refresh.issue(session, secret),
            expires_in=self.access.ttl,
            session_left=self.refresh.life.seconds_left(session),
            delivery=session.delivery,
        )
