"""From the environment to a running application: for gunicorn, granian or any other WSGI server."""

from flask import Flask

from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.config_environment import ConfigurationError
from authflow.log import configure_log, log_warning
from authflow.web.app import create_app


def make_app() -> Flask:
    """Raises SystemExit with every fault of the configuration."""
    try:
        config = load_config()
    except ConfigurationError as error:
        raise SystemExit(str(error)) from None
    configure_log(config.log_level, development=config.development)
    if not config.rate_limits:
        log_warning("rate_limits_off", hint="for load tests only: passwords can be guessed without end")
    services = build_services(config)
    if config.metrics_token:
        services.measuring.keep_measuring()
    return create_app(services, config)
