"""Many who draw on the same limits and give back, on connections of their own: none is lost, none too many."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from psycopg import Connection
from tests.support.settings import SETTINGS

from authflow.bootstrap import build_services
from authflow.config import load_config
from authflow.database.pool import Pool
from authflow.domain import limits
from authflow.domain.device import Device
from authflow.errors import DatabaseUnavailable, RateLimited
from authflow.services.limits import LimitService

CALLERS = 40
TRIES = 200
PATIENCE = 30.0


@pytest.fixture
def limit_service(database_url: str, tables: object):
    config = load_config({**SETTINGS, "DATABASE_URL": database_url, "RATE_LIMITS": "on"})
    pool = Pool(config.database_url, size=CALLERS)
    yield build_services(config, pool).limits
    pool.close()


def at_once(work: Callable[[int], object]) -> list[object]:
    barrier = Barrier(CALLERS)

    def begin(number: int) -> object:
        if number < CALLERS:
            barrier.wait(PATIENCE)
        return work(number)

    with ThreadPoolExecutor(CALLERS) as threads:
        return list(threads.map(begin, range(TRIES)))


def guess(limit_service: LimitService, device: Device, email: str, *, keep: bool) -> object:
    try:
        with limit_service.attempt():
            limit_service.count(device, (limits.EMAIL_CHANGE, email), (limits.LOGIN, email))
            if keep:
                limit_service.keep()
    except (RateLimited, DatabaseUnavailable) as refused:
        return type(refused)
    return None


def ip(number: int) -> str:
    return f"2001:db8:0:{number % 5:x}::1"


def test_of_two_hundred_guesses_at_once_exactly_ten_are_looked_at(limit_service: LimitService):
    def login(number: int) -> object:
        try:
            with limit_service.attempt():
                limit_service.count(Device(f"192.0.2.{number}", ""), (limits.LOGIN, "ada@example.com"))
                limit_service.keep()
        except RateLimited:
            return RateLimited
        return None

    assert at_once(login).count(None) == 10


def test_what_is_given_back_at_once_leaves_what_was_kept_and_never_less(
    limit_service: LimitService, tables: Connection
):
    answers = at_once(
        lambda n: guess(limit_service, Device("192.0.2.1", ""), f"u{n}@example.com", keep=n % 50 == 0)
    )
    kept = sum(answer is None for number, answer in enumerate(answers) if number % 50 == 0)
    counted = tables.execute("SELECT max(hits), min(hits) FROM limit_counters").fetchone()
    assert counted == (kept, 0)


def test_mixed_attempts_on_shared_networks_never_wait_for_each_other_in_a_circle(limit_service: LimitService):
    answers = at_once(lambda n: guess(limit_service, Device(ip(n), ""), f"u{n % 3}@example.com", keep=n % 2 == 0))
    assert DatabaseUnavailable not in answers


def test_an_attempt_is_given_back_to_its_own_window_only(limit_service: LimitService, tables: Connection):
    device = Device("192.0.2.1", "")
    with limit_service.attempt():
        limit_service.count(device, (limits.REGISTER, None))
        # Meanwhile the window ends, and another one begins.
        tables.execute("UPDATE limit_counters SET ends_at = ends_at - interval '2 hours'")
        with limit_service.attempt():
            limit_service.count(device, (limits.REGISTER, None))
            limit_service.keep()
    assert tables.execute("SELECT hits FROM limit_counters").fetchall() == [(1,)]
