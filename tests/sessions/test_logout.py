"""Logging out for real: the session is dead at once, its access tokens too."""

import jwt
import pytest
from tests.support.tables import age_sessions


def code(answer):
    return answer.get_json().get("code", answer.status_code)


@pytest.fixture
def ada(api):
    return api.signed_in()


def expired(config, token, secret):
    claims = jwt.decode(token, options={"verify_signature": False})
    past = {"iat": claims["iat"] - 90_000, "exp": claims["iat"] - 80_000}
    return jwt.encode({**claims, **past}, secret, headers=jwt.get_unverified_header(token))


def assert_signed_out(api, ada):
    assert code(api.me(ada.access)) == "session_revoked"
    assert code(api.refresh(ada.refresh)) == "session_revoked"


def test_logging_out_with_the_access_token_ends_the_session(api, ada):
    assert api.post("/logout", headers=ada.headers).status_code == 200
    assert_signed_out(api, ada)


def test_logging_out_with_the_refresh_token_ends_the_session(api, ada):
    assert api.post("/logout", {"refreshToken": ada.refresh}).status_code == 200
    assert_signed_out(api, ada)


def test_logging_out_twice_is_fine(api, ada):
    for _ in range(2):
        assert api.post("/logout", headers=ada.headers).status_code == 200


def test_expired_rotated_and_dead_tokens_log_out(api, ada, config, tables):
    assert (
        api.post("/logout", {"refreshToken": expired(config, ada.refresh, config.refresh_secret)}).status_code
        == 200
    )
    assert_signed_out(api, ada)
    phone = api.signed_in()
    headers = {"Authorization": f"Bearer {expired(config, phone.access, config.access_secret)}"}
    assert api.post("/logout", headers=headers).status_code == 200
    assert_signed_out(api, phone)
    tablet = api.signed_in()
    api.refresh(tablet.refresh)
    age_sessions(tables, 60)
    assert api.post("/logout", {"refreshToken": tablet.refresh}).status_code == 200
    assert_signed_out(api, tablet)
    tables.execute("DELETE FROM refresh_tokens")
    assert api.post("/logout", {"refreshToken": tablet.refresh}).status_code == 200


def test_the_first_token_present_decides(api, ada):
    phone = api.signed_in()
    api.post("/logout", {"refreshToken": ada.refresh}, headers=phone.headers)
    assert api.me(ada.access).status_code == 200
    assert_signed_out(api, phone)
    headers = {"Authorization": "Bearer garbage"}
    assert code(api.post("/logout", {"refreshToken": ada.refresh}, headers=headers)) == "token_invalid"
    assert api.me(ada.access).status_code == 200


def test_without_a_readable_token_nobody_is_logged_out(api):
    assert code(api.post("/logout")) == "token_missing"
    assert code(api.post("/logout", {"refreshToken": "garbage"})) == "token_invalid"


def test_logging_out_everywhere_ends_every_session_of_that_user_only(api, ada):
    phone, bob = api.signed_in(), api.signed_in("bob@example.com")
    assert api.post("/logout-all", headers=ada.headers).status_code == 200
    assert_signed_out(api, ada)
    assert_signed_out(api, phone)
    assert api.me(bob.access).status_code == 200


@pytest.mark.parametrize("body", [("text/plain", b"bye"), ("application/json", b"{"), ("text/plain", b"")])
def test_a_body_that_is_no_json_keeps_nobody_from_logging_out(api, ada, body):
    kind, data = body
    answer = api.post("/logout", data=data, headers={**ada.headers, "Content-Type": kind})
    assert answer.status_code == 200
    assert_signed_out(api, ada)
