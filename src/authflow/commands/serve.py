"""`authflow serve`: the API in production, from any directory, with the worker beside it."""

import argparse
import sys
from collections.abc import Sequence

from authflow.commands.running_database import NoLocalDatabase, running_database
from authflow.config import Config

SERVER = ["--config", "python:authflow.server.settings", "authflow.web.wsgi:make_app()"]


def run(config: Config, arguments: Sequence[str]) -> int:
    """By gunicorn, which reads its command line for itself; it ends by SystemExit."""
    argparse.ArgumentParser(prog="authflow serve", description=__doc__).parse_args(arguments)
    # Here, as no other command needs it.
    from gunicorn.app.wsgiapp import run as serve

    sys.argv = ["authflow serve", *SERVER]
    try:
        with running_database(config.embedded_database):
            serve()
    except NoLocalDatabase as error:
        print(f"authflow serve: {error}", file=sys.stderr)
    return 1
