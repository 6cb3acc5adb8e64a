"""The supervisor of `authflow dev`, with real processes: what it starts again, and what it leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from server_processes import wait_for
from supervised import Supervised
from supervised import supervise as start_supervisor
from tests.support.timed import IS_TIMED, at_most
from tests.support.worker import is_running

Supervise = Callable[..., Supervised]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    running: list[Supervised] = []

    def start(*words: str, patience: float = 6.0) -> Supervised:
        running.append(start_supervisor(tmp_path, *words, patience=patience))
        return running[-1]

    yield start
    for supervised in running:
        supervised.process.terminate()
        supervised.process.communicate(timeout=10)


@pytest.mark.parametrize("name", ["package/module.py", "package/new.py", "0001_first.sql", ".env"])
def test_a_saved_file_restarts_the_children(supervise: Supervise, name: str):
    supervised = supervise()
    first = supervised.wait_for_start(1)
    (supervised.sources / name).write_text("changed")
    second = supervised.wait_for_start(2)
    assert not is_running(first)
    assert is_running(second)
    assert supervised.prepared() == 1
    supervised.end(signal.SIGINT)
    assert supervised.said().splitlines() == [f"{Path(name).name} changed: restarting", "done"]


def test_one_that_is_kept_outlives_a_restart_and_ends_with_a_killed_supervisor(supervise: Supervise):
    supervised = supervise("with-one-kept")
    supervised.wait_for_start(1)
    wait_for(supervised.kept)
    (kept,) = supervised.kept()
    (supervised.sources / ".env").write_text("changed")
    supervised.wait_for_start(2)
    assert supervised.kept() == [kept]
    supervised.end(signal.SIGKILL)
    # Its input has come to an end.
    wait_for(lambda: not is_running(kept))


def test_other_files_restart_nothing_and_many_files_restart_once(supervise: Supervise):
    supervised = supervise()
    supervised.wait_for_start(1)
    (supervised.sources / "notes.txt").write_text("changed")
    time.sleep(0.4)
    assert len(supervised.started()) == 1
    for number in range(8):
        (supervised.sources / f"module_{number}.py").touch()
    supervised.wait_for_start(2)
    time.sleep(0.5)
    # Who is kept from saving by others saves slowly.
    assert len(supervised.started()) <= (2 if IS_TIMED else 4)


def test_a_removed_file_restarts_the_children(supervise: Supervise):
    supervised = supervise()
    supervised.wait_for_start(1)
    (supervised.sources / "package" / "module.py").unlink()
    supervised.wait_for_start(2)


def test_a_child_that_is_killed_is_started_again_without_what_it_left_behind(supervise: Supervise):
    supervised = supervise("offspring")
    first = supervised.wait_for_start(1)
    offspring = supervised.offspring()
    os.kill(first, signal.SIGKILL)
    supervised.wait_for_start(2)
    assert not is_running(offspring)
    supervised.end(signal.SIGINT)
    assert "worker ended by itself (status -9): starting it again in 0.5 s" in supervised.said()


def test_a_child_that_dies_at_once_is_started_again_less_and_less_often(supervise: Supervise):
    supervised = supervise("short-lived")
    supervised.wait_for_start(3)
    supervised.end(signal.SIGINT)
    told = [line.rpartition(" in ")[2] for line in supervised.said().splitlines()]
    assert told[:2] == ["0.5 s", "1 s"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_leaves_nothing_running(supervise: Supervise, number: signal.Signals):
    supervised = supervise("offspring")
    child = supervised.wait_for_start(1)
    assert supervised.end(number) < at_most(0.5, less_than=6.0)
    assert supervised.process.returncode == 0
    assert not is_running(child)
    assert not is_running(supervised.offspring())


def test_a_child_that_will_not_end_is_killed(supervise: Supervise):
    supervised = supervise("stubborn", patience=0.3)
    child = supervised.wait_for_start(1)
    assert 0.3 < supervised.end(signal.SIGTERM) < at_most(2)
    assert not is_running(child)


def test_a_second_request_ends_the_patience(supervise: Supervise):
    supervised = supervise("stubborn")
    child = supervised.wait_for_start(1)
    assert supervised.end(signal.SIGINT, signal.SIGINT) < at_most(2, less_than=6.0)
    assert not is_running(child)


def test_the_children_of_a_killed_supervisor_end_themselves(supervise: Supervise):
    supervised = supervise()
    child = supervised.wait_for_start(1)
    supervised.end(signal.SIGKILL)
    wait_for(lambda: not is_running(child))


def test_a_process_whose_parent_died_before_it_looked_ends_too():
    dead = subprocess.Popen(["true"])
    dead.wait()
    code = f"import time; from authflow.orphan_watch import exit_with_parent; exit_with_parent({dead.pid})"
    orphan = subprocess.run([sys.executable, "-c", f"{code}; time.sleep(60)"], check=False, timeout=10)
    assert orphan.returncode == -signal.SIGTERM
