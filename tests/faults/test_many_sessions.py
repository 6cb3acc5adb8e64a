"""Accounts with very many sessions and events: what ends or deletes all takes the same time for any number."""

import time

from authflow.domain.email_address import EmailAddress
from tests.support.client import NEW_PASSWORD, PASSWORD
from tests.support.many_rows import add_events, add_sessions, count
from tests.support.outbox import token_in

ROWS = (10, 1_000, 100_000)
TIMES = 2
# Milliseconds that it may take longer with very many rows than with few; by the row it would be hundreds.
MORE_AT_MOST = 100
# All the rows of an account are read for a page of its sessions, until the next login has brought it to the bound.
READS_ALL = "GET /sessions"
SWEPT_WITHIN = 60


def test_any_number_of_sessions_ends_in_the_same_time(api, tables, services, mailbox, report):
    def post(path, person, content=None):
        return api.post(path, content, headers=person.headers)

    def reset(person):
        api.post("/forgot-password", {"email": person.email})
        token = token_in(mailbox.newest())
        return lambda: api.reset(token)

    actions = {
        READS_ALL: lambda person: lambda: api.request("GET", "/api/auth/sessions", headers=person.headers),
        "POST /login": lambda person: lambda: api.login(person.email),
        "POST /logout-all": lambda person: lambda: post("/logout-all", person),
        "POST /change-password": lambda person: (
            lambda: post("/change-password", person, {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD})
        ),
        "POST /reset-password": reset,
        "DELETE /me": lambda person: (
            lambda: api.request("DELETE", "/api/auth/me", json={"password": PASSWORD}, headers=person.headers)
        ),
        "user disable": lambda person: lambda: services.account_operator.disable(EmailAddress.parse(person.email)),
    }
    took = {(name, rows): [] for name in actions for rows in ROWS}
    for number, (name, rows) in enumerate([*took] * TIMES):
        person = api.signed_in(f"ada.{number}@example.com")
        add_sessions(tables, person.email, rows)
        add_events(tables, person.email, rows)
        act = actions[name](person)
        began = time.monotonic()
        answer = act()
        took[name, rows].append((time.monotonic() - began) * 1_000)
        assert getattr(answer, "status_code", 200) == 200, (name, rows)
        tables.execute("UPDATE limit_counters SET ends_at = clock_timestamp()")
    for name in actions:
        best = {rows: min(took[name, rows]) for rows in ROWS}
        report(f"{name}: " + ", ".join(f"{best[rows]:.0f} ms with {rows:,} rows" for rows in ROWS))
        assert name == READS_ALL or best[ROWS[-1]] < best[ROWS[0]] + MORE_AT_MOST, name
    began = time.monotonic()
    swept = services.sweeping.sweep()
    seconds = time.monotonic() - began
    report(f"the sweep: {swept.surplus_sessions:,} sessions, {swept.accounts} accounts, {seconds:.1f} s")
    assert seconds < SWEPT_WITHIN
    assert count(tables, "users WHERE sessions_ended_at IS NOT NULL OR removed_at IS NOT NULL") == 0
