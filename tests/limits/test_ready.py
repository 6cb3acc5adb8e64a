"""`/ready` asks the database at most once a second (CONTRACT 6)."""

from dataclasses import dataclass

from authflow.database.readiness import ReadinessChecks
from authflow.web.ops import health
from authflow.web.ops.health import Health


@dataclass
class Counting:
    """A readiness that counts how often it is asked."""

    asked: int = 0

    def check(self):
        self.asked += 1
        return ReadinessChecks(database=True, migrations=True)


def test_the_database_is_asked_once_a_second_however_many_ask(monkeypatch):
    now, readiness = [100.0], Counting()
    monkeypatch.setattr(health.time, "monotonic", lambda: now[0])
    ops = Health(readiness)
    for moment, asked in ((100.0, 1), (100.9, 1), (101.0, 2), (101.5, 2)):
        now[0] = moment
        assert ops.ready(None)["status"] == "ok"
        assert readiness.asked == asked
