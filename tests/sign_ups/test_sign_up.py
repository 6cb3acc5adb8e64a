"""A sign-up is no account until both halves of the proof are given (CONTRACT.md, section 3)."""

import pytest
from tests.support.client import ADA, PASSWORD
from tests.support.outbox import code_in, token_in
from tests.support.tables import age_limits, age_proofs

from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress

CHOSEN = "a password of the owner's"
STRANGERS = "a password of the stranger's"


def sign_up(api, email=ADA, password=CHOSEN, name="Ada"):
    return api.register(email, password, name).get_json()["registrationId"]


def verify(api, **content):
    return api.post("/verify-email", content)


def resend(api, **content):
    return api.post("/resend-verification", content)


def wrong(code):
    return f"{(int(code) + 1) % 10**8:08}"


def users(tables):
    return tables.execute("SELECT email, email_verified FROM users ORDER BY id").fetchall()


@pytest.fixture
def pending(proving, mailbox):
    """A sign-up and its mail."""
    return sign_up(proving), mailbox.newest()


def test_registering_makes_no_account_and_gives_no_token(proving, tables):
    answer = proving.register()
    assert answer.status_code == 202
    assert answer.get_json().keys() == {"success", "message", "registrationId"}
    assert users(tables) == []
    assert proving.login().get_json()["code"] == "invalid_credentials"


@pytest.mark.parametrize("form", ["code", "link", "password"])
def test_both_halves_make_the_account_and_sign_in(proving, pending, tables, form):
    registration, mail = pending
    halves = {
        "code": {"registrationId": registration, "otp": code_in(mail)},
        "link": {"registrationId": registration, "token": token_in(mail)},
        "password": {"token": token_in(mail), "password": CHOSEN},
    }
    answer = verify(proving, **halves[form])
    assert answer.status_code == 200
    assert answer.get_json()["user"]["emailVerified"] is True
    assert proving.me(answer.get_json()["accessToken"]).status_code == 200
    assert proving.login(password=CHOSEN).status_code == 200
    assert users(tables) == [(ADA, True)]
    assert verify(proving, **halves[form]).status_code == 400


def test_the_link_alone_asks_for_the_password(proving, pending):
    _, mail = pending
    answer = verify(proving, token=token_in(mail))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "password_required")


def test_a_wrong_password_counts_as_a_failed_login(proving, pending):
    _, mail = pending
    answers = [verify(proving, token=token_in(mail), password=STRANGERS) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[0].get_json()["code"] == "invalid_credentials"
    assert proving.login().status_code == 429


@pytest.mark.parametrize("stranger_is_first", [True, False])
def test_a_strangers_password_never_opens_the_account(proving, mailbox, stranger_is_first, tables):
    order = [STRANGERS, CHOSEN] if stranger_is_first else [CHOSEN, STRANGERS]
    registrations = {}
    for password in order:
        registrations[password] = sign_up(proving, password=password)
    mails = dict(zip(order, mailbox.received(), strict=True))
    # Whatever the owner clicks, here the stranger's link: without the stranger's half nothing comes of it.
    assert verify(proving, token=token_in(mails[STRANGERS]), password=CHOSEN).status_code == 401
    assert (
        verify(proving, registrationId=registrations[CHOSEN], token=token_in(mails[STRANGERS])).status_code == 400
    )
    assert verify(proving, registrationId=registrations[CHOSEN], otp=code_in(mails[STRANGERS])).status_code == 400
    assert verify(proving, registrationId=registrations[CHOSEN], otp=code_in(mails[CHOSEN])).status_code == 200
    # The stranger, who holds a registrationId and a password but no mail, is left with nothing.
    assert (
        verify(proving, registrationId=registrations[STRANGERS], otp=code_in(mails[STRANGERS])).status_code == 400
    )
    assert proving.login(password=STRANGERS).status_code == 401
    assert proving.login(password=CHOSEN).status_code == 200
    assert tables.execute("SELECT count(*) FROM mailbox_proofs").fetchone() == (0,)


def test_a_scanner_that_opens_the_link_and_runs_its_page_finishes_nothing(proving, pending, tables):
    _, mail = pending
    for method in ("GET", "HEAD", "OPTIONS"):
        proving.request(method, "/api/auth/verify-email")
    assert verify(proving, token=token_in(mail)).status_code == 409
    assert users(tables) == []
    assert verify(proving, token=token_in(mail), password=CHOSEN).status_code == 200


def test_five_wrong_tries_spend_the_code_and_not_the_link(proving, pending):
    registration, mail = pending
    code = code_in(mail)
    answers = [verify(proving, registrationId=registration, otp=wrong(code)).status_code for _ in range(5)]
    assert answers == [400] * 5
    assert verify(proving, registrationId=registration, otp=code).status_code == 400
    assert verify(proving, registrationId=registration, token=token_in(mail)).status_code == 200


def test_ten_codes_a_day_whatever_is_resent(proving, pending, mailbox, tables):
    registration, mail = pending
    for _ in range(2):
        for _ in range(5):
            verify(proving, registrationId=registration, otp=wrong(code_in(mail)))
        age_limits(tables, 61)
        resend(proving, registrationId=registration)
        mail = mailbox.newest()
    assert verify(proving, registrationId=registration, otp=code_in(mail)).status_code == 400
    assert verify(proving, registrationId=registration, token=token_in(mail)).status_code == 200


def test_a_resent_mail_voids_the_earlier_one(proving, pending, mailbox):
    registration, earlier = pending
    assert resend(proving, registrationId=registration).status_code == 200
    later = mailbox.newest()
    assert later != earlier
    assert verify(proving, registrationId=registration, otp=code_in(earlier)).status_code == 400
    assert verify(proving, token=token_in(earlier), password=CHOSEN).status_code == 400
    assert verify(proving, registrationId=registration, otp=code_in(later)).status_code == 200


def test_resending_answers_the_same_for_all_and_mails_once_a_minute(proving, pending, mailbox):
    registration, _ = pending
    answers = [
        resend(proving, registrationId=registration),
        resend(proving, registrationId=registration),
        resend(proving, registrationId="no such thing"),
        resend(proving, registrationId="\ud800"),
        resend(proving, email="stranger@example.com"),
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}
    assert len(mailbox.received()) == 2


def test_a_code_lives_ten_minutes_and_a_sign_up_thirty(proving, pending, tables):
    registration, mail = pending
    age_proofs(tables, 601)
    assert verify(proving, registrationId=registration, otp=code_in(mail)).status_code == 400
    age_proofs(tables, 1_200)
    assert verify(proving, registrationId=registration, token=token_in(mail)).status_code == 400


def test_the_owner_of_a_proved_account_is_told_and_nobody_else_learns_of_it(proving, pending, mailbox, tables):
    registration, mail = pending
    verify(proving, registrationId=registration, otp=code_in(mail))
    known = proving.register(ADA, STRANGERS)
    unknown = proving.register("stranger@example.com", STRANGERS)
    bodies = [{**answer.get_json(), "registrationId": None} for answer in (known, unknown)]
    assert bodies[0] == bodies[1]
    told = [sent for sent in mailbox.received()[1:] if sent.to == ADA]
    assert len(told) == 1
    assert "verify-email" not in told[0].text


@pytest.mark.parametrize("email", ["known@example.com", "unknown@example.com"])
def test_every_email_costs_the_same_statements_and_one_hash(proving, api, statements, monkeypatch, email):
    from authflow.crypto.password_hash import PasswordHash

    api.register("known@example.com")
    hashes = []
    monkeypatch.setattr(PasswordHash, "make", lambda _self, password: hashes.append(password) or "hash")
    sent = statements.of(lambda: proving.register(email))
    assert [statement for statement in sent if "users" in statement] == []
    assert (len(sent), len(hashes)) == (3, 1)


def test_an_account_from_before_proves_itself_at_login(proving, api, mailbox):
    api.register()
    refused = proving.login()
    assert (refused.status_code, refused.get_json()["code"]) == (403, "email_not_verified")
    registration, mail = refused.get_json()["registrationId"], mailbox.newest()
    assert verify(proving, registrationId=registration, otp=code_in(mail)).status_code == 200
    assert proving.login().status_code == 200


def test_an_account_from_before_proves_itself_by_email_and_password(proving, api, mailbox):
    api.register()
    assert resend(proving, email=ADA).status_code == 200
    token = token_in(mailbox.newest())
    assert verify(proving, token=token).status_code == 409
    assert verify(proving, token=token, password=PASSWORD).status_code == 200
    assert resend(proving, email=ADA).status_code == 200
    assert len(mailbox.received()) == 1


def test_a_proved_sign_up_takes_an_unproved_account_over(proving, api, mailbox, tables):
    stranger = api.signed_in(ADA, STRANGERS)
    registration = sign_up(proving)
    answer = verify(proving, registrationId=registration, otp=code_in(mailbox.newest()))
    assert answer.status_code == 200
    assert api.me(stranger.access).get_json()["code"] == "session_revoked"
    assert proving.login(password=STRANGERS).status_code == 401
    assert proving.login(password=CHOSEN).status_code == 200
    assert users(tables) == [(ADA, True)]


def test_a_proof_for_an_account_that_is_proved_or_disabled_by_then_is_refused(proving, api, mailbox, tables):
    for change in ("email_verified = true", "disabled_at = clock_timestamp()"):
        registration = sign_up(proving)
        mail = mailbox.newest()
        api.register()
        tables.execute(f"UPDATE users SET {change}")
        assert verify(proving, registrationId=registration, otp=code_in(mail)).status_code == 400
        age_limits(tables, 3_600)
        tables.execute("DELETE FROM users")


def test_all_that_is_no_live_proof_gets_one_answer(proving, pending, tables):
    registration, mail = pending
    garbage = ["", "x", "p1-" + "A" * 43, "r1-" + "A" * 43, "\0", "\ud800", "é"]
    answers = [verify(proving, token=each) for each in garbage]
    answers += [verify(proving, registrationId=each, otp="12345678") for each in garbage]
    answers += [verify(proving, registrationId=registration, otp=each) for each in garbage[:3]]
    age_limits(tables, 300)
    age_proofs(tables, 1_801)
    answers += [verify(proving, token=token_in(mail), password=CHOSEN)]
    assert {answer.status_code for answer in answers} == {400}
    bodies = [{**answer.get_json(), "requestId": None} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["code"] == "verification_invalid"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"otp": "12345678"},
        {"registrationId": "x"},
        {"registrationId": "x", "password": PASSWORD},
        {"registrationId": "x", "token": "x", "otp": "12345678"},
        {"token": ["x"]},
        {"token": None},
    ],
)
def test_other_forms_are_refused(proving, content):
    assert proving.post("/verify-email", content).status_code == 422


def test_a_worker_that_dies_after_the_mail_sends_the_same_and_revives_nothing(proving, mailbox, services):
    from authflow.domain.jobs import ProofMail

    registration = sign_up(proving)
    job, asked_at = mailbox.waiting_job(ProofMail)
    for _ in range(2):
        services.proof_mailing.send_proof(job, asked_at)
    first, second = mailbox.mails
    assert first == second
    assert verify(proving, registrationId=registration, otp=code_in(first)).status_code == 200
    assert services.proof_mailing.send_proof(job, asked_at) is False
    assert verify(proving, registrationId=registration, otp=code_in(first)).status_code == 400


def test_an_account_that_goes_while_its_proof_is_asked_leaves_nothing(services, api, tables):
    api.register()
    account = services.account.database.once.users.find_by_email(EmailAddress.parse(ADA))
    tables.execute("DELETE FROM users")
    services.proofs.ask_of_account(account.user, Device(None, ""))
    assert tables.execute("SELECT count(*) FROM mailbox_proofs").fetchone() == (0,)
