"""Remove what has ended: nothing of it would ever be accepted again."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial

from authflow.database.transaction import Database
from authflow.domain.durations import DAY
from authflow.domain.event import EVENT_DAYS
from authflow.domain.pending_reset import LINK_LIFE
from authflow.domain.session import SessionLife
from authflow.errors import DatabaseUnavailable
from authflow.log import log_event

# Rows of one statement: it holds its locks for milliseconds.
BATCH = 1_000
# How long an operator can look at what was given up.
FINISHED_JOBS_DAYS = 30


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of each were removed."""

    sessions: int
    proofs: int
    reset_secrets: int
    limit_counters: int
    events: int
    jobs: int
    # Of accounts that had more than they may, or more than could be ended or deleted at once.
    surplus_sessions: int = 0
    accounts: int = 0


class SweepIncomplete(Exception):
    """All was tried; what could not be removed, and why, in words that hold nothing of a row."""


@dataclass(frozen=True)
class SweepingService:
    """`sign_up_life` is in seconds."""

    database: Database
    life: SessionLife
    sign_up_life: int

    def sweep(self) -> Swept:
        """Several may sweep at once. Raises SweepIncomplete when all was tried and some could not be done."""
        autocommit = self.database.autocommit
        # A session is kept until none of its tokens can be valid, whatever ended it: until then they are answered
        # by what became of it. Counted from its start, as an index on its end would be written at every refresh.
        session_seconds = self.life.absolute + DAY
        return _sweep_each(
            sessions=lambda: autocommit.sessions.remove_old(session_seconds, BATCH),
            proofs=lambda: autocommit.verifications.remove_old(self.sign_up_life, BATCH),
            reset_secrets=lambda: autocommit.users_reset.forget_old(LINK_LIFE, BATCH),
            limit_counters=lambda: autocommit.limit_counters.remove_ended(BATCH),
            events=lambda: autocommit.events.remove_old(EVENT_DAYS, BATCH),
            jobs=lambda: autocommit.jobs.remove_finished(FINISHED_JOBS_DAYS, BATCH),
            surplus_sessions=self._thin_out,
            accounts=self._remove_accounts,
        )

    def _thin_out(self) -> int:
        """Of accounts with too many sessions, those that were ended and those beyond the bound."""
        bound, removed = self.database.autocommit.sessions_bound, 0
        for user_id in bound.list_crowded(BATCH):
            removed += _all(partial(bound.remove_ended, user_id, BATCH))
            removed += _all(partial(bound.remove_unused, user_id, BATCH))
            bound.take_mark_off(user_id)
        return removed

    def _remove_accounts(self) -> int:
        """Those that were too large to be deleted at once, with all that is left of them."""
        users_removed, removed = self.database.autocommit.users_removed, 0
        for user_id in users_removed.list_ids(BATCH):
            _all(partial(users_removed.remove_sessions, user_id, BATCH))
            _all(partial(users_removed.remove_events, user_id, BATCH))
            removed += users_removed.remove(user_id)
        return removed


def _sweep_each(**remove_batch: Callable[[], int]) -> Swept:
    """One that fails, by a lock or a full disk, keeps no other from being done."""
    removed, failed = dict.fromkeys((each.name for each in fields(Swept)), 0), dict[str, str]()
    for name, remove in remove_batch.items():
        try:
            removed[name] = _all(remove)
        except Exception as error:  # noqa: BLE001, see above
            failed[name] = str(error) if isinstance(error, DatabaseUnavailable) else type(error).__name__
    swept = Swept(**removed)
    if any(removed.values()):
        log_event("swept", **removed)
    if failed:
        raise SweepIncomplete(", ".join(f"{name}: {reason}" for name, reason in failed.items()))
    return swept


def _all(remove_batch: Callable[[], int]) -> int:
    total = removed = remove_batch()
    while removed == BATCH:
        removed = remove_batch()
        total += removed
    return total
