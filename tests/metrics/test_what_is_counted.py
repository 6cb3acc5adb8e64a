"""What a scrape tells: outcomes, routes, load; and never who."""

import threading
from contextlib import ExitStack
from dataclasses import replace

import pytest
from reading import BEARER, reading
from tests.support.client import ADA
from tests.support.jobs import add_mails, age_jobs
from tests.support.server import wait_until
from tests.support.tables import age_sessions
from tests.support.timed import at_most

from authflow.bootstrap import build_services
from authflow.crypto import hash_slots
from authflow.crypto.hash_slots import KEPT_FOR_FAMILIAR, WAITING, HashSlots
from authflow.database.transaction import Database
from authflow.errors import HashingBusy
from authflow.web.app import create_app

# Seconds.
WEEK = 7 * 24 * 3_600
FOR_EVER = 120


def test_logins_are_counted_by_outcome(api, counted, tables):
    api.register()
    api.login()
    api.login(password="wrong horse")
    api.login("nobody@example.com")
    tables.execute("UPDATE users SET disabled_at = clock_timestamp()")
    api.login()
    outcomes = {
        name: counted("authflow_logins_total", outcome=name) for name in ("succeeded", "failed", "refused")
    }
    assert outcomes == {"succeeded": 1, "failed": 2, "refused": 1}


def test_refreshes_are_counted_by_outcome(api, counted, tables):
    def outcomes():
        names = ("rotated", "repeated", "reused", "expired", "refused")
        return {name: int(n) for name in names if (n := counted("authflow_refreshes_total", outcome=name))}

    first = api.signed_in().refresh
    second = api.refresh(first).get_json()["refreshToken"]
    assert outcomes() == {"rotated": 1}
    # The parent again, within the grace, and the successor, too young to rotate.
    api.refresh(first)
    api.refresh(second)
    assert outcomes() == {"rotated": 1, "repeated": 2}
    age_sessions(tables, 60)
    api.refresh(second)
    age_sessions(tables, 60)
    api.refresh(first)
    assert outcomes() == {"rotated": 2, "repeated": 2, "reused": 1}
    api.refresh(second)
    api.refresh("garbage")
    assert outcomes() == {"rotated": 2, "repeated": 2, "reused": 1, "refused": 2}
    idle = api.signed_in().refresh
    age_sessions(tables, WEEK)
    api.refresh(idle)
    assert outcomes() == {"rotated": 2, "repeated": 2, "reused": 1, "refused": 2, "expired": 1}


def test_requests_are_counted_by_route_method_and_status(api, counted):
    ada = api.signed_in()
    api.me(ada.access)
    api.me("garbage")
    me = {"method": "GET", "route": "/api/auth/me"}
    assert counted("authflow_requests_total", **me, status="200") == 1
    assert counted("authflow_requests_total", **me, status="401") == 1
    assert counted("authflow_request_seconds_count", **me) == 2
    assert 0 < counted("authflow_request_seconds_sum", **me) < at_most(3)
    assert counted("authflow_request_seconds_bucket", **me, le="+Inf") == 2


def test_what_a_caller_makes_up_is_no_series_of_its_own(measured, scrape, counted):
    client = measured.test_client()
    before = len(scrape().samples)
    for number in range(5):
        client.get(f"/auth/reset-password/secret-{number}")
        client.open("/health", method=f"MADEUP{number}")
        client.open(f"/nowhere/{number}", method="GET")
    assert counted("authflow_requests_total", method="GET", route="other", status="404") == 10
    assert counted("authflow_requests_total", method="other", route="other", status="405") == 5
    # Two at the most for answers, and two durations with their buckets, sum and count.
    assert len(scrape().samples) - before <= 2 + 2 * 15


def test_it_never_tells_who(api, scrape):
    ada = api.signed_in()
    api.refresh(ada.refresh)
    session = api.request("GET", "/api/auth/sessions", headers=ada.headers).get_json()["sessions"][0]["id"]
    api.request("DELETE", f"/api/auth/sessions/{session}", headers=ada.headers)
    text = scrape().text
    assert 'route="/api/auth/sessions/<uuid:id>"' in text
    for secret in (ADA, "example.com", "127.0.0.1", session, ada.access, ada.refresh, BEARER["Authorization"][7:]):
        assert secret not in text


class Hashing:
    """The first caller's hash is under way until the end, the others wait, on a machine however busy."""

    def __init__(self, slots, callers):
        self._has_begun, self._is_over = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=slots.run, args=(self._hash,)) for _ in range(callers)]

    def begin(self):
        for thread in self._threads:
            thread.start()
        assert self._has_begun.wait(FOR_EVER)

    def end(self):
        self._is_over.set()
        for thread in self._threads:
            thread.join(FOR_EVER)

    def _hash(self):
        self._has_begun.set()
        self._is_over.wait(FOR_EVER)


@pytest.fixture
def hashing(monkeypatch):
    monkeypatch.setattr(hash_slots, "MAX_WAIT", FOR_EVER)
    with ExitStack() as ends:

        def hashing(slots, callers):
            hashing = Hashing(slots, callers)
            ends.callback(hashing.end)
            hashing.begin()
            return hashing

        yield hashing


def test_the_queue_of_hashes_is_told(scrape, counted, hashing):
    slots = HashSlots(slots=1)
    waiting = WAITING - KEPT_FOR_FAMILIAR
    under_way = hashing(slots, 1 + waiting)
    wait_until(lambda: scrape().of("authflow_hashes_waiting") == waiting, FOR_EVER)
    assert scrape().of("authflow_hashes_running") == 1
    with pytest.raises(HashingBusy):
        slots.run(int)
    assert counted("authflow_hashes_refused_total") == 1
    under_way.end()
    assert (scrape().of("authflow_hashes_waiting"), scrape().of("authflow_hashes_running")) == (0, 0)


def test_who_waited_in_vain_for_a_hash_waits_no_more(scrape, counted, hashing, monkeypatch):
    slots = HashSlots(slots=1)
    under_way = hashing(slots, 1)
    monkeypatch.setattr(hash_slots, "MAX_WAIT", 0.05)
    for _ in range(2):
        with pytest.raises(HashingBusy):
            slots.run(int)
    assert (scrape().of("authflow_hashes_waiting"), scrape().of("authflow_hashes_running")) == (0, 1)
    assert counted("authflow_hashes_refused_total") == 2
    under_way.end()
    assert scrape().of("authflow_hashes_running") == 0


def test_the_pool_is_told(api, pool, scrape):
    api.register()
    idle = scrape()
    assert idle.of("authflow_pool_size") >= idle.of("authflow_pool_available") > 0
    assert idle.of("authflow_pool_waiting") == 0
    with pool.connection():
        busy = scrape()
    assert busy.of("authflow_pool_available") < busy.of("authflow_pool_size")


def test_the_jobs_are_told_by_state_with_the_age_of_the_oldest(scrape, pool, tables):
    assert scrape().of("authflow_jobs", state="todo") == 0
    add_mails(tables, Database(pool), 3)
    age_jobs(tables, 90)
    tables.execute(
        "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = (SELECT min(id) FROM procrastinate_jobs)"
    )
    told = scrape()
    assert {state: told.of("authflow_jobs", state=state) for state in ("todo", "doing", "failed")} == {
        "todo": 2, "doing": 0, "failed": 1,
    }  # fmt: skip
    assert 90 <= told.of("authflow_jobs_oldest_seconds", state="todo") < 120


def test_how_long_no_worker_gave_a_sign_of_life_is_told(scrape, tables):
    assert scrape().of("authflow_worker_silent_seconds") == float("inf")
    tables.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '90 seconds')")
    assert scrape().of("authflow_worker_silent_seconds") >= 90
    tables.execute("UPDATE procrastinate_workers SET last_heartbeat = now() + interval '1 hour'")
    assert scrape().of("authflow_worker_silent_seconds") <= 0


@pytest.mark.parametrize("database", ["away", "not migrated"])
def test_without_a_queue_to_ask_the_rest_is_told(config, passwords, postgres_url, database):
    url = "postgresql://127.0.0.1:9/nothing" if database == "away" else postgres_url
    changed = replace(config, database_url=url, metrics_token=BEARER["Authorization"][7:])
    services = build_services(changed, passwords=passwords)
    answer = create_app(services, changed).test_client().get("/metrics", headers=BEARER)
    services.measurements.pool.close()
    assert answer.status_code == 200
    told = reading(answer.text)
    assert told.has("authflow_pool_size")
    assert not told.has("authflow_jobs")


def test_requests_beyond_the_allowance_are_counted(services, config, counted, monkeypatch):
    monkeypatch.setattr("authflow.web.request_allowance.PER_IP", 1)
    client = create_app(services, config, has_allowance=True).test_client()
    assert [client.get("/openapi.json").status_code for _ in range(3)] == [200, 429, 429]
    assert counted("authflow_beyond_allowance_total") == 2
