"""Answers timed from outside, by a stranger who asks about two groups in turn."""

import http.client
import json
import random
import time
from collections.abc import Callable
from contextlib import closing

from tests.support.server import Server

WARM_UP = 50
JSON = {"Content-Type": "application/json"}

Content = dict[str, str]


def measure(
    server: Server,
    path: str,
    groups: tuple[Callable[[], Content], ...],
    status: int,
    samples: int,
    headers: Callable[[], Content] = dict,
) -> list[list[float]]:
    """Seconds of each answer, by group; the groups take turns at random, on one connection."""
    times: list[list[float]] = [[] for _ in groups]
    order = [each % len(groups) for each in range((WARM_UP + samples) * len(groups))]
    random.Random(7).shuffle(order)  # noqa: S311, an order and no secret
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)) as connection:
        for group in order:
            content = json.dumps(groups[group]())
            signed_in = headers()
            began = time.perf_counter()
            connection.request("POST", path, content, {**JSON, **signed_in})
            response = connection.getresponse()
            response.read()
            times[group].append(time.perf_counter() - began)
            assert response.status == status
    return [group[WARM_UP:] for group in times]
