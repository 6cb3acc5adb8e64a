"""`/health`: this process answers. `/ready`: so does what it needs."""

import time
from dataclasses import asdict, dataclass, field

from authflow.database.readiness import Readiness, ReadinessChecks
from authflow.web.envelope import json_response
from authflow.web.error_table import RETRY_AFTER
from authflow.web.route import Call

# Seconds that an answer of the database's is good for: anybody may ask, and each would be some statements.
ASK_AGAIN_AFTER = 1.0


@dataclass
class Health:
    readiness: Readiness
    _checks: ReadinessChecks | None = field(default=None, init=False)
    _asked_at: float = field(default=0.0, init=False)

    def live(self, _call: Call[None, None]) -> object:
        """Whether this process answers"""
        return {"status": "ok"}

    def ready(self, _call: Call[None, None]) -> object:
        """Whether the database answers and has the schema of this release"""
        checks = self._ask()
        words = {name: "ok" if passed else "failed" for name, passed in asdict(checks).items()}
        if all(asdict(checks).values()):
            return {"status": "ok", "checks": words}
        return json_response({"status": "unavailable", "checks": words}, 503, {"Retry-After": RETRY_AFTER})

    def _ask(self) -> ReadinessChecks:
        now = time.monotonic()
        if self._checks is None or now - self._asked_at >= ASK_AGAIN_AFTER:
            # Who asks meanwhile is told the last answer, and does not wait.
            self._asked_at = now
            self._checks = self.readiness.check()
        return self._checks
