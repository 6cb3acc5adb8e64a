"""`authflow user import FILE [--dry-run]`: users from another system, with their bcrypt hashes."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from authflow.commands.open_services import DatabaseAway, open_services
from authflow.commands.running_database import NoLocalDatabase
from authflow.commands.user_import.file_lines import UnusableFile
from authflow.commands.user_import.import_csv import read_csv
from authflow.commands.user_import.import_jsonl import read_jsonl
from authflow.config import Config
from authflow.domain.user_import import Record, Refusal

READERS: Mapping[str, Callable[[BinaryIO], Iterator[Record | Refusal]]] = {".csv": read_csv, ".jsonl": read_jsonl}
INTERRUPTED = 130
EXPLANATION = """
FILE is UTF-8 and either CSV (.csv, the first line names the columns) or JSON Lines (.jsonl). It has
  email, username
  password_hash   bcrypt ($2a$, $2b$, $2y$) or passlib's bcrypt-sha256, version 2; replaced at the first login;
                  without it the person sets a password by a reset
  verified        true or false (or t, f, 1, 0); without it false
  created_at      2026-01-31T09:30:00Z or 2026-01-31 09:30:00+00; an offset may be left out, for UTC;
                  without it now
and nothing else. The names may be written in any case.

A line that is not valid, or whose email is on an earlier line or has an account, is refused: it is listed on
standard error with its number and the reason, and never imported. The others go in, a thousand lines at a time:
if the database fails, such a batch is in as a whole or not at all. So after an interruption run it again; what is
in already is refused as having an account.

Exit status: 0 if all went in; 1 if some were refused, or the database or the file failed; 2 if nothing of the file
can be used; 130 after Ctrl-C.
"""


@dataclass
class Tally:
    is_dry_run: bool
    added: int = 0
    without_password: int = 0
    refused: int = 0

    def __str__(self) -> str:
        added = f"{self.added} {'would be imported' if self.is_dry_run else 'imported'}"
        without = f" ({self.without_password} without a password)" if self.without_password else ""
        before = "nothing was changed: " if self.is_dry_run else ""
        return f"{before}{added}{without}, {self.refused} refused"


def run(config: Config, arguments: Sequence[str]) -> int:
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.file.suffix.lower() not in READERS:
        parser.error(f"the name of the file must end in {' or '.join(READERS)}")
    try:
        opened = asked.file.open("rb")
    except OSError as error:
        parser.error(f"{asked.file}: {error.strerror}")
    with opened as file:
        try:
            lines = READERS[asked.file.suffix.lower()](file)
        except UnusableFile as error:
            parser.error(f"{asked.file}: {error}")
        return _import(config, lines, Tally(asked.dry_run))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="authflow user import",
        description=__doc__,
        epilog=EXPLANATION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="check every line, and change nothing")
    return parser


def _import(config: Config, lines: Iterable[Record | Refusal], tally: Tally) -> int:
    try:
        _import_batches(config, lines, tally)
    except NoLocalDatabase as error:
        return _fail(str(error))
    except DatabaseAway as error:
        _fail(str(error))
        return _fail(f"stopped; so far {tally}")
    except OSError as error:
        return _fail(f"the file cannot be read any further: {error.strerror}; so far {tally}")
    except KeyboardInterrupt:
        _fail(f"interrupted; so far {tally}")
        return INTERRUPTED
    print(tally)
    return 1 if tally.refused else 0


def _import_batches(config: Config, lines: Iterable[Record | Refusal], tally: Tally) -> None:
    with (
        open_services(config) as services,
        closing(services.account_import.import_users(lines, tally.is_dry_run)) as batches,
    ):
        for batch in batches:
            tally.added += batch.added
            tally.without_password += batch.without_password
            for refusal in batch.refusals:
                print(f"line {refusal.line}: {refusal.reason}", file=sys.stderr)
            tally.refused += len(batch.refusals)


def _fail(message: str) -> int:
    print(f"authflow user import: {message}", file=sys.stderr)
    return 1
