"""Whatever is sent, in whatever order: only a mailed secret that lives sets a password (SECURITY BAR 32)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from tests.support.client import ADA, Client
from tests.support.jobs import work_off
from tests.support.outbox import Mailbox, code_in, token_in
from tests.support.tables import empty_all_tables

from authflow.bootstrap import build_services
from authflow.domain.mailed_code import CODE_TRIES
from authflow.web.app import create_app
from authflow.worker.app import handlers_of

EVE = "eve@example.com"
NEW = "another horse, another battery"
NOTHING = "r1-" + "A" * 43


@dataclass
class Flow:
    """What was mailed to Ada and to Eve, and what of Ada's should work."""

    api: Client
    mailbox: Mailbox
    tables: Connection
    token: str = NOTHING
    code: str = ""
    earlier: str = NOTHING
    eves_token: str = NOTHING
    eves_code: str = ""
    lives: bool = False
    tries_left: int = 0

    def reset(self, **content: object) -> int:
        return self.api.post("/reset-password", {"password": NEW, **content}).status_code

    def take_try(self, code: str, **content: object) -> int:
        self.tries_left -= 1
        return self.reset(email=ADA, otp=code, **content)

    def ask(self, email: str = ADA):
        assert self.api.post("/forgot-password", {"email": email}).status_code == 200
        return self.mailbox.newest()

    def password_hash(self) -> str:
        return self.tables.execute("SELECT password_hash FROM users WHERE email = %s", [ADA]).fetchone()[0]


def ada_asks(flow: Flow) -> bool:
    mail = flow.ask()
    flow.earlier, flow.token, flow.code = flow.token, token_in(mail), code_in(mail)
    flow.lives, flow.tries_left = True, CODE_TRIES
    return False


def eve_asks(flow: Flow) -> bool:
    mail = flow.ask(EVE)
    flow.eves_token, flow.eves_code = token_in(mail), code_in(mail)
    return False


def the_link_is_left_out(flow: Flow) -> bool:
    (account,) = flow.tables.execute("SELECT id FROM users WHERE email = %s", [ADA]).fetchone()
    guesses = ["", "r", f"r{account}", f"r{account}-", f"r{account}-{'A' * 43}", f"p{account}-{'A' * 43}"]
    assert {flow.reset(token=guess) for guess in guesses} == {400}
    assert {flow.reset(), *(flow.reset(token=other) for other in (None, True, [], {}))} == {422}
    return False


def the_code_is_left_out(flow: Flow) -> bool:
    assert flow.take_try("") == 400
    assert {flow.reset(email=ADA), *(flow.reset(email=ADA, otp=other) for other in (None, True, []))} == {422}
    return False


def eve_tries_hers(flow: Flow) -> bool:
    _, secret = flow.eves_token.split("-", 1)
    (account,) = flow.tables.execute("SELECT id FROM users WHERE email = %s", [ADA]).fetchone()
    assert flow.reset(token=f"r{account}-{secret}") == 400
    assert flow.take_try(flow.eves_code) == 400
    # Her own password she may well set.
    flow.reset(token=flow.eves_token)
    return False


def it_is_taken_to_another_door(flow: Flow) -> bool:
    """What resets a password proves no sign-up, and what signs nobody in."""
    assert flow.api.post("/verify-email", {"token": flow.token, "password": NEW}).status_code == 400
    assert flow.api.post("/verify-email", {"registrationId": flow.token, "otp": flow.code}).status_code == 400
    assert flow.api.me(flow.token).status_code == 401
    return False


def an_earlier_link_is_used(flow: Flow) -> bool:
    assert flow.reset(token=flow.earlier) == 400
    return False


def the_password_is_refused(flow: Flow) -> bool:
    assert flow.reset(token=flow.token, password="short") in {400, 422}
    assert flow.reset(email=ADA, otp=flow.code, password="short") == 422
    return False


def the_link_is_used(flow: Flow) -> bool:
    worked, flow.lives = flow.lives, False
    assert flow.reset(token=flow.token) == (200 if worked else 400)
    return worked


def the_code_is_used(flow: Flow) -> bool:
    works = flow.lives and flow.tries_left > 0
    assert flow.take_try(flow.code) == (200 if works else 400)
    flow.lives = flow.lives and not works
    return works


STEPS: list[Callable[[Flow], bool]] = [
    ada_asks,
    eve_asks,
    the_link_is_left_out,
    the_code_is_left_out,
    eve_tries_hers,
    it_is_taken_to_another_door,
    an_earlier_link_is_used,
    the_password_is_refused,
    the_link_is_used,
    the_code_is_used,
]


@pytest.fixture(scope="module")
def unlimited(config, pool, passwords):
    changed = replace(config, rate_limits=False)
    return Client(create_app(build_services(changed, pool, passwords), changed))


@pytest.fixture
def unlimited_mailbox(config, pool, passwords, outbox, mailbox, database_url):
    services = build_services(replace(config, rate_limits=False), pool, passwords, outbox)
    return replace(mailbox, work=partial(work_off, services.job_queue, database_url, handlers_of(services)))


@settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(STEPS), min_size=8, max_size=16))
def test_no_step_can_be_left_out(unlimited, unlimited_mailbox, tables, steps):
    empty_all_tables(tables)
    for email in (ADA, EVE):
        assert unlimited.register(email).status_code == 201
    flow = Flow(unlimited, unlimited_mailbox, tables)
    for step in steps:
        before = flow.password_hash()
        is_to_change = step(flow)
        assert (flow.password_hash() != before) is is_to_change, step.__name__
