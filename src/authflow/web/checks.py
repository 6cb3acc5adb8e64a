"""What every request must pass before its route is asked: size, host, origin."""

from dataclasses import dataclass, field

from flask import Request, g
from flask.globals import request_ctx

from authflow.domain.device import Device
from authflow.log import log_warning, request_context
from authflow.web.credentials import SAFE_METHODS
from authflow.web.json_body import refuse_large
from authflow.web.request_errors import BadHost, OriginNotAllowed

# Asked by load balancers and orchestrators, under whatever name they know the machine.
ANY_HOST_PATH = "/health"


@dataclass
class Checks:
    allowed_origins: frozenset[str]
    trusted_hosts: tuple[str, ...]
    trusted_proxies: int
    _has_warned: bool = field(default=False, init=False)

    def __call__(self) -> None:
        """Raises BodyTooLarge, BadHost, OriginNotAllowed."""
        request = request_ctx.request
        self._begin(request)
        refuse_large(request)
        if request.path != ANY_HOST_PATH and not self._is_our_host(request):
            raise BadHost
        # CSRF (OWASP): whoever can read the answer or not, a foreign page must not cause a change.
        origin = request.headers.get("Origin")
        if origin is not None and request.method not in SAFE_METHODS and origin not in self.allowed_origins:
            raise OriginNotAllowed

    def _begin(self, request: Request) -> None:
        request_id = g.request_id = request.environ["authflow.request_id"]
        device = g.device = Device.seen(self._ip(request), request.headers.get("User-Agent", ""))
        request_context.set({"request_id": request_id, "ip": device.ip})
        if request.url_rule is not None:
            request.environ["authflow.route"] = request.url_rule.rule
        if not (self.trusted_proxies or self._has_warned) and "X-Forwarded-For" in request.headers:
            self._has_warned = True
            log_warning("forwarded_header_ignored", hint="behind a proxy, set TRUSTED_PROXIES to their number")

    def _ip(self, request: Request) -> str | None:
        """The N-th address from the right of X-Forwarded-For, which is what our outermost proxy saw.

        Taken apart at every comma: Werkzeug's ProxyFix lets a quotation mark of the caller's hide one.
        """
        addresses = request.headers.get("X-Forwarded-For", "").split(",")
        is_forwarded = 0 < self.trusted_proxies <= len(addresses) and addresses != [""]
        return addresses[-self.trusted_proxies].strip() if is_forwarded else request.remote_addr

    def _is_our_host(self, request: Request) -> bool:
        """Exactly as listed, but for case; an entry without a port stands for any."""
        host = request.headers.get("Host", "").lower()
        return not self.trusted_hosts or not {host, _without_port(host)}.isdisjoint(self.trusted_hosts)


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    is_port = port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65_536
    return name if is_port else host
