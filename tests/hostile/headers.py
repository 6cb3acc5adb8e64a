"""The headers that this service or the server before it reads, and what hostile callers write into them."""

from tests.contract.bad_headers import FOREIGN, MALFORMED, OTHER_HOSTS, SPOOFED
from tests.contract.bad_values import NOT_JSON_TYPES
from tests.contract.minting import ATTACKERS_KEY, INJECTED_HEADERS, changed, signed
from tests.hostile.values import CANARY, TOKENS, header_values

VALUES = list(header_values())
ACCESS, REFRESH = "__Host-authflow-access", "__Host-authflow-refresh"
CLAIMS = {"iss": "authflow", "aud": "authflow", "sub": "1", "sid": CANARY, "iat": 1, "exp": 2**40, "jti": CANARY}
MINTED = [
    signed(changed({"alg": "HS256", "typ": kind, "kid": CANARY}, header), CLAIMS, ATTACKERS_KEY)
    for header in INJECTED_HEADERS
    for kind in ("at+jwt", "rt+jwt")
]
LISTS = {
    "Authorization": [*MALFORMED, *(f"Bearer {token}" for token in [*TOKENS, *MINTED]), f"Basic {CANARY}"],
    "Cookie": [
        *(f"{name}={token}" for token in [*TOKENS, *MINTED] for name in (ACCESS, REFRESH)),
        *("=", ";", ";;;=;", f"{ACCESS}", f'{ACCESS}="{CANARY}', f"{ACCESS}=a; {ACCESS}=b", "a=b; " * 800),
    ],
    "Origin": [*FOREIGN, f"https://{CANARY}.example"],
    "Host": [*OTHER_HOSTS, f"{CANARY}.example"],
    "X-Forwarded-For": [*SPOOFED, f"{CANARY}, {CANARY}"],
    "Content-Type": [text for text in NOT_JSON_TYPES if text is not None],
}
OTHERS = (
    *("Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Request-Id"),
    *("User-Agent", "Referer", "Accept", "Accept-Encoding", "Accept-Language", "Content-Encoding"),
    *("Range", "If-None-Match", "If-Modified-Since", "If-Match", "Sec-Fetch-Site", "X-HTTP-Method-Override"),
    *("Access-Control-Request-Method", "Access-Control-Request-Headers", "Traceparent", "Via", "Date", "Pragma"),
    *("Upgrade", "Prefer", "DNT", "X-Original-URL", "X-Rewrite-URL", "Proxy-Authorization", "TE"),
)


def _is_of_one_line(value: bytes) -> bool:
    return not any(byte < 0x20 and byte != 0x09 for byte in value)


def _written(text: str) -> bytes:
    """Of what is no Latin-1 the bytes of UTF-8: servers hand on what comes."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


HEADERS: dict[bytes, list[bytes]] = {
    name.encode(): [*filter(_is_of_one_line, map(_written, LISTS.get(name, []))), *VALUES]
    for name in (*LISTS, *OTHERS)
}
