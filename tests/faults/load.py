"""People at work while something breaks: a steady load that remembers what was acknowledged to it."""

import http.client
import time
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event

from psycopg import Connection

from tests.support.callers import PATIENCE, Answer, Call, answer_of, log_in, me, refresh, register

PER_SECOND = 200
CALLERS = 20
GONE = (OSError, http.client.HTTPException)
PortNow = Callable[[], int]


@dataclass(frozen=True)
class Heard:
    """`code`: of the answer, or "lost" where the connection ended without one. `at`: by time.monotonic."""

    code: str | int
    at: float
    seconds: float


@dataclass
class Caller:
    """Somebody signed in, on a connection that is kept; the port is looked up before each call."""

    email: str
    port_now: PortNow
    access: str = ""
    refresh_token: str = ""
    # The last one that was acknowledged.
    name: int = 0
    heard: list[Heard] = field(default_factory=list)
    _connection: http.client.HTTPConnection | None = None

    def begin(self) -> None:
        assert self.insist(register(self.email)).status == http.HTTPStatus.CREATED
        answer = self.insist(log_in(self.email))
        self.access, self.refresh_token = answer.access, answer.refresh

    def insist(self, call: Call) -> Answer:
        """Again after a 503: for what a run needs before it begins and after it ended."""
        while (answer := answer_of(self._connected(), call)).status == http.HTTPStatus.SERVICE_UNAVAILABLE:
            time.sleep(int(answer.headers["Retry-After"]))
        return answer

    def work_until(self, over: Event, pause: float) -> None:
        turns = (self.look, self.rename, self.look, self.refresh)
        number, due = 0, time.monotonic()
        while not over.is_set():
            turns[number % len(turns)]()
            number += 1
            # What it could not ask in time is not asked any more.
            due = max(due + pause, time.monotonic())
            over.wait(due - time.monotonic())

    def look(self) -> None:
        self.ask(me(self.access))

    def rename(self) -> None:
        name = self.name + 1
        if self.ask(Call("PATCH", "/api/auth/me", {"username": f"Ada {name}"}, self.access)):
            self.name = name

    def refresh(self) -> None:
        """Rotated without an answer? The same token is good, as long as the grace lasts."""
        if answer := self.ask(refresh(self.refresh_token)):
            self.access, self.refresh_token = answer.access, answer.refresh

    def ask(self, call: Call) -> Answer | None:
        """The answer, if it is a success; whatever it was is remembered."""
        began, answer = time.monotonic(), None
        with suppress(*GONE):
            answer = answer_of(self._connected(), call)
        ended = time.monotonic()
        self.heard.append(Heard(answer.code if answer else "lost", ended, ended - began))
        if answer is None:
            self.hang_up()
        return answer if answer and answer.status == http.HTTPStatus.OK else None

    def hang_up(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _connected(self) -> http.client.HTTPConnection:
        port = self.port_now()
        if self._connection is None or self._connection.port != port:
            self.hang_up()
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        return self._connection


@dataclass(frozen=True)
class Load:
    callers: list[Caller]

    @property
    def heard(self) -> list[Heard]:
        return [each for caller in self.callers for each in caller.heard]

    @property
    def codes(self) -> Counter[str | int]:
        return Counter(each.code for each in self.heard)

    @property
    def slowest(self) -> float:
        """In seconds."""
        return max(each.seconds for each in self.heard)

    def last_refusal(self, after: float, before: float) -> float:
        """Seconds from `after` until nobody was refused any more; 0 where nobody was."""
        bad = [each.at for each in self.heard if after < each.at < before and each.code != http.HTTPStatus.OK]
        return max(bad, default=after) - after

    def losses(self, tables: Connection) -> list[str]:
        """What was acknowledged and does not hold. Asks for it: the callers must have come to an end."""
        lost = []
        for caller in self.callers:
            sql = "SELECT username FROM users WHERE email = %s"
            (name,) = tables.execute(sql, [caller.email]).fetchone() or ("Ada 0",)
            if int(name.removeprefix("Ada").strip() or 0) < caller.name:
                lost.append(f"{caller.email} is {name}, was told Ada {caller.name}")
            if (answer := caller.insist(refresh(caller.refresh_token))).status != http.HTTPStatus.OK:
                lost.append(f"{caller.email} was signed out: {answer.code}")
            caller.hang_up()
        return lost


@contextmanager
def load_on(port_now: PortNow, name: str = "ada") -> Generator[Load]:
    """For the time of the block some 200 requests a second, a quarter of them changes, a quarter rotations."""
    callers = [Caller(f"{name}.{number}@example.com", port_now) for number in range(CALLERS)]
    for caller in callers:
        caller.begin()
    over, pause = Event(), CALLERS / PER_SECOND
    with ThreadPoolExecutor(len(callers)) as threads:
        working = [threads.submit(caller.work_until, over, pause) for caller in callers]
        try:
            yield Load(callers)
        finally:
            over.set()
    for caller, work in zip(callers, working, strict=True):
        caller.hang_up()
        work.result()
