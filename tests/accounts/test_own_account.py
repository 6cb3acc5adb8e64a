"""One's own account: show, rename, change the password, delete."""

import pytest
from tests.support.client import PASSWORD

NEW = "another horse, another battery"
WRONG = "It is not the password of this account."


def code(answer):
    return answer.get_json().get("code", answer.status_code)


def reason(answer):
    """Of a 422: a 401 would send a client to the login."""
    assert (answer.status_code, code(answer)) == (422, "validation_failed")
    return answer.get_json()["errors"]


@pytest.fixture
def ada(api):
    return api.signed_in()


def rename(api, ada, name):
    return api.request("PATCH", "/api/auth/me", json={"username": name}, headers=ada.headers)


def change(api, ada, current=PASSWORD, new=NEW):
    return api.post("/change-password", {"currentPassword": current, "newPassword": new}, headers=ada.headers)


def delete(api, ada, password=PASSWORD):
    return api.request("DELETE", "/api/auth/me", json={"password": password}, headers=ada.headers)


def test_a_new_name_shows_at_once(api, ada):
    assert rename(api, ada, " Countess ").get_json()["user"]["username"] == "Countess"
    assert api.me(ada.access).get_json()["user"]["username"] == "Countess"


def test_a_changed_password_is_the_one_that_logs_in(api, ada):
    assert change(api, ada).get_json()["message"] == "Password updated successfully"
    assert code(api.login()) == "invalid_credentials"
    assert api.login(password=NEW).status_code == 200


def test_a_changed_password_ends_every_other_session(api, ada):
    phone = api.signed_in()
    change(api, ada)
    assert api.me(ada.access).status_code == 200
    assert code(api.me(phone.access)) == "session_revoked"
    assert code(api.refresh(phone.refresh)) == "session_revoked"


def test_a_changed_password_voids_a_pending_reset(api, ada, tables):
    tables.execute("UPDATE users SET reset_nonce = 'x', reset_asked_at = clock_timestamp()")
    change(api, ada)
    assert tables.execute("SELECT reset_nonce FROM users").fetchone() == (None,)


def test_a_wrong_current_password_changes_nothing(api, ada, tables):
    everything = "SELECT password_hash, password_version FROM users"
    before = tables.execute(everything).fetchone()
    assert reason(change(api, ada, current="wrong")) == {"currentPassword": [WRONG]}
    assert tables.execute(everything).fetchone() == before


def test_the_owner_is_told_of_a_new_password_and_of_no_mere_try(api, ada, mailbox):
    change(api, ada, current="wrong")
    change(api, ada, new="short")
    assert mailbox.received() == []
    change(api, ada)
    (notice,) = mailbox.received()
    assert (notice.to, "password was changed" in notice.subject) == (ada.email, True)


def test_the_policy_is_asked_for_a_new_password(api, ada):
    answer = change(api, ada, new="short")
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["newPassword"])
    assert change(api, ada, new="ADA@example.com").status_code == 422


def test_a_session_that_ends_while_the_password_is_checked_changes_nothing(api, ada, tables, monkeypatch):
    from authflow.crypto.password_hash import PasswordHash

    def ended_meanwhile(self, *arguments, real=PasswordHash.match, **more):
        tables.execute("UPDATE refresh_tokens SET revoked_at = clock_timestamp()")
        return real(self, *arguments, **more)

    monkeypatch.setattr(PasswordHash, "match", ended_meanwhile)
    assert code(change(api, ada)) == "session_revoked"
    ada = api.signed_in()
    assert code(delete(api, ada)) == "session_revoked"
    assert tables.execute("SELECT count(*) FROM users").fetchone() == (1,)


def test_an_account_that_is_deleted_while_its_password_is_checked_is_gone(api, ada, tables, services, monkeypatch):
    signed_in = services.sessions.authenticate(ada.access)
    tables.execute("DELETE FROM users")
    from authflow.domain.user import ProfileChange
    from authflow.errors import SessionRevoked

    with pytest.raises(SessionRevoked):
        services.account.change_profile(signed_in, ProfileChange("Ghost"))
    with pytest.raises(SessionRevoked):
        services.account.delete(signed_in, PASSWORD)


def test_a_deleted_account_leaves_nothing(api, ada, tables):
    assert reason(delete(api, ada, "wrong")) == {"password": [WRONG]}
    assert delete(api, ada).status_code == 200
    assert code(api.me(ada.access)) == "token_invalid"
    assert code(api.login()) == "invalid_credentials"
    for table in ("users", "refresh_tokens"):
        assert tables.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert api.register().status_code == 201
