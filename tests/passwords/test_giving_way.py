"""Cheap requests begin a little later where a hash gets too little of the processor (CONTRACT 5)."""

import pytest

from authflow import hash_priority


@pytest.fixture
def slept(monkeypatch):
    """The pauses that were made since, in seconds; nobody has asked for one yet."""
    slept = []
    monkeypatch.setattr(hash_priority.time, "sleep", slept.append)
    monkeypatch.setattr(hash_priority, "_until", [0.0])
    return slept


def test_nobody_waits_for_a_hash_that_gets_its_share(api, slept):
    hash_priority.ask_for(-1.0)
    api.request("GET", "/health")
    assert slept == []


def test_a_request_gives_way_for_a_moment_and_no_longer(api, slept):
    hash_priority.ask_for(60.0)
    assert api.request("GET", "/health").status_code == 200
    (pause,) = slept
    assert 0 < pause <= hash_priority.LONGEST_PAUSE
