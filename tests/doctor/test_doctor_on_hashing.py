"""`authflow doctor` measures a hash and says what cost the machine carries."""

import re

import pytest

from authflow.doctor import hashing


def test_a_hash_of_the_configured_cost_is_measured():
    told = hashing.finding_of_hashing(10).text
    assert re.match(r"a hash of cost 10 takes [0-9]+\.[0-9]{2} s here", told)


@pytest.mark.parametrize(
    ("cost", "seconds", "says"),
    [
        (12, 0.2, "5.0 logins a second"),
        (12, 1.1, "BCRYPT_ROUNDS=11"),
        (12, 2.5, "BCRYPT_ROUNDS=10"),
        (15, 4.1, "BCRYPT_ROUNDS=12"),
        (12, 5.0, "too slow even for BCRYPT_ROUNDS=10"),
    ],
)
def test_a_cost_that_is_too_high_for_the_machine_is_a_problem(monkeypatch, cost, seconds, says):
    monkeypatch.setattr(hashing, "seconds_of_hash", lambda _cost: seconds)
    finding = hashing.finding_of_hashing(cost)
    assert finding.is_ok == (seconds < 1)
    assert says in finding.text
