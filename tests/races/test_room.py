"""The PostgreSQL that all test processes share takes as many connections as they can come to."""

import re

from tests.support.server import CHECKOUT
from tests.support.settings import RACED_WORKERS, SETTINGS

# Of one process: the server of all races, and two that a test starts for itself.
SERVERS = 3
# Its own pools, workers of the queue, and those that look at the tables.
OTHERS = 40


def test_there_is_room_for_every_test_process(tables):
    processes = re.search(r"pytest -n (\d+)", (CHECKOUT / "Makefile").read_text())
    assert processes is not None
    (room,) = tables.execute(
        "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
    ).fetchone()
    assert int(processes[1]) * (SERVERS * RACED_WORKERS * int(SETTINGS["DB_POOL_SIZE"]) + OTHERS) <= room
