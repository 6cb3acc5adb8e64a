"""`make scale`: the same calls on a database of ten thousand users and on one of many more, in turn.

python -m tests.scale.run [USERS]; 100,000 by default, 10,000,000 takes 16 GB and half an hour. It ends with 1
where something takes more than three times as long.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles

from authflow.local.embedded_postgres import EmbeddedPostgres
from authflow.log import configure_log
from tests.local.server_processes import remove_server
from tests.scale.installation import Installation, installation

FEW = 10_000
MANY = 100_000
ROUNDS = 600
# So that neither plan nor cache is of the first call.
WARM_UP = 50
MOST = 3.0


def main() -> int:
    users = int(sys.argv[1].replace("_", "").replace(",", "")) if len(sys.argv) > 1 else MANY
    configure_log("error")
    home = Path(tempfile.mkdtemp(prefix="authflow-scale-"))
    # For root, whose database runs as another user.
    home.chmod(0o755)
    database = EmbeddedPostgres(home / "postgres")
    try:
        database.start()
        with ExitStack() as both:
            few, many = (
                both.enter_context(_told(database.url(), name, count))
                for name, count in (("few", FEW), ("many", users))
            )
            return _compare(few, many)
    finally:
        remove_server(home / "postgres")


@contextmanager
def _told(url: str, name: str, users: int) -> Generator[Installation]:
    """An installation, and a line once it is filled."""
    began = time.monotonic()
    with installation(url, name, users) as made:
        print(f"{users:,} users and {made.filled.sessions:,} sessions, filled in {time.monotonic() - began:.0f} s")
        yield made


def _compare(few: Installation, many: Installation) -> int:
    print(f"\n{'':24}{'10,000':>14}{f'{many.filled.users:,}':>16}   p50 (p99), ms; ratio of the medians")
    worst = 0.0
    for what, of_few in few.calls.items():
        small, large = _in_turn(of_few, many.calls[what])
        ratio = median(large) / median(small)
        worst = max(worst, ratio)
        print(f"{what:24}{_shown(small):>14}{_shown(large):>16}   {ratio:.2f}")
    for name, bytes_each in many.sizes().items():
        print(f"{name}: {bytes_each:.0f} bytes a row, with its indexes")
    for each in (few, many):
        began = time.monotonic()
        removed = each.sweep()
        print(f"sweep of {removed:,} sessions among {each.filled.sessions:,}: {time.monotonic() - began:.2f} s")
        assert removed == each.filled.expired
    if worst > MOST:
        print(f"{worst:.1f} times as long: more than {MOST:.0f}", file=sys.stderr)
        return 1
    return 0


def _in_turn(*calls: Callable[[], object]) -> list[list[float]]:
    """Milliseconds of each, one after the other: what else the machine does, both meet."""
    took: list[list[float]] = [[] for _ in calls]
    for number in range(WARM_UP + ROUNDS):
        for call, list_of_ms in zip(calls, took, strict=True):
            began = time.perf_counter()
            call()
            if number >= WARM_UP:
                list_of_ms.append((time.perf_counter() - began) * 1000)
    return took


def _shown(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):.2f} ({quantiles(milliseconds, n=100)[98]:.1f})"


if __name__ == "__main__":
    sys.exit(main())
