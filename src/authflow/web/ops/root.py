"""`GET /`: whoever opens the bare address sees what this is."""

from dataclasses import dataclass

from authflow.web.route import Call


@dataclass(frozen=True)
class Root:
    service_name: str

    def show(self, _call: Call[None, None]) -> object:
        """What this service is, and where to read on"""
        # Paths: an address would be built from the Host header.
        return {"service": self.service_name, "docs": "/docs", "health": "/health"}
