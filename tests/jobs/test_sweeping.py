"""The sweep removes what has ended, and nothing a moment too early."""

import psycopg
import pytest
from psycopg.rows import scalar_row
from tests.support.jobs import age_jobs, changed
from tests.support.tables import age_limits, age_resets, age_sessions

from authflow.commands import sweep
from authflow.domain.event import EVENT_DAYS
from authflow.domain.session import SessionLife
from authflow.repositories.events import Events
from authflow.repositories.limit_counters import LimitCounters
from authflow.repositories.sessions import SessionRows
from authflow.repositories.users_reset import UsersReset
from authflow.repositories.verifications import VerificationRows
from authflow.services import sweeping
from authflow.services.sweeping import DAY, FINISHED_JOBS_DAYS, SweepIncomplete, SweepingService, Swept
from authflow.worker.schedule import Chore

MINUTE = 60
LIFE = SessionLife(idle=7 * DAY, absolute=30 * DAY, grace=10)
SIGN_UP_LIFE = 30 * MINUTE
NOTHING = Swept(sessions=0, proofs=0, reset_secrets=0, limit_counters=0, events=0, jobs=0)


@pytest.fixture
def sweeper(database) -> SweepingService:
    return SweepingService(database, LIFE, SIGN_UP_LIFE)


@pytest.fixture
def ada(tables) -> int:
    sql = """
        INSERT INTO users (username, email, email_canonical, password_hash)
        VALUES ('Ada', 'ada@example.com', 'ada@example.com', 'x') RETURNING id
    """
    return tables.execute(sql).fetchone()[0]


def count(tables: psycopg.Connection, sql: str) -> int:
    with tables.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(f"SELECT count(*) FROM {sql}").fetchone()


def start_sessions(tables, user, number=1, revoked="NULL"):
    tables.execute(
        f"""
        INSERT INTO refresh_tokens (user_id, secret_hash, rotated_at, created_at, revoked_at)
        SELECT %s, 'x', clock_timestamp(), clock_timestamp(), {revoked} FROM generate_series(1, %s)
        """,
        [user, number],
    )


def test_nothing_is_removed_from_what_lives(sweeper, tables, ada, database, log):
    start_sessions(tables, ada)
    database.autocommit.jobs.add(changed())
    assert sweeper.sweep() == NOTHING
    assert log.lines == []


def test_a_session_is_kept_until_its_tokens_are_expired_even_if_it_was_revoked(sweeper, tables, ada):
    start_sessions(tables, ada)
    start_sessions(tables, ada, revoked="clock_timestamp()")
    age_sessions(tables, 31 * DAY - MINUTE)
    assert sweeper.sweep() == NOTHING
    age_sessions(tables, 2 * MINUTE)
    assert sweeper.sweep().sessions == 2
    assert count(tables, "refresh_tokens") == 0
    assert count(tables, "users") == 1


def test_a_reset_that_is_over_leaves_nothing_to_derive_a_link_from(sweeper, tables, ada):
    tables.execute("UPDATE users SET reset_nonce = 'x', reset_asked_at = clock_timestamp()")
    age_resets(tables, 29 * MINUTE)
    assert sweeper.sweep() == NOTHING
    age_resets(tables, 2 * MINUTE)
    assert sweeper.sweep().reset_secrets == 1
    assert count(tables, "users WHERE reset_nonce IS NULL AND reset_asked_at IS NOT NULL") == 1


def test_counters_whose_time_is_over_go(sweeper, tables):
    tables.execute(
        """
        INSERT INTO limit_counters (key, hits, counted_at, ends_at)
        VALUES ('x', 1, clock_timestamp(), clock_timestamp() + interval '1 minute')
        """
    )
    assert sweeper.sweep() == NOTHING
    age_limits(tables, 2 * MINUTE)
    assert sweeper.sweep().limit_counters == 1


def test_events_go_after_ninety_days(sweeper, tables, ada):
    tables.execute(
        "INSERT INTO events (user_id, type, user_agent, device) VALUES (%s, 'login_succeeded', '', '')", [ada]
    )
    assert sweeper.sweep() == NOTHING
    tables.execute("UPDATE events SET at = at - make_interval(days => %s)", [EVENT_DAYS])
    assert sweeper.sweep().events == 1


def test_dead_letters_go_after_a_month_and_what_waits_never_does(sweeper, tables, database):
    for user in range(2):
        database.autocommit.jobs.add(changed(user))
    tables.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    tables.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE args ->> 'user_id' = '1'")
    age_jobs(tables, FINISHED_JOBS_DAYS * DAY - MINUTE)
    assert sweeper.sweep() == NOTHING
    age_jobs(tables, 2 * MINUTE)
    assert sweeper.sweep().jobs == 1
    assert count(tables, "procrastinate_jobs WHERE status = 'doing'") == 1


def test_many_are_removed_in_batches(sweeper, tables, ada, monkeypatch, statements, log):
    monkeypatch.setattr(sweeping, "BATCH", 10)
    start_sessions(tables, ada, number=25)
    age_sessions(tables, 32 * DAY)
    removing = [sql for sql in statements.of(sweeper.sweep) if "DELETE FROM refresh_tokens" in sql]
    assert len(removing) == 3
    assert [(line["event"], line["sessions"]) for line in log.lines] == [("swept", 25)]


def test_what_somebody_else_holds_is_left_for_the_next_sweep(sweeper, tables, ada, database_url):
    start_sessions(tables, ada, number=2)
    age_sessions(tables, 32 * DAY)
    with psycopg.connect(database_url) as other:
        other.execute("SELECT FROM refresh_tokens LIMIT 1 FOR UPDATE")
        assert sweeper.sweep().sessions == 1
    assert sweeper.sweep().sessions == 1


def test_one_statement_that_fails_keeps_no_other_from_being_done(sweeper, tables, ada, database_url, log):
    start_sessions(tables, ada)
    age_sessions(tables, 32 * DAY)
    tables.execute(
        "INSERT INTO events (user_id, type, user_agent, device) VALUES (%s, 'login_succeeded', '', '')", [ada]
    )
    tables.execute("UPDATE events SET at = at - make_interval(days => %s)", [EVENT_DAYS])
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE refresh_tokens, mailbox_proofs IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(SweepIncomplete) as raised:
            sweeper.sweep()
        assert str(raised.value) == "sessions: LockNotAvailable, proofs: LockNotAvailable"
        assert (count(tables, "events"), log.lines[-1]["events"]) == (0, 1)
        Chore("sweep", sweeper.sweep).run(timestamp=0)
    assert (log.lines[-1]["event"], log.lines[-1]["reason"]) == ("chore_failed", str(raised.value))
    assert sweeper.sweep().sessions == 1


def test_the_command_says_what_it_could_not_remove(config, tables, ada, database_url, capsys):
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE limit_counters IN ACCESS EXCLUSIVE MODE")
        assert sweep.run(config, []) == 1
    assert "(limit_counters: LockNotAvailable)" in capsys.readouterr().err


def test_a_full_batch_fits_into_the_time_of_a_statement(sweeper, tables, ada):
    start_sessions(tables, ada, number=2 * sweeping.BATCH)
    age_sessions(tables, 32 * DAY)
    assert sweeper.sweep().sessions == 2 * sweeping.BATCH


class Explained:
    """Statements that are not run but planned, as for large tables."""

    def __init__(self, tables: psycopg.Connection) -> None:
        self._cursor = psycopg.ClientCursor(tables, row_factory=scalar_row)
        self.plan = ""

    def execute(self, sql: str, **parameters: object) -> int:
        with self._cursor.connection.transaction():
            self._cursor.execute("SET LOCAL enable_seqscan = off")
            self.plan = "\n".join(self._cursor.execute(f"EXPLAIN {sql}", parameters).fetchall())
        return 0


@pytest.mark.parametrize(
    ("sweep_of", "index", "entry"),
    [
        (
            lambda statements: SessionRows(statements).remove_old(1, 1),
            "refresh_tokens_by_start",
            "created_at <",
        ),
        (
            lambda statements: VerificationRows(statements).remove_old(1, 1),
            "mailbox_proofs_by_age",
            "created_at <=",
        ),
        (
            lambda statements: UsersReset(statements).forget_old(1, 1),
            "users_by_pending_reset",
            "reset_asked_at <",
        ),
        (lambda statements: LimitCounters(statements).remove_ended(1), "limit_counters_by_end", "ends_at <"),
        (lambda statements: Events(statements).remove_old(1, 1), "events_by_age", "at <="),
    ],
    ids=["sessions", "proofs", "reset secrets", "limit counters", "events"],
)
def test_a_sweep_enters_the_index_where_what_is_old_ends(tables, sweep_of, index, entry):
    """Read from end to end, a million rows take longer than a statement may."""
    explained = Explained(tables)
    sweep_of(explained)
    _, _, condition = explained.plan.partition(f"Index Scan using {index} on ")
    assert condition.splitlines()[1].strip().startswith(f"Index Cond: ({entry} ")


def test_the_command_says_what_it_removed(config, tables, ada, capsys):
    start_sessions(tables, ada)
    age_sessions(tables, 400 * DAY)
    assert sweep.run(config, []) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["removed", "1", "sessions"]
