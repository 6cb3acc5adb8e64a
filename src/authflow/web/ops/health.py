"""`/health`: this process answers. `/ready`: so does what it needs."""

from dataclasses import asdict, dataclass

from authflow.database.readiness import Readiness
from authflow.web.envelope import json_response
from authflow.web.error_table import RETRY_AFTER
from authflow.web.route import Call


@dataclass(frozen=True)
class Health:
    readiness: Readiness

    def live(self, _call: Call[None, None]) -> object:
        """Whether this process answers"""
        return {"status": "ok"}

    def ready(self, _call: Call[None, None]) -> object:
        """Whether the database answers and has the schema of this release"""
        checks = self.readiness.check()
        words = {name: "ok" if passed else "failed" for name, passed in asdict(checks).items()}
        if all(asdict(checks).values()):
            return {"status": "ok", "checks": words}
        return json_response({"status": "unavailable", "checks": words}, 503, {"Retry-After": RETRY_AFTER})
