"""`gunicorn tests.support.patient:app`: with time enough, for a machine that is busy with other things.

A race is about who wins, not about who waits how long. As it is shipped, a busy machine answers 503 instead of
racing.
"""

from authflow import patience
from authflow.crypto import hash_slots
from authflow.database import pool
from authflow.web.wsgi import make_app

# Seconds.
LONG = 60.0

patience.REQUEST_SECONDS = LONG
hash_slots.MAX_WAIT = LONG
pool.MAX_WAIT = LONG
pool.TIMEOUTS = pool.TIMEOUTS.replace("'900'", "'60000'").replace("'700'", "'60000'")
assert pool.TIMEOUTS.count("'60000'") == 2

app = make_app()
