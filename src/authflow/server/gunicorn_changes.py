"""What is changed inside of gunicorn, in production as in development; its version is bounded for that.

Each is put in place by assignment: HUP reads the settings again, and what is there already stays as it is.
"""

from socket import socket

import gunicorn.http.wsgi
import gunicorn.util
from gunicorn.http.parser import RequestParser

from authflow.server.bounded_request import BoundedRequest
from authflow.server.whole_response import WholeResponse

WORKER_CLASS = "authflow.server.fair_worker.FairWorker"
LOGGER_CLASS = "authflow.server.server_log.ServerLog"
# Most of these wait, for a hash slot or for the database: with 8, waiting logins would take them all.
THREADS = 32
# Bytes of one header, and of a whole head: what a browser may send comes in, so that its page can be told.
HEADER_MAX_BYTES = 128 * 1024


def change_gunicorn() -> None:
    RequestParser.mesg_class = BoundedRequest
    # Of the server, an answer says nothing.
    gunicorn.http.wsgi.SERVER = "authflow"  # pyright: ignore[reportAttributeAccessIssue]
    gunicorn.http.wsgi.Response = WholeResponse
    gunicorn.util.write_error = write_error


def write_error(client: socket, status: int, reason: str, _message: str) -> None:
    """Every error is JSON, also what gunicorn finds before there is a request; its own page quotes the line."""
    # Here, as what counts is to be imported after `on_starting`.
    from authflow.server.malformed_request import unreadable

    gunicorn.util.write_nonblock(client, unreadable(status, reason))
