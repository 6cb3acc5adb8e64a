"""Many callers at once: a thread and a kept connection for each, spread evenly over the workers of a server."""

import http.client
import json
import time
from collections import Counter, deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import jwt

from tests.support.client import PASSWORD
from tests.support.server import Server
from tests.support.timed import at_most

# Seconds after which a call that hangs becomes a failure.
PATIENCE = 90.0
TRIES = 10
PAUSE = 0.01
# What the contract promises for every answer is 3 s.
SOON = at_most(4.0)


@dataclass(frozen=True)
class Call:
    """`after`: the seconds that it lets the others go ahead; `key`: its `Idempotency-Key`."""

    method: str
    path: str
    content: dict[str, str] | None = None
    access: str | None = None
    after: float = 0.0
    key: str | None = None


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    content: dict[str, Any]
    seconds: float

    @property
    def code(self) -> str | int:
        """Why it was refused, else the status."""
        return self.content.get("code", self.status)

    @property
    def refresh(self) -> str:
        return self.content["refreshToken"]

    @property
    def access(self) -> str:
        return self.content["accessToken"]


def register(email: str, password: str = PASSWORD) -> Call:
    return Call("POST", "/api/auth/register", {"username": "Ada", "email": email, "password": password})


def log_in(email: str, password: str = PASSWORD) -> Call:
    return Call("POST", "/api/auth/login", {"email": email, "password": password})


def refresh(token: str, key: str | None = None) -> Call:
    return Call("POST", "/api/auth/refresh", {"refreshToken": token}, key=key)


def log_out(access: str) -> Call:
    return Call("POST", "/api/auth/logout", access=access)


def me(access: str) -> Call:
    return Call("GET", "/api/auth/me", access=access)


def change_password(access: str, current: str, new: str) -> Call:
    return Call("POST", "/api/auth/change-password", {"currentPassword": current, "newPassword": new}, access)


HEALTH = Call("GET", "/health")


def session_of(token: str) -> str:
    return jwt.decode(token, options={"verify_signature": False})["sid"]


class Callers:
    """Made by `callers_of`."""

    def __init__(self, connections: Iterable[http.client.HTTPConnection]) -> None:
        self._connections = deque(connections)
        self._threads = ThreadPoolExecutor(len(self._connections) + 1)

    def ask(self, call: Call) -> Answer:
        """One call alone; each time another connection's turn, so another worker's."""
        self._connections.rotate(1)
        return answer_of(self._connections[0], call)

    def insist(self, call: Call) -> Answer:
        """As `ask`, but again after a 503: for what a race needs before it begins, on a machine however busy."""
        for _ in range(TRIES):
            answer = self.ask(call)
            if answer.status != http.HTTPStatus.SERVICE_UNAVAILABLE:
                break
            time.sleep(int(answer.headers["Retry-After"]))
        return answer

    def at_once(self, calls: Iterable[Call]) -> list[Answer]:
        """The answers to calls that are released together, in the order of the calls."""
        calls = list(calls)
        barrier = Barrier(max(1, len(calls)))
        self._connections.rotate(1)

        def send(connection: http.client.HTTPConnection, call: Call) -> Answer:
            barrier.wait(PATIENCE)
            time.sleep(call.after)
            return answer_of(connection, call)

        assert len(calls) <= len(self._connections), "there are fewer callers than calls"
        return list(self._threads.map(send, self._connections, calls))

    def begin(self, calls: Iterable[Call]) -> "Future[list[Answer]]":
        """As `at_once`, but the answers are for later; meanwhile these callers can do nothing else."""
        return self._threads.submit(self.at_once, list(calls))

    def ask_during(self, others: "Future[list[Answer]]", *calls: Call) -> list[Answer]:
        """What is answered to these calls, again and again, while others wait for their answers."""
        answers = []
        while not others.done():
            answers += [self.ask(call) for call in calls]
            time.sleep(PAUSE)
        return answers

    def close(self) -> None:
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()


@contextmanager
def callers_of(server: Server, count: int) -> Generator[Callers]:
    """Callers of whom every worker has the same number, give or take one."""
    connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE) for _ in range(count)]
    callers, workers = Callers(connections), server.workers
    try:
        for number, worker in enumerate(workers):
            with server.only(worker):
                for connection in connections[number :: len(workers)]:
                    # A connection belongs to the worker that answered on it first.
                    assert answer_of(connection, HEALTH).status == http.HTTPStatus.OK
        yield callers
    finally:
        callers.close()


def heard(answers: Iterable[Answer]) -> list[Answer]:
    """Without the 503 of those who waited in vain for a hash: a right answer where the machine is busy.

    That it was not for one another, the fixture `callers` makes sure of.
    """
    return [answer for answer in answers if answer.status != http.HTTPStatus.SERVICE_UNAVAILABLE]


def codes(answers: Iterable[Answer]) -> Counter[str | int]:
    """How often each code or status was answered."""
    return Counter(answer.code for answer in answers)


def winner_of(answers: Iterable[Answer]) -> int:
    """Which of them it was that succeeded."""
    return [answer.status for answer in answers].index(http.HTTPStatus.OK)


def answer_of(connection: http.client.HTTPConnection, call: Call) -> Answer:
    """Raises OSError or HTTPException where the server goes away meanwhile."""
    headers = {"Content-Type": "application/json"} if call.content is not None else {}
    if call.access is not None:
        headers["Authorization"] = f"Bearer {call.access}"
    if call.key is not None:
        headers["Idempotency-Key"] = call.key
    began = time.monotonic()
    connection.request(call.method, call.path, call.content and json.dumps(call.content), headers)
    response = connection.getresponse()
    content = json.loads(response.read())
    return Answer(response.status, response.headers, content, time.monotonic() - began)
