"""Requests without a good credential have an allowance of their own, counted before Flask (CONTRACT 6)."""

import pytest
from tests.support.client import ADA

from authflow.web import request_allowance
from authflow.web.app import create_app

ORIGIN = "https://app.example.com"
FEW, MORE = 3, 5


@pytest.fixture
def client(services, config, tables, monkeypatch):
    """An application that counts, and hears a few a minute."""
    monkeypatch.setattr(request_allowance, "PER_IP", FEW)
    monkeypatch.setattr(request_allowance, "PER_SESSION", MORE)
    return create_app(services, config, has_allowance=True).test_client(use_cookies=False)


@pytest.fixture
def ada(api):
    return api.signed_in(ADA)


def ask(client, method="GET", path="/api/auth/me", times=1, ip="192.0.2.1", **options):
    """The statuses of so many."""
    options.setdefault("environ_overrides", {"REMOTE_ADDR": ip})
    return [client.open(path, method=method, **options).status_code for _ in range(times)]


def test_a_few_are_heard_and_one_more_is_refused_in_the_form_of_every_error(client):
    assert ask(client, times=FEW) == [401] * FEW
    answer = client.get("/api/auth/me", headers={"Origin": ORIGIN}, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert (answer.status_code, answer.get_json()["code"]) == (429, "rate_limited")
    assert answer.get_json()["requestId"] == answer.headers["X-Request-Id"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_health_is_asked_for_as_often_as_one_likes(client):
    assert ask(client, path="/health", times=4 * FEW) == [200] * (4 * FEW)


def test_another_ip_and_preflights_draw_on_their_own(client):
    ask(client, times=FEW + 1)
    assert ask(client, ip="192.0.2.2") == [401]
    assert ask(client, "OPTIONS", times=FEW + 1) == [204] * FEW + [429]


def test_who_is_signed_in_draws_on_the_sessions_own_whatever_strangers_at_that_ip_do(client, ada):
    ask(client, times=FEW + 1)
    assert ask(client, times=MORE + 1, headers=ada.headers) == [200] * MORE + [429]


@pytest.mark.parametrize("token", ["access", "refresh"])
def test_a_token_in_a_cookie_is_a_credential(client, ada, token):
    name = f"__Host-authflow-{token}"
    ask(client, times=FEW)
    assert 429 not in ask(client, headers={"Cookie": f"x=y; {name}={getattr(ada, token)}"})


def test_a_refresh_token_in_a_body_and_what_is_no_token_are_none(client, ada):
    assert ask(client, "POST", "/api/auth/refresh", json={"refreshToken": ada.refresh}) == [200]
    assert ask(client, times=FEW, headers={"Authorization": "Bearer x.y.z"}) == [401] * (FEW - 1) + [429]


def test_neighbours_in_ipv6_share_a_larger_one(client):
    for number in range(4):
        assert ask(client, times=FEW + 1, ip=f"2001:db8:0:{number:x}::1") == [401] * FEW + [429]
    assert ask(client, ip="2001:db8:0:5::1") == [429]
    assert ask(client, ip="2001:db8:0:105::1") == [401]


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(request_allowance, "MOST_WINDOWS", 10)
    windows = request_allowance.Windows()
    for number in range(100):
        assert windows.seconds_until_heard(str(number), 1) == 0
    assert len(windows._windows) == 10
    assert windows.seconds_until_heard("99", 1) > 0
