"""A password reset that somebody asked for and nobody has finished yet."""

from dataclasses import dataclass

from authflow.domain.user import User

# Seconds from the request on (CONTRACT.md, section 3).
LINK_LIFE = 1_800


@dataclass(frozen=True, slots=True)
class PendingReset:
    """`nonce` is what the mailed link and code are derived from; in a mail the code may be dead."""

    user: User
    nonce: bytes
    is_code_live: bool = True
