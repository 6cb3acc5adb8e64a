"""Two clocks, the application's and the database's: what differs between them never makes a token live longer."""

import time
from types import SimpleNamespace

import pytest
from tests.support.tables import age_sessions

from authflow.crypto import access_token, signed_token

LEEWAY = 30
# What a slow machine may take between two readings of a clock.
SLACK = 2


@pytest.fixture
def clock(monkeypatch):
    """The application's: so many seconds ahead of the database's."""
    clock, real = SimpleNamespace(ahead=0), time.time
    reading = SimpleNamespace(time=lambda: real() + clock.ahead)
    for module in (access_token, signed_token):
        monkeypatch.setattr(module, "time", reading)
    return clock


@pytest.mark.parametrize("ahead", [-LEEWAY, LEEWAY])
def test_a_clock_that_differs_by_half_a_minute_changes_nothing(api, clock, ahead):
    clock.ahead = ahead
    ada = api.signed_in()
    refreshed = api.refresh(ada.refresh)
    assert refreshed.status_code == 200
    for access in (ada.access, refreshed.get_json()["accessToken"]):
        assert api.me(access).status_code == 200


@pytest.mark.parametrize("ahead", [-LEEWAY, 0, LEEWAY])
def test_no_access_token_outlives_its_time_by_more_than_the_leeway(api, config, clock, ahead):
    clock.ahead = ahead
    ada = api.signed_in()
    clock.ahead = ahead + config.access_token_ttl + LEEWAY - SLACK
    assert api.me(ada.access).status_code == 200
    clock.ahead = ahead + config.access_token_ttl + LEEWAY
    answer = api.me(ada.access)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_expired")


@pytest.mark.parametrize("ahead", [-LEEWAY, 0, LEEWAY])
def test_a_session_ends_by_the_clock_of_the_database(api, config, tables, clock, ahead):
    ada = api.signed_in()
    age_sessions(tables, config.refresh_token_ttl + 1)
    clock.ahead = ahead
    answer = api.refresh(ada.refresh)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "refresh_token_expired")


def test_a_clock_that_is_further_behind_only_keeps_a_token_from_its_first_seconds(api, clock):
    ada = api.signed_in()
    clock.ahead = -LEEWAY - SLACK
    assert [api.me(ada.access).status_code, api.refresh(ada.refresh).status_code] == [401, 401]
    clock.ahead = 0
    assert [api.me(ada.access).status_code, api.refresh(ada.refresh).status_code] == [200, 200]
