"""From the environment to a running application: for gunicorn, granian or any other WSGI server."""

from flask import Flask

from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.config.setting import ConfigurationError
from authflow.domain.device_name import device_name
from authflow.log import configure_log, log_warning
from authflow.web.app import create_app
from authflow.web.startup_warnings import warn_of_what_is_missing


def prepare() -> None:
    """What a process learns once. The first name of a device takes a tenth of a second: not in a login."""
    device_name("curl")


def make_app() -> Flask:
    """Raises SystemExit with every fault of the configuration."""
    try:
        config = load_config()
    except ConfigurationError as error:
        raise SystemExit(str(error)) from None
    configure_log(config.log_level, development=config.development)
    if not config.rate_limits:
        log_warning("rate_limits_off", hint="for load tests only: passwords can be guessed without end")
    warn_of_what_is_missing(config.run_worker)
    prepare()
    services = build_services(config)
    if config.metrics_token:
        services.measurements.keep_measuring()
    app = create_app(services, config, has_allowance=True)
    app.before_request(services.worker_watch.look_now_and_then)
    return app
