"""What a worker of gunicorn is, in production and in development alike."""

WORKER_CLASS = "authflow.server.fair_worker.FairWorker"
LOGGER_CLASS = "authflow.server.server_log.ServerLog"
# Most of these wait, for a hash slot or for the database: with 8, waiting logins would take them all.
THREADS = 32
