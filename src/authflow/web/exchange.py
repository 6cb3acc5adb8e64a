"""The one order of checks, for every route: guard, JSON, schema, throttle, controller, envelope.

Size, host and origin came before it (`request_checks.py`), whether or not there is such a route.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, after_this_request, g
from flask.globals import request_ctx

from authflow.services.limits import LimitService, Try
from authflow.services.limits_attempt import Attempt
from authflow.web.cookies import Cookies
from authflow.web.credentials import HandedOver
from authflow.web.envelope import json_response
from authflow.web.incoming import Incoming, read_query
from authflow.web.route import Call, Route


def exchange(route: Route, limits: LimitService, cookies: Cookies) -> Callable[..., Response]:
    """The Flask view of a route."""

    def view(**in_path: UUID) -> Response:
        if route.clears_cookies:
            after_this_request(partial(_forget, route, cookies))
        incoming = Incoming(request_ctx.request, route.takes)
        caller = route.guard(incoming) if route.guard else None
        given = read_query(request_ctx.request, route.takes_query) if route.takes_query else incoming.given()
        call = Call(caller, given, g.device, in_path)
        answer = _limited(route, limits, call) if route.throttled else route.controller(call)
        if isinstance(answer, Response):
            return answer
        made = answer.cookies if isinstance(answer, HandedOver) else []
        content = answer.content if isinstance(answer, HandedOver) else answer
        response = json_response(route.gives.dump(content) if route.gives else content, route.status)
        return _with_cookies(response, made)

    return view


def _limited(route: Route, limits: LimitService, call: Call[Any, Any]) -> object:
    """What the controller answers; what it did not look at is given back. Raises RateLimited."""
    with limits.attempt() as attempt:
        after_this_request(partial(_tell, attempt))
        limits.count(call.device, *_tries(route, call))
        return route.controller(call)


def _tries(route: Route, call: Call[Any, Any]) -> Iterator[Try]:
    return ((each.limit, each.account_of(call)) for each in route.throttled if each.counts(call))


def _tell(attempt: Attempt, response: Response) -> Response:
    """draft-ietf-httpapi-ratelimit-headers: the caller's own IP, and nothing about any account."""
    told = [(f'"{name}-ip"', bucket) for name, bucket in attempt.buckets.items()]
    if told:
        policies = [f"{name};q={bucket.allowance.hits};w={bucket.allowance.seconds}" for name, bucket in told]
        states = [f"{name};r={bucket.hits_left};t={bucket.seconds_left}" for name, bucket in told]
        response.headers["RateLimit-Policy"] = ", ".join(policies)
        response.headers["RateLimit"] = ", ".join(states)
    return response


def _forget(route: Route, cookies: Cookies, response: Response) -> Response:
    return _with_cookies(response, cookies.cleared() if response.status_code in route.clears_cookies else [])


def _with_cookies(response: Response, made: Sequence[str]) -> Response:
    for cookie in made:
        response.headers.add("Set-Cookie", cookie)
    return response
