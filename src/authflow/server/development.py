"""gunicorn as `authflow dev` runs it: its settings, and a start that knows who its parent is.

python -m authflow.server.development PARENT --config python:authflow.server.development …
"""

import sys

from gunicorn.app.wsgiapp import run

from authflow.log import configure_log
from authflow.orphan_watch import exit_with_parent
from authflow.server.worker_kind import LOGGER_CLASS, THREADS, WORKER_CLASS

workers = 1
worker_class = WORKER_CLASS
logger_class = LOGGER_CLASS
threads = THREADS
# Seconds. Who saves a file waits for this.
graceful_timeout = 1
# It would lie in the home directory, one for every gunicorn of this user.
control_socket_disable = True
# The supervisor says what there is to say about starts and stops.
loglevel = "warning"

if __name__ == "__main__":
    # The master logs too, and makes no application that would set it up.
    configure_log(loglevel, development=True)
    # The master watches the supervisor; gunicorn's workers watch the master themselves.
    exit_with_parent(int(sys.argv.pop(1)))
    run()
