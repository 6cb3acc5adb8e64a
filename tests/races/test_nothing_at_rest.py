"""No secret is ever at rest: all of the database and all of the log are searched for those of a whole life."""

import hashlib

import jwt
from locks import locked_sessions
from searching import STATISTICS, dump_of, forms_of, found_in, pg_dump_of, tables_of
from tests.support.callers import (
    Call,
    callers_of,
    change_password,
    log_in,
    log_out,
    me,
    refresh,
    register,
    session_of,
)
from tests.support.outbox import code_in, token_in
from tests.support.providers import delivered_by_smtp
from tests.support.server import SHIPPED, wait_until
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import running_smtp
from tests.support.tables import age_sessions
from tests.support.worker import running_worker

from authflow.domain.email_address import EmailAddress

EMAIL = "Canary.Person@example.com"
STRANGER = "no.canary@example.com"
# The first is set, the second replaces it; each of the others is refused for a reason of its own.
PASSWORD, LATER = "yellow canary sings at six", "grey canary sings at nine"
WRONG, TAKEN, SHORT, MISPLACED = "wrong canary sings", "second canary sings", "Kn7!xQz", "misplaced canary sings"
PASSWORDS = (PASSWORD, LATER, WRONG, TAKEN, SHORT, MISPLACED)
# Whose secrets are mailed: of an account that is to be reset, to move, to be proved; and of a sign-up.
FORGETFUL, MOVING, UNPROVED, NEW = (f"{name}.canary@example.com" for name in ("forgetful", "moving", "old", "new"))
MOVED = "moved.canary@example.com"
# At its most talkative, and with limits, which keep something of every email and IP.
TALKATIVE = {"LOG_LEVEL": "debug", "RATE_LIMITS": "on"}


def test_no_password_and_no_token_is_in_the_database_and_no_email_in_the_log(start, tables, database_url, report):
    server = start(workers=1, application=SHIPPED, **TALKATIVE)
    with callers_of(server, 2) as callers:
        pairs = lead_a_whole_life(callers, tables, database_url)
    secrets = {*PASSWORDS, *(secret for pair in pairs for secret in secrets_of(pair))}
    dump, log = dump_of(tables), server.log.read_bytes()
    # What must be there is: neither is searched in vain.
    assert EMAIL.encode() in dump
    assert all(
        hashlib.sha256(claims(pair.refresh)["secret"].encode()).hexdigest().encode() in dump for pair in pairs
    )
    assert len(server.events("login_succeeded")) == 3
    assert len(server.events("refresh_reuse")) == 1
    assert [secret for secret in secrets if any(form in dump for form in forms_of(secret))] == []
    assert [secret for secret in secrets if any(form in log for form in forms_of(secret))] == []
    assert [email for email in (EMAIL, STRANGER) if email.lower().encode() in log.lower()] == []
    report(f"{len(secrets)} secrets searched: 0 in {len(dump):,} bytes of tables, 0 in {len(log):,} bytes of log")


def test_no_mailed_secret_and_no_hash_of_one_is_in_the_database_or_the_log_before_or_after_it_is_sent(
    start, services, tables, database_url, tmp_path, report
):
    verifying = {**TALKATIVE, "REQUIRE_EMAIL_VERIFICATION": "true"}
    server, log = start(workers=1, **verifying), tmp_path / "mailing.log"
    for email in (FORGETFUL, MOVING, UNPROVED):
        services.registration.register("Ada", EmailAddress.parse(email), PASSWORD)
    tables.execute("UPDATE users SET email_verified = true WHERE email <> %s", [UNPROVED])
    with callers_of(server, 2) as callers, running_smtp() as smtp:
        registrations = ask_for_every_mail(callers)
        moments = [look(tables, database_url, registrations)]
        environment = {**ENVIRONMENT, **verifying, "DATABASE_URL": database_url}
        with running_worker({**environment, "SMTP_URL": f"smtp://127.0.0.1:{smtp.port}"}, log) as worker:
            worker.wait_for("mail_sent", 5)
            wait_until(lambda: not waiting(tables))
            moments.append(look(tables, database_url, registrations))
            # To the old address only a notice.
            mails = {mail.to: mail for mail in delivered_by_smtp(smtp) if mail.to != MOVING}
            use_every_secret(callers, mails, registrations)
            moments.append(look(tables, database_url, registrations))
    tokens, codes = {token_in(mail) for mail in mails.values()}, {code_in(mail) for mail in mails.values()}
    secrets = {*tokens, *codes, *registrations.values(), *(token.partition("-")[2] for token in tokens)}
    logs = server.log.read_bytes() + log.read_bytes()
    assert (len(secrets), len(mails)) == (15, 4)
    assert [found_in(text, secrets) for moment in moments for text in moment] == [[]] * len(moments) * 2
    assert found_in(logs, secrets) == []
    searched = [sum(map(len, sizes)) for sizes in zip(*moments, strict=True)]
    report(
        f"{len(secrets)} mailed secrets and their hashes searched at {len(moments)} moments: "
        f"0 in {searched[0]:,} bytes of tables, 0 in {searched[1]:,} of pg_dump, 0 in {len(logs):,} of log"
    )


def lead_a_whole_life(callers, tables, database_url):
    """Every use of a password and of a token, refused ones too; the answers that hold tokens."""
    callers.insist(register(EMAIL, PASSWORD))
    for refused in (register(EMAIL.upper(), TAKEN), register(STRANGER, SHORT), log_in(EMAIL, WRONG)):
        assert callers.insist(refused).status in {401, 409, 422}
    assert callers.ask(Call("POST", "/api/auth/login", {"email": STRANGER, "passwort": MISPLACED})).status == 422
    first, phone = (callers.insist(log_in(EMAIL, PASSWORD)) for _ in range(2))
    second = callers.ask(refresh(first.refresh))
    for path in (f"/api/auth/me?access_token={first.access}", f"/api/auth/reset-password/{first.refresh}"):
        assert callers.ask(Call("GET", path)).status in {401, 404}
    age_sessions(tables, 31)
    third = callers.ask(refresh(second.refresh))
    with locked_sessions(database_url, session_of(third.refresh)):
        assert callers.ask(refresh(third.refresh)).status == 503
    assert callers.ask(refresh(first.refresh)).code == "refresh_token_reused"
    assert callers.insist(change_password(phone.access, PASSWORD, LATER)).status == 200
    last = callers.insist(log_in(EMAIL, LATER))
    assert callers.ask(me(last.refresh)).code == "token_invalid"
    assert callers.ask(log_out(last.access)).status == 200
    assert len({session_of(pair.refresh) for pair in (first, phone, last)}) == 3
    return first, phone, second, third, last


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def secrets_of(pair):
    """Its tokens, their signatures (whoever has those can make up the rest) and what only the session knows."""
    tokens = (pair.access, pair.refresh)
    return (*tokens, *(token.rpartition(".")[2] for token in tokens), claims(pair.refresh)["secret"])


def ask_for_every_mail(callers):
    """By whose address the `registrationId`s are; what they prove is mailed to that address."""
    assert callers.ask(Call("POST", "/api/auth/forgot-password", {"email": FORGETFUL})).status == 200
    moving = callers.insist(log_in(MOVING, PASSWORD))
    move = Call("POST", "/api/auth/change-email", {"newEmail": MOVED, "password": PASSWORD}, moving.access)
    answers = {
        MOVED: callers.insist(move),
        UNPROVED: callers.insist(log_in(UNPROVED, PASSWORD)),
        NEW: callers.insist(register(NEW, PASSWORD)),
    }
    return {email: answer.content["registrationId"] for email, answer in answers.items()}


def use_every_secret(callers, mails, registrations):
    """Where it does not belong, and then where it does."""
    verify, reset = "/api/auth/verify-email", "/api/auth/reset-password"
    for mail in mails.values():
        token, code = token_in(mail), code_in(mail)
        assert callers.ask(Call("GET", f"{reset}/{token}?otp={code}")).status == 404
        assert callers.ask(Call("POST", verify, {"tokem": token, "otb": code})).status == 422
        assert callers.ask(Call("POST", reset, {"token": code, "password": LATER})).status == 400
    verifications = {
        MOVED: {"otp": code_in(mails[MOVED])},
        UNPROVED: {"token": token_in(mails[UNPROVED])},
        NEW: {"otp": code_in(mails[NEW])},
    }
    for email, registration in registrations.items():
        assert callers.ask(Call("GET", f"{verify}/{registration}")).status == 404
        answer = callers.insist(Call("POST", verify, {"registrationId": registration, **verifications[email]}))
        assert answer.content["user"]["emailVerified"] is True
    answer = callers.insist(Call("POST", reset, {"token": token_in(mails[FORGETFUL]), "password": LATER}))
    assert answer.status == 200


def look(tables, database_url, registrations):
    """The database by its tables and by `pg_dump`, without the one hash that may stand there, where it may."""
    texts = tables_of(tables)
    texts[STATISTICS] = without_hashes(texts[STATISTICS], registrations)
    dump, backup = b"".join(texts.values()), pg_dump_of(tables, database_url)
    for registration in registrations.values():
        stored = hashlib.sha256(registration.encode()).hexdigest()
        # The row's, and the argument by which the worker finds that row.
        (rows, jobs) = tables.execute(
            """
            SELECT (SELECT count(*) FROM mailbox_proofs WHERE registration_hash = decode(%(hash)s, 'hex')),
                   (SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'registration_hash' = %(hash)s)
            """,
            {"hash": stored},
        ).fetchone()
        assert [text.count(stored.encode()) for text in (dump, backup) if text] == [rows + jobs] * (
            1 + bool(backup)
        )
    # Neither is searched in vain.
    assert all(FORGETFUL.encode() in text for text in (dump, backup) if text)
    return without_hashes(dump, registrations), without_hashes(backup, registrations)


def without_hashes(text, registrations):
    for registration in registrations.values():
        text = text.replace(hashlib.sha256(registration.encode()).hexdigest().encode(), b"")
    return text


def waiting(tables):
    return tables.execute("SELECT id FROM procrastinate_jobs WHERE queue_name = 'mail'").fetchall()
