"""`gunicorn tests.support.patient:app`: with time enough, for a machine that is busy with other things.

A race is about who wins, not about who waits how long. As it is shipped, a busy machine answers 503 instead of
racing.
"""

from authflow import bootstrap, request_deadline
from authflow.crypto import hash_slots
from authflow.crypto.hash_slots import HashSlots
from authflow.crypto.password_hash import PasswordHash
from authflow.database import pool
from authflow.web.wsgi import make_app
from tests.support.settings import IS_RACED_OFTEN, SETTINGS

# Seconds.
LONG = 60.0

request_deadline.REQUEST_SECONDS = LONG
hash_slots.MAX_WAIT = LONG
pool.MAX_WAIT = LONG
pool.TIMEOUTS |= {"statement_timeout": "60000", "lock_timeout": "60000"}


def cheap_hash(cost: int, slots: HashSlots) -> PasswordHash:
    """Where hashes are what is raced for, a test sets a cost of its own."""
    return PasswordHash(4 if cost == int(SETTINGS["BCRYPT_ROUNDS"]) else cost, slots)


if not IS_RACED_OFTEN:
    bootstrap.PasswordHash = cheap_hash
app = make_app()
