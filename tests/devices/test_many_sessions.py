"""An account has at most 100 live sessions and 200 rows; what it has beyond, from before, ends like the rest."""

from threading import Barrier, Thread

import pytest
from tests.support.client import ADA, FIREFOX, NEW_PASSWORD, PASSWORD
from tests.support.many_rows import add_events, add_sessions, count
from tests.support.outbox import token_in
from tests.support.tables import age_sessions

LIVE = "refresh_tokens WHERE revoked_at IS NULL"
# More than one statement looks at.
VERY_MANY = 2_500


@pytest.fixture
def ada(api):
    return api.signed_in()


def page(api, person, query=""):
    answer = api.request("GET", f"/api/auth/sessions{query}", headers=person.headers)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def events(api, person):
    return api.request("GET", "/api/auth/events", headers=person.headers).get_json()["events"]


def test_a_login_beyond_a_hundred_ends_the_session_unused_for_longest(api, ada, tables):
    add_sessions(tables, ADA, 98)
    age_sessions(tables, 60)
    # The oldest of all, but used last.
    tables.execute(
        "UPDATE refresh_tokens SET created_at = created_at - interval '9 days' WHERE secret_hash <> 'x'"
    )
    assert api.refresh(ada.refresh).status_code == 200
    phone = api.signed_in()
    assert count(tables, LIVE) == 100
    oldest = tables.execute("SELECT id::text FROM refresh_tokens ORDER BY rotated_at LIMIT 1").fetchone()[0]
    api.signed_in()
    assert count(tables, LIVE) == 100
    assert tables.execute("SELECT id::text FROM refresh_tokens WHERE revoked_at IS NOT NULL").fetchall() == [
        (oldest,)
    ]
    assert [(each["type"], each["sessionId"]) for each in events(api, phone)][1] == ("session_revoked", oldest)
    assert api.me(ada.access).status_code == 200


def test_with_ninety_nine_nobody_is_ended(api, ada, tables):
    add_sessions(tables, ADA, 98)
    api.signed_in()
    assert count(tables, LIVE) == 100
    assert count(tables, "events WHERE type = 'session_revoked'") == 0


def test_expired_and_revoked_sessions_are_no_live_ones(api, ada, tables):
    add_sessions(tables, ADA, 60, revoked=True)
    add_sessions(tables, ADA, 60, seconds_ago=8 * 86_400)
    add_sessions(tables, ADA, 60)
    api.signed_in()
    assert count(tables, "events WHERE type = 'session_revoked'") == 0
    assert api.me(ada.access).status_code == 200


def test_an_account_has_no_more_than_two_hundred_rows(api, ada, tables):
    add_sessions(tables, ADA, 300, revoked=True)
    add_sessions(tables, ADA, 90)
    api.signed_in()
    assert count(tables, "refresh_tokens") == 200
    assert count(tables, LIVE) == 92


def test_another_account_is_not_touched(api, ada, tables):
    api.signed_in("grace@example.com")
    add_sessions(tables, "grace@example.com", 300)
    api.signed_in()
    assert count(tables, LIVE) == 303


def test_many_logins_at_once_keep_to_the_bound(api, ada, tables, services):
    from authflow.domain.device import Device
    from authflow.domain.email_address import EmailAddress

    add_sessions(tables, ADA, 98)
    account = services.login.database.autocommit.users.find_by_email(EmailAddress.parse(ADA))
    barrier, device = Barrier(8), Device("192.0.2.7", FIREFOX)

    def log_in():
        barrier.wait(10)
        for _ in range(5):
            assert services.login._start_session(account, device, "body") is not None

    threads = [Thread(target=log_in) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert count(tables, LIVE) == 100
    assert count(tables, "events WHERE type = 'session_revoked'") == 39


def test_sessions_come_page_by_page_last_used_first(api, ada, tables):
    add_sessions(tables, ADA, 70)
    whole = page(api, ada, "?limit=100")
    assert (len(whole["sessions"]), whole["nextCursor"]) == (71, None)
    used = [session["lastUsedAt"] for session in whole["sessions"]]
    assert used == sorted(used, reverse=True)
    assert whole["sessions"][0]["current"]
    first = page(api, ada)
    assert len(first["sessions"]) == 50
    second = page(api, ada, f"?cursor={first['nextCursor']}")
    assert second["nextCursor"] is None
    assert first["sessions"] + second["sessions"] == whole["sessions"]
    by_ten, cursor = [], ""
    while cursor is not None:
        some = page(api, ada, f"?limit=10{cursor and '&cursor='}{cursor}")
        by_ten, cursor = by_ten + some["sessions"], some["nextCursor"]
    assert by_ten == whole["sessions"]


def test_a_page_that_is_just_full_is_the_last(api, ada, tables):
    add_sessions(tables, ADA, 9)
    assert page(api, ada, "?limit=10")["nextCursor"] is None


def test_a_refresh_is_the_last_use(api, ada, tables):
    api.login(headers={"User-Agent": FIREFOX})
    age_sessions(tables, 60)
    api.refresh(ada.refresh)
    first, second = page(api, ada)["sessions"]
    assert (first["current"], second["current"]) == (True, False)
    assert first["lastUsedAt"] > first["createdAt"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=1.x", "cursor=1", "other=1"]
)
def test_a_bad_query_is_a_422(api, ada, query):
    answer = api.request("GET", f"/api/auth/sessions?{query}", headers=ada.headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "Limit: it must be from 1 to 100."),
        ("limit=101", "Limit: it must be from 1 to 100."),
        ("cursor=x", "Cursor: it must be the nextCursor of the page before."),
        ("cursor=\x00", "Cursor: it must be the nextCursor of the page before."),
        ("limit=1&limit=2", "Limit: it must be given only once."),
    ],
)
@pytest.mark.parametrize("list_of", ["sessions", "events"])
def test_what_is_wrong_with_a_query_is_the_same_sentence_for_each_list(api, ada, list_of, query, message):
    answer = api.request("GET", f"/api/auth/{list_of}?{query}", headers=ada.headers)
    assert answer.get_json()["message"] == message


def test_the_name_of_a_device_is_stored_and_an_old_row_is_read_as_it_is(api, ada, tables):
    api.login(headers={"User-Agent": FIREFOX})
    assert page(api, ada)["sessions"][0]["device"] == "Firefox on Linux"
    tables.execute("UPDATE refresh_tokens SET user_agent = 'curl/8.5.0' WHERE device = 'Firefox on Linux'")
    assert page(api, ada)["sessions"][0]["device"] == "Firefox on Linux"
    tables.execute("UPDATE refresh_tokens SET device = NULL")
    assert page(api, ada)["sessions"][0]["device"] == "curl"


# What ends all sessions, and how many of the two that are asked for afterwards live on.


def log_out_everywhere(api, mailbox, services):
    assert api.post("/logout-all", headers=api.signed_in().headers).status_code == 200


def reset(api, mailbox, services):
    api.post("/forgot-password", {"email": ADA})
    assert api.reset(token_in(mailbox.received()[-1])).status_code == 200


def disable(api, mailbox, services):
    from authflow.domain.email_address import EmailAddress

    services.account_operator.disable(EmailAddress.parse(ADA))
    services.account_operator.enable(EmailAddress.parse(ADA))


def sign_out(api, mailbox, services):
    from authflow.domain.email_address import EmailAddress

    services.account_operator.sign_out(EmailAddress.parse(ADA))


@pytest.mark.parametrize("end_all", [log_out_everywhere, reset, disable, sign_out])
@pytest.mark.parametrize("number", [3, VERY_MANY])
def test_what_ends_all_sessions_ends_very_many(api, ada, tables, mailbox, services, end_all, number):
    add_sessions(tables, ADA, number)
    phone = api.signed_in()
    end_all(api, mailbox, services)
    for person in (ada, phone):
        assert api.me(person.access).get_json()["code"] == "session_revoked"
        assert api.refresh(person.refresh).get_json()["code"] == "session_revoked"
    password = NEW_PASSWORD if end_all is reset else PASSWORD
    again = api.signed_in(password=password)
    assert len(page(api, again)["sessions"]) == 1
    # The mark comes off, and takes nobody along who came later.
    services.sweeping.sweep()
    assert count(tables, "users WHERE sessions_ended_at IS NOT NULL") == 0
    assert count(tables, "refresh_tokens") <= 200
    assert api.me(again.access).status_code == 200
    assert len(page(api, again)["sessions"]) == 1


def test_a_new_password_spares_the_session_that_asked_also_of_very_many(api, ada, tables, services):
    add_sessions(tables, ADA, VERY_MANY)
    phone = api.signed_in()
    add_sessions(tables, ADA, VERY_MANY)
    content = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    assert api.post("/change-password", content, headers=ada.headers).status_code == 200
    assert api.me(phone.access).get_json()["code"] == "session_revoked"
    for _ in range(2):
        assert api.me(ada.access).status_code == 200
        assert [session["current"] for session in page(api, ada)["sessions"]] == [True]
        services.sweeping.sweep()
    assert api.refresh(ada.refresh).status_code == 200
    assert count(tables, "users WHERE sessions_ended_at IS NOT NULL") == 0


def test_a_session_that_ended_with_very_many_can_neither_be_ended_again_nor_end_anything(api, ada, tables):
    add_sessions(tables, ADA, VERY_MANY)
    phone = api.signed_in()
    ended = tables.execute("SELECT id FROM refresh_tokens WHERE secret_hash = 'x' ORDER BY id DESC").fetchall()
    content = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    assert api.post("/change-password", content, headers=phone.headers).status_code == 200
    alive = {session["id"] for session in page(api, phone)["sessions"]}
    for (session_id,) in ended[::100]:
        assert str(session_id) not in alive
        answer = api.request("DELETE", f"/api/auth/sessions/{session_id}", headers=phone.headers)
        assert answer.status_code == 404


def test_a_login_of_an_account_with_very_many_sessions_brings_it_back_to_the_bound(api, ada, tables, services):
    add_sessions(tables, ADA, VERY_MANY)
    api.signed_in()
    services.sweeping.sweep()
    assert count(tables, "refresh_tokens") <= 200
    api.signed_in()
    assert count(tables, LIVE) == 100
    assert api.me(ada.access).status_code == 200


@pytest.mark.parametrize("number", [3, VERY_MANY])
def test_a_deleted_account_is_gone_at_once_and_all_of_it_with_the_next_sweep(api, ada, tables, services, number):
    add_sessions(tables, ADA, number)
    add_events(tables, ADA, number)
    phone = api.signed_in()
    answer = api.request("DELETE", "/api/auth/me", json={"password": PASSWORD}, headers=ada.headers)
    assert answer.status_code == 200
    for person in (ada, phone):
        assert api.me(person.access).get_json()["code"] == "token_invalid"
        assert api.refresh(person.refresh).get_json()["code"] == "refresh_token_invalid"
    assert count(tables, "users WHERE email ILIKE '%ada%' OR username ILIKE '%ada%'") == 0
    # The address is free.
    again = api.signed_in()
    services.sweeping.sweep()
    assert count(tables, "users") == 1
    assert count(tables, "refresh_tokens") == count(tables, "events") == 1
    assert api.me(again.access).status_code == 200


def test_an_older_release_finds_the_account_of_very_many_that_was_deleted_by_nothing(api, ada, tables):
    """It knows the columns that it has always had: disabled, no hash, no address."""
    add_sessions(tables, ADA, VERY_MANY)
    api.request("DELETE", "/api/auth/me", json={"password": PASSWORD}, headers=ada.headers)
    left = "email_canonical LIKE '%@%' OR disabled_at IS NULL OR password_hash <> '' OR username <> ''"
    assert count(tables, "users") == 1
    assert count(tables, f"users WHERE {left}") == 0


def test_an_event_of_a_newer_release_can_be_read(api, ada, tables):
    tables.execute("UPDATE events SET type = 'of_a_newer_release'")
    assert [event["type"] for event in events(api, ada)] == ["of_a_newer_release"]
