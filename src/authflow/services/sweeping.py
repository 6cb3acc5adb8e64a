"""Remove what has ended: nothing of it would ever be accepted again."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from authflow.database.transaction import Database
from authflow.domain.event import EVENT_DAYS
from authflow.domain.pending_reset import LINK_LIFE
from authflow.domain.session import SessionLife
from authflow.log import log_event

DAY = 86_400
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


@dataclass(frozen=True)
class SweepingService:
    """`sign_up_life` is in seconds."""

    database: Database
    life: SessionLife
    sign_up_life: int

    def sweep(self) -> Swept:
        """Several may sweep at once. Raises DatabaseUnavailable."""
        once = self.database.once
        # A session is kept until none of its tokens can be valid, whatever ended it: until then they are answered
        # by what became of it. Counted from its start, as an index on its end would be written at every refresh.
        session_seconds = self.life.absolute + DAY
        swept = Swept(
            sessions=_all(lambda: once.refresh_tokens.remove_old(session_seconds, BATCH)),
            proofs=_all(lambda: once.mailbox_proofs.remove_old(self.sign_up_life, BATCH)),
            reset_secrets=_all(lambda: once.pending_resets.forget_old(LINK_LIFE, BATCH)),
            limit_counters=_all(lambda: once.limit_counters.remove_ended(BATCH)),
            events=_all(lambda: once.events.remove_old(EVENT_DAYS, BATCH)),
            jobs=_all(lambda: once.jobs.remove_finished(FINISHED_JOBS_DAYS, BATCH)),
        )
        if any(asdict(swept).values()):
            log_event("swept", **asdict(swept))
        return swept


def _all(remove_batch: Callable[[], int]) -> int:
    total = removed = remove_batch()
    while removed == BATCH:
        removed = remove_batch()
        total += removed
    return total
