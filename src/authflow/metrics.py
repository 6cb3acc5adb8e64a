"""What is counted for `/metrics`: the one file that knows Prometheus; every other room counts through it.

The processes of one server count together, in files under PROMETHEUS_MULTIPROC_DIR, which its settings make;
where there is no such directory, this process counts for itself. No label holds anything that a caller sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.values import MutexValue, ValueClass

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
IS_SHARED = ValueClass is not MutexValue
# Seconds: most answers take one or two milliseconds, a login a quarter of a second, and 3 s is what is promised.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
# A caller may write any word as the method, and each would be kept for ever.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
OTHER = "other"
# Told also while there are none.
JOB_STATES = ("todo", "doing", "failed")

# When a series began is of no use here, and would double their number.
disable_created_metrics()
_registry = CollectorRegistry()


class Outcomes:
    """A counter by outcome, each made ready beforehand: finding one takes longer than counting."""

    def __init__(self, name: str, about: str, *outcomes: str) -> None:
        counter = Counter(name, about, ["outcome"], registry=_registry)
        self._ready = {outcome: counter.labels(outcome) for outcome in outcomes}

    def count(self, outcome: str) -> None:
        self._ready[outcome].inc()


class Requests:
    """How many answers, by route, method and status; how long they took, by route and method."""

    def __init__(self) -> None:
        labels = ("method", "route")
        self._answers = Counter("authflow_requests", "Requests answered.", [*labels, "status"], registry=_registry)
        self._durations = Histogram(
            "authflow_request_seconds", "Time to an answer.", labels, buckets=BUCKETS, registry=_registry
        )
        self._ready: dict[tuple[str, str | None, str], tuple[Counter, Histogram]] = {}

    def count(self, method: str, route: str | None, status: str, seconds: float) -> None:
        """The template of the route, never the path; None where none matched."""
        answers, durations = self._ready.get((method, route, status)) or self._prepare(method, route, status)
        answers.inc()
        durations.observe(seconds)

    def _prepare(self, method: str, route: str | None, status: str) -> tuple[Counter, Histogram]:
        method = method if method in METHODS else OTHER
        labels = (method, route or OTHER)
        ready = (self._answers.labels(*labels, status), self._durations.labels(*labels))
        self._ready[method, route, status] = ready
        return ready


REQUESTS = Requests()
LOGINS = Outcomes(
    "authflow_logins",
    "Logins: failed for a wrong email or password, refused to an account disabled or unproved.",
    *("succeeded", "failed", "refused"),
)
REFRESHES = Outcomes(
    "authflow_refreshes",
    "Refresh tokens presented: repeated is the same successor again, reused a theft.",
    *("rotated", "repeated", "repeated_by_key", "reused", "expired", "refused"),
)
SESSIONS_EVICTED = Counter(
    "authflow_sessions_evicted",
    "Sessions ended by a login beyond the most that an account has.",
    registry=_registry,
)
LIMITS_REACHED = Counter(
    "authflow_limits_reached",
    "Attempts beyond a limit: refused, or answered and not looked at.",
    ["limit", "by"],
    registry=_registry,
)
ATTEMPTS_GIVEN_BACK = Counter(
    "authflow_attempts_given_back",
    "Attempts that were not counted in the end: nothing was guessed, or the secret was right.",
    ["limit", "by"],
    registry=_registry,
)
BEYOND_ALLOWANCE = Counter(
    "authflow_beyond_allowance", "Requests refused before they were looked at.", registry=_registry
)
HASHES_REFUSED = Counter("authflow_hashes_refused", "Passwords for which no slot was free.", registry=_registry)
DATABASE_SILENT = Counter(
    "authflow_database_silent", "Connections closed because no answer came on them.", registry=_registry
)


def _gauge(name: str, about: str) -> Gauge:
    """Of all processes that live, together."""
    return Gauge(name, about, registry=_registry, multiprocess_mode="livesum")


HASHES_WAITING = _gauge("authflow_hashes_waiting", "Passwords that wait for a slot.")
HASHES_RUNNING = _gauge("authflow_hashes_running", "Passwords that are being hashed.")
POOL_SIZE = _gauge("authflow_pool_size", "Connections to the database.")
POOL_AVAILABLE = _gauge("authflow_pool_available", "Connections to the database that nobody uses.")
POOL_WAITING = _gauge("authflow_pool_waiting", "Requests that wait for a connection to the database.")


@dataclass(frozen=True)
class JobsInState:
    """`oldest`: the seconds since the first of them was added."""

    state: str
    jobs: int
    oldest: float


@dataclass(frozen=True)
class QueueLoad:
    """`silent_for`: the seconds since any worker gave a sign of life; None where none is known.

    `withheld`: how many mails never went as their mailbox had its share, by cause.
    """

    jobs: list[JobsInState]
    silent_for: float | None
    withheld: dict[str, int]


class _Queue(Collector):
    """The same whichever process asks for it, so it is no sum over them."""

    def __init__(self, load: QueueLoad) -> None:
        self._silent_for = load.silent_for
        self._withheld = load.withheld
        none = {state: JobsInState(state, 0, 0.0) for state in JOB_STATES}
        self._jobs = {**none, **{each.state: each for each in load.jobs}}

    def collect(self) -> Iterable[Metric]:
        numbers = GaugeMetricFamily("authflow_jobs", "Jobs in the queue.", labels=["state"])
        ages = GaugeMetricFamily("authflow_jobs_oldest_seconds", "Age of the oldest job.", labels=["state"])
        for each in self._jobs.values():
            numbers.add_metric([each.state], each.jobs)
            ages.add_metric([each.state], each.oldest)
        silence = GaugeMetricFamily(
            "authflow_worker_silent_seconds", "Since any worker gave a sign of life, or +Inf where none is known."
        )
        silence.add_metric([], float("inf") if self._silent_for is None else self._silent_for)
        withheld = CounterMetricFamily(
            "authflow_mails_withheld", "Mails that did not go as their mailbox had its share.", labels=["cause"]
        )
        for cause, mails in self._withheld.items():
            withheld.add_metric([cause], mails)
        return numbers, ages, silence, withheld


def exposition(queue: QueueLoad | None) -> bytes:
    """All that was counted, in Prometheus' text format; None: of the queue nothing is known."""
    counted, asked = _registry, CollectorRegistry()
    if IS_SHARED:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    if queue is not None:
        asked.register(_Queue(queue))
    return generate_latest(counted) + generate_latest(asked)
