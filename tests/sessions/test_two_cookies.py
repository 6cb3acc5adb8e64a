"""Several cookies of one name, and cookies of others that are written oddly (CONTRACT, section 4)."""

import jwt
import pytest
from cookie_jar import ACCESS, OURS, REFRESH, browser_of, code, jar_of
from tests.support.client import ADA

# What others may leave in the same header: unbalanced, nameless, empty, bytes.
ODD = ('theirs="open', 'theirs="', "=x", "theirs", "", 'a="b;c', 'theirs=\\"', 'th"eirs=x', "theirs=\xe9")


@pytest.fixture
def ada(api):
    return browser_of(api)


def show(api, *cookies):
    return api.request("GET", "/api/auth/me", headers={"Cookie": "; ".join(cookies)})


def refresh(api, *cookies):
    return api.post("/refresh", headers={"Cookie": "; ".join(cookies), **OURS})


def older(config, token, secret, seconds):
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode({**claims, "iat": claims["iat"] - seconds}, getattr(config, secret), headers=header)


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_two_access_cookies_the_newest_counts(api, ada, config, newest_first):
    # As it is after a log-out that could not clear the cookie of an earlier COOKIE_DOMAIN.
    bob = browser_of(api, email="bob@example.com")
    stale = older(config, bob.jar[ACCESS], "access_secret", 60)
    api.post("/logout-all", headers={"Authorization": f"Bearer {bob.jar[ACCESS]}"})
    both = [f"{ACCESS}={ada.jar[ACCESS]}", f"{ACCESS}={stale}"]
    answer = show(api, *both if newest_first else both[::-1])
    assert answer.get_json()["user"]["email"] == ADA


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_two_refresh_cookies_only_the_newest_is_presented(api, ada, config, tables, newest_first):
    stale = older(config, ada.jar[REFRESH], "refresh_secret", 60)
    again = browser_of(api)
    both = [f"{REFRESH}={again.jar[REFRESH]}", f"{REFRESH}={stale}"]
    answer = refresh(api, *both if newest_first else both[::-1])
    assert answer.status_code == 200
    sid = jwt.decode(jar_of(answer)[REFRESH], options={"verify_signature": False})["sid"]
    assert sid == jwt.decode(again.jar[REFRESH], options={"verify_signature": False})["sid"]
    assert tables.execute("SELECT sum(generation) FROM refresh_tokens").fetchone() == (1,)


@pytest.mark.parametrize("others", ["nonsense", "", "a.b.c", "kind", "forged"])
@pytest.mark.parametrize("first", [True, False])
def test_what_is_not_validly_signed_never_counts_beside_ours(api, ada, others, first):
    forged = {"kind": ada.jar[REFRESH], "forged": ada.jar[ACCESS][:-2] + "AA"}.get(others, others)
    both = [f"{ACCESS}={ada.jar[ACCESS]}", f"{ACCESS}={forged}"]
    assert show(api, *both[::-1] if first else both).status_code == 200


def test_of_none_that_is_ours_the_answer_is_that_of_one(api, ada):
    assert code(show(api, f"{ACCESS}=one", f"{ACCESS}=two")) == "token_invalid"
    assert code(refresh(api, f"{REFRESH}=one", f"{REFRESH}=two")) == "refresh_token_invalid"
    assert code(show(api, f"{ACCESS}={ada.jar[ACCESS]}x")) == "token_invalid"


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("first", [True, False])
def test_what_others_left_hides_no_cookie_of_ours(api, ada, odd, first):
    ours = [f"{ACCESS}={ada.jar[ACCESS]}", f"{REFRESH}={ada.jar[REFRESH]}"]
    cookies = [odd, *ours] if first else [*ours, odd]
    assert show(api, *cookies).status_code == 200
    assert refresh(api, *cookies).status_code == 200
