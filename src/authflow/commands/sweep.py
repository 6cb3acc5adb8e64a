"""`authflow sweep`: remove now what the worker would remove within a minute."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict

import psycopg

from authflow.commands.open_services import open_services
from authflow.config import Config
from authflow.errors import DatabaseUnavailable
from authflow.local.embedded_postgres import EmbeddedPostgresError


def run(config: Config, arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="authflow sweep", description=__doc__).parse_args(arguments)
    try:
        with open_services(config) as services:
            swept = services.sweeping.sweep()
    except EmbeddedPostgresError as error:
        return _fail(str(error))
    except (DatabaseUnavailable, psycopg.Error):
        # The driver's message may hold a piece of the password.
        return _fail("the database cannot be reached, or is not up to date: `authflow migrate status` says why")
    for name, number in asdict(swept).items():
        print(f"removed {number:>8}  {name.replace('_', ' ')}")
    return 0


def _fail(message: str) -> int:
    print(f"authflow sweep: {message}", file=sys.stderr)
    return 1
