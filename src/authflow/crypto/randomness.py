"""The one home of randomness: everything unguessable comes from the operating system's generator."""

import random
import secrets

# RFC 6749, section 10.10 asks for 128 bits; 256 leave no room for a discussion.
SECRET_BYTES = 32
REQUEST_ID_BITS = 64


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_public_id() -> str:
    """Names an access token (`jti`) or a mail: no two alike, secret to nobody."""
    return secrets.token_urlsafe(12)


def new_request_id() -> str:
    """Tells requests apart in the log, and is secret to nobody: without the system call of the others."""
    return f"{random.getrandbits(REQUEST_ID_BITS):016x}"


def new_nonce() -> bytes:
    """What a mailed secret is derived from, with the key."""
    return secrets.token_bytes(SECRET_BYTES)


def new_jitter() -> float:
    """Between a half and one: what would happen at one moment happens at many."""
    return secrets.SystemRandom().uniform(0.5, 1.0)
