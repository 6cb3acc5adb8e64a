"""The queue: whether a worker lives, and whether anything waits for longer than it should."""

from collections.abc import Iterator

from authflow.doctor.finding import Finding, ok, problem
from authflow.repositories.jobs import Jobs

# Seconds. A worker gives a sign of life every 5.
SILENT_FOR = 30
# After an outage of the mail provider everything is out within a minute.
WAITING_FOR = 120


def findings_of_queue(jobs: Jobs, run_worker: bool) -> Iterator[Finding]:
    counts = {each.state: each for each in jobs.list_counts()}
    oldest = counts["todo"].oldest if "todo" in counts else None
    is_late = oldest is not None and oldest >= WAITING_FOR
    yield _worker(jobs.find_last_heartbeat(), run_worker and not is_late)
    if oldest is None:
        yield ok("jobs", "none waits")
    elif oldest < WAITING_FOR:
        yield ok("jobs", f"the oldest has waited for {oldest:.0f} s")
    else:
        yield problem(
            "jobs",
            f"the oldest has waited for {oldest:.0f} s: the worker's log says why (mail_not_sent), "
            "`authflow jobs` what waits",
        )
    if "failed" in counts:
        yield ok("given-up", f"{counts['failed'].jobs} mails in the last month: `authflow jobs` shows them")


def _worker(silent_for: float | None, is_kept: bool) -> Finding:
    if silent_for is not None and silent_for < SILENT_FOR:
        return ok("worker", f"alive {silent_for:.0f} s ago")
    if is_kept:
        return ok("worker", "none now; gunicorn keeps one while it runs (RUN_WORKER)")
    return problem(
        "worker",
        "none, so no mail is sent: run `authflow worker`, or set RUN_WORKER=true and look at the log of gunicorn "
        "(worker_not_kept, worker_died, worker_not_started)",
    )
