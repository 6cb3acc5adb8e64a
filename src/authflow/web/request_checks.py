"""What every request must pass before its route is asked: size, host, origin."""

from dataclasses import dataclass

from flask import Request, g
from flask.globals import request_ctx

from authflow.domain.device import Device
from authflow.log import request_context
from authflow.web.credentials import SAFE_METHODS
from authflow.web.forwarded import Forwarded
from authflow.web.json_body import refuse_large
from authflow.web.request_errors import BadHost, CookiesTooLarge, NotFound, OriginNotAllowed

# Asked by load balancers and orchestrators, under whatever name they know the machine.
ANY_HOST_PATH = "/health"
# A browser keeps 180 cookies a site, of 4 KiB at most; those of every other service of a domain come along.
MAX_COOKIE_BYTES = 64 * 1024


@dataclass
class RequestChecks:
    allowed_origins: frozenset[str]
    trusted_hosts: tuple[str, ...]
    forwarded: Forwarded

    def __call__(self) -> None:
        """Raises CookiesTooLarge, NotFound, BodyTooLarge, BadHost, OriginNotAllowed."""
        request = request_ctx.request
        environ = request.environ
        self._begin(request)
        # Here and not by the server, whose answer no page may read: it comes before any Origin is known.
        if len(environ.get("HTTP_COOKIE", "")) > MAX_COOKIE_BYTES:
            raise CookiesTooLarge
        if not _is_plain(request):
            raise NotFound
        refuse_large(request)
        if "HTTP_HOST" not in environ and environ["SERVER_PROTOCOL"] == "HTTP/1.1":
            raise BadHost
        if request.path != ANY_HOST_PATH and not self._is_our_host(request):
            raise BadHost
        # CSRF (OWASP): whoever can read the answer or not, a foreign page must not cause a change.
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and request.method not in SAFE_METHODS and origin not in self.allowed_origins:
            raise OriginNotAllowed

    def _begin(self, request: Request) -> None:
        environ = request.environ
        request_id = g.request_id = environ["authflow.request_id"]
        request_context.set({"request_id": request_id})
        device = g.device = Device.seen(self.forwarded.ip(environ), environ.get("HTTP_USER_AGENT", ""))
        request_context.set({"request_id": request_id, "ip": device.ip})
        if request.url_rule is not None and _is_plain(request):
            environ["authflow.route"] = request.url_rule.rule

    def _is_our_host(self, request: Request) -> bool:
        """Exactly as listed, but for case; an entry without a port stands for any."""
        if not self.trusted_hosts:
            return True
        host = request.environ.get("HTTP_HOST", "").lower()
        return not {host, _without_port(host)}.isdisjoint(self.trusted_hosts)


def _is_plain(request: Request) -> bool:
    """Whether the path is written as the routes are: a proxy compares it as it stands with what it keeps closed.

    Werkzeug reads `//metrics`, `/%6detrics` and `/metrics#` as `/metrics`.
    """
    written = request.environ.get("RAW_URI", "").partition("?")[0]
    return not ("%" in written or "#" in written or request.environ["PATH_INFO"].startswith("//"))


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    is_port = port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65_536
    return name if is_port else host
