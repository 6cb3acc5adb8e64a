"""The one home of randomness: everything unguessable comes from the operating system's generator."""

import random
import secrets

# RFC 6749, section 10.10 asks for 128 bits; 256 leave no room for a discussion.
SECRET_BYTES = 32
PUBLIC_ID_BITS = 96


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_public_id() -> str:
    """Names a request, an access token (`jti`) or a mail: no two alike, secret to nobody.

    So without a system call for each: the seed of a process is from the operating system.
    """
    return f"{random.getrandbits(PUBLIC_ID_BITS):024x}"


def new_nonce() -> bytes:
    """What a mailed secret is derived from, with the key."""
    return secrets.token_bytes(SECRET_BYTES)


def new_jitter() -> float:
    """Between a half and one: what would happen at one moment happens at many."""
    return secrets.SystemRandom().uniform(0.5, 1.0)
