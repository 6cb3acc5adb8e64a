"""gunicorn with a configuration that nobody should run: it ends soon, and says all that is wrong with it."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.support.timed import at_most

CHECKOUT = Path(__file__).parents[2]
# Seconds (CONTRACT, section 7).
SOON = at_most(5.0)
BAD = {
    "DATABASE_URL": "mysql://hidden-user:hidden-password@db.example.com/authflow",
    "JWT_ACCESS_SECRET": "your-256-bit-secret-that-was-printed-in-a-tutorial",
    "FRONTEND_URL": "http://hidden.example.com",
    "CORS_ORIGINS": "*",
    "MAIL_TRANSPORT": "mailbox",
    "SMTP_URL": "hidden-password@mail.example.com",
    "PORT": "hidden",
}
# Needed, and not there.
MISSING = {"JWT_REFRESH_SECRET"}
SHOWN_NEVER = ("hidden", "tutorial", "mysql:")


def test_a_bad_start_ends_soon_and_names_every_fault_and_no_value():
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""), **BAD}
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "gunicorn", "wsgi:app", "-b", "127.0.0.1:0"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode != 0
    assert time.monotonic() - began < SOON
    said = ran.stdout + ran.stderr
    for name in BAD.keys() - {"SMTP_URL"} | MISSING:
        assert f"{name} must be" in said or f"{name} is missing" in said
    assert not [word for word in SHOWN_NEVER if word in said]
