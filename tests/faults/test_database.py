"""PostgreSQL away: refusals meanwhile, and afterwards everything that was ever acknowledged (SECURITY_BAR 82)."""

import time

import psycopg
import pytest

from authflow.config import load_config
from authflow.database.migration_files import MigrationError
from authflow.database.migrator import Migrator
from authflow.doctor.database import findings_of_database
from tests.support.settings import SETTINGS

from .database_servers import either_of, standby_of, stop_at_once
from .load import load_on

RESTARTS = 20
# Seconds: what the service is promised to need once the database takes connections again.
READY_WITHIN = 5.0
# The contract's 3 s for every answer, and something for a machine that restarts servers meanwhile.
ANSWERED_WITHIN = 4.0
BEFORE, BETWEEN = 3.0, 2.0
UNTIL_NOTICED = 1.0
ONLY = {200, "unavailable"}


def test_restarts_of_the_database_lose_nothing(database, start, report):
    server = start(database.url())
    recoveries = []
    with load_on(lambda: server.port) as load:
        time.sleep(BEFORE)
        for _ in range(RESTARTS):
            stop_at_once(database)
            database.start()
            back = time.monotonic()
            time.sleep(READY_WITHIN + BETWEEN)
            recoveries.append(load.last_refusal(back, time.monotonic()))
    with psycopg.connect(database.url(), autocommit=True) as tables:
        assert load.losses(tables) == []
    assert load.codes.keys() <= ONLY
    assert max(recoveries) < READY_WITHIN
    assert load.slowest < ANSWERED_WITHIN
    report(
        f"{RESTARTS} immediate restarts of PostgreSQL: answers {dict(load.codes)}, slowest {load.slowest:.1f} s; "
        f"last refusal {max(recoveries):.1f} s at most after it took connections; acknowledged and lost: 0"
    )


def test_a_standby_is_told_from_a_primary(database, tmp_path):
    with standby_of(database, tmp_path / "standby") as standby:
        with pytest.raises(
            MigrationError, match=r"takes no writes \(a standby\): point DATABASE_URL at the primary"
        ):
            Migrator(standby.url()).up()
        config = load_config({**SETTINGS, "DATABASE_URL": standby.url()})
        assert "takes no writes" in "".join(each.text for each in findings_of_database(config) if not each.is_ok)


def test_a_standby_that_takes_over_has_all_that_was_acknowledged(database, start, tmp_path, report):
    with standby_of(database, tmp_path / "standby") as standby:
        server = start(either_of(database, standby))
        with load_on(lambda: server.port) as load:
            time.sleep(BEFORE)
            stop_at_once(database)
            time.sleep(UNTIL_NOTICED)
            with psycopg.connect(standby.url(), autocommit=True) as connection:
                assert connection.execute("SELECT pg_promote()").fetchone() == (True,)
            promoted = time.monotonic()
            time.sleep(READY_WITHIN + BETWEEN)
            recovery = load.last_refusal(promoted, time.monotonic())
        with psycopg.connect(standby.url(), autocommit=True) as tables:
            assert load.losses(tables) == []
    assert load.codes.keys() == ONLY
    assert recovery < READY_WITHIN
    assert load.slowest < ANSWERED_WITHIN
    report(
        f"primary lost, standby promoted {UNTIL_NOTICED:g} s later: answers {dict(load.codes)}, slowest "
        f"{load.slowest:.1f} s; last refusal {recovery:.1f} s after the promotion; acknowledged and lost: 0"
    )
