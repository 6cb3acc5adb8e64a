"""Web servers that are replaced under load (SECURITY_BAR 83)."""

import time

import psycopg

from .load import load_on

RESTARTS = 20
WORKERS = 2
WHILE_BOTH_LIVE = 0.5
# Seconds: Render sends SIGKILL after 30.
STOPPED_WITHIN = 30.0


def test_rolling_restarts_fail_nobody(database, start, report):
    """As a platform does it: the new server is ready, callers are sent to it, the old one gets SIGTERM."""
    current, stops = start(database.url(), WORKERS), []
    with load_on(lambda: current.port) as load:
        for _ in range(RESTARTS):
            old, current = current, start(database.url(), WORKERS)
            time.sleep(WHILE_BOTH_LIVE)
            began = time.monotonic()
            assert old.stop() == 0
            stops.append(time.monotonic() - began)
    with psycopg.connect(database.url(), autocommit=True) as tables:
        assert load.losses(tables) == []
    assert load.codes.keys() == {200}
    assert max(stops) < STOPPED_WITHIN
    report(
        f"{RESTARTS} rolling restarts of gunicorn: answers {dict(load.codes)}, slowest {load.slowest:.2f} s; "
        f"stopped within {max(stops):.1f} s, exit code 0; failed: 0; acknowledged and lost: 0"
    )
