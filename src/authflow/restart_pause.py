"""How long to wait before a process that ended by itself is started again."""

from dataclasses import dataclass


@dataclass
class RestartPause:
    """From the first pause to the longest, doubled from death to death; all in seconds."""

    first: float
    longest: float
    # A process that lived for longer did not die of what it found when it started.
    healthy_after: float
    _latest: float = 0.0

    def after(self, lived: float) -> float:
        """Before the next start of one that lived for so many seconds."""
        is_first = lived > self.healthy_after or not self._latest
        self._latest = self.first if is_first else min(2 * self._latest, self.longest)
        return self._latest
