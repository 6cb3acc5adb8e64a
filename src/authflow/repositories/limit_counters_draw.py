"""The statement that draws on several limits, one counter after the other; on none where one of them is full."""

from collections.abc import Sequence
from typing import LiteralString

# What is run: READ, then TAKE for each counter that is added to, then RESULT. The place of a counter is its number
# in what was given, from 1 on.
READ: LiteralString = """
    WITH clock AS MATERIALIZED (
        SELECT clock_timestamp() AS at
    ), familiar AS MATERIALIZED ({familiar}
    ), given AS MATERIALIZED (
        SELECT given.place, given.key, given.seconds, clock.at, counter.hits, counter.ends_at,
               CASE WHEN given.spares_familiar AND counter.hits >= given.most AND (SELECT is_so FROM familiar)
                    THEN %(any_number)s ELSE given.most END AS most
        FROM clock CROSS JOIN (
            SELECT place, most, seconds, spares_familiar,
                   CASE WHEN key_of_familiar IS NOT NULL AND (SELECT is_so FROM familiar)
                        THEN key_of_familiar ELSE key END AS key
            FROM unnest(
                %(keys)s::bytea[], %(keys_of_familiar)s::bytea[], %(most)s::integer[], %(seconds)s::integer[],
                %(spares_familiar)s::boolean[]
            ) WITH ORDINALITY AS listed (key, key_of_familiar, most, seconds, spares_familiar, place)
        ) AS given
        LEFT JOIN LATERAL (
            SELECT c.hits, c.ends_at FROM limit_counters AS c
            WHERE c.key = given.key AND c.ends_at > clock.at LIMIT 1
        ) AS counter ON true
    ), filled AS MATERIALIZED (
        SELECT place FROM given
        WHERE CASE WHEN (%(refill)s::boolean[])[place]
                   THEN ends_at > at + make_interval(secs => (most - 1) * seconds)
                   ELSE hits >= most END
    )"""
# Evaluated where a counter asks for it, and no sooner.
FAMILIAR: LiteralString = """
        SELECT EXISTS (
            SELECT FROM users AS u JOIN events AS e ON e.user_id = u.id
            WHERE u.email_canonical = %(email)s AND e.ip BETWEEN %(first_ip)s::inet AND %(last_ip)s::inet
              AND e.type IN ('login_succeeded', 'email_verified', 'email_changed', 'password_reset')
              AND e.at > clock_timestamp() - make_interval(days => %(days)s)
              AND (u.familiar_since IS NULL OR e.at >= u.familiar_since)
        ) AS is_so"""
NOBODY: LiteralString = "SELECT false AS is_so"
TAKE: LiteralString = """
    , taken_{step} AS (
        INSERT INTO limit_counters AS counter (key, hits, counted_at, ends_at)
        SELECT key, 1, at, at + make_interval(secs => seconds) FROM given WHERE place = {step} AND {may_be_taken}
        ON CONFLICT (key) DO UPDATE
        SET hits = CASE WHEN counter.ends_at <= excluded.counted_at THEN 1 ELSE counter.hits + 1 END,
            ends_at = CASE WHEN counter.ends_at <= excluded.counted_at THEN excluded.ends_at
                           WHEN (%(refill)s::boolean[])[{step}]
                           THEN counter.ends_at + (excluded.ends_at - excluded.counted_at)
                           ELSE counter.ends_at END,
            counted_at = excluded.counted_at
        WHERE CASE WHEN counter.ends_at <= excluded.counted_at THEN true
                   WHEN (%(refill)s::boolean[])[{step}]
                   THEN counter.ends_at <= excluded.counted_at + (excluded.ends_at - excluded.counted_at)
                                           * ((%(most)s::integer[])[{step}] - 1)
                   ELSE counter.hits < (SELECT most FROM given WHERE place = {step}) END
        RETURNING counter.key, counter.hits, counter.counted_at, counter.ends_at
    )"""
NONE_IS_FILLED: LiteralString = "NOT EXISTS (SELECT FROM filled)"
LAST_WAS_TAKEN: LiteralString = "EXISTS (SELECT FROM taken_{step})"
TAKEN: LiteralString = """
    SELECT {step} AS place, key, hits, false AS was_full, ends_at,
           ceil(extract(epoch FROM ends_at - counted_at))::integer AS seconds_left
    FROM taken_{step} UNION ALL"""
LEFT: LiteralString = """
    SELECT place, NULL AS key, coalesce(hits, 0) AS hits, place IN (SELECT place FROM filled) AS was_full, ends_at,
           coalesce(ceil(extract(epoch FROM ends_at - at))::integer, seconds) AS seconds_left
    FROM given WHERE NOT EXISTS (SELECT FROM taken_{step})"""
# An attempt draws on no more than three limits: three networks of each, then the account's.
STEPS: tuple[LiteralString, ...] = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")


def _draw(steps: Sequence[LiteralString], familiar: LiteralString) -> LiteralString:
    conditions: list[LiteralString] = [NONE_IS_FILLED, *(LAST_WAS_TAKEN.replace("{step}", each) for each in steps)]
    takes: list[LiteralString] = [
        TAKE.replace("{may_be_taken}", condition).replace("{step}", step)
        for step, condition in zip(steps, conditions, strict=False)
    ]
    taken: list[LiteralString] = [TAKEN.replace("{step}", step) for step in steps]
    left = LEFT.replace("{step}", steps[-1])
    return READ.replace("{familiar}", familiar) + "".join(takes) + "".join(taken) + left


# By the number of counters that are added to: the server prepares each of these few statements once.
DRAW: dict[int, LiteralString] = {number: _draw(STEPS[:number], NOBODY) for number in range(1, len(STEPS) + 1)}
DRAW_OF_ACCOUNT: dict[int, LiteralString] = {
    number: _draw(STEPS[:number], FAMILIAR) for number in range(1, len(STEPS) + 1)
}
