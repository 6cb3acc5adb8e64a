"""What limits remember is bounded: made-up emails fill neither the memory nor the table (SECURITY BAR 51)."""

import gc
import itertools
import tracemalloc
from contextlib import suppress

from tests.support.tables import age_limits

from authflow.domain import limits
from authflow.domain.device import Device
from authflow.errors import RateLimited

KEYS = 1_000
# Bytes; if something stayed for each key, it would be hundreds of thousands.
FLAT = 200_000
MANY = 50_000
HERE = Device.seen("192.0.2.1", "")


def guess(limit_service, email):
    """As a request does it whose password is wrong."""
    with limit_service.attempt(), suppress(RateLimited):
        limit_service.count(HERE, (limits.LOGIN, email))
        limit_service.keep()


def test_a_key_leaves_nothing_in_the_memory_of_the_process(services, tables):
    emails = (f"user{number}@example.com" for number in itertools.count())

    def count(number):
        for email in itertools.islice(emails, number):
            guess(services.limits, email)

    count(100)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        count(KEYS)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < FLAT


def test_the_table_is_emptied_of_however_many_there_were(services, tables):
    tables.execute(
        """
        INSERT INTO limit_counters (key, hits, counted_at, ends_at)
        SELECT sha256(number::text::bytea), 1, clock_timestamp(), clock_timestamp() + interval '5 minutes'
        FROM generate_series(1, %s) AS number
        """,
        [MANY],
    )
    age_limits(tables, 301)
    guess(services.limits, "ada@example.com")
    assert services.sweeping.sweep().limit_counters == MANY
    # By IP, and by email; of right passwords likewise, at none.
    assert tables.execute("SELECT count(*) FROM limit_counters").fetchone() == (4,)
