"""The environment that tests configure the service with."""

import os

ENVIRONMENT = {
    "JWT_ACCESS_SECRET": "tests-access-0Jr7vW2kQz5xT8mB3nY6cL9s",
    "JWT_REFRESH_SECRET": "tests-refresh-4Hd1fG7pR2wK9vX5tZ8qM3y",
    "FRONTEND_URL": "https://app.example.com",
    "MAIL_TRANSPORT": "smtp",
    "MAIL_FROM": "no-reply@example.com",
    # Nothing listens there.
    "SMTP_URL": "smtp://127.0.0.1:9",
}
# For servers that run as in production.
SETTINGS = {
    **ENVIRONMENT,
    "APP_ENV": "production",
    # The cheapest hash that production takes.
    "BCRYPT_ROUNDS": "10",
    # Limits are on only where they are what is raced for.
    "RATE_LIMITS": "off",
    # Four test processes with servers of their own share a PostgreSQL that takes 400 connections.
    "DB_POOL_SIZE": "4",
    # A worker takes part only where it is what is raced against.
    "RUN_WORKER": "off",
}
# `make faults` and `make bar` race often, and against what production has; `make test` has two minutes.
IS_RACED_OFTEN = "RACE_ROUNDS" in os.environ
RACED_WORKERS = 4 if IS_RACED_OFTEN else 2
# Imported once, in the master: workers start in a tenth of the time.
RACED_SERVER = () if IS_RACED_OFTEN else ("--preload",)
