"""The log of development in a terminal: lines to read; piped, or in production, JSON."""

import json
import os
import pty
import re
import subprocess
import sys

import pytest

from authflow.terminal_log import readable_line

HOSTILE = 'a\r\n12:00:00  info     forged\x1b[2J\u2028\x85\x0b"\ud800'
TELL = """
from authflow.log import configure_log, log_defect, log_event, request_context
configure_log("info", development={development})
request_context.set({{"request_id": "5f0c", "ip": "127.0.0.1"}})
log_event("request", method="GET", route="/health", status=200, ms=0.6)
log_defect("failed", RuntimeError("broken"))
"""
REQUEST = "request  method=GET  route=/health  status=200  ms=0.6  ip=127.0.0.1  request_id=5f0c"
# As long as an interpreter may take to start; seconds.
PATIENCE = 60


def said_to_a_terminal(development):
    ours, theirs = pty.openpty()
    told = [sys.executable, "-c", TELL.format(development=development)]
    subprocess.run(told, stderr=theirs, check=True, timeout=PATIENCE)
    os.close(theirs)
    with os.fdopen(ours, "rb") as terminal:
        # It is all there: who wrote it has ended.
        return terminal.read1(65_536).decode().replace("\r\n", "\n").splitlines()


def test_a_person_reads_lines():
    request, failed, *traceback = said_to_a_terminal(development=True)
    assert re.fullmatch(r"\d\d:\d\d:\d\d  info     " + re.escape(REQUEST), request)
    assert "error" in failed
    assert traceback == ["    RuntimeError: broken"]


def test_production_writes_json_in_a_terminal_too():
    assert [json.loads(line)["event"] for line in said_to_a_terminal(development=False)] == ["request", "failed"]


def test_a_program_reads_json_in_development_too():
    told = [sys.executable, "-c", TELL.format(development=True)]
    piped = subprocess.run(told, capture_output=True, check=True, timeout=PATIENCE)
    assert [json.loads(line)["event"] for line in piped.stderr.splitlines()] == ["request", "failed"]


@pytest.mark.parametrize("fields", [{"name": HOSTILE}, {"name": [HOSTILE]}, {"traceback": HOSTILE}])
def test_no_text_ends_a_line_or_makes_one_or_moves_the_cursor(fields):
    said = readable_line("info", HOSTILE, 0.0, fields)
    first, *others = said.split("\n")
    assert first.isprintable()
    assert all(line.isprintable() and line.startswith("    ") for line in others)
    assert bool(others) == ("traceback" in fields)
