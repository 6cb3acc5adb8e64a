"""People who were imported without a password: nobody logs in as them, until a reset sets one."""

import pytest
from tests.administration.users_file import row, rows
from tests.support.client import ADA, NEW_PASSWORD, PASSWORD
from tests.support.outbox import token_in

from authflow.crypto import password_format


@pytest.fixture
def ada(imported, api, tables):
    assert imported(rows(row(password_hash="")))[0] == 0
    assert tables.execute("SELECT password_hash FROM users").fetchone() == (None,)
    return api


@pytest.mark.parametrize("password", [PASSWORD, "None", "!", " "])
def test_no_password_is_theirs_and_the_answer_is_that_of_an_unknown_email(ada, password):
    theirs, unknown = ada.login(password=password), ada.login("nobody@example.com", password)
    answers = [answer.get_json() | {"requestId": ""} for answer in (theirs, unknown)]
    assert (theirs.status_code, answers[0]) == (401, answers[1])


def test_a_login_costs_one_hash_as_any_other(ada, monkeypatch):
    real, costs = password_format.matches, []

    def matches(password, stored):
        costs.append(stored)
        return real(password, stored)

    monkeypatch.setattr(password_format, "matches", matches)
    ada.login()
    assert costs == [password_format.dummy_hash(4)]


def test_a_reset_gives_them_one(ada, mailbox):
    ada.post("/forgot-password", {"email": ADA})
    assert ada.reset(token_in(mailbox.newest())).status_code == 200
    assert ada.login(password=NEW_PASSWORD).status_code == 200
