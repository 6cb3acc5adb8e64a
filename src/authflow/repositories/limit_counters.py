"""The table `limit_counters`: how often something was tried in the time that runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from authflow.domain.limits import Allowance
from authflow.repositories.statements import Statements


@dataclass(frozen=True, slots=True)
class Count:
    key: bytes
    hits: int
    seconds_left: int


class LimitCounters:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def count(self, attempts: Sequence[tuple[bytes, Allowance]]) -> list[Count]:
        """Counts one attempt under each key, atomically and in one round trip; the counts, in the order given.

        Rows are taken in the order of their keys: two callers with the same two keys cannot deadlock.
        """
        counts = self._statements.fetch(
            Count,
            """
            INSERT INTO limit_counters AS counter (key, hits, counted_at, ends_at)
            SELECT given.key, 1, clock.at, clock.at + make_interval(secs => given.seconds)
            FROM unnest(%(keys)s::bytea[], %(seconds)s::integer[]) AS given (key, seconds),
                 (SELECT clock_timestamp() AS at) AS clock
            ORDER BY given.key
            ON CONFLICT (key) DO UPDATE
            SET hits = CASE WHEN counter.ends_at <= excluded.counted_at THEN 1 ELSE counter.hits + 1 END,
                ends_at = CASE WHEN counter.ends_at <= excluded.counted_at THEN excluded.ends_at
                          ELSE counter.ends_at END,
                counted_at = excluded.counted_at
            RETURNING key, hits, ceil(extract(epoch FROM ends_at - counted_at))::integer AS seconds_left
            """,
            keys=[key for key, _ in attempts],
            seconds=[allowance.seconds for _, allowance in attempts],
        )
        by_key = {count.key: count for count in counts}
        return [by_key[key] for key, _ in attempts]

    def remove_ended(self, at_most: int) -> int:
        """How many were removed of those whose time is over."""
        return self._statements.execute(
            """
            DELETE FROM limit_counters WHERE key = ANY (ARRAY(
                SELECT key FROM limit_counters
                WHERE ends_at < (SELECT clock_timestamp())
                ORDER BY ends_at LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            at_most=at_most,
        )
