"""No answer's time tells whether an email has an account (SECURITY BAR 44, 45); controls show that it could."""

import itertools
from dataclasses import dataclass

import pytest
from measuring import WARM_UP, measure
from people import TRIES, add_accounts, add_sign_ups, in_turn
from separation import auc, band, difference
from tests.support.client import NEW_PASSWORD, PASSWORD
from tests.support.smtp_server import running_smtp

# Answers of each group: of routes with a hash, and of the others.
HASHED, CHEAP = 300, 600
PEOPLE = 500
NOBODY_LISTENS = "smtp://127.0.0.1:9"
NO_DUMMY_HASH = (
    "crypto/password_hash.py",
    "            password_format.matches(password, password_format.dummy_hash(self.cost))\n",
    "",
)
LOOKED_UP = (
    "services/password_reset.py",
    "        self.database.autocommit.jobs.add(\n",
    """
        if self.database.autocommit.users.find_by_email(email) is None:
            return
        self.database.autocommit.jobs.add(
""",
)
WAITED_FOR = (
    "repositories/users_reset.py",
    "SELECT set_config('synchronous_commit', 'off', true)",
    "SELECT set_config('synchronous_commit', 'on', true)",
)
FORGED = "-" + "A" * 43


@dataclass(frozen=True)
class Compared:
    """What a stranger sends to a route: `field` is of the known ones in turn, or of nobody."""

    path: str
    status: int
    field: str
    rest: dict[str, str]
    samples: int = CHEAP

    def measured(self, server, known, unknown, **options):
        groups = tuple(lambda who=who: {**self.rest, self.field: who()} for who in (known, unknown))
        times = measure(server, self.path, groups, self.status, self.samples, **options)
        return Separation(auc(*times), difference(*times), band(self.samples))


@dataclass(frozen=True)
class Separation:
    auc: float
    milliseconds: float
    band: float

    @property
    def tells(self):
        return abs(self.auc - 0.5) > self.band

    def __str__(self):
        return f"AUC {self.auc:.3f} (0.5 ± {self.band:.3f}), medians differ by {self.milliseconds:.2f} ms"


LOGIN = Compared("/api/auth/login", 401, "email", {"password": "wrong horse"}, HASHED)
REGISTER = Compared("/api/auth/register", 202, "email", {"username": "Ada", "password": PASSWORD}, HASHED)
FORGOT = Compared("/api/auth/forgot-password", 200, "email", {})
RESEND = Compared("/api/auth/resend-verification", 200, "email", {})
RESEND_BY_ID = Compared("/api/auth/resend-verification", 200, "registrationId", {})
WRONG = {"otp": "00000000"}
RESET_CODE = Compared("/api/auth/reset-password", 400, "email", {**WRONG, "password": NEW_PASSWORD})
RESET_LINK = Compared("/api/auth/reset-password", 400, "token", {"password": NEW_PASSWORD})
CODE = Compared("/api/auth/verify-email", 400, "registrationId", WRONG)
LINK = Compared("/api/auth/verify-email", 400, "registrationId", {"token": "p1" + FORGED})
LINK_AND_PASSWORD = Compared("/api/auth/verify-email", 400, "token", {"password": NEW_PASSWORD})
EMAIL_CHANGE = Compared("/api/auth/change-email", 202, "newEmail", {"password": PASSWORD}, HASHED)


def known():
    return in_turn("known", PEOPLE)


def unknown():
    return in_turn("unknown", PEOPLE)


def unless_noise(measured, tables):
    """Measured again before it is called red: one such run in a hundred is chance."""
    first = measured()
    if not first.tells:
        return first
    tables.execute("DELETE FROM limit_counters")
    tables.execute("UPDATE users SET reset_tries = 0")
    tables.execute("UPDATE mailbox_proofs SET tries = 0")
    return measured()


@pytest.fixture(autouse=True)
def people(api, tables):
    api.register()
    add_accounts(tables, PEOPLE)


@pytest.mark.parametrize("is_required", ["false", "true"])
def test_login(serve, say, tables, is_required):
    with serve(REQUIRE_EMAIL_VERIFICATION=is_required) as server:
        found = unless_noise(lambda: LOGIN.measured(server, known(), unknown()), tables)
    say(f"/login, REQUIRE_EMAIL_VERIFICATION={is_required}: {found}")
    assert not found.tells


@pytest.mark.parametrize("route", [REGISTER, RESEND], ids=["register", "resend"])
def test_sign_ups(serve, say, tables, route):
    with serve(REQUIRE_EMAIL_VERIFICATION="true") as server:
        found = unless_noise(lambda: route.measured(server, known(), unknown()), tables)
    say(f"{route.path}: {found}")
    assert not found.tells


@pytest.mark.parametrize("provider", ["up", "down", "hanging"])
def test_forgot_password(serve, say, tables, provider):
    with running_smtp() as smtp:
        smtp.hang_at = "MAIL" if provider == "hanging" else None
        url = NOBODY_LISTENS if provider == "down" else f"smtp://127.0.0.1:{smtp.port}"
        with serve(SMTP_URL=url, RUN_WORKER="true") as server:
            found = unless_noise(lambda: FORGOT.measured(server, known(), unknown()), tables)
    say(f"/forgot-password, provider {provider}: {found}")
    assert not found.tells


@pytest.mark.parametrize("route", [RESEND_BY_ID, CODE, LINK], ids=["resend", "code", "link"])
def test_ones_own_sign_up_for_anothers_address(serve, say, tables, route):
    """Of an address with an account, and of one without."""
    add_sign_ups(tables, [f"{name}{n}@example.com" for n in range(PEOPLE) for name in ("known", "unknown")])
    with serve(REQUIRE_EMAIL_VERIFICATION="true") as server:
        found = unless_noise(lambda: route.measured(server, known(), unknown()), tables)
    say(f"{route.path} with registrationId and {' and '.join(route.rest) or 'nothing else'}: {found}")
    assert not found.tells


def test_a_reset_code(serve, say, tables):
    with serve() as server:
        found = unless_noise(lambda: RESET_CODE.measured(server, known(), unknown()), tables)
    say(f"/reset-password by code: {found}")
    assert not found.tells


@pytest.mark.parametrize(
    ("route", "letter", "table"),
    [(RESET_LINK, "r", "users"), (LINK_AND_PASSWORD, "p", "mailbox_proofs")],
    ids=["reset", "verify"],
)
def test_a_forged_link_of_a_row_that_is_and_one_that_is_not(serve, say, tables, route, letter, table):
    add_sign_ups(tables, [f"unknown{n}@example.com" for n in range(PEOPLE)])
    newest = {"users": "SELECT max(id) FROM users", "mailbox_proofs": "SELECT max(id) FROM mailbox_proofs"}
    ((last,),) = tables.execute(newest[table]).fetchall()

    def links_of(first):
        numbers = itertools.cycle(range(first, first + PEOPLE))
        return lambda: f"{letter}{next(numbers)}{FORGED}"

    with serve() as server:
        # As many digits in both.
        there, nowhere = links_of(last - PEOPLE + 1), links_of(last + 1)
        found = unless_noise(lambda: route.measured(server, there, nowhere), tables)
    say(f"{route.path} by a forged link: {found}")
    assert not found.tells


def test_a_new_email_of_ones_own(serve, say, api, tables):
    need = 2 * 2 * (HASHED + WARM_UP) // TRIES
    tokens: list[str] = []
    for number in range(need):
        # So many right passwords are more than one IP has in five minutes.
        tables.execute("DELETE FROM limit_counters")
        tokens.append(api.signed_in(f"known{number}@example.com").access)
    tables.execute("DELETE FROM limit_counters")
    headers = ({"Authorization": f"Bearer {token}"} for token in tokens for _ in range(TRIES))
    with serve() as server:
        found = unless_noise(
            lambda: EMAIL_CHANGE.measured(server, known(), unknown(), headers=lambda: next(headers)), tables
        )
    say(f"/change-email, to one that is taken or not: {found}")
    assert not found.tells


@pytest.mark.parametrize(
    ("route", "rule"),
    [(LOGIN, NO_DUMMY_HASH), (FORGOT, LOOKED_UP), (RESET_CODE, WAITED_FOR)],
    ids=["login", "forgot", "reset code"],
)
def test_control(serve, say, route, rule):
    with serve(without=rule) as server:
        found = route.measured(server, known(), unknown())
    say(f"control, {route.path} without its rule: {found}")
    assert abs(found.auc - 0.5) > 2 * found.band
