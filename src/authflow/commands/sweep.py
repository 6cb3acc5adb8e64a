"""`authflow sweep`: remove now what the worker would remove within a minute."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict

from authflow.commands.open_services import DatabaseAway, open_services
from authflow.commands.running_database import NoLocalDatabase
from authflow.config import Config
from authflow.services.sweeping import SweepIncomplete


def run(config: Config, arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="authflow sweep", description=__doc__).parse_args(arguments)
    try:
        with open_services(config) as services:
            swept = services.sweeping.sweep()
    except (NoLocalDatabase, DatabaseAway) as error:
        return _fail(str(error))
    except SweepIncomplete as error:
        return _fail(
            f"not everything could be removed ({error}): the database is away or busy, or not up to date; "
            "`authflow migrate status` says why"
        )
    for name, number in asdict(swept).items():
        print(f"removed {number:>8}  {name.replace('_', ' ')}")
    return 0


def _fail(message: str) -> int:
    print(f"authflow sweep: {message}", file=sys.stderr)
    return 1
