"""`make hostile`: the worst input of each field, header, query and path, what it costs, and which limit counts it.

A bounded search: of each place all families in a few sizes, then the costliest a little changed. It prints the
table of docs/reliability.md. A break is what costs more than 5 ms and is counted by the allowance alone.
"""

import re
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path
from random import Random

import psycopg

from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_hash import PasswordHash
from authflow.database.pool import Pool
from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.log import configure_log
from authflow.web.app import create_app
from tests.conftest import CHEAP_COST, fresh_database
from tests.hostile.cost_of_one import Cost, Process
from tests.hostile.cost_places import Place, places
from tests.support.client import Client, Person
from tests.support.settings import ENVIRONMENT

# Milliseconds of the processor.
TOO_MUCH = 5.0
# Of each place: seconds, and how often the costliest is changed.
BUDGET, CHANGES = 1.0, 6
# What is measured in the end.
TIMES = 7
UNCOUNTED = "the allowance"


@dataclass(frozen=True)
class Tried:
    family: str
    text: str
    ms: float


@dataclass(frozen=True)
class Row:
    """`memory`: in KiB, at its peak."""

    place: Place
    family: str
    size: int
    cost: Cost
    memory: int

    @property
    def limit(self) -> str:
        """By what the answer tells of the caller's own IP: what was counted and not given back."""
        told = self.cost.headers
        most = dict(re.findall(r'"([\w-]+)-ip";q=(\d+)', told.get("ratelimit-policy", "")))
        left = dict(re.findall(r'"([\w-]+)-ip";r=(\d+)', told.get("ratelimit", "")))
        kept = " and ".join(name for name in most if int(left[name]) < int(most[name]))
        # A right password gives its try back, and draws on what is told to nobody.
        return kept or ("right-password" if "login" in most and self.cost.status == HTTPStatus.OK else UNCOUNTED)

    @property
    def is_break(self) -> bool:
        return self.cost.ms > TOO_MUCH and self.limit == UNCOUNTED

    def __str__(self) -> str:
        cost = self.cost
        counts = f"{self.size:,} | {cost.ms:.1f} | {cost.status} | {cost.answered:,} | {self.memory:,}"
        return f"| {self.place.name} | {self.family} | {counts} | {self.limit} |"


def main() -> int:
    began = time.monotonic()
    with process_and_people() as (process, new_person):
        rows = [row_of(process, place) for place in places(new_person)]
    rows.sort(key=lambda row: -row.cost.ms)
    say("| where | the costliest found | bytes | ms | status | bytes of the answer | KiB of memory | counted by |")
    say("|---|---|---|---|---|---|---|---|")
    for row in rows:
        say(str(row))
    breaks = [row for row in rows if row.is_break]
    say(f"{len(rows)} places in {time.monotonic() - began:.0f} s; {len(breaks)} beyond {TOO_MUCH:g} ms")
    return 1 if breaks else 0


@contextmanager
def process_and_people() -> Generator[tuple[Process, Callable[[], Person]]]:
    """The application on a database of its own, where no limit is reached; and somebody new who is signed in."""
    home = Path(".authflow").resolve()
    home.mkdir(exist_ok=True)
    with EmbeddedPostgres(home / "test-postgres").running() as server, fresh_database(server, "costs") as url:
        config = load_config({**ENVIRONMENT, "DATABASE_URL": url})
        configure_log("error")
        pool = Pool(url, config.db_pool_size)
        # What a hash costs is known, and the same for every password.
        services = build_services(config, pool, PasswordHash(CHEAP_COST, HashSlots(1)))
        app = create_app(services, config, has_allowance=True)
        with psycopg.connect(url, autocommit=True) as connection:
            # Of no limit, or it would be theirs.
            client, numbers = Client(create_app(services, config)), count()

            def forget() -> None:
                connection.execute("DELETE FROM limit_counters")

            def new_person() -> Person:
                forget()
                return client.signed_in(f"ada{next(numbers)}@example.com")

            yield Process(app, forget), new_person
        pool.close()


def row_of(process: Process, place: Place) -> Row:
    worst = searched(process, place)
    request = place.filled(worst.text)
    return Row(place, worst.family, len(request), process.cost(request, TIMES), process.memory(request) // 1024)


def searched(process: Process, place: Place) -> Tried:
    """All families, the greatest size first; then the costliest, changed again and again."""
    end = time.monotonic() + BUDGET
    costliest = Tried("", "", 0.0)
    for size in sorted(place.sizes, reverse=True):
        for name, family in place.families.items():
            if time.monotonic() < end:
                costliest = max(costliest, tried(process, place, name, family(size)), key=lambda each: each.ms)
    random = Random(len(place.name))  # noqa: S311, which changes are tried
    for _ in range(CHANGES):
        other = tried(process, place, costliest.family, changed(costliest.text, random))
        costliest = max(costliest, other, key=lambda each: each.ms)
    return costliest


def tried(process: Process, place: Place, family: str, text: str) -> Tried:
    return Tried(family, text, process.cost(place.filled(text), times=2).ms)


def changed(text: str, random: Random) -> str:
    """A part of it comes twice, is left out, or stands somewhere else; it never gets longer."""
    begin, length = random.randrange(max(1, len(text))), random.randrange(1, 64)
    part, rest = text[begin : begin + length], text[:begin] + text[begin + length :]
    where = random.randrange(len(rest) + 1)
    return (rest[:where] + part * random.choice((0, 1, 2)) + rest[where:])[: len(text)]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
