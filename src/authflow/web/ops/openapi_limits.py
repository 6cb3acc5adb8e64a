"""The limits of a route in words and headers, for its 429 in OpenAPI."""

from collections.abc import Iterator
from typing import Any

from authflow.domain.durations import DAY, HOUR, MINUTE
from authflow.domain.limits import Allowance, Limit
from authflow.web.request_allowance import NEVER_LIMITED, PER_IP, PER_SESSION
from authflow.web.route import Route

UNITS = {DAY: "day", HOUR: "hour", MINUTE: "min"}
FOR_ALL = (
    f"every request: {PER_IP} per min an IP without a good token in header or cookie, "
    f"{PER_SESSION} per min a session"
)
HEADERS = {
    "Retry-After": {"description": "seconds", "schema": {"type": "integer", "minimum": 1}},
    "RateLimit": {
        "description": 'of the IP\'s own buckets only: `"login-ip";r=29;t=300`',
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {"description": '`"login-ip";q=30;w=300`', "schema": {"type": "string"}},
}


def is_limited(route: Route) -> bool:
    return route.path != NEVER_LIMITED


def limits_of(route: Route) -> str:
    """`LIMITS_PER_IP` multiplies what is said of an IP."""
    return "; ".join([*(_said(each.limit) for each in route.throttled), FOR_ALL])


def headers_of(route: Route) -> dict[str, Any]:
    return HEADERS if route.throttled else {"Retry-After": HEADERS["Retry-After"]}


def _said(limit: Limit) -> str:
    drawn_with = f", and {_said(limit.drawn_with)}" if limit.drawn_with else ""
    return f"{limit.name}: {', '.join(_parts(limit))}{drawn_with}"


def _parts(limit: Limit) -> Iterator[str]:
    if limit.per_ip:
        yield f"{_per(limit.per_ip)} an IP"
    # Beyond these it is answered as ever.
    if not limit.ignores_email_beyond:
        yield from (f"{_per(each)} an email or account" for each in limit.per_email)
        yield from (f"{_per(each)} an account and IP" for each in limit.per_email_and_ip)


def _per(allowance: Allowance) -> str:
    unit = next(each for each in UNITS if allowance.seconds % each == 0)
    number = allowance.seconds // unit
    return f"{allowance.hits} per {UNITS[unit] if number == 1 else f'{number} {UNITS[unit]}'}"
