"""`authflow jobs [retry [ID]]`: what waits to be done, what was given up; try the latter again."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta

from authflow.commands.open_services import DatabaseAway, open_services
from authflow.commands.running_database import NoLocalDatabase
from authflow.config import Config
from authflow.domain.queued_job import DeadLetter, JobCount
from authflow.domain.row_id import row_id
from authflow.services.job_queue import SHOWN, JobQueueService


def run(config: Config, arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    try:
        with open_services(config) as services:
            lines = _answer(services.job_queue, asked)
    except (NoLocalDatabase, DatabaseAway) as error:
        return _fail(str(error))
    print("\n".join(lines))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="authflow jobs", description=__doc__)
    parser.set_defaults(action="list")
    actions = parser.add_subparsers(dest="action", metavar="retry [ID]")
    actions.add_parser("retry").add_argument("id", nargs="?", type=_id, help="all, if none is named")
    return parser


def _id(text: str) -> int:
    job_id = row_id(text)
    if job_id is None:
        raise argparse.ArgumentTypeError("not an id of a job")
    return job_id


def _answer(queue: JobQueueService, asked: argparse.Namespace) -> list[str]:
    if asked.action == "retry":
        retried = queue.retry_dead_letters(asked.id)
        return [f"{retried} will be tried again; what is too old to be of use will be given up again"]
    counts, dead_letters = queue.list_counts(), queue.list_dead_letters()
    return [*_counts(counts), *_dead_letters(dead_letters)]


def _counts(counts: Sequence[JobCount]) -> Iterable[str]:
    if not counts:
        yield "no jobs"
    for count in counts:
        age = timedelta(seconds=round(count.oldest))
        yield f"{count.state:<10}{count.jobs:>8}   the oldest was added {age} ago"


def _dead_letters(letters: Sequence[DeadLetter]) -> Iterable[str]:
    """Without what they hold: that may be an email."""
    if letters:
        yield f"\ngiven up (the latest {SHOWN} at most):"
        yield f"{'id':>8}  {'task':<28}{'attempts':>8}  {'added':<22}given up"
    for letter in letters:
        added, failed = (f"{at:%Y-%m-%d %H:%M:%S%z}" for at in (letter.added_at, letter.failed_at))
        yield f"{letter.id:>8}  {letter.task:<28}{letter.attempts:>8}  {added:<22}{failed}"


def _fail(message: str) -> int:
    print(f"authflow jobs: {message}", file=sys.stderr)
    return 1
