"""What the logs hold afterwards: nothing that a caller sent or was given, and a line for each request."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.hostile.values import CANARY

# Of addresses, tokens, injected lines and defects, however they came about; in lower case.
NEVER = (CANARY, "@example", "mallory", "evil.example", "pg_sleep", "x-injected", "bearer", "traceback")
# How a JWT begins; shorter, it could stand in a request id by chance.
TOKEN = re.compile(r"\beyj[a-z0-9_-]{12}")
SHOWN = 300


def faults_of_log(log: Path, request_ids: set[str], secrets: Iterable[str]) -> list[str]:
    lines, faults = [], []
    for line in log.read_text().splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            faults.append(f"a line that is no JSON: {line[:SHOWN]}")
    # Once as it stands there, once as it reads: an escape must hide nothing.
    faults += _found(log, (f"{line}{json.dumps(line, ensure_ascii=False)}" for line in lines), secrets)
    return faults + _faults_of_requests(lines, request_ids)


def faults_of_postgres_log(log: Path, secrets: Iterable[str]) -> list[str]:
    return _found(log, log.read_text(errors="replace").splitlines(), secrets)


def _found(log: Path, lines: Iterable[str], secrets: Iterable[str]) -> list[str]:
    sought = {*NEVER, *(secret.lower() for secret in secrets)}
    text = "\n".join(lines)
    low = text.lower()
    found = [(word, low.find(word)) for word in sought if word in low]
    found += [("a token", match.start()) for match in TOKEN.finditer(low)][:1]
    return [f"{log.name}: {word[:20]} in {text[max(0, at - 150) : at + 150]!r}" for word, at in found]


def _faults_of_requests(lines: list[dict[str, Any]], request_ids: set[str]) -> list[str]:
    told = Counter(line.get("request_id") for line in lines if line.get("event") == "request")
    faults = [f"{len(request_ids - told.keys())} requests without a line"] if request_ids - told.keys() else []
    return faults + ([f"a request with {told.most_common(1)} lines"] if told and max(told.values()) > 1 else [])
