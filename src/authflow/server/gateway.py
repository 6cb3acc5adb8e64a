"""Between bytes and the application: what WSGI (PEP 3333) makes of a request, and an answer of what it returns."""

import io
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from authflow.server.http_date import http_date
from authflow.server.malformed_request import NO_REQUEST
from authflow.server.request import Request

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
# Of the server, an answer says nothing more.
SERVER = "authflow"
WITHOUT_PREFIX = {"CONTENT_TYPE", "CONTENT_LENGTH"}
WITHOUT_BODY = {"204", "304"}


class BrokenBody(io.RawIOBase):
    """Of which the rest did not come, or is no chunk."""

    def read(self, _size: int = -1) -> bytes:
        raise OSError("the body is not whole")


class BadAnswer(ValueError):
    """Of the application: it would be read as something else."""


def base_environ(client: Any, server: Any, errors: Any, *, multiprocess: bool) -> Environ:
    """What holds of every request of a connection."""
    host, port = client[:2] if isinstance(client, tuple) else ("", "")
    name, own_port = server[:2] if isinstance(server, tuple) else (server, "")
    return {
        "SCRIPT_NAME": "",
        "REMOTE_ADDR": host,
        "REMOTE_PORT": str(port),
        "SERVER_NAME": name,
        "SERVER_PORT": str(own_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": errors,
        "wsgi.multithread": True,
        "wsgi.multiprocess": multiprocess,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }


def environ_of(request: Request, base: Environ) -> Environ:
    """Raises MalformedRequest."""
    target = request.target.decode("latin-1")
    path, _, query = _own_part(target, request).partition("?")
    environ = {
        **base,
        "REQUEST_METHOD": request.method,
        "RAW_URI": target,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path else path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "wsgi.input": BrokenBody() if request.is_broken else io.BytesIO(request.body),
    }
    for name, value in request.headers.items():
        key = name.replace("-", "_")
        environ[key if key in WITHOUT_PREFIX else f"HTTP_{key}"] = value
    return environ


def _own_part(target: str, request: Request) -> str:
    """Of an address in absolute form too, whose host must be that of the request. Raises MalformedRequest."""
    if not target.lower().startswith(("http://", "https://")):
        return target
    authority, slash, rest = target.partition("://")[2].partition("/")
    if authority != request.headers.get("HOST"):
        raise NO_REQUEST
    return slash + rest


def answer_to(
    request: Request, application: Application, environ: Environ, *, may_go_on: bool
) -> tuple[bytes, bool]:
    """All of it, and whether the connection goes on. Raises what the application raises, and BadAnswer."""
    said: list[tuple[str, list[tuple[str, str]]]] = []
    body: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        del exc_info
        said[:] = [(status, headers)]
        return body.append

    returned = application(environ, start_response)
    try:
        body.extend(returned)
    finally:
        if close := getattr(returned, "close", None):
            close()
    (status, headers), goes_on = said[0], may_go_on and request.is_kept_alive
    return _written(request.method, status, headers, b"".join(body), goes_on=goes_on), goes_on


def _written(method: str, status: str, headers: list[tuple[str, str]], body: bytes, *, goes_on: bool) -> bytes:
    """Raises BadAnswer."""
    if method == "HEAD" or status[:3] in WITHOUT_BODY:
        body = b""
    elif not any(name.lower() == "content-length" for name, _ in headers):
        headers = [*headers, ("Content-Length", str(len(body)))]
    lines = [
        f"HTTP/1.1 {status}",
        f"Server: {SERVER}",
        f"Date: {http_date()}",
        f"Connection: {'keep-alive' if goes_on else 'close'}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    head = "\r\n".join([*lines, "", ""])
    if not head.count("\n") == head.count("\r") == len(lines) + 1:
        raise BadAnswer("a line break in a header")
    return head.encode("latin-1") + body
