"""The one order of checks, for every route: guard, JSON, schema, throttle, controller, envelope.

Size, host and origin came before it (`checks.py`), whether or not there is such a route.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, after_this_request, g
from flask.globals import request_ctx

from authflow.errors import RateLimited
from authflow.services.throttle import Throttle, Verdict
from authflow.web.envelope import json_response
from authflow.web.incoming import Incoming
from authflow.web.route import Call, Route, Throttled


def exchange(route: Route, throttle: Throttle) -> Callable[[], Response]:
    """The Flask view of a route."""

    def view() -> Response:
        incoming = Incoming(request_ctx.request, route.takes)
        caller = route.guard(incoming) if route.guard else None
        call = Call(caller, incoming.given(), g.device)
        if route.throttled:
            _count(throttle, route.throttled, call)
        answer = route.controller(call)
        if isinstance(answer, Response):
            return answer
        return json_response(route.gives.dump(answer) if route.gives else answer, route.status)

    return view


def _count(throttle: Throttle, throttled: Throttled, call: Call[Any, Any]) -> None:
    verdict = throttle.count(throttled.limit, call.device, throttled.email_of(call))
    if verdict is None:
        return
    after_this_request(lambda response: _tell(response, verdict))
    if verdict.retry_after is not None:
        raise RateLimited(verdict.retry_after)


def _tell(response: Response, verdict: Verdict) -> Response:
    """draft-ietf-httpapi-ratelimit-headers: the caller's own IP, and nothing about any account."""
    name, allowance = f"{verdict.limit.name}-ip", verdict.limit.per_ip
    response.headers["RateLimit-Policy"] = f'"{name}";q={allowance.hits};w={allowance.seconds}'
    response.headers["RateLimit"] = f'"{name}";r={verdict.ip_hits_left};t={verdict.ip_seconds_left}'
    return response
