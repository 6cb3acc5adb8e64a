"""The one home of randomness: everything unguessable comes from the operating system's generator."""

import random
import secrets

# RFC 6749, section 10.10 asks for 128 bits; 256 leave no room for a discussion.
SECRET_BYTES = 32
LABEL_BITS = 96


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_public_id() -> str:
    """Names a mail: no two alike, and foretold by nobody, who could send another by that name first."""
    return secrets.token_urlsafe(12)


def new_label() -> str:
    """Names a request or an access token (`jti`): no two alike, of no use to anybody who foretells it.

    So without a system call for each: the seed of a process is from the operating system.
    """
    return f"{random.getrandbits(LABEL_BITS):024x}"


def new_nonce() -> bytes:
    """What a mailed secret is derived from, with the key."""
    return secrets.token_bytes(SECRET_BYTES)


def new_jitter() -> float:
    """Between a half and one: what would happen at one moment happens at many."""
    return secrets.SystemRandom().uniform(0.5, 1.0)
