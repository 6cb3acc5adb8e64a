"""What PostgreSQL itself ends, however long the others go on: no connection of the pool waits for ever."""

from authflow.database.pool import Pool

# Milliseconds, of the 3,000 in which every request is answered.
OF_A_REQUEST = 1_000
# What a worker that hangs may keep from the others.
OF_A_TRANSACTION = 5_000


def test_every_wait_in_the_database_has_a_bound(pool: Pool):
    names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
    with pool.connection() as connection:
        rows = connection.execute("SELECT name, setting::int FROM pg_settings WHERE name = ANY(%s)", [names])
        bounds = dict(rows.fetchall())
    # The shorter one first, as it says what was waited for.
    assert 0 < bounds["lock_timeout"] < bounds["statement_timeout"] < OF_A_REQUEST
    assert 0 < bounds["idle_in_transaction_session_timeout"] <= OF_A_TRANSACTION
