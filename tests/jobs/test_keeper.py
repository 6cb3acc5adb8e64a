"""gunicorn keeps a worker beside itself: as long as it runs, and not a moment longer."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.support.jobs import add_mails
from tests.support.server import Server, running_server, wait_until
from tests.support.timed import at_most
from tests.support.worker import is_running

from authflow.server import worker_keeper as keeper_module
from authflow.server.worker_keeper import Keeper

Serve = Callable[..., Server]


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path, tables: object) -> Iterator[Serve]:
    with ExitStack() as running:

        def serve(**settings: str) -> Server:
            given = {**environment, "BCRYPT_ROUNDS": "10", "DB_POOL_SIZE": "4", **settings}
            return running.enter_context(running_server(given, tmp_path / "log", workers=1))

        yield serve


def worker_of(server, number=1):
    """The process id of the worker that was started as the so-manieth."""
    wait_until(lambda: len(server.events("worker_started")) >= number, 20)
    return int(server.events("worker_started")[number - 1]["process_id"])


def test_a_killed_worker_is_back_soon_and_requests_do_not_notice(serve, database, tables, smtp):
    server = serve()
    first = worker_of(server)
    os.kill(first, signal.SIGKILL)
    began = time.monotonic()
    add_mails(tables, database, 1)
    second = worker_of(server, 2)
    assert time.monotonic() - began < at_most(5)
    assert second != first
    assert server.is_healthy()
    wait_until(lambda: smtp.mails)
    assert [line["start_again_in"] for line in server.events("worker_died")] == [1.0]


def test_asked_to_end_gunicorn_ends_the_worker_after_its_job(serve, database, tables, smtp):
    server = serve()
    worker = worker_of(server)
    smtp.delay = 1.0
    add_mails(tables, database, 1)
    wait_until(lambda: smtp.begun)
    assert server.stop() == 0
    assert not is_running(worker)
    assert len(server.events("mail_sent")) == len(smtp.mails) == 1
    assert server.events("worker_died") == []
    assert len(server.events("worker_stopped")) == 1


def test_of_a_killed_gunicorn_nothing_stays(serve):
    server = serve()
    worker = worker_of(server)
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not is_running(worker) and not server.is_listening())
    assert len(server.events("worker_stopped")) == 1


def test_a_reload_brings_a_new_worker(serve):
    server = serve()
    first = worker_of(server)
    server.process.send_signal(signal.SIGHUP)
    second = worker_of(server, 2)
    assert not is_running(first)
    assert is_running(second)
    assert server.stop() == 0
    assert not is_running(second)


def test_a_start_that_fails_is_said_and_tried_again(log, monkeypatch):
    keeper, begun = Keeper(), []

    def no_memory(*arguments, **options):
        begun.append(arguments)
        raise BlockingIOError(11, "Resource temporarily unavailable") if len(begun) == 1 else FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", no_memory)
    monkeypatch.setattr(keeper_module, "FIRST_BACK_OFF", 0.01)
    keeper.start()
    wait_until(lambda: len(begun) > 2)
    keeper.stop()
    told = [(line["event"], line["reason"]) for line in log.lines[:2]]
    assert told == [("worker_not_started", "BlockingIOError"), ("worker_not_started", "FileNotFoundError")]


def test_there_is_none_where_it_is_a_service_of_its_own(serve):
    server = serve(RUN_WORKER="off")
    time.sleep(1)
    assert server.stop() == 0
    assert [line["event"] for line in server.lines() if line["event"].startswith("worker")] == []
