"""The one table from failures to HTTP, read along each class's ancestors."""

from flask import Flask, Response, g
from werkzeug import exceptions as http

from authflow import errors
from authflow.log import log_defect, log_warning
from authflow.web import request_errors
from authflow.web.envelope import json_response

STATUS: dict[type[errors.AuthflowError], int] = {
    errors.AuthflowError: 500,
    errors.Unauthenticated: 401,
    errors.AccountDisabled: 403,
    errors.EmailNotVerified: 403,
    errors.SessionNotFound: 404,
    errors.EmailTaken: 409,
    errors.PasswordRequired: 409,
    errors.MailedSecretInvalid: 400,
    errors.ValidationFailed: 422,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
    request_errors.RequestError: 400,
    request_errors.OriginNotAllowed: 403,
    request_errors.NotFound: 404,
    request_errors.MethodNotAllowed: 405,
    request_errors.BodyTooLarge: 413,
    request_errors.CookiesTooLarge: 431,
    request_errors.UnsupportedMediaType: 415,
}
# RFC 6750, section 3: a challenge names an error only where a token came.
CHALLENGE = 'Bearer realm="authflow"'
CHALLENGE_AGAIN = 'Bearer error="invalid_token"'
WITHOUT_TOKEN = (errors.TokenMissing, errors.InvalidCredentials)
# Seconds after which a short resource may be there again.
RETRY_AFTER = "1"

# What Flask and Werkzeug raise by themselves.
HTTP_ERRORS: dict[type[http.HTTPException], type[errors.AuthflowError]] = {
    http.NotFound: request_errors.NotFound,
    http.RequestEntityTooLarge: request_errors.BodyTooLarge,
    http.SecurityError: request_errors.BadHost,
    http.BadRequest: request_errors.MalformedJson,
}


def status_of(error: type[errors.AuthflowError]) -> int:
    return next(STATUS[ancestor] for ancestor in error.__mro__ if ancestor in STATUS)


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(errors.AuthflowError, _answer)
    app.register_error_handler(http.HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_defect)


def _answer(error: errors.AuthflowError) -> Response:
    status = status_of(type(error))
    if isinstance(error, errors.Unavailable):
        log_warning("unavailable", reason=type(error).__name__, detail=str(error))
    content: dict[str, object] = {
        "success": False,
        "message": error.message,
        "code": error.code,
        "requestId": g.request_id,
        **error.extra,
    }
    return json_response(content, status, _headers(error))


def _headers(error: errors.AuthflowError) -> dict[str, str]:
    match error:
        case errors.Unauthenticated():
            return {"WWW-Authenticate": CHALLENGE if isinstance(error, WITHOUT_TOKEN) else CHALLENGE_AGAIN}
        case errors.RateLimited():
            return {"Retry-After": str(error.retry_after)}
        case errors.Unavailable():
            return {"Retry-After": RETRY_AFTER}
        case request_errors.MethodNotAllowed():
            return {"Allow": ", ".join(error.allowed)}
        case _:
            return {}


def _answer_http(error: http.HTTPException) -> Response:
    if isinstance(error, http.MethodNotAllowed):
        return _answer(request_errors.MethodNotAllowed(error.valid_methods or ()))
    for raised, ours in HTTP_ERRORS.items():
        if isinstance(error, raised):
            return _answer(ours())
    return _answer_defect(error)


def _answer_defect(error: Exception) -> Response:
    # The request id leads from the answer, which says nothing else, to this line.
    log_defect("internal_error", error)
    return _answer(errors.AuthflowError())
