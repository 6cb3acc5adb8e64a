"""A supervisor in a process of its own, and what its children note about themselves."""

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from server_processes import wait_for

# It notes its own process id and that of a child of its own, and both sleep.
CHILD = """
import os, signal, subprocess, sys, time
from pathlib import Path
from authflow.orphan_watch import exit_with_parent

exit_with_parent(int(sys.argv[2]))
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
offspring = subprocess.Popen(["sleep", "60"]) if "offspring" in sys.argv else None
with Path(sys.argv[1]).open("a") as notes:
    notes.write(f"{os.getpid()} {offspring.pid if offspring else 0}\\n")
time.sleep(0 if "short-lived" in sys.argv else 60)
"""

SUPERVISOR = '''
import os, signal, sys
from pathlib import Path
from authflow.local import supervisor
from authflow.local.child import Child
from authflow.local.source_watch import SourceWatch

sources, notes, patience, code, *words = sys.argv[1:]
# It notes its process id, and stays for as long as its input does.
KEPT = """
import os, sys
from pathlib import Path
with Path(sys.argv[1]).with_name("kept").open("a") as notes:
    print(os.getpid(), file=notes)
sys.stdin.read()
"""
supervisor.STOP_PATIENCE = float(patience)
# Also where the tests run under nohup, which a supervisor would honour.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
supervisor.Supervisor(
    [Child("worker", [sys.executable, "-c", code, notes, str(os.getpid()), *words], os.environ)],
    SourceWatch((Path(sources), Path(sources, ".env"))),
    say=lambda line: print(line, flush=True),
    prepare=lambda: Path(notes).open("a").write("prepared\\n"),
    kept=[Child("kept", [sys.executable, "-c", KEPT, notes], os.environ)] if "with-one-kept" in words else [],
).run()
print("done", flush=True)
'''


@dataclass(frozen=True)
class Supervised:
    process: "subprocess.Popen[str]"
    sources: Path
    notes: Path

    def started(self) -> list[int]:
        """The process ids of the children so far."""
        return [int(line.split()[0]) for line in self._noted() if line != "prepared"]

    def offspring(self) -> int:
        return int(self._noted()[-1].split()[1])

    def kept(self) -> list[int]:
        """The process ids so far of the child that is kept."""
        notes = self.notes.with_name("kept")
        return [int(line) for line in notes.read_text().splitlines()] if notes.exists() else []

    def prepared(self) -> int:
        return self._noted().count("prepared")

    def wait_for_start(self, number: int) -> int:
        wait_for(lambda: len(self.started()) >= number)
        return self.started()[-1]

    def end(self, *signals: signal.Signals) -> float:
        """The seconds that it takes to end."""
        began = time.monotonic()
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.1)
        self.process.wait(timeout=10)
        return time.monotonic() - began

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def _noted(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []


def supervise(directory: Path, *words: str, patience: float = 6.0) -> Supervised:
    """`words` say how the child behaves; `patience` is in seconds."""
    sources, notes = directory / "sources", directory / "notes"
    (sources / "package").mkdir(parents=True)
    (sources / "package" / "module.py").touch()
    argv = [sys.executable, "-c", SUPERVISOR, str(sources), str(notes), str(patience), CHILD, *words]
    return Supervised(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True), sources, notes)
