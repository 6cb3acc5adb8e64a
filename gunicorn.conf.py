"""How gunicorn serves authflow in production: `gunicorn wsgi:app`. What is not set here is gunicorn's default."""

import gc
import os

import gunicorn.http.wsgi
from gunicorn.glogging import Logger

from authflow.config import load_config
from authflow.config_environment import ConfigurationError
from authflow.log import LineHandler

try:
    # In the master, so that a bad configuration ends the start at once, with a list of its faults.
    environment = load_config()
except ConfigurationError as error:
    raise SystemExit(str(error)) from None

bind = f"0.0.0.0:{environment.port}"
workers = environment.web_workers
worker_class = "gthread"
# Most of these wait, for a hash slot or for the database: with 8, waiting logins would take them all.
threads = 32
keepalive = 75
# Render sends SIGKILL after 30 s.
graceful_timeout = 20
preload_app = False
# Callers' addresses are read by authflow itself (TRUSTED_PROXIES); gunicorn believes no forwarded header.
forwarded_allow_ips = ""
# gunicorn 27 opens a socket under the home directory, which two services of one user would share.
control_socket_disable = True
# Of the server, an answer says nothing.
gunicorn.http.wsgi.SERVER = "authflow"


class JsonLinesLogger(Logger):
    """gunicorn's own messages in the form of all others; the access log is authflow's."""

    def setup(self, cfg):
        super().setup(cfg)
        self.error_log.handlers = [LineHandler()]


logger_class = JsonLinesLogger
# At debug, gunicorn would log every path, and a path can carry a mailed secret sent to the wrong host.
loglevel = environment.log_level.replace("debug", "info")


def post_fork(server, worker):
    """Tell the worker how many there are, also when it was said on the command line: they share the cores."""
    os.environ["WEB_CONCURRENCY"] = str(server.num_workers)


def post_worker_init(worker):
    """What was made at the start lives for ever: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
