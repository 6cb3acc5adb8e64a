"""What gunicorn makes too little of: headers that come twice, and lists in them."""

# gunicorn joins headers of one name by a comma alone: two of these would look like one.
ONCE_ONLY = "IDEMPOTENCY-KEY"
# A proxy that speaks HTTP/2 may pass on one header for each cookie.
COOKIE = "COOKIE"

Headers = list[tuple[str, str]]


def join_repeated(headers: Headers, name: str, separator: str) -> None:
    """As RFC 9110, section 5.3, and RFC 9113, section 8.2.3 write it: with a blank."""
    values = [value for each, value in headers if each == name]
    if len(values) > 1:
        headers[:] = [header for header in headers if header[0] != name]
        headers.append((name, separator.join(values)))


def ends_connection(headers: Headers) -> bool:
    """Whether `close` is among the options of the connection (RFC 9110, section 7.6.1), not only alone."""
    options = ",".join(value for name, value in headers if name == "CONNECTION")
    return "close" in {option.strip().lower() for option in options.split(",")}
