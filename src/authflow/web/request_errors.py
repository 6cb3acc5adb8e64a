"""What can be wrong with a request before the domain hears of it.

RequestError
├── MalformedJson          not JSON, not an object, duplicate keys, NaN, too deep
├── BadHost                a `Host` that this service does not answer to
├── OriginNotAllowed       a browser's request from a page that is not allow-listed
├── NotFound
├── MethodNotAllowed
├── BodyTooLarge
├── CookiesTooLarge        all of a browser's for this host, together
└── UnsupportedMediaType   a body that is not `application/json`
"""

from collections.abc import Iterable

from authflow.errors import AuthflowError


class RequestError(AuthflowError):
    """Refused for its form alone."""


class MalformedJson(RequestError):
    code = "malformed_json"
    message = "The body must be one JSON object."


class BadHost(RequestError):
    code = "bad_host"
    message = "This service does not answer to that Host."


class OriginNotAllowed(RequestError):
    code = "origin_not_allowed"
    message = "Requests from this origin are not allowed."


class NotFound(RequestError):
    code = "not_found"
    message = "There is nothing at this address."


class MethodNotAllowed(RequestError):
    code = "method_not_allowed"
    message = "This address does not take that method."

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        super().__init__()
        self.allowed = sorted(allowed)


class BodyTooLarge(RequestError):
    code = "body_too_large"
    message = "The body is larger than 16 KiB."


class CookiesTooLarge(RequestError):
    code = "malformed_request"
    message = "The cookies that came along are larger than 64 KiB: remove those that are not needed."


class UnsupportedMediaType(RequestError):
    code = "unsupported_media_type"
    message = "The body must be sent as application/json."
