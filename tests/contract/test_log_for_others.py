"""Who listens beside the log, as Sentry and OpenTelemetry do by handlers, hears every event with its fields."""

import logging
from pathlib import Path
from threading import Thread

import pytest

from authflow.log import LineHandler, configure_log, log_defect, log_event, log_warning


class Listener(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)

    def heard(self, event):
        return [vars(record) for record in self.records if record.getMessage() == event]


@pytest.fixture
def listener(log):
    listener = Listener()
    logging.getLogger().addHandler(listener)
    yield listener
    logging.getLogger().removeHandler(listener)


def test_each_event_is_a_record_with_its_fields_and_where_it_was_said(listener):
    log_event("told", user_id=7)
    log_warning("warned", reason="late")
    (told,), (warned,) = listener.heard("told"), listener.heard("warned")
    assert (told["levelname"], told["user_id"]) == ("INFO", 7)
    assert (warned["levelname"], warned["reason"]) == ("WARNING", "late")
    assert told["filename"] == warned["filename"] == Path(__file__).name


def test_a_defect_is_a_record_with_its_exception(listener):
    error = RuntimeError("broken")
    log_defect("failed", error)
    (failed,) = listener.heard("failed")
    assert failed["exc_info"][1] is error


def test_a_request_is_a_record_that_names_it(listener, bare):
    answer = bare.get("/health")
    (request,) = listener.heard("request")
    assert (request["request_id"], request["status"]) == (answer.headers["X-Request-Id"], 200)


def test_the_level_counts_for_everybody(listener):
    logging.getLogger("authflow").setLevel(logging.WARNING)
    log_event("told")
    assert listener.records == []


def test_who_listens_already_goes_on_listening_and_nothing_is_written_twice(listener, log):
    silenced = logging.getLogger("procrastinate").level
    for _ in range(2):
        configure_log("info")
    assert logging.getLogger("procrastinate").level == silenced
    log_event("told")
    assert len(listener.heard("told")) == len(log.lines) == 1


def test_of_other_libraries_nothing_is_written_but_the_text(log):
    logging.getLogger("library").warning("sent %s", "it", extra={"to": "ada@example.com"})
    (line,) = log.lines
    assert (line["event"], set(line)) == ("sent it", {"time", "level", "event"})


def test_a_line_waits_for_nobody_who_cannot_write(log):
    handler = LineHandler()
    other = Thread(target=handler.handle, args=(logging.makeLogRecord({"msg": "told"}),), daemon=True)
    with handler.lock:
        other.start()
        other.join(10)
        assert [line["event"] for line in log.lines] == ["told"]
