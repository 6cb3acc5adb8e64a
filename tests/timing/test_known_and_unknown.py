"""No answer's time tells whether an email has an account (SECURITY BAR 44, 45); controls show that it could."""

import itertools
from dataclasses import dataclass

import pytest
from measuring import measure
from separation import auc, difference
from tests.support.client import ADA, PASSWORD
from tests.support.smtp_server import running_smtp

# The 99 % band of a sample of 1,000 in which nothing is to be told, and what a stranger could use (ms).
BAND = 0.033
MILLISECONDS = 2.0
NOBODY_LISTENS = "smtp://127.0.0.1:9"
NO_DUMMY_HASH = (
    "crypto/password_hash.py",
    "            password_format.matches(password, password_format.dummy_hash(self.cost))\n",
    "",
)
LOOKED_UP = (
    "services/password_reset.py",
    "        self.database.once.jobs.add(\n",
    """
        if self.database.once.users.find_by_email(email) is None:
            return
        self.database.once.jobs.add(
""",
)
LOGIN = ("/api/auth/login", 401, {"password": "wrong horse"})
FORGOT = ("/api/auth/forgot-password", 200, {})
REGISTER = ("/api/auth/register", 202, {"username": "Ada", "password": PASSWORD})
RESEND = ("/api/auth/resend-verification", 200, {})
numbers = itertools.count()


@dataclass(frozen=True)
class Separation:
    auc: float
    milliseconds: float

    @property
    def tells(self):
        return abs(self.auc - 0.5) > BAND or self.milliseconds > MILLISECONDS

    def __str__(self):
        return f"AUC {self.auc:.3f}, medians differ by {self.milliseconds:.2f} ms"


def separation(server, route):
    path, status, rest = route
    known = lambda: {**rest, "email": ADA}  # noqa: E731
    unknown = lambda: {**rest, "email": f"user{next(numbers)}@example.com"}  # noqa: E731
    times = measure(server, path, (known, unknown), status)
    return Separation(auc(*times), difference(*times))


def separation_unless_noise(server, route):
    """Measured again before it is called red: one such run in a hundred is chance."""
    first = separation(server, route)
    return separation(server, route) if first.tells else first


@pytest.fixture(autouse=True)
def ada(api):
    api.register()


@pytest.mark.parametrize("is_required", ["false", "true"])
def test_login(serve, say, is_required):
    with serve(REQUIRE_EMAIL_VERIFICATION=is_required) as server:
        found = separation_unless_noise(server, LOGIN)
    say(f"/login, REQUIRE_EMAIL_VERIFICATION={is_required}: {found}")
    assert not found.tells


@pytest.mark.parametrize("route", [REGISTER, RESEND], ids=lambda route: route[0])
def test_sign_ups(serve, say, route):
    with serve(REQUIRE_EMAIL_VERIFICATION="true") as server:
        found = separation_unless_noise(server, route)
    say(f"{route[0]}: {found}")
    assert not found.tells


@pytest.mark.parametrize("provider", ["up", "down", "hanging"])
def test_forgot_password(serve, say, provider):
    with running_smtp() as smtp:
        smtp.hang_at = "MAIL" if provider == "hanging" else None
        url = NOBODY_LISTENS if provider == "down" else f"smtp://127.0.0.1:{smtp.port}"
        with serve(SMTP_URL=url, RUN_WORKER="true") as server:
            found = separation_unless_noise(server, FORGOT)
    say(f"/forgot-password, provider {provider}: {found}")
    assert not found.tells


@pytest.mark.parametrize(("route", "rule"), [(LOGIN, NO_DUMMY_HASH), (FORGOT, LOOKED_UP)], ids=["login", "forgot"])
def test_control(serve, say, route, rule):
    with serve(without=rule) as server:
        found = separation(server, route)
    say(f"control, {route[0]} without its rule: {found}")
    assert found.auc < 0.1 or found.auc > 0.9
