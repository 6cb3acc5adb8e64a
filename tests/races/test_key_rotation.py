"""Signing keys are replaced while people are signed in (CONTRACT, section 4: keys rotate)."""

import hashlib

import jwt
from tests.support.callers import callers_of, codes, log_in, me, refresh, register
from tests.support.client import ADA
from tests.support.settings import ENVIRONMENT

CALLERS = 20
NEW = {
    "JWT_ACCESS_SECRET": "tests-next-access-8kV2xR5mW9qZ3tY7nB4c",
    "JWT_REFRESH_SECRET": "tests-next-refresh-6pL1sD9gH4jK7fX2vM8w",
}
PREVIOUS = {f"{name}_PREVIOUS": ENVIRONMENT[name] for name in NEW}


def key_of(token):
    return jwt.get_unverified_header(token)["kid"]


def id_of(key):
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def test_tokens_of_the_previous_keys_live_on_and_their_successors_are_of_the_new_ones(callers, start, report):
    callers.insist(register(ADA))
    old, forgotten = (callers.insist(log_in(ADA)) for _ in range(2))
    with callers_of(start(workers=1, **NEW, **PREVIOUS), CALLERS) as during:
        answers = during.at_once([me(old.access)] * CALLERS) + during.at_once([refresh(old.refresh)] * CALLERS)
        assert codes(answers) == {200: 2 * CALLERS}
        refreshed = answers[CALLERS:]
        (successor,) = {answer.refresh for answer in refreshed}
        assert key_of(successor) == id_of(NEW["JWT_REFRESH_SECRET"])
        assert {key_of(answer.access) for answer in refreshed} == {id_of(NEW["JWT_ACCESS_SECRET"])}
    with callers_of(start(workers=1, **NEW), 4) as after:
        refused = after.at_once(
            [me(old.access), me(forgotten.access), refresh(old.refresh), refresh(forgotten.refresh)]
        )
        assert codes(refused) == {"token_invalid": 2, "refresh_token_invalid": 2}
        assert codes(after.at_once([me(refreshed[0].access), refresh(successor)])) == {200: 2}
    report(
        f"keys rotated, {CALLERS} callers: {dict(codes(answers))}; previous keys removed: {dict(codes(refused))}"
    )
