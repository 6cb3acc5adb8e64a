"""The one order of checks, for every route: guard, JSON, schema, throttle, controller, envelope.

Size, host and origin came before it (`checks.py`), whether or not there is such a route.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, after_this_request, g
from flask.globals import request_ctx

from authflow.domain.limits import Limit
from authflow.errors import RateLimited
from authflow.services.throttle import Tally, Throttle
from authflow.web.cookies import Cookies
from authflow.web.credentials import HandedOver
from authflow.web.envelope import json_response
from authflow.web.incoming import Incoming, read_query
from authflow.web.route import Call, Route, Throttled


def exchange(route: Route, throttle: Throttle, cookies: Cookies) -> Callable[..., Response]:
    """The Flask view of a route."""

    def view(**in_path: UUID) -> Response:
        if route.clears_cookies:
            after_this_request(partial(_forget, route, cookies))
        incoming = Incoming(request_ctx.request, route.takes)
        caller = route.guard(incoming) if route.guard else None
        given = read_query(request_ctx.request, route.takes_query) if route.takes_query else incoming.given()
        call = Call(caller, given, g.device, in_path.get("id"))
        for throttled in route.throttled:
            if _is_ignored(throttle, throttled, call):
                call = replace(call, is_ignored=True)
        answer = route.controller(call)
        if isinstance(answer, Response):
            return answer
        made = answer.cookies if isinstance(answer, HandedOver) else []
        content = answer.content if isinstance(answer, HandedOver) else answer
        response = json_response(route.gives.dump(content) if route.gives else content, route.status)
        return _with_cookies(response, made)

    return view


def _is_ignored(throttle: Throttle, throttled: Throttled, call: Call[Any, Any]) -> bool:
    """Counts the attempt. Raises RateLimited."""
    verdict = throttle.count(throttled.limit, call.device, throttled.account_of(call))
    if verdict is None:
        return False
    if verdict.by_ip:
        after_this_request(partial(_tell, verdict.limit, verdict.by_ip))
    if verdict.retry_after is not None:
        raise RateLimited(verdict.retry_after)
    return verdict.is_ignored


def _tell(limit: Limit, by_ip: Tally, response: Response) -> Response:
    """draft-ietf-httpapi-ratelimit-headers: the caller's own IP, and nothing about any account."""
    name, allowance = f"{limit.name}-ip", by_ip.allowance
    response.headers["RateLimit-Policy"] = f'"{name}";q={allowance.hits};w={allowance.seconds}'
    response.headers["RateLimit"] = f'"{name}";r={by_ip.hits_left};t={by_ip.count.seconds_left}'
    return response


def _forget(route: Route, cookies: Cookies, response: Response) -> Response:
    return _with_cookies(response, cookies.cleared() if response.status_code in route.clears_cookies else [])


def _with_cookies(response: Response, made: Sequence[str]) -> Response:
    for cookie in made:
        response.headers.add("Set-Cookie", cookie)
    return response
