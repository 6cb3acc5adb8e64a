"""The worker's threads: none is lost to a failure, and who called before the end is answered."""

import os
import signal
import socket
from contextlib import ExitStack

from tests.contract.raw_requests import get
from tests.support.server import hold_still, running_server
from tests.support.settings import SETTINGS

from authflow.turns import AT_ONCE

PATIENCE = 20.0
CALLERS = 5
SETTINGS_ALONE = {**SETTINGS, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}


def answer(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_a_thread_goes_on_whatever_happened_to_one_caller(tmp_path):
    """With each that ended, a turn would be lost, and with the last of these all that the process does."""
    with running_server(SETTINGS_ALONE, tmp_path / "log", 1, "tests.server.breaking:app") as server:
        for _ in range(AT_ONCE + 1):
            with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as broken:
                broken.sendall(get("/break").encode())
                assert answer(broken) == b""
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sound:
            sound.sendall(get("/").encode())
            assert answer(sound).startswith(b"HTTP/1.1 200 ")
        assert len(server.events("Error serving a caller")) == AT_ONCE + 1


def test_who_called_before_the_end_is_answered(tmp_path):
    with ExitStack() as all_:
        server = all_.enter_context(
            running_server(SETTINGS_ALONE, tmp_path / "log", 1, "tests.server.breaking:app")
        )
        (worker,) = server.workers
        hold_still(worker)
        address = ("127.0.0.1", server.port)
        callers = [all_.enter_context(socket.create_connection(address, PATIENCE)) for _ in range(CALLERS)]
        for caller in callers:
            caller.sendall(get("/").encode())
        server.process.terminate()
        os.kill(worker, signal.SIGTERM)
        os.kill(worker, signal.SIGCONT)
        assert [answer(caller)[:12] for caller in callers] == [b"HTTP/1.1 200"] * CALLERS
        assert server.process.wait(PATIENCE) == 0
