"""The headers that every answer carries, errors and root routes included (OWASP REST; ASVS 3.4, 14.3.2)."""

CONTENT_SECURITY_POLICY = "Content-Security-Policy"
SECURITY_HEADERS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    # Whether CORS headers follow depends on the origin, also in the answer that has none.
    ("Vary", "Origin"),
]
# An API's answers are never a page: nothing in them may run or be framed.
NO_PAGE = (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'")


def completed(headers: list[tuple[str, str]], request_id: str) -> list[tuple[str, str]]:
    """The headers of an answer with all that it owes; a page keeps the content policy of its own."""
    policy = [] if any(name == CONTENT_SECURITY_POLICY for name, _ in headers) else [NO_PAGE]
    return [*headers, *SECURITY_HEADERS, *policy, ("X-Request-Id", request_id)]
