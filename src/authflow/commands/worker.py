"""`authflow worker`: send the mails and sweep, in a process of its own."""

import argparse
import sys
from collections.abc import Sequence

from procrastinate import App

from authflow.bootstrap import build_services
from authflow.commands.running_database import NoLocalDatabase, running_database
from authflow.config import Config
from authflow.orphan_watch import exit_with_parent
from authflow.worker.app import handlers_of, make_worker_app
from authflow.worker.process import WorkerProcess
from authflow.worker.schedule import add_schedule
from authflow.worker.unknown_jobs import add_unknown


def run(config: Config, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="authflow worker", description=__doc__)
    parser.add_argument("--parent", type=int, metavar="PID", help="end when this process, the parent, is gone")
    asked = parser.parse_args(arguments)
    if asked.parent is not None:
        exit_with_parent(asked.parent)
    services = build_services(config)

    def make_app() -> App:
        app = make_worker_app(services.job_queue, handlers_of(services))
        add_schedule(app, services)
        add_unknown(app, services.job_queue)
        return app

    try:
        # A parent has its own hand on the database, and stops it when it likes.
        with running_database(config.embedded_database if asked.parent is None else None):
            WorkerProcess(config.database_url, config.transaction_pooler, make_app).run()
    except NoLocalDatabase as error:
        print(f"authflow worker: {error}", file=sys.stderr)
        return 1
    return 0
