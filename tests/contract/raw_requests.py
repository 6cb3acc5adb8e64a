"""Requests that no client would send, byte by byte: two in one, broken ones, too long ones."""

HOST = "api.example.com"
# What must never be heard: hidden behind, or inside of, another request.
HIDDEN = f"GET /ready HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
# Ends a chunked body; whoever reads by the length takes what follows for the rest of that body.
END = f"0\r\n\r\n{HIDDEN}"
CHUNKED = "Transfer-Encoding: chunked"
CANARY = "canary-51c6"


def post(headers: str, body: str, version: str = "1.1") -> str:
    head = f"POST /api/auth/login HTTP/{version}\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
    return f"{head}{headers}\r\n\r\n{body}"


def get(path: str, *headers: str, host: str | None = HOST) -> str:
    lines = [*([f"Host: {host}"] if host is not None else []), *headers, "Connection: close"]
    return f"GET {path} HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in lines) + "\r\n"


# Where one reader sees one request and another one two (RFC 9112, section 11.2; CVE-2024-1135).
AMBIGUOUS = {
    "a length and chunks": post(f"Content-Length: {len(END)}\r\n{CHUNKED}", END),
    "chunks and a length": post(f"{CHUNKED}\r\nContent-Length: 4", f"{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n"),
    "two lengths": post(f"Content-Length: 2\r\nContent-Length: {len(HIDDEN) + 2}", "{}" + HIDDEN),
    "one length twice": post("Content-Length: 2\r\nContent-Length: 2", "{}" + HIDDEN),
    "a list of lengths": post("Content-Length: 2, 2", "{}" + HIDDEN),
    **{
        f"a length {length!r}": post(f"Content-Length: {length}", "{}" + HIDDEN)
        for length in ("+2", "-2", "0x2", "1_0", "2.0", "", "\xb2", "2 2")
    },
    **{
        f"a coding {coding!r}": post(f"Transfer-Encoding: {coding}", END)
        for coding in (
            "xchunked",
            "identity",
            "gzip, chunked",
            "chunked, identity",
            "chunked, chunked",
            "\x0bchunked",
            "chunked\0",
        )
    },
    "chunked twice": post(f"{CHUNKED}\r\n{CHUNKED}", END),
    "chunked and not": post(f"{CHUNKED}\r\nTransfer-Encoding: identity", END),
    "chunks in HTTP/1.0": post(CHUNKED, END, version="1.0"),
    "a blank before the colon": post(f"Transfer-Encoding : chunked\r\nContent-Length: {len(END)}", END),
    "a blank before the only coding": post("Transfer-Encoding : chunked", END),
    "a blank before the only length": post("Content-Length : 2", "{}" + HIDDEN),
    "a folded line of no meaning": post("X: y\r\n z\r\nContent-Length: 2", "{}" + HIDDEN),
    "a folded line": post(f"Transfer-Encoding:\r\n chunked\r\nContent-Length: {len(END)}", END),
    "a bare line feed": post(f"X: y\n{CHUNKED}", END),
    "a bare carriage return": post(f"X: y\r{CHUNKED}", END),
    "no colon": post("Content-Length 2", "{}" + HIDDEN),
    "no name": post(": 2", "{}" + HIDDEN),
    "two hosts": post("Host: evil.example\r\nContent-Length: 2", "{}" + HIDDEN),
}
# The body is what a client sends that says "chunked" and does it wrong: no chunk, and no reason to quote it.
BROKEN_CHUNKS = {
    "no chunks at all": '{"email":"' + CANARY + '@example.com","password":"' + CANARY + '"}\r\n',
    **{f"a size {size!r}": f"{size}\r\n{{}}\r\n{END}" for size in ("0x2", "-2", "+2", "0_2", "2 ", "", "g")},
    "a size that ends in a line feed": "2\n{}\r\n" + END,
    "an extension with a line feed": "2;a\nb\r\n{}\r\n" + END,
    "a chunk without an end": "2\r\n{}xx" + END,
}
TOO_LONG = {
    "a path": (get(f"/{'x' * 5_000}"), 414),
    "a header": (get("/health", f"X: {'y' * 140_000}"), 431),
    "many headers": (get("/health", *(f"X-{number}: y" for number in range(120))), 431),
    "a header without an end": (get("/health")[:-2] + "X: " + "y" * 1_000_000, 431),
}
# Of which a server could quote the line that it cannot read.
UNREADABLE = {
    "no version": f"GET /auth/reset-password/{CANARY}\r\n\r\n",
    "a path in Latin-1": get(f"/auth/reset-password/{CANARY}?email=\xfc@example.com"),
    "a path with a blank": get(f"/auth/reset-password/{CANARY} x"),
    "a version that is none": f"GET /auth/reset-password/{CANARY} HTTP/x\r\n\r\n",
    "a header without a colon": get("/health", f"Authorization Bearer {CANARY}"),
    "a header without a name": get("/health", f": {CANARY}"),
    "an expectation": get("/health", f"Expect: {CANARY}"),
    "a method": f"{CANARY} /health HTTP/1.1\r\nHost: {HOST}\r\n\r\n",
    "a coding": post(f"Transfer-Encoding: {CANARY}", END),
}
# Of /ready: each would be that route to one reader and another one to the next.
SPELLINGS = (
    "//ready",
    "///ready",
    "/%2fready",
    "/%72eady",
    "/read%79",
    "/./ready",
    "/x/../ready",
    "/ready/",
    "/ready;x",
    "/READY",
)
