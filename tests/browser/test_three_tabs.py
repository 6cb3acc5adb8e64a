"""Log in, reload, refresh in three tabs at once, log out in one: in each place that a front end can live in."""

import time
from collections import Counter

import psycopg
import pytest
from chromium import has_refreshed, press, shows
from front import BROWSER
from playwright.sync_api import Page
from settings import Setting, one_site, rewrite, two_sites
from tests.support.client import ADA
from tests.support.tables import age_sessions
from visit import Begin, Doctor, Report, Visit

ROUNDS = 20
TABS = 3
# Seconds: beyond REFRESH_GRACE, within which a token that was just made is not exchanged again.
GRACE_IS_OVER = 31
REFRESHED = ("POST /api/auth/refresh", 200)
REFUSED = ("POST /api/auth/refresh", 401)
TOLD = ("GET /api/auth/me", 200)
NOT_TOLD = ("GET /api/auth/me", 401)

WHERE = [
    one_site("one site, refresh token in a cookie", "refresh-cookie"),
    one_site("one site, both tokens in cookies", "cookies"),
    one_site("one site, cookie of the domain", "refresh-cookie", COOKIE_DOMAIN="example.test"),
    rewrite("behind a rewrite, refresh token in a cookie", "refresh-cookie"),
    two_sites("two sites, tokens in bodies", "body"),
]


@pytest.mark.parametrize("setting", WHERE, ids=lambda setting: setting.name)
def test_three_tabs_stay_signed_in_until_one_logs_out(
    visit: Begin, doctor: Doctor, tables: psycopg.Connection, report: Report, setting: Setting
) -> None:
    began = time.monotonic()
    assert doctor(setting) == []
    with visit(setting) as ada:
        tabs = [ada.open()]
        ada.log_in(tabs[0])
        tabs[0].reload()
        has_refreshed(tabs[0])
        tabs += [ada.open() for _ in range(TABS - 1)]
        assert states(tabs) == ["in"] * TABS
        for tab in tabs:
            keeps_no_token_where_scripts_find_it(tab, setting.delivery)

        ada.front.calls.clear()
        generation = generation_of(tables)
        for number in range(ROUNDS):
            age_sessions(tables, GRACE_IS_OVER)
            with ada.front.together(TABS):
                (reload_all if number % 2 else refresh_all)(tabs)
            assert ask_all(tabs) == [ADA] * TABS
        assert answers(ada) == {REFRESHED: ROUNDS * TABS, TOLD: ROUNDS * TABS}
        # One successor a round, whoever of them came first.
        assert generation_of(tables) - generation == ROUNDS

        lose_access(ada, tabs[1])
        ada.front.calls.clear()
        assert ask_all(tabs[1:2]) == [ADA]
        assert answers(ada) == {NOT_TOLD: 1, REFRESHED: 1, TOLD: 1}

        press(tabs[0], "log-out")
        shows(tabs[0], "state", "out")
        ada.front.calls.clear()
        assert ask_all(tabs) == ["nobody"] * TABS
        reload_all(tabs)
        assert states(tabs) == ["out"] * TABS
        assert answers(ada) == {NOT_TOLD: TABS, REFUSED: 2 * TABS}

        assert ada.browser.troubles == []
        assert ips_of(ada) == {BROWSER}
    seconds = time.monotonic() - began
    report(
        f"{setting.name}: {ROUNDS} times {TABS} refreshes at once, {ROUNDS} successors, nobody signed out;"
        f" all out after one log-out; {seconds:.1f} s"
    )


def states(tabs: list[Page]) -> list[str]:
    return [tab.evaluate("document.body.dataset.state") for tab in tabs]


def refresh_all(tabs: list[Page]) -> None:
    """One tab tells the others, so that all begin at once."""
    times = [int(tab.evaluate("document.body.dataset.refreshes")) for tab in tabs]
    press(tabs[0], "refresh")
    for tab, already in zip(tabs, times, strict=True):
        has_refreshed(tab, already + 1)


def reload_all(tabs: list[Page]) -> None:
    """As a browser does that is restored: no tab waits for another."""
    for tab in tabs:
        # Once the old page is gone, as the new one counts from 0 too.
        with tab.expect_navigation(wait_until="commit"):
            tab.evaluate("setTimeout(() => location.reload())")
    for tab in tabs:
        has_refreshed(tab)


def ask_all(tabs: list[Page]) -> list[str]:
    """Whom the API takes them for."""
    times = [int(tab.evaluate("document.body.dataset.asked")) for tab in tabs]
    for tab in tabs:
        press(tab, "who")
    for tab, already in zip(tabs, times, strict=True):
        shows(tab, "asked", str(already + 1))
    return [tab.evaluate("document.querySelector('output').value") for tab in tabs]


def lose_access(ada: Visit, tab: Page) -> None:
    """As if the access token had expired."""
    press(tab, "forget")
    ada.browser.context.clear_cookies(name="__Host-authflow-access")


def keeps_no_token_where_scripts_find_it(tab: Page, delivery: str) -> None:
    assert tab.evaluate("[document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)]") == (
        ["", "refreshToken"] if delivery == "body" else [""]
    )


def generation_of(tables: psycopg.Connection) -> int:
    [(generation,)] = tables.execute("SELECT generation FROM refresh_tokens WHERE revoked_at IS NULL").fetchall()
    return generation


def answers(ada: Visit) -> Counter[tuple[str, int]]:
    """How often each call was answered how; without CORS's questions."""
    return Counter(call for call in ada.front.calls if not call[0].startswith("OPTIONS"))


def ips_of(ada: Visit) -> set[str]:
    """Whom the log tells to have called, but for the one who registered without a proxy."""
    asked = [line for line in ada.server.events("request") if line["route"].startswith("/api/")]
    return {line["ip"] for line in asked if not line["route"].endswith("/register")}
