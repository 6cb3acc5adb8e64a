"""Which status says what: not known, known and refused, too often, not there (RFC 6750, RFC 9110)."""

from dataclasses import dataclass

import pytest

from tests.contract.minting import ACCESS_KEY, with_claims
from tests.contract.refusals import outcome
from tests.support.client import ADA, PASSWORD, Client
from tests.support.tables import age_sessions

CHALLENGE = 'Bearer realm="authflow"'
# RFC 6750, section 3.1: a token came and will not do.
CHALLENGE_AGAIN = 'Bearer error="invalid_token"'


@dataclass(frozen=True)
class Known:
    """Whoever has an account, and all that a request could be made of."""

    api: Client
    tables: object

    def get(self, path, **options):
        return self.api.request("GET", path, **options)

    def bearing(self, token):
        return self.api.me(token)

    def expired(self):
        return self.bearing(with_claims(self.api.signed_in().access, ACCESS_KEY, exp=1))

    def signed_out(self):
        ada = self.api.signed_in()
        self.api.post("/logout", headers=ada.headers)
        return ada

    def replayed(self):
        """The grandparent of a token that lives."""
        first = newest = self.api.signed_in().refresh
        for _ in range(2):
            newest = self.api.refresh(newest).get_json()["refreshToken"]
            age_sessions(self.tables, 31)
        return self.api.refresh(first)

    def disabled(self, password=PASSWORD):
        self.api.register()
        self.tables.execute("UPDATE users SET disabled_at = clock_timestamp()")
        return self.api.login(password=password)

    def too_often(self):
        return [self.api.login() for _ in range(11)][-1]

    def of_another_one(self):
        """A session that is there, and not the caller's."""
        ada, eve = self.api.signed_in(), self.api.signed_in("eve@example.com")
        theirs = self.get("/api/auth/sessions", headers=ada.headers).get_json()["sessions"][0]["id"]
        return self.api.request("DELETE", f"/api/auth/sessions/{theirs}", headers=eve.headers)


CASES = {
    "no token": (lambda known: known.get("/api/auth/me"), 401, "token_missing", CHALLENGE),
    "no refresh token": (lambda known: known.api.post("/refresh", {}), 401, "token_missing", CHALLENGE),
    "no readable token": (lambda known: known.bearing("nonsense"), 401, "token_invalid", CHALLENGE_AGAIN),
    "no readable refresh token": (
        *(lambda known: known.api.refresh("nonsense"), 401, "refresh_token_invalid", CHALLENGE_AGAIN),
    ),
    "an expired token": (lambda known: known.expired(), 401, "token_expired", CHALLENGE_AGAIN),
    "a token of an ended session": (
        *(lambda known: known.bearing(known.signed_out().access), 401, "session_revoked", CHALLENGE_AGAIN),
    ),
    "a replayed token": (lambda known: known.replayed(), 401, "refresh_token_reused", CHALLENGE_AGAIN),
    "an unknown email": (lambda known: known.api.login(), 401, "invalid_credentials", CHALLENGE),
    "a wrong password of a disabled account": (
        *(lambda known: known.disabled("a wrong one"), 401, "invalid_credentials", CHALLENGE),
    ),
    "a disabled account": (lambda known: known.disabled(), 403, "account_disabled", None),
    "a foreign page": (
        *(lambda known: known.api.login(headers={"Origin": "https://evil.example"}), 403),
        *("origin_not_allowed", None),
    ),
    "too often": (lambda known: known.too_often(), 429, "rate_limited", None),
    "no such route": (lambda known: known.get("/api/auth/nothing"), 404, "not_found", None),
    "somebody else's session": (lambda known: known.of_another_one(), 404, "not_found", None),
    "forgotten, by whoever is unknown": (
        *(lambda known: known.api.post("/forgot-password", {"email": ADA}), 200, None, None),
    ),
}


@pytest.mark.parametrize(("ask", "status", "code", "challenge"), CASES.values(), ids=CASES)
def test_the_status_says_why(api, tables, ask, status, code, challenge):
    answer = ask(Known(api, tables))
    assert outcome(answer) == (status, code)
    assert answer.headers.get("WWW-Authenticate") == challenge
    assert ("Retry-After" in answer.headers) == (status == 429)


def test_an_unproved_email_is_told_only_to_who_knows_the_password(configured, tables):
    verifying = Client(configured(require_email_verification=True))
    Client(configured()).register()
    told = verifying.login()
    assert outcome(told) == (403, "email_not_verified")
    assert "WWW-Authenticate" not in told.headers
    assert outcome(verifying.login(password="a wrong one")) == (401, "invalid_credentials")
