"""How gunicorn serves authflow in production. What is not set here is gunicorn's default.

`gunicorn wsgi:app` in a checkout finds these by the gunicorn.conf.py there; from anywhere else
`gunicorn -c python:authflow.server.settings 'authflow.web.wsgi:make_app()'`.
"""

import gc
import os
import shutil
import tempfile
from typing import Any

# In the master, before it forks: a piece of memory that all workers share is in it.
import authflow.hash_priority  # noqa: F401  # pyright: ignore[reportUnusedImport]
from authflow.config import load_config
from authflow.config.setting import ConfigurationError
from authflow.cores import core_for_another, keep_to
from authflow.log import configure_log
from authflow.server.worker_keeper import keeper
from authflow.server.worker_kind import LOGGER_CLASS, THREADS, WORKER_CLASS

try:
    # In the master, so that a bad configuration ends the start at once, with a list of its faults.
    environment = load_config()
except ConfigurationError as error:
    raise SystemExit(str(error)) from None

bind = f"0.0.0.0:{environment.port}"
workers = environment.web_workers
worker_class = WORKER_CLASS
threads = THREADS
keepalive = 75
# Render sends SIGKILL after 30 s.
graceful_timeout = 20
preload_app = False
# gunicorn 27 opens a socket under the home directory, which two services of one user would share.
control_socket_disable = True
logger_class = LOGGER_CLASS
# At debug, gunicorn would log every path, and a path can carry a mailed secret sent to the wrong host.
loglevel = environment.log_level.replace("debug", "info")


# Of prometheus-client: where the workers of one server count together.
METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


def on_starting(server: Any) -> None:
    """A directory that nobody has counted in, before any worker imports what counts."""
    if environment.metrics_token:
        os.environ[METRICS_DIRECTORY] = tempfile.mkdtemp(prefix="authflow-metrics-")


def child_exit(server: Any, worker: Any) -> None:
    """In a worker that is gone nobody waits any more."""
    if environment.metrics_token:
        # Here, as it is to be imported after `on_starting`.
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def when_ready(server: Any) -> None:
    """Once the port is open: of a server that cannot start, no worker is left."""
    # What every worker needs is in memory once: all are forked from here. After `on_starting`, as it also counts.
    from authflow.web.wsgi import prepare

    prepare()
    gc.collect()
    gc.freeze()
    if environment.run_worker:
        # In the master nobody else logs but gunicorn.
        configure_log(environment.log_level)
        keeper.start()


def on_reload(server: Any) -> None:
    if environment.run_worker:
        keeper.restart()


def on_exit(server: Any) -> None:
    """After the last request; 20 s for these and 5 for the worker's jobs stay under 30."""
    keeper.stop()
    if environment.metrics_token:
        shutil.rmtree(os.environ[METRICS_DIRECTORY], ignore_errors=True)


def pre_fork(server: Any, worker: Any) -> None:
    """Where there is a core for each, a worker keeps to one; who replaces it takes its place."""
    worker.core = core_for_another(server.num_workers, [each.core for each in server.WORKERS.values()])


def post_fork(server: Any, worker: Any) -> None:
    """Tell the worker how many there are, also when it was said on the command line: they share the cores."""
    os.environ["WEB_CONCURRENCY"] = str(server.num_workers)


def post_worker_init(worker: Any) -> None:
    """Once all is loaded; what is hashed from now on may still take any core."""
    if worker.core is not None:
        keep_to({worker.core})
    # What was made at the start lives for ever: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
