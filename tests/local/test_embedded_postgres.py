"""The embedded server: started, adopted, stopped, in directories of every kind."""

import os
import shutil
import signal
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from server_processes import answers, process_id, query, remove_server, starting, wait_for
from tests.support.timed import at_most

from authflow.local import embedded_postgres
from authflow.local.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from authflow.local.postgres_place import place_of


def test_asking_for_the_address_makes_nothing(new_directory: Path):
    EmbeddedPostgres(new_directory).url()
    assert not new_directory.exists()


def test_the_address_is_the_same_before_while_and_after_the_server_runs(postgres: EmbeddedPostgres):
    before = postgres.url()
    postgres.start()
    assert answers(postgres)
    assert postgres.url() == before
    postgres.stop()
    assert postgres.url() == before


def test_an_address_can_name_another_database(postgres: EmbeddedPostgres):
    assert postgres.url("an other").startswith("postgresql://postgres@/an%20other?host=")


def test_a_running_server_is_adopted(postgres: EmbeddedPostgres):
    assert postgres.start() is True
    first = process_id(postgres)
    assert postgres.start() is False
    assert EmbeddedPostgres(postgres.directory).start() is False
    assert process_id(postgres) == first


def test_a_second_start_is_quick(postgres: EmbeddedPostgres):
    began = time.monotonic()
    postgres.start()
    assert time.monotonic() - began < at_most(0.5)


def test_a_stopped_server_is_gone_and_can_be_stopped_again(postgres: EmbeddedPostgres):
    postgres.start()
    postgres.stop()
    assert not answers(postgres)
    assert not (postgres.directory / "data" / "postmaster.pid").exists()
    postgres.stop()


def test_stopping_what_never_ran_makes_nothing(new_directory: Path):
    EmbeddedPostgres(new_directory).stop()
    assert not new_directory.exists()


def test_running_stops_the_server_that_it_started(postgres: EmbeddedPostgres):
    with postgres.running() as url:
        assert url == postgres.url()
        assert answers(postgres)
    assert not answers(postgres)


def test_running_leaves_a_server_alone_that_ran_before(postgres: EmbeddedPostgres):
    postgres.start()
    with postgres.running():
        pass
    assert answers(postgres)


def test_of_all_who_are_running_it_the_last_one_stops_it(postgres: EmbeddedPostgres):
    first = postgres.running()
    first.__enter__()
    with postgres.running():
        first.__exit__(None, None, None)
        assert answers(postgres)
    assert not answers(postgres)


def test_whether_a_server_is_stopped_depends_on_its_latest_start(postgres: EmbeddedPostgres):
    with postgres.running():
        postgres.stop()
        postgres.start()
    assert answers(postgres)


def test_a_start_waits_for_a_stop_under_way(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded_postgres, "STOP_PATIENCE", 3.0)
    postgres.start()
    for _ in range(4):
        last_writer = query(postgres, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
        assert isinstance(last_writer, int)
        os.kill(last_writer, signal.SIGSTOP)
        with ThreadPoolExecutor() as threads:
            stop = threads.submit(postgres.stop)
            wait_for(lambda: not answers(postgres))
            start = threads.submit(postgres.start)
            time.sleep(0.05)
            os.kill(last_writer, signal.SIGCONT)
            stop.result()
            assert start.result() is True
        assert answers(postgres)


def test_removing_the_directory_below_a_running_server_gives_a_new_one(new_directory: Path):
    server = EmbeddedPostgres(new_directory)
    with server.running():
        forlorn = process_id(server)
        shutil.rmtree(new_directory)
        with server.running():
            assert answers(server)
            assert process_id(server) != forlorn
    assert not answers(server)
    # It ends by itself, when it next looks for its files.
    with suppress(ProcessLookupError):
        os.kill(forlorn, signal.SIGQUIT)


def test_four_processes_may_start_it_at_once(new_directory: Path):
    processes = [starting(new_directory) for _ in range(4)]
    told = [process.communicate(timeout=20)[0].strip() for process in processes]
    assert sorted(told) == ["False", "False", "False", "True"]
    assert answers(EmbeddedPostgres(new_directory))


def test_any_path_will_do(new_directory: Path):
    server = EmbeddedPostgres(new_directory.parent / "My \"Project\" 'ä' %20" / "pg")
    assert place_of(server.directory).socket_directory.is_relative_to(new_directory.parent)
    with server.running():
        assert answers(server)
    remove_server(server.directory)


def test_a_path_that_cannot_be_a_sockets_gets_a_private_one_elsewhere(new_directory: Path):
    too_long, with_a_comma = (new_directory / name / "postgres" for name in ("long" * 20, "a, b"))
    server = EmbeddedPostgres(too_long)
    place = place_of(too_long)
    for other in (place, place_of(with_a_comma)):
        assert not other.socket_directory.is_relative_to(new_directory)
    with server.running():
        assert answers(server)
        assert stat.S_IMODE(place.socket_directory.stat().st_mode) == 0o700
    remove_server(server.directory)


def test_the_variables_of_the_one_who_starts_it_are_not_the_servers(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
):
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "JWT_ACCESS_SECRET": "of no concern"}.items():
        monkeypatch.setenv(name, value)
    postgres.start()
    assert answers(postgres)
    environment = Path(f"/proc/{process_id(postgres)}/environ")
    assert not environment.exists() or b"JWT" not in environment.read_bytes()


def test_it_listens_to_no_network_and_loses_nothing_in_a_crash(postgres: EmbeddedPostgres):
    postgres.start()
    assert query(postgres, "SHOW listen_addresses") == ""
    for durable in ("fsync", "synchronous_commit", "full_page_writes"):
        assert query(postgres, f"SHOW {durable}") == "on"


def test_the_log_begins_anew_with_every_start(postgres: EmbeddedPostgres):
    log = postgres.directory / "server.log"
    with postgres.running():
        query(postgres, "DO $$ BEGIN RAISE LOG 'this once'; END $$")
        assert "this once" in log.read_text()
    with postgres.running():
        assert "this once" not in log.read_text()
        assert "ready to accept connections" in log.read_text()


def test_a_server_that_cannot_start_says_why(postgres: EmbeddedPostgres):
    configuration = postgres.directory / "data" / "postgresql.conf"
    sound = configuration.read_text()
    configuration.write_text(f"{sound}\nnonsense\n")
    with pytest.raises(EmbeddedPostgresError, match=r"server\.log:(.|\n)*syntax error"):
        postgres.start()
    configuration.write_text(sound)
