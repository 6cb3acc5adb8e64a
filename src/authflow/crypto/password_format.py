"""How a password is stored: bcrypt over a pre-hash, in the format of passlib's `bcrypt_sha256`, version 2.

bcrypt reads 72 bytes and no more (CVE-2025-22228), so the password goes in as 44 characters of
base64(HMAC-SHA-256(key=salt, message=NFKC(password))). Plain bcrypt hashes of imported users are read as
their maker wrote them: the bytes as typed, cut at 72.
"""

import base64
import hmac
import re
import unicodedata

import bcrypt

PLAIN_BCRYPT_BYTES = 72
# CONTRACT, section 5: what a password may have, before and after it is normalised.
MAX_BYTES = 1_024
# Costs above 16 take many seconds: such a hash is garbage or an attack on the hash slots.
COST = r"0[4-9]|1[0-6]"
# 16 bytes: of the last character only two bits count, and the library raises where the others are set.
SALT = r"[./A-Za-z0-9]{21}[.Oeu]"
PRE_HASHED = re.compile(
    rf"\$bcrypt-sha256\$v=2,t=2b,r=(?P<cost>{COST.replace('0[4-9]', '[4-9]')})"
    rf"\$(?P<salt>{SALT})\$(?P<digest>[./A-Za-z0-9]{{31}})"
)
PLAIN = re.compile(rf"\$2[aby]\$(?P<cost>{COST})\${SALT}[./A-Za-z0-9]{{31}}")


def make_hash(password: str, cost: int) -> str:
    salt = bcrypt.gensalt(cost)[-22:].decode()
    return _stored(password, cost, salt)


def dummy_hash(cost: int) -> str:
    """A hash that no password has and whose check costs as much as any other of this cost."""
    return f"$bcrypt-sha256$v=2,t=2b,r={cost}${'.' * 22}${'.' * 31}"


def is_hash(stored: str) -> bool:
    """Whether `stored` can be checked against a password."""
    return bool(PRE_HASHED.fullmatch(stored) or PLAIN.fullmatch(stored))


def matches(password: str, stored: str) -> bool | None:
    """Whether `stored` is a hash of the password; None where it is no hash at all."""
    if found := PRE_HASHED.fullmatch(stored):
        again = _stored(password, int(found["cost"]), found["salt"])
        return hmac.compare_digest(again, stored)
    if PLAIN.fullmatch(stored):
        return bcrypt.checkpw(_as_typed(password), stored.encode())
    return None


def is_outdated(stored: str, cost: int) -> bool:
    """Whether a login should replace this hash: made by another program, or cheaper than today's."""
    found = PRE_HASHED.fullmatch(stored)
    return found is None or int(found["cost"]) < cost


def _stored(password: str, cost: int, salt: str) -> str:
    message = password.encode()
    # Longer ones are nobody's: to normalise 16 KiB takes a tenth of a second, in which nothing else runs.
    if len(message) <= MAX_BYTES:
        message = unicodedata.normalize("NFKC", password).encode()
    pre_hash = base64.b64encode(hmac.digest(salt.encode(), message, "sha256"))
    hashed = bcrypt.hashpw(pre_hash, f"$2b${cost:02}${salt}".encode()).decode()
    return f"$bcrypt-sha256$v=2,t=2b,r={cost}${hashed[-53:-31]}${hashed[-31:]}"


def _as_typed(password: str) -> bytes:
    return password.encode()[:PLAIN_BCRYPT_BYTES]
