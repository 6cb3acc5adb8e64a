"""What serves the application, and what it did not bring along: without the settings, no worker and so no mail."""

import sys

from authflow.log import log_warning

SETTINGS = "authflow.server.settings"
# Those who see to a worker themselves.
COMPLETE = (SETTINGS, "authflow.server.development")
GUNICORN = "gunicorn.arbiter"


def warn_of_what_is_missing(run_worker: bool) -> None:
    """At the start, as nothing else would ever say it: mails would wait in the queue, without a word."""
    if any(name in sys.modules for name in COMPLETE):
        return
    start = f"`authflow serve`, or gunicorn -c python:{SETTINGS} …, or import them in a configuration of your own"
    if GUNICORN in sys.modules:
        log_warning("server_settings_missing", hint=f"gunicorn runs without those of authflow: {start}")
    if run_worker:
        log_warning(
            "worker_not_kept",
            hint=f"nobody sends mails: run `authflow worker` and set RUN_WORKER=false, or start {start}",
        )
