"""A password reset that somebody asked for and nobody has finished yet."""

from dataclasses import dataclass

from authflow.domain.user import User

# Seconds from the request on (CONTRACT.md, section 3).
LINK_LIFE = 1_800
CODE_LIFE = 600
# OWASP ASVS 6.6.3: so many wrong tries spend a code.
CODE_TRIES = 5


@dataclass(frozen=True, slots=True)
class PendingReset:
    """`nonce` is what the mailed link and code are derived from."""

    user: User
    nonce: bytes
