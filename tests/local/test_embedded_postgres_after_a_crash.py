"""The embedded server after something was killed: every fault that launchers of this kind were seen to have."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from server_processes import answers, process_id, query, starting, wait_for

from authflow.local import embedded_postgres
from authflow.local.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from authflow.local.postgres_place import SOCKET_NAME, place_of


@pytest.fixture
def stranger(postgres: EmbeddedPostgres) -> Iterator[int]:
    """The process id of something else that the server's user runs."""
    account = place_of(postgres.directory).account
    with subprocess.Popen(["sleep", "60"], user=account.uid if account.borrowed else None, cwd="/") as process:
        yield process.pid
        assert process.poll() is None, "the stranger was ended"
        process.kill()


def test_who_started_it_is_killed(postgres: EmbeddedPostgres):
    with starting(postgres.directory, "stay") as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "True\n"
        before = process_id(postgres)
        parent.kill()
    assert answers(postgres)
    assert postgres.start() is False
    assert process_id(postgres) == before
    postgres.stop()
    assert not answers(postgres)


def test_who_was_running_it_is_killed_and_the_next_one_stops_it(postgres: EmbeddedPostgres):
    with starting(postgres.directory, "running") as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == f"{postgres.url()}\n"
        parent.kill()
    with postgres.running():
        assert answers(postgres)
    assert not answers(postgres)


def test_who_started_it_is_killed_while_the_database_is_made(new_directory: Path):
    half_made = new_directory / "data.tmp"
    with starting(new_directory) as parent:
        wait_for(lambda: (half_made / "PG_VERSION").exists())
        parent.kill()
    assert half_made.exists()
    server = EmbeddedPostgres(new_directory)
    assert server.start() is True
    assert answers(server)
    assert not half_made.exists()


def test_the_server_is_killed_again_and_again(postgres: EmbeddedPostgres):
    postgres.start()
    query(postgres, "DROP TABLE IF EXISTS kept")
    query(postgres, "CREATE TABLE kept AS SELECT 0 AS crashes")
    for crashes in range(3):
        assert query(postgres, "SELECT crashes FROM kept") == crashes
        query(postgres, "UPDATE kept SET crashes = crashes + 1")
        os.kill(process_id(postgres), signal.SIGKILL)
        assert postgres.start() is True


def test_the_process_id_of_a_killed_server_belongs_to_somebody_else(postgres: EmbeddedPostgres, stranger: int):
    postgres.start()
    data, killed = postgres.directory / "data", process_id(postgres)
    os.kill(killed, signal.SIGKILL)
    for name in ("postmaster.pid", f"{SOCKET_NAME}.lock"):
        file = data / name
        file.write_text(file.read_text().replace(str(killed), str(stranger), 1))
    postgres.stop()
    assert postgres.start() is True
    assert answers(postgres)


def test_a_slow_start_is_waited_for_and_one_without_end_is_reported(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
):
    # The bound is ours alone: recovery was seen to take longer than the ten seconds that others have.
    assert embedded_postgres.START_PATIENCE >= 60
    postgres.start()
    slow = process_id(postgres)
    os.kill(slow, signal.SIGSTOP)
    with subprocess.Popen(["sh", "-c", f"sleep 2.5; kill -CONT {slow}"]):
        with monkeypatch.context() as impatient:
            impatient.setattr(embedded_postgres, "START_PATIENCE", 0.1)
            with pytest.raises(EmbeddedPostgresError, match=r"no answer after 0\.1 s(.|\n)*server\.log"):
                postgres.start()
        assert postgres.start() is False
    assert process_id(postgres) == slow
