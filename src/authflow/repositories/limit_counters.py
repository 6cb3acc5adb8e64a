"""The table `limit_counters`: how often something was tried in the time that runs.

Where an allowance refills, `ends_at` is when it will be whole again, and `hits` is of no matter.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from authflow.domain.limit_draw import AccountAtIp, CounterState, Draw
from authflow.repositories.limit_counters_draw import DRAW, DRAW_OF_ACCOUNT, FAMILIAR
from authflow.repositories.statements import Statements

# More than any limit.
ANY_NUMBER = 2**31 - 1


class LimitCounters:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def draw(self, draws: Sequence[Draw], account: AccountAtIp | None) -> list[CounterState]:
        """Counts one attempt in each counter in this order, or in none where one of them is full.

        One statement decides, in one round trip. Each counter is added to
        after the one before it was: callers who name their counters in one order cannot deadlock. Where one fills
        up in this very moment, those before it are taken: whoever asked gives them back.
        """
        given = {
            "keys": [draw.key for draw in draws],
            "keys_of_familiar": [draw.key_of_familiar for draw in draws],
            "most": [draw.allowance.hits for draw in draws],
            "seconds": [draw.allowance.seconds for draw in draws],
            "refill": [draw.allowance.refills for draw in draws],
            "spares_familiar": [draw.spares_familiar for draw in draws],
            "any_number": ANY_NUMBER,
        }
        if account is None:
            return self._statements.fetch(CounterState, DRAW[len(draws)], **given)
        return self._statements.fetch(CounterState, DRAW_OF_ACCOUNT[len(draws)], **given, **asdict(account))

    def is_familiar(self, account: AccountAtIp) -> bool:
        """Whether it was signed in to, proved or reset there, lately and since its last reset or take-over."""
        return self._statements.fetch(dict[str, bool], FAMILIAR, **asdict(account))[0]["is_so"]

    def give_back(self, taken: Sequence[tuple[bytes, datetime]]) -> int:
        """One attempt under each key, in the window that ends then; how many were. Never below none.

        In the order given, as `draw`.
        """
        return self._statements.execute(
            """
            WITH taken AS MATERIALIZED (
                SELECT counter.key, given.times
                FROM (
                    SELECT key, ends_at, count(*) AS times, min(place) AS place
                    FROM unnest(%(keys)s::bytea[], %(ends)s::timestamptz[]) WITH ORDINALITY
                         AS listed (key, ends_at, place)
                    GROUP BY key, ends_at
                ) AS given
                JOIN limit_counters AS counter ON counter.key = given.key AND counter.ends_at = given.ends_at
                ORDER BY given.place FOR UPDATE OF counter
            )
            UPDATE limit_counters AS counter SET hits = greatest(counter.hits - taken.times, 0)
            FROM taken WHERE counter.key = taken.key
            """,
            keys=[key for key, _ in taken],
            ends=[ends_at for _, ends_at in taken],
        )

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
