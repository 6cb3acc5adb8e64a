"""`make hostile`: hostile strings through every field of every route, then all that schemathesis can think of.

Breaks are: a 5xx, an answer that the description does not declare, and a word of a caller in any log.
"""

import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from queue import SimpleQueue

from tests.hostile.attempts import UNITS, in_fields
from tests.hostile.caller import Caller, Tally, Work
from tests.hostile.description import Description
from tests.hostile.logs import faults_of_log, faults_of_postgres_log
from tests.hostile.pages import hardly_http, on_pages
from tests.hostile.people import Person
from tests.hostile.schemathesis_run import explore
from tests.hostile.server import House, open_house
from tests.hostile.wire import Attempt, Line

THREADS = 2
AT_LEAST = 50_000
# Where verification is off.
DIFFERENT = ("/register", "/login", "/verify-email")
SHOWN = 20


def main() -> int:
    breaks, requests = [], 0
    for is_required in (True, False):
        with open_house(REQUIRE_EMAIL_VERIFICATION=str(is_required).lower()) as house:
            say(f"— verification {'required' if is_required else 'off'}")
            tally = ask_all(house, is_whole=is_required)
            requests += tally.requests
            breaks += tally.faults
            breaks += explored(house, () if is_required else ("--include-path-regex", f"({'|'.join(DIFFERENT)})$"))
            breaks += look_at_logs(house, tally)
    if requests < AT_LEAST:
        breaks.append(f"only {requests} requests")
    say(f"{requests} requests, {len(breaks)} breaks")
    for fault in breaks[:SHOWN]:
        say(f"  {fault}")
    return 1 if breaks else 0


def ask_all(house: House, *, is_whole: bool) -> Tally:
    """Whole: every unit; else what differs where nobody must prove an email."""
    began = time.monotonic()
    description = Description(Line(house.server.port).ask(Attempt("GET", b"/openapi.json")).content)
    queue: SimpleQueue[Work] = SimpleQueue()
    for unit, operation in product(UNITS, description.operations):
        if is_whole or (unit is in_fields and operation.path.endswith(DIFFERENT)):
            queue.put((unit, operation))
    callers = [Caller(house, description) for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(caller.work_off, queue) for caller in callers]:
            done.result()
    if is_whole:
        callers[0].send(on_pages())
        callers[0].send(hardly_http())
    tally = merged([caller.tally for caller in callers])
    report(tally, time.monotonic() - began)
    return tally


def merged(tallies: list[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.statuses += tally.statuses
        whole.faults += tally.faults
        whole.request_ids |= tally.request_ids
        whole.secrets |= tally.secrets
        whole.slowest = max(whole.slowest, tally.slowest)
        whole.server_errors += tally.server_errors
        whole.busy += tally.busy
    return whole


def report(tally: Tally, seconds: float) -> None:
    in_all: Counter[int] = Counter()
    for operation in sorted({operation for operation, _ in tally.statuses}):
        counts = {each[1]: count for each, count in sorted(tally.statuses.items()) if each[0] == operation}
        in_all.update(counts)
        say(f"{operation:38} {counts}")
    say(f"{tally.requests} requests in {seconds:.0f} s, slowest {tally.slowest:.2f} s")
    say(f"statuses: {dict(sorted(in_all.items()))}")
    say(f"5xx: {tally.server_errors}, of them the 503 of a full queue: {tally.busy}")
    say(f"answers not as described: {len(tally.faults)}")


def explored(house: House, options: tuple[str, ...]) -> list[str]:
    began = time.monotonic()
    person = Person(house, Line(house.server.port))
    person.sign_up()
    found = explore(house.url, person, *options)
    say(f"schemathesis in {time.monotonic() - began:.0f} s: {found.summary}")
    return [f"schemathesis: {found.said}"] if found.said else []


def look_at_logs(house: House, tally: Tally) -> list[str]:
    """When all has been said."""
    code = house.server.stop()
    faults = [f"exit code {code}"] if code else []
    of_server = faults_of_log(house.server.log, tally.request_ids, tally.secrets)
    of_postgres = faults_of_postgres_log(house.postgres_log, tally.secrets)
    lines = len(house.server.log.read_text().splitlines())
    say(f"log: {lines} lines, {len(tally.secrets)} secrets looked for besides the canary, {len(of_server)} faults")
    say(f"PostgreSQL's log: {len(house.postgres_log.read_text().splitlines())} lines, {len(of_postgres)} faults")
    return faults + of_server + of_postgres


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
