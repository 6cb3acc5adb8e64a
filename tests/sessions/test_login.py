"""Logging in: one answer for every failure, one hash for every attempt, and hashes that grow with the time."""

import bcrypt
import pytest
from tests.support.client import ADA, PASSWORD

from authflow.bootstrap import build_services
from authflow.crypto import password_format
from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.errors import HashingBusy

DEVICE = Device.seen("192.0.2.1", "tests")


def failed_answers(api, emails_and_passwords):
    answers = [api.login(email, password) for email, password in emails_and_passwords]
    for answer in answers:
        answer.content = {**answer.get_json(), "requestId": None}
        answer.names = sorted(name for name, _ in answer.headers)
    return answers


def set_hash(tables, stored):
    tables.execute("UPDATE users SET password_hash = %s", [stored])


def stored_hash(tables):
    return tables.execute("SELECT password_hash FROM users").fetchone()[0]


def test_who_registered_logs_in(api):
    registered = api.register().get_json()["user"]
    answer = api.login()
    assert answer.status_code == 200
    assert answer.get_json()["user"] == registered
    assert answer.get_json()["tokenType"] == "Bearer"
    assert answer.get_json()["expiresIn"] == 900
    assert api.me(answer.get_json()["accessToken"]).get_json()["user"] == registered


def test_the_email_is_matched_in_canonical_form(api):
    api.register("Ada.L+news@Example.com")
    assert api.login("ada.l+NEWS@EXAMPLE.com").status_code == 200
    assert api.login("adal@example.com").status_code == 401


def test_unknown_email_and_wrong_password_get_one_answer(api):
    api.register()
    unknown, wrong = failed_answers(api, [("bob@example.com", PASSWORD), (ADA, "wrong " + PASSWORD)])
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.content == wrong.content
    assert unknown.content["code"] == "invalid_credentials"
    assert unknown.names == wrong.names
    assert len(unknown.data) == len(wrong.data)


@pytest.mark.parametrize("email", [ADA, "bob@example.com"])
@pytest.mark.parametrize("password", [PASSWORD + "!", "x" * 5_000])
def test_every_failed_login_runs_one_hash_and_the_same_statements(
    api, passwords, statements, monkeypatch, email, password
):
    api.register()
    hashed = []
    monkeypatch.setattr(
        password_format.bcrypt, "hashpw", lambda *args, real=bcrypt.hashpw: hashed.append(args) or real(*args)
    )
    sent = statements.of(lambda: api.login(email, password))
    assert len(hashed) == 1
    assert len(sent) == 3  # the limits, the user, what of right passwords is given back
    cost = int(hashed[0][1].split(b"$")[2])
    assert cost == passwords.cost


def test_a_disabled_account_is_told_so_only_with_the_right_password(api, tables):
    api.register()
    tables.execute("UPDATE users SET disabled_at = clock_timestamp()")
    assert api.login().status_code == 403
    assert api.login().get_json()["code"] == "account_disabled"
    assert api.login(password="wrong " + PASSWORD).get_json()["code"] == "invalid_credentials"


def test_a_garbage_hash_is_a_failed_login(api, tables):
    api.register()
    for garbage in ("", "x", "$2b$12$short", "$bcrypt-sha256$v=2,t=2b,r=99$" + "." * 22 + "$" + "." * 31):
        set_hash(tables, garbage)
        assert api.login().status_code == 401


@pytest.mark.parametrize("prefix", [b"2a", b"2b", b"2y"])
def test_an_imported_bcrypt_hash_logs_in_and_is_replaced(api, tables, prefix):
    api.register()
    imported = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).replace(b"2b", prefix, 1).decode()
    set_hash(tables, imported)
    assert api.login().status_code == 200
    assert stored_hash(tables).startswith("$bcrypt-sha256$v=2,")
    assert api.login().status_code == 200


def test_a_login_that_replaces_the_hash_writes_it_once_and_keeps_the_sessions(api, tables, statements):
    ada = api.signed_in()
    set_hash(tables, bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode())
    updates = [sql for sql in statements.of(api.login) if "UPDATE users SET password_hash" in sql]
    assert len(updates) == 1
    assert api.me(ada.access).status_code == 200
    assert not [sql for sql in statements.of(api.login) if "UPDATE users SET password_hash" in sql]


def test_a_cheaper_hash_is_replaced_and_a_dearer_one_kept(api, tables, passwords):
    api.register()
    set_hash(tables, password_format.make_hash(PASSWORD, passwords.cost + 1))
    api.login()
    assert f",r={passwords.cost + 1}$" in stored_hash(tables)


def test_a_hash_costs_what_is_configured_and_that_is_twelve(config, pool, tables, monkeypatch):
    # A real hash on a thread of low priority, beside all other tests: the two seconds are not what is tested.
    monkeypatch.setattr("authflow.crypto.hash_slots.MAX_WAIT", 60.0)
    build_services(config, pool).registration.register("Ada", EmailAddress.parse(ADA), PASSWORD)
    assert stored_hash(tables).startswith("$bcrypt-sha256$v=2,t=2b,r=12$")


def test_a_busy_moment_leaves_the_new_hash_to_the_next_login(api, tables, services, monkeypatch):
    api.register()
    imported = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    set_hash(tables, imported)

    def busy(*_):
        raise HashingBusy

    monkeypatch.setattr("authflow.crypto.password_hash.PasswordHash.make", busy)
    logged_in = services.login.log_in(EmailAddress.parse(ADA), PASSWORD, DEVICE, "body")
    assert logged_in.user.email == ADA
    assert stored_hash(tables) == imported


def test_a_password_changed_while_the_old_one_is_checked_gives_no_session(api, tables, services, monkeypatch):
    api.register()
    real = type(services.login.passwords).match

    def changed_meanwhile(self, *arguments, **more):
        matched = real(self, *arguments, **more)
        tables.execute("UPDATE users SET password_version = password_version + 1")
        return matched

    monkeypatch.setattr("authflow.crypto.password_hash.PasswordHash.match", changed_meanwhile)
    assert api.login().get_json()["code"] == "invalid_credentials"
    assert tables.execute("SELECT count(*) FROM refresh_tokens").fetchone() == (0,)


def test_only_the_body_delivery_is_known(api):
    api.register()
    answer = api.post("/login", {"email": ADA, "password": PASSWORD, "delivery": "body"})
    assert answer.status_code == 200
    answer = api.post("/login", {"email": ADA, "password": PASSWORD, "delivery": "pigeon"})
    assert list(answer.get_json()["errors"]) == ["delivery"]
