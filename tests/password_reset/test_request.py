"""`/forgot-password`: the same answer and the same work for every email; a mail only for an account."""

import pytest
from tests.support.client import ADA
from tests.support.outbox import CODE, token_in
from tests.support.tables import age_limits, age_resets

from authflow.domain.jobs import ResetMail

STRANGER = "stranger@example.com"


def forgot(api, email=ADA, **options):
    return api.post("/forgot-password", {"email": email}, **options)


@pytest.fixture(autouse=True)
def ada(api):
    return api.register()


def test_the_owner_of_an_account_gets_a_link_and_a_stranger_nothing(api, mailbox):
    known, unknown = forgot(api), forgot(api, STRANGER)
    assert (known.status_code, known.data) == (200, unknown.data)
    assert [mail.to for mail in mailbox.received()] == [ADA]


def test_the_articles_call_it_user_email(api, mailbox):
    assert api.post("/forgot-password", {"userEmail": ADA}).status_code == 200
    assert len(mailbox.received()) == 1


@pytest.mark.parametrize("content", [{}, {"email": ADA, "userEmail": ADA}, {"email": ADA, "userEmail": STRANGER}])
def test_neither_email_nor_two_of_them(api, mailbox, content):
    assert api.post("/forgot-password", content).status_code == 422
    assert mailbox.received() == []


@pytest.mark.parametrize("name", ["email", "userEmail"])
@pytest.mark.parametrize(
    "given",
    [
        [ADA],
        [ADA, STRANGER],
        [STRANGER, ADA],
        {"0": ADA, "1": STRANGER},
        {"email": ADA},
        f"{ADA},{STRANGER}",
        f"{ADA} {STRANGER}",
        f"{ADA}\nCc: {STRANGER}",
        "ada@exam\u200bple.com",
        "ada＠example.com",
        "ada@ｅxample.com",
        "ada@example。com",
        "аda@example.com",
    ],
)
def test_the_email_is_one_text_in_its_plain_form(api, mailbox, name, given):
    """CVE-2023-7028: of two addresses both got the mail. CVE-2019-19844: so did one that folds into hers."""
    assert api.post("/forgot-password", {name: given}).status_code == 422
    assert mailbox.received() == []


def test_an_address_that_is_only_like_another_gets_no_mail_of_it(api, mailbox):
    for twin in ("a.da@example.com", "ada+x@example.com", "ada@example.com.example.com", "ada@exàmple.com"):
        assert forgot(api, twin).status_code == 200
    assert mailbox.received() == []


def test_a_mail_that_leaves_late_offers_no_dead_code(api, mailbox, tables):
    forgot(api)
    age_resets(tables, 601)
    mail = mailbox.newest()
    assert CODE.findall(mail.text) == []
    assert "code" not in mail.text.lower()
    assert api.reset(token_in(mail)).status_code == 200


@pytest.mark.parametrize("email", [ADA, STRANGER])
def test_every_email_costs_the_same_statements(api, statements, email):
    sent = statements.of(lambda: forgot(api, email))
    assert [statement for statement in sent if "users" in statement] == []
    # The limit and the job.
    assert len(sent) == 2


def test_the_mail_goes_to_the_address_as_its_owner_wrote_it(api, mailbox):
    api.register("Grace@Example.com")
    forgot(api, "grace@EXAMPLE.com")
    assert mailbox.newest().to == "Grace@Example.com"


def test_a_disabled_account_gets_no_mail(api, mailbox, tables):
    tables.execute("UPDATE users SET disabled_at = clock_timestamp()")
    forgot(api)
    assert mailbox.received() == []


def test_a_second_request_within_a_minute_sends_nothing_and_voids_nothing(api, mailbox):
    first, second = forgot(api), forgot(api)
    assert first.data == second.data
    (mail,) = mailbox.received()
    assert api.reset(token_in(mail)).status_code == 200


def test_two_mails_then_one_each_quarter_of_an_hour(api, mailbox, tables):
    mails = []
    for n in range(32):
        assert forgot(api, environ_base={"REMOTE_ADDR": f"198.51.100.{n}"}).status_code == 200
        mails.append(len(mailbox.received()))
        age_limits(tables, 60)
    assert mails == [1] + [2] * 14 + [3] * 15 + [4] * 2
    # Fifteen minutes old at the most, of the thirty that it lives.
    assert api.reset(token_in(mailbox.mails[-1])).status_code == 200


def test_a_mail_that_is_withheld_voids_none_that_went(api, mailbox):
    forgot(api)
    token = token_in(mailbox.newest())
    for _ in range(5):
        forgot(api)
    assert len(mailbox.received()) == 1
    assert api.reset(token).status_code == 200


def test_twenty_requests_an_hour_from_one_ip(api):
    answers = [forgot(api, f"user{n}@example.com").status_code for n in range(22)]
    assert answers == [200] * 20 + [429] * 2


def test_a_later_request_voids_the_earlier_link(api, mailbox, tables):
    forgot(api)
    earlier = token_in(mailbox.newest())
    age_limits(tables, 61)
    forgot(api)
    later = token_in(mailbox.newest())
    assert api.reset(earlier).status_code == 400
    assert api.reset(later).status_code == 200


def test_of_two_requests_that_wait_together_only_the_later_is_mailed(api, mailbox, tables):
    forgot(api)
    age_limits(tables, 61)
    forgot(api)
    mailbox.received(backwards=True)
    assert len(mailbox.mails) == 1
    assert api.reset(token_in(mailbox.newest())).status_code == 200


def test_a_mail_that_is_sent_again_says_the_same(api, mailbox, services):
    forgot(api)
    job, asked_at = mailbox.waiting_job(ResetMail)
    services.notice_mails.send_reset(job, asked_at)
    services.notice_mails.send_reset(job, asked_at)
    first, second = mailbox.mails
    assert first == second


def test_a_mail_that_is_sent_again_revives_no_spent_link(api, mailbox, services):
    forgot(api)
    job, asked_at = mailbox.waiting_job(ResetMail)
    services.notice_mails.send_reset(job, asked_at)
    token = token_in(mailbox.mails[0])
    assert api.reset(token).status_code == 200
    assert services.notice_mails.send_reset(job, asked_at) is False
    assert api.reset(token).status_code == 400


def test_a_request_past_its_time_is_not_mailed(api, mailbox, tables):
    forgot(api)
    age_resets(tables, 1_801)
    assert mailbox.received() == []


def test_a_request_from_before_a_new_password_is_not_mailed(api, mailbox):
    ada = api.signed_in()
    forgot(api)
    change = {"currentPassword": ada.password, "newPassword": "another horse, another battery"}
    assert api.post("/change-password", change, headers=ada.headers).status_code == 200
    assert ["password was changed" in mail.subject for mail in mailbox.received()] == [True]
