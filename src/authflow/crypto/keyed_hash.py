"""Keys with one purpose each, derived from one secret (HKDF, RFC 5869), and hashes under them."""

import hashlib
import hmac
from dataclasses import dataclass

HASH_BYTES = hashlib.sha256().digest_size


def derived_key(secret: bytes, purpose: str) -> bytes:
    """HKDF-SHA-256 with one block of output: 32 bytes that tell nothing of `secret` or of another purpose."""
    extracted = hmac.digest(b"\0" * HASH_BYTES, secret, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")


@dataclass(frozen=True)
class KeyedHash:
    """Names things in the database that must not be readable there: an email, an IP."""

    key: bytes

    def digest(self, *parts: str) -> bytes:
        return hmac.digest(self.key, "\x1f".join(parts).encode(errors="surrogatepass"), "sha256")
