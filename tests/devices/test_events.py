"""`/events`: what happened to one's own account, newest first, page by page."""

import pytest
from tests.support.client import PASSWORD


@pytest.fixture
def ada(api):
    return api.signed_in()


def events(api, person, query=""):
    return api.request("GET", f"/api/auth/events{query}", headers=person.headers)


def types(answer):
    return [event["type"] for event in answer.get_json()["events"]]


def test_what_happened_is_there_newest_first(api, ada):
    api.login()
    content = {"currentPassword": PASSWORD, "newPassword": "another horse, another battery"}
    api.post("/change-password", content, headers=ada.headers)
    answer = events(api, ada)
    assert types(answer) == ["password_changed", "login_succeeded", "login_succeeded"]
    assert answer.get_json()["nextCursor"] is None
    assert answer.get_json()["events"][0].keys() == {"id", "type", "at", "ip", "device", "sessionId"}


def test_a_theft_is_there_once(api, ada, tables):
    from tests.support.tables import age_sessions

    newest = ada.refresh
    for _ in range(2):
        newest = api.refresh(newest).get_json()["refreshToken"]
        age_sessions(tables, 31)
    for _ in range(3):
        assert api.refresh(ada.refresh).status_code == 401
    assert types(events(api, api.signed_in())).count("refresh_reuse") == 1


def test_pages_follow_one_another(api, ada, tables):
    for _ in range(6):
        api.login()
    first = events(api, ada, "?limit=5")
    second = events(api, ada, f"?limit=5&cursor={first.get_json()['nextCursor']}")
    assert [len(types(page)) for page in (first, second)] == [5, 2]
    ids = [event["id"] for page in (first, second) for event in page.get_json()["events"]]
    assert ids == sorted(ids, reverse=True)
    assert second.get_json()["nextCursor"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=-1", "other=1", "cursor=" + "9" * 19]
)
def test_a_bad_query_is_a_422(api, ada, query):
    assert events(api, ada, f"?{query}").status_code == 422


def test_nobody_reads_another_ones(api, ada):
    grace = api.signed_in("grace@example.com")
    assert types(events(api, grace)) == ["login_succeeded"]


def test_after_ninety_days_they_are_gone(api, ada, tables):
    tables.execute("UPDATE events SET at = at - interval '91 days'")
    assert types(events(api, ada)) == []
