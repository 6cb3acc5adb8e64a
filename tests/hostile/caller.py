"""One thread of hostile callers: it takes units of work, and notes what every answer came to."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPException
from queue import Empty, SimpleQueue

from tests.hostile.attempts import Unit
from tests.hostile.description import Description, Operation, is_busy
from tests.hostile.people import Person, tokens_in
from tests.hostile.server import House
from tests.hostile.wire import Answer, Attempt, Line

Work = tuple[Unit, Operation]
# After so many requests with a session that has ended.
LOG_IN_AFTER = 25
# Seconds: what asks PostgreSQL to sleep for 5 would be seen.
TOO_LONG = 5.0
# Of the server itself no answer is owed to what is no HTTP: it may just close.
NO_ANSWER = 0


@dataclass
class Tally:
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    request_ids: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    slowest: float = 0.0
    # Of the service, and those of them that are the 503 of a queue that is full.
    server_errors: int = 0
    busy: int = 0

    @property
    def requests(self) -> int:
        return self.statuses.total()


class Caller:
    def __init__(self, house: House, description: Description) -> None:
        self.tally = Tally()
        self._house = house
        self._description = description
        self._line = Line(house.server.port)

    def work_off(self, queue: "SimpleQueue[Work]") -> None:
        while True:
            try:
                unit, operation = queue.get_nowait()
            except Empty:
                return
            # Somebody new for each: whatever becomes of an account touches no other unit.
            person = Person(self._house, self._line)
            person.sign_up()
            self._send(unit(operation, person), person)
            self.tally.secrets |= {*person.issued, person.password}

    def send(self, attempts: Iterable[Attempt]) -> None:
        for attempt in attempts:
            self._ask(attempt)

    def _send(self, attempts: Iterable[Attempt], person: Person) -> None:
        dead = 0
        for attempt in attempts:
            answer = self._ask(attempt)
            if answer is None:
                continue
            done = str(attempt.operation) if answer.status == 200 else ""
            if done.endswith("/change-password"):
                person.password = json.loads(attempt.body or b"")["newPassword"]
            if done.startswith("DELETE") and done.endswith("/me"):
                person.sign_up()
            dead += attempt.is_signed_in and is_dead(answer)
            if dead == LOG_IN_AFTER:
                person.log_in()
                dead = 0

    def _ask(self, attempt: Attempt) -> Answer | None:
        tally, where = self.tally, str(attempt.operation or "elsewhere")
        try:
            answer = self._line.ask(attempt)
        except (OSError, HTTPException) as error:
            tally.statuses[where, NO_ANSWER] += 1
            self._note(attempt, f"no answer: {type(error).__name__} {error}")
            return None
        tally.statuses[where, answer.status] += 1
        tally.slowest = max(tally.slowest, answer.seconds)
        tally.busy += is_busy(answer)
        if answer.is_ours:
            tally.server_errors += answer.status >= 500
            tally.request_ids.add(answer.headers["x-request-id"])
        tally.secrets |= tokens_in(answer)
        fault = self._description.fault_of(attempt.method, attempt.operation, answer)
        if fault is None and answer.seconds >= TOO_LONG:
            fault = f"after {answer.seconds:.1f} s"
        if fault:
            self._note(attempt, fault)
        return answer

    def _note(self, attempt: Attempt, fault: str) -> None:
        self.tally.faults.append(f"{fault}: {attempt}")


def is_dead(answer: Answer) -> bool:
    """The session that was presented has ended."""
    return answer.code in {"session_revoked", "token_invalid"}
