"""`/reset-password` by link and by code: once, in time, and everything that it must end, ends."""

import pytest
from tests.support.client import ADA, PASSWORD
from tests.support.outbox import code_in, token_in
from tests.support.tables import age_limits, age_resets

NEW = "another horse, another battery"
# Seconds after which a mailbox gets another mail in any case (`domain/mail_budgets.py`).
MAIL_AGAIN = 15 * 60 + 1
GARBAGE = ["", "x", "r1-" + "A" * 43, "R1-" + "A" * 43, "r0", "r" + "9" * 19 + "-" + "A" * 43, "é", "\0", "\ud800"]


@pytest.fixture
def mail(api, mailbox):
    api.register()
    api.post("/forgot-password", {"email": ADA})
    return mailbox.newest()


def by_code(api, code, email=ADA, password=NEW):
    return api.post("/reset-password", {"email": email, "otp": code, "password": password})


def wrong(code):
    return f"{(int(code) + 1) % 10**8:08}"


def without_request_id(answer):
    return {**answer.get_json(), "requestId": None}


def test_a_link_sets_the_password_once(api, mail):
    answer = api.reset(token_in(mail), NEW)
    assert answer.get_json() == {"success": True, "message": "Password updated successfully"}
    assert "Set-Cookie" not in answer.headers
    assert api.login(password=NEW).get_json()["user"]["emailVerified"] is True
    assert api.login().status_code == 401
    assert api.reset(token_in(mail), NEW).status_code == 400


def test_a_code_sets_the_password_once(api, mail):
    assert by_code(api, code_in(mail)).status_code == 200
    assert api.login(password=NEW).status_code == 200
    assert by_code(api, code_in(mail)).status_code == 400
    assert api.reset(token_in(mail)).status_code == 400


def test_every_session_ends_and_the_owner_is_told(api, mail, mailbox):
    devices = [api.signed_in() for _ in range(3)]
    api.reset(token_in(mail), NEW)
    for device in devices:
        assert api.me(device.access).get_json()["code"] == "session_revoked"
        assert api.refresh(device.refresh).get_json()["code"] == "session_revoked"
    notices = [sent for sent in mailbox.received() if "password was changed" in sent.subject]
    assert [notice.to for notice in notices] == [ADA]


def test_a_link_lives_thirty_minutes(api, mail, tables):
    age_resets(tables, 1_799)
    assert api.reset("r1-" + "A" * 43).status_code == 400
    age_resets(tables, 2)
    assert api.reset(token_in(mail)).status_code == 400


def test_a_code_lives_ten_minutes_and_the_link_longer(api, mail, tables):
    age_resets(tables, 601)
    assert by_code(api, code_in(mail)).status_code == 400
    assert api.reset(token_in(mail)).status_code == 200


def test_five_wrong_tries_spend_the_code_and_not_the_link(api, mail):
    code = code_in(mail)
    assert [by_code(api, wrong(code)).status_code for _ in range(5)] == [400] * 5
    assert by_code(api, code).status_code == 400
    assert api.reset(token_in(mail)).status_code == 200


def test_a_code_is_taken_as_people_type_it_and_what_cannot_be_one_costs_no_try(api, mail):
    code = code_in(mail)
    for typed in ("", code[:7], f"{code}0", "eight dig") * 3:
        assert by_code(api, typed).status_code == 400
    assert by_code(api, f" {code[:4]}-{code[4:]}\u200b").status_code == 200


def test_the_fifth_try_may_be_right(api, mail):
    code = code_in(mail)
    assert [by_code(api, wrong(code)).status_code for _ in range(4)] == [400] * 4
    assert by_code(api, code).status_code == 200


def test_ten_tries_a_day_whatever_is_asked_for(api, mail, mailbox, tables):
    code = code_in(mail)
    for _ in range(2):
        for _ in range(5):
            assert by_code(api, wrong(code)).status_code == 400
        age_limits(tables, MAIL_AGAIN)
        api.post("/forgot-password", {"email": ADA})
        earlier, code = code, code_in(mailbox.newest())
        assert code != earlier
    assert by_code(api, code).status_code == 400
    assert api.reset(token_in(mailbox.newest())).status_code == 200


def test_a_refused_password_spends_neither(api, mail):
    for password in ["short", ADA, "ada" * 400] * 4:
        assert by_code(api, code_in(mail), password=password).status_code == 422
        assert api.reset(token_in(mail), password).status_code == 422
    assert api.login(password=PASSWORD).status_code == 200
    assert by_code(api, code_in(mail)).status_code == 200


def test_a_name_as_the_password_costs_no_try(api, mailbox):
    api.register("grace@example.com", name="Grace Brewster")
    api.post("/forgot-password", {"email": "grace@example.com"})
    code = code_in(mailbox.newest())
    answers = [by_code(api, code, "grace@example.com", "grace brewster").status_code for _ in range(6)]
    assert answers == [422] * 6
    assert by_code(api, code, "grace@example.com").status_code == 200


def test_a_code_is_of_one_account(api, mail, mailbox):
    api.register("grace@example.com")
    api.post("/forgot-password", {"email": "grace@example.com"})
    hers = mailbox.newest()
    assert by_code(api, code_in(mail), "grace@example.com").status_code == 400
    assert by_code(api, code_in(hers), ADA).status_code == 400


def test_all_that_is_no_live_secret_gets_one_answer(api, mail, tables):
    token, code = token_in(mail), code_in(mail)
    answers = [api.reset(garbage) for garbage in GARBAGE]
    answers += [by_code(api, garbage) for garbage in GARBAGE[:3]]
    answers += [
        by_code(api, code, "stranger@example.com"),
        api.reset(token[:-1] + ("A" if token[-1] != "A" else "B")),
    ]
    api.reset(token)
    answers += [api.reset(token), by_code(api, code)]
    assert {answer.status_code for answer in answers} == {400}
    assert all(without_request_id(answer) == without_request_id(answers[0]) for answer in answers)
    assert answers[0].get_json()["code"] == "reset_token_invalid"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"token": "x"},
        {"password": NEW},
        {"otp": "12345678", "password": NEW},
        {"email": ADA, "password": NEW},
        {"token": "x", "email": ADA, "otp": "12345678", "password": NEW},
        {"token": ["x"], "password": NEW},
        {"email": [ADA], "otp": "12345678", "password": NEW},
    ],
)
def test_half_a_verification_or_two_are_refused(api, content):
    assert api.post("/reset-password", content).status_code == 422


def test_an_account_disabled_meanwhile_is_not_reset(api, mail, tables):
    tables.execute("UPDATE users SET disabled_at = clock_timestamp()")
    assert api.reset(token_in(mail)).status_code == 400
    assert by_code(api, code_in(mail)).status_code == 400


def test_a_key_that_was_replaced_still_proves(api, mail, config, pool, passwords):
    from dataclasses import replace

    from tests.support.client import Client

    from authflow.bootstrap import build_services
    from authflow.web.app import create_app

    rotated = replace(config, refresh_secret=b"r" * 40, refresh_secret_previous=config.refresh_secret)
    later = Client(create_app(build_services(rotated, pool, passwords), rotated))
    assert later.reset(token_in(mail)).status_code == 200


def test_a_database_that_waits_past_the_end_of_a_link_refuses_it(api, mail, tables, database_url):
    import threading
    import time

    import psycopg

    with psycopg.connect(database_url) as blocker:
        blocker.execute("UPDATE users SET reset_asked_at = clock_timestamp() - interval '1799.7 seconds'")
        blocker.commit()
        blocker.execute("SELECT FROM users FOR UPDATE")
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(api.reset(token_in(mail))))
        waiting.start()
        time.sleep(0.5)
        blocker.commit()
        waiting.join()
    assert answers[0].status_code == 400
