"""`authflow migrate [up|down|status]`: bring the schema up to date, take steps back, tell where it stands."""

import argparse
import sys
from collections.abc import Sequence

import psycopg

from authflow.commands.running_database import NoLocalDatabase, running_database
from authflow.config import Config
from authflow.database.migration_files import MigrationError
from authflow.database.migrator import Migrator


def run(config: Config, arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    try:
        with running_database(config.embedded_database):
            lines = _answer(Migrator(config.database_url, pooled=config.transaction_pooler), asked)
    except (MigrationError, NoLocalDatabase) as error:
        return _fail(str(error))
    except psycopg.Error as error:
        return _fail(_reason(error))
    print("\n".join(lines))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="authflow migrate", description=__doc__)
    parser.set_defaults(action="up")
    actions = parser.add_subparsers(dest="action", metavar="up | down [STEPS] | status")
    up = actions.add_parser("up")
    up.add_argument("--accept-changed", action="append", default=[], metavar="VERSION")
    actions.add_parser("down").add_argument("steps", nargs="?", type=_steps, default=1)
    actions.add_parser("status")
    return parser


def _steps(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("how many migrations to take back, at least 1")
    return int(text)


def _answer(migrator: Migrator, asked: argparse.Namespace) -> list[str]:
    if asked.action == "status":
        return [f"{each.state:<8}  {each.version}" for each in migrator.status()]
    if asked.action == "down":
        return [f"took back {version}" for version in migrator.down(asked.steps)] or ["nothing to take back"]
    accepted = asked.accept_changed if "accept_changed" in asked else ()
    return [f"applied {version}" for version in migrator.up(accepted)] or ["nothing to apply"]


def _fail(message: str) -> int:
    print(f"authflow migrate: {message}", file=sys.stderr)
    return 1


def _reason(error: psycopg.Error) -> str:
    if error.sqlstate is not None:
        return f"the database refused: {error.diag.message_primary}"
    return f"the database cannot be reached: {' '.join(str(error).split())}"
