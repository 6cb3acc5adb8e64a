"""The refresh token: carries the session's secret and the generation it was issued as.

The row of the session holds only the hash of the secret, and the signing key stands only in the environment:
neither of the two alone can make a token. A token is made of nothing but its row and the secret, so the same
generation is always the same bytes, whoever asks for it.
"""

import hashlib
from dataclasses import dataclass

from authflow.crypto.access_token import session_id, subject
from authflow.crypto.signed_token import TokenKind, Unreadable, is_expired
from authflow.domain.session import PresentedToken, Session, SessionLife

KIND = "rt+jwt"
MAX_GENERATION = 2**31 - 1


@dataclass(frozen=True)
class RefreshTokens:
    kind: TokenKind
    life: SessionLife

    def issue(self, session: Session, secret: str) -> str:
        return self.kind.sign(
            {
                "sub": str(session.user_id),
                "sid": str(session.id),
                "secret": secret,
                "gen": session.generation,
                "iat": int(session.rotated_at.timestamp()),
                "exp": int(self.life.end(session).timestamp()),
            }
        )

    def read(self, token: str, retry_key: str | None = None) -> PresentedToken:
        """Raises Unreadable."""
        claims = self.kind.read(token)
        user_id = subject(claims)
        secret, generation = claims.get("secret"), claims.get("gen")
        if not (isinstance(secret, str) and secret.isascii()):
            raise Unreadable
        if type(generation) is not int or not 0 <= generation <= MAX_GENERATION:
            raise Unreadable
        retry_key_hash = hash_of(secret + retry_key) if retry_key else None
        return PresentedToken(
            user_id, session_id(claims), secret, hash_of(secret), generation, is_expired(claims), retry_key_hash
        )


def hash_of(secret: str) -> bytes:
    """What is stored of a secret of 256 random bits: a plain hash, as nobody can guess them."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
