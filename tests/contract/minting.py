"""Tokens as nobody should make them: signed by hand, so that a header and a claim can say anything."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.support.settings import ENVIRONMENT

ACCESS_KEY = ENVIRONMENT["JWT_ACCESS_SECRET"]
REFRESH_KEY = ENVIRONMENT["JWT_REFRESH_SECRET"]
# Whoever makes tokens without our keys has one of their own.
ATTACKERS_KEY = "attackers-own-key-of-many-bytes-0123456789"
HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
DROPPED = object()


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def decoded(part: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def header_of(token: str) -> dict[str, Any]:
    return decoded(token.split(".")[0])


def claims_of(token: str) -> dict[str, Any]:
    return decoded(token.split(".")[1])


def changed(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**content, **changes}.items() if value is not DROPPED}


def signed(
    header: Mapping[str, Any], payload: bytes | Mapping[str, Any], key: str, algorithm: str = "HS256"
) -> str:
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signing_input = f"{encoded(json.dumps(header).encode())}.{encoded(content)}"
    signature = hmac.digest(key.encode(), signing_input.encode(), HASHES[algorithm])
    return f"{signing_input}.{encoded(signature)}"


def with_header(token: str, key: str, **changes: Any) -> str:
    """The token with another header, signed under that key."""
    return signed(changed(header_of(token), changes), claims_of(token), key)


def with_claims(token: str, key: str, **changes: Any) -> str:
    """The token with other claims, under its own header and that key."""
    return signed(header_of(token), changed(claims_of(token), changes), key)


def with_raw_claim(token: str, key: str, name: str, raw: str) -> str:
    """A claim as JSON text: 1e999 and the like are no Python values."""
    rest = json.dumps(changed(claims_of(token), {name: DROPPED}))
    return signed(header_of(token), f'{rest[:-1]}, "{name}": {raw}}}'.encode(), key)


INJECTED_HEADERS: list[dict[str, Any]] = [
    {"jwk": {"kty": "oct", "k": encoded(ATTACKERS_KEY.encode()), "alg": "HS256"}},
    {"jku": "https://evil.example/jwks.json"},
    {"jku": "http://127.0.0.1:1/jwks.json"},
    {"x5u": "https://evil.example/key.pem"},
    {"x5c": ["MIIB"]},
    {"x5t": "AAAA"},
    {"kid": "../../../../dev/null"},
    {"kid": "/proc/self/environ"},
    {"kid": "x' UNION SELECT 'AAAA' --"},
    {"kid": "https://evil.example/key"},
    {"kid": ""},
    {"kid": None},
    {"kid": 0},
    {"kid": ["a"]},
    {"kid": {"a": 1}},
    {"kid": DROPPED},
    {"crit": ["exp"]},
    {"crit": ["b64"], "b64": True},
    {"crit": ["b64"], "b64": False},
    {"crit": ["http://evil.example/unknown"]},
    {"crit": []},
    {"b64": False},
    {"zip": "DEF"},
    {"cty": "JWT"},
    {"enc": "A256GCM", "alg": "dir"},
    {"typ": "JWT"},
    {"typ": "at"},
    {"typ": None},
    {"typ": DROPPED},
    {"typ": ["at+jwt"]},
    {"alg": DROPPED},
    {"alg": None},
    {"alg": ["HS256"]},
    {"alg": "hs256"},
    {"alg": "HS256 "},
    {"alg": "RS256"},
    {"alg": "ES256"},
    {"alg": "EdDSA"},
    {"unknown": True},
]
