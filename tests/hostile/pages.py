"""Requests aimed at no operation: the pages beside the API, addresses that are none, and what is hardly HTTP."""

from collections.abc import Iterator

from tests.hostile.headers import HEADERS
from tests.hostile.values import CANARY, CANARY_EMAIL, texts
from tests.hostile.wire import Attempt

PATHS = (
    *("/", "//", "/openapi.json", "/docs", "/docs/page.js", "/docs/swagger-ui.css", "/metrics", "/dev/mailbox"),
    *(f"/auth/reset-password/{CANARY}", f"/{CANARY_EMAIL}", "/api/auth", f"/api/auth/reset-password/{CANARY}"),
    *("/api/auth//me", "/%2e%2e/", "/..;/metrics", f"/docs/..%2f{CANARY}", "/api/auth/me/", "/favicon.ico"),
)
HEADERS_EVERY = 25


def on_pages() -> Iterator[Attempt]:
    for number, path in enumerate(PATHS):
        for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE", "PROPFIND"):
            yield Attempt(method, path.encode())
            yield Attempt(method, f"{path}?token={CANARY}&email={CANARY_EMAIL}".encode(), body=b"x" * 20_000)
        for name, values in HEADERS.items():
            for value in values[number % HEADERS_EVERY :: HEADERS_EVERY]:
                yield Attempt("GET", path.encode(), ((name, value),))


def hardly_http() -> Iterator[Attempt]:
    """Refused by the server itself or not, nothing of it may reach a log."""
    secret, path = CANARY.encode(), f"/auth/reset-password/{CANARY}".encode()
    odd = (path + b" x", b" " + path, path + b"\t", path + b"\0", secret, b"*", b"http://" + secret + path)
    yield from (Attempt("GET", target) for target in odd)
    for text in texts()[::3]:
        yield Attempt("GET", path + text.encode(errors="surrogatepass").replace(b"\n", b"")[:5_000])
    yield Attempt("GET", path * 400)
    yield Attempt("G@T", path)
    yield Attempt(f"G({CANARY})", path)
    for name in (b"A b", b"A(b)", secret + b"\x00", b"", b" ", secret + b" ", b"\xff", b"A\r\n b", b"A" * 9_000):
        yield Attempt("GET", path, ((name, secret),))
    for byte in (*range(0x20), 0x7F):
        yield Attempt("GET", path, ((b"Authorization", b"Bearer " + bytes([byte]) + secret),))
    for name, value in (
        (b"Transfer-Encoding", b"chunked"),
        (b"Transfer-Encoding", b"chunked, " + secret),
        (b"Transfer-Encoding", secret),
        (b"Content-Length", secret),
        (b"Content-Length", b"-1"),
        (b"Content-Length", b"0, 0"),
        (b"Expect", b"100-" + secret),
        (b"Host", b"a\r\nHost: " + secret),
    ):
        yield Attempt("POST", path, ((name, value), (b"Connection", b"close")), b"0\r\n\r\n")
    yield from (Attempt("GET", path, ((b"X-Many", secret),) * count) for count in (90, 120))
