"""The Flask application: blueprints, CORS, the checks, the errors; each route is in `routes.py` or `ops/`."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Request, Response
from flask.globals import request_ctx
from flask.sessions import NullSession, SessionInterface
from flask_cors.core import get_cors_headers, get_cors_options, set_cors_headers
from werkzeug.datastructures import EnvironHeaders
from werkzeug.routing import MapAdapter

from authflow.bootstrap import Services
from authflow.config import Config
from authflow.web.cookies import Cookies
from authflow.web.error_table import register_error_handlers
from authflow.web.exchange import exchange
from authflow.web.forwarded import Forwarded
from authflow.web.json_body import MAX_BYTES
from authflow.web.ops.dev_mailbox import dev_mailbox_blueprint
from authflow.web.ops.docs import docs_blueprint
from authflow.web.ops.metrics import metrics_blueprint
from authflow.web.request_allowance import Environ, Headers, RequestAllowance
from authflow.web.request_checks import RequestChecks
from authflow.web.request_log import RequestLog
from authflow.web.routes import routes

EXPOSED_HEADERS = ["Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"]
PREFLIGHT_SECONDS = 600
NO_PATH = "/.//"


class NoSession(SessionInterface):
    """Flask keeps none: a session of ours is a row of the database."""

    nothing = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        del app, request
        return self.nothing


class LeanFlask(Flask):
    """Flask without what it does at every request and is of no use here."""

    session_interface = NoSession()

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Routes go by the path alone. Of the host `Checks` knows more, and no odd one may break `/health`."""
        if request is None:
            return None
        scheme = request.environ["wsgi.url_scheme"]
        # Werkzeug would take slashes off the front: a rule of a proxy could be passed by `//api` or `/%2fapi`.
        path = request.path if not request.environ["PATH_INFO"].startswith("//") else NO_PATH
        return MapAdapter(self.url_map, "", "/", "", scheme, path, request.method)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No function is a coroutine."""
        return func


def create_app(services: Services, config: Config, *, has_allowance: bool = False) -> Flask:
    """`has_allowance`: whether requests without a credential are counted, as everywhere but in tests."""
    app = LeanFlask(__name__, static_folder=None)
    # One byte more than we take: a chunked body is cut there silently, and must show that it was longer.
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES + 1
    # `/api//auth` is not found instead of redirected: a redirect would be built from the Host header.
    app.url_map.merge_slashes = False
    table = routes(services, config)
    cookies = Cookies.of(config)
    blueprint = Blueprint("authflow", __name__)
    for route in table:
        blueprint.add_url_rule(
            route.path, route.name, exchange(route, services.limits, cookies), methods=[route.method]
        )
    app.register_blueprint(blueprint)
    app.register_blueprint(docs_blueprint(table, config.service_name, cookies))
    if config.development and config.mail_transport == "mailbox":
        app.register_blueprint(dev_mailbox_blueprint(config.mailbox_directory))
    if config.metrics_token:
        app.register_blueprint(metrics_blueprint(config.metrics_token, services.measurements))
    forwarded = Forwarded(config.trusted_proxies)
    app.before_request(RequestChecks(_allowed_origins(config), config.trusted_hosts, forwarded))
    app.after_request(_without_body)
    register_error_handlers(app)
    sharing = _sharing_with(app, config.cors_origins)
    app.after_request(partial(_share, sharing))
    if has_allowance and config.rate_limits:
        names = (cookies.access_name, cookies.refresh_name)
        cors_of = partial(_cors_of, sharing)
        app.wsgi_app = RequestAllowance(
            app.wsgi_app, forwarded.ip, services.sessions.session_of, names, cors_of, config.limits_per_ip
        )
    app.wsgi_app = RequestLog(app.wsgi_app)
    return app


def _allowed_origins(config: Config) -> frozenset[str]:
    """In development also this service's own pages: `/docs` calls what it describes."""
    own = [f"http://{host}:{config.port}" for host in ("localhost", "127.0.0.1")]
    return frozenset(config.cors_origins).union(own if config.development else ())


def _sharing_with(app: Flask, origins: tuple[str, ...]) -> Any:
    """What flask-cors needs to know: with whom answers are shared."""
    # As patterns: texts would be compared without regard to case, and an origin is exact or another one.
    return get_cors_options(
        app,
        {
            "origins": [re.compile(rf"{re.escape(origin)}\Z") for origin in origins],
            "supports_credentials": True,
            "expose_headers": EXPOSED_HEADERS,
            "max_age": PREFLIGHT_SECONDS,
            "vary_header": False,  # `headers.py` says it in every answer
        },
    )


def _share(sharing: Any, response: Response) -> Response:
    """CORS, asked only where a browser asks."""
    return set_cors_headers(response, sharing) if "HTTP_ORIGIN" in request_ctx.request.environ else response


def _cors_of(sharing: Any, environ: Environ) -> Headers:
    """The same headers, for an answer that is given before Flask."""
    if "HTTP_ORIGIN" not in environ:
        return []
    found = get_cors_headers(sharing, EnvironHeaders(environ), environ["REQUEST_METHOD"])
    return [(name, str(value)) for name, value in found.items(multi=True)]


def _without_body(response: Response) -> Response:
    """The answer to OPTIONS has headers only, and so no type."""
    if request_ctx.request.method == "OPTIONS" and response.status_code == 200:
        response.status_code = 204
        del response.headers["Content-Type"]
    return response
