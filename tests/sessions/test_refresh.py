"""Rotation, grace, reuse and the ends of a session; time passes by ageing the rows (CONTRACT, section 4)."""

from dataclasses import replace

import jwt
import pytest
from tests.support.tables import age_sessions

from authflow.bootstrap import build_services
from authflow.domain.device import Device
from authflow.errors import RefreshTokenReused, SessionRevoked

GRACE = 30
DAY = 86_400

DEVICE = Device("192.0.2.7", "a browser")


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def code(answer):
    return answer.get_json().get("code", answer.status_code)


@pytest.fixture
def ada(api):
    return api.signed_in()


def refreshed(api, token):
    answer = api.refresh(token)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["refreshToken"]


def test_a_refresh_token_is_exchanged_for_a_new_pair(api, ada):
    answer = api.refresh(ada.refresh).get_json()
    assert answer.keys() == {"success", "user", "accessToken", "refreshToken", "tokenType", "expiresIn"}
    assert answer["user"] == api.me(ada.access).get_json()["user"]
    assert answer["refreshToken"] != ada.refresh
    assert claims(answer["refreshToken"])["gen"] == 1
    assert api.me(answer["accessToken"]).status_code == 200


def test_the_first_token_rotates_at_once_and_its_parent_gets_the_same_successor(api, ada):
    successor = refreshed(api, ada.refresh)
    assert refreshed(api, ada.refresh) == successor


def test_a_young_token_is_answered_with_itself(api, ada):
    first = refreshed(api, ada.refresh)
    assert refreshed(api, first) == first


def test_an_older_token_rotates(api, ada, tables):
    first = refreshed(api, ada.refresh)
    age_sessions(tables, GRACE + 1)
    assert claims(refreshed(api, first))["gen"] == 2


def test_access_tokens_are_fresh_each_time(api, ada):
    one, other = (api.refresh(ada.refresh).get_json()["accessToken"] for _ in range(2))
    assert claims(one)["jti"] != claims(other)["jti"]


def test_a_parent_within_the_grace_is_answered_and_after_it_reveals_a_theft(api, ada, tables):
    successor = api.refresh(ada.refresh).get_json()
    age_sessions(tables, GRACE - 1)
    assert claims(refreshed(api, ada.refresh))["gen"] == 1
    age_sessions(tables, 2)
    assert code(api.refresh(ada.refresh)) == "refresh_token_reused"
    assert code(api.refresh(successor["refreshToken"])) == "session_revoked"
    assert code(api.refresh(ada.refresh)) == "session_revoked"
    assert code(api.me(successor["accessToken"])) == "session_revoked"


def test_a_grandparent_reveals_a_theft_even_within_the_grace(api, ada, tables):
    first = refreshed(api, ada.refresh)
    age_sessions(tables, GRACE + 1)
    refreshed(api, first)
    assert code(api.refresh(ada.refresh)) == "refresh_token_reused"
    assert tables.execute("SELECT revoked_at IS NOT NULL, reused FROM refresh_tokens").fetchone() == (True, True)


def test_a_theft_ends_that_session_and_no_other(api, ada, tables):
    phone = api.signed_in()
    first = refreshed(api, ada.refresh)
    age_sessions(tables, GRACE + 1)
    refreshed(api, first)
    api.refresh(ada.refresh)
    assert api.me(phone.access).status_code == 200
    assert api.refresh(phone.refresh).status_code == 200


def test_without_a_grace_every_token_works_once(config, pool, passwords, ada):
    strict = build_services(replace(config, refresh_grace=0), pool, passwords).sessions
    first = strict.refresh(ada.refresh, DEVICE).tokens.refresh
    second = strict.refresh(first, DEVICE).tokens.refresh
    with pytest.raises(RefreshTokenReused):
        strict.refresh(first, DEVICE)
    with pytest.raises(SessionRevoked):
        strict.refresh(second, DEVICE)


def test_without_a_grace_nothing_is_young_not_even_for_who_read_the_clock_before_the_winner(
    config, pool, passwords, ada, tables
):
    strict = build_services(replace(config, refresh_grace=0), pool, passwords).sessions
    strict.refresh(ada.refresh, DEVICE)
    age_sessions(tables, -1)
    with pytest.raises(RefreshTokenReused):
        strict.refresh(ada.refresh, DEVICE)


def forged(config, token, **changes):
    header = jwt.get_unverified_header(token)
    return jwt.encode({**claims(token), **changes}, config.refresh_secret, headers=header)


def test_a_generation_that_never_was_is_invalid_and_revokes_nothing(api, ada, config):
    assert code(api.refresh(forged(config, ada.refresh, gen=7))) == "refresh_token_invalid"
    assert api.refresh(ada.refresh).status_code == 200


def test_the_key_without_the_secret_of_the_session_refreshes_nothing(api, ada, config):
    assert code(api.refresh(forged(config, ada.refresh, secret="A" * 43))) == "refresh_token_invalid"


@pytest.mark.parametrize(
    "changes",
    [{"secret": 5}, {"secret": "ü"}, {"gen": "0"}, {"gen": -1}, {"gen": 2**40}, {"sid": "x"}, {"sub": 1}],
)
def test_a_refresh_token_of_another_form_is_invalid(api, ada, config, changes):
    assert code(api.refresh(forged(config, ada.refresh, **changes))) == "refresh_token_invalid"


def test_a_session_that_idles_too_long_expires(api, ada, tables):
    age_sessions(tables, 7 * DAY - 5)
    assert api.me(ada.access).status_code == 200
    age_sessions(tables, 10)
    assert code(api.refresh(ada.refresh)) == "refresh_token_expired"
    assert code(api.me(ada.access)) == "token_expired"


def test_no_rotation_extends_the_absolute_life(api, ada, tables):
    token = ada.refresh
    for _ in range(4):
        age_sessions(tables, 6 * DAY)
        token = refreshed(api, token)
    assert claims(token)["exp"] - claims(token)["iat"] <= 6 * DAY
    age_sessions(tables, 6 * DAY + 1)
    assert code(api.refresh(token)) == "refresh_token_expired"


def test_a_refresh_token_past_its_own_end_is_expired(api, ada, config):
    begun, ended = claims(ada.refresh)["iat"] - 8 * DAY, claims(ada.refresh)["iat"] - DAY
    assert code(api.refresh(forged(config, ada.refresh, iat=begun, exp=ended))) == "refresh_token_expired"


def test_a_disabled_or_deleted_account_is_signed_out(api, ada, tables):
    tables.execute("UPDATE users SET disabled_at = clock_timestamp()")
    assert code(api.refresh(ada.refresh)) == "session_revoked"
    assert code(api.me(ada.access)) == "session_revoked"
    tables.execute("DELETE FROM users")
    assert code(api.refresh(ada.refresh)) == "refresh_token_invalid"
    assert code(api.me(ada.access)) == "token_invalid"


def test_the_hot_requests_take_one_round_trip(api, ada, statements):
    assert len(statements.of(lambda: api.me(ada.access))) == 1
    assert len(statements.of(lambda: api.refresh(ada.refresh))) == 1


def test_the_refresh_token_comes_in_the_header_too_and_a_bad_one_is_not_passed_over(api, ada):
    def refresh(header, content=None):
        return api.post("/refresh", content, headers={"Authorization": f"Bearer {header}"})

    assert refresh(ada.refresh).status_code == 200
    assert refresh(ada.access, {"refreshToken": ada.refresh}).status_code == 200
    assert code(refresh("garbage", {"refreshToken": ada.refresh})) == "refresh_token_invalid"
    assert code(refresh(ada.access)) == "refresh_token_invalid"
    assert code(api.post("/refresh")) == "token_missing"
