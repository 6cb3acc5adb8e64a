"""Mailed links and codes: derived from a key and a nonce, guessable from neither (SECURITY BAR 26, 34, 36)."""

import base64
import hmac
import secrets
from collections import Counter
from dataclasses import replace

import pytest
from tests.support.client import ADA, PASSWORD, Client
from tests.support.tables import empty_all_tables

from authflow.bootstrap import build_services
from authflow.crypto.mailed_secret import MailedSecrets, Purpose, Reference
from authflow.domain.email_address import EmailAddress
from authflow.web.app import create_app

EMAIL = EmailAddress.parse(ADA)
KEY, NONCE = b"k" * 32, b"n" * 32
RESET = Reference(Purpose.RESET, 7)
MADE = MailedSecrets(KEY, None)
CODES = 100_000
# Of chi-square by 9 and by 99 degrees of freedom: chance exceeds them once in a thousand times.
TEN_ALIKE, HUNDRED_ALIKE = 27.88, 148.23
# What differs between two runs that do the same, and is no secret.
ROWS = """
    SELECT to_jsonb(u) - '{id, created_at, password_hash, reset_asked_at}'::text[] FROM users AS u UNION ALL
    SELECT to_jsonb(p) - '{id, created_at, password_hash, asked_at}'::text[] FROM mailbox_proofs AS p UNION ALL
    SELECT args FROM procrastinate_jobs
"""


def secret_of(token):
    return token.partition("-")[2]


def unevenness(counts, choices):
    """Chi-square, of codes that should fall on so many choices alike."""
    expected = counts.total() / choices
    return sum((counts[choice] - expected) ** 2 / expected for choice in counts) + expected * (
        choices - len(counts)
    )


@pytest.mark.parametrize(
    ("key", "reference", "nonce"),
    [
        pytest.param(b"l" * 32, RESET, NONCE, id="the database alone"),
        pytest.param(KEY, RESET, b"o" * 32, id="the environment alone"),
        pytest.param(KEY, Reference(Purpose.VERIFICATION, 7), NONCE, id="of another purpose"),
        pytest.param(KEY, Reference(Purpose.RESET, 8), NONCE, id="of another row"),
    ],
)
def test_nobody_makes_a_secret_without_all_that_it_is_made_of(key, reference, nonce):
    made = MailedSecrets(key, None)
    token, code = made.token(reference, nonce), made.code(reference, nonce)
    assert secret_of(token) != secret_of(MADE.token(RESET, NONCE))
    assert not MADE.is_token(f"r7-{secret_of(token)}", RESET, NONCE)
    assert not MADE.is_code(code, RESET, NONCE)


def test_a_link_is_256_bits_that_tell_nothing_of_the_code():
    bits = base64.urlsafe_b64decode(secret_of(MADE.token(RESET, NONCE)) + "=")
    assert len(bits) == 32
    assert f"{int.from_bytes(bits) % 10**8:08}" != MADE.code(RESET, NONCE)


def test_every_code_of_eight_digits_is_as_likely_as_any_other():
    codes = [MADE.code(RESET, number.to_bytes(32)) for number in range(CODES)]
    assert {len(code) for code in codes} == {8}
    for place in range(8):
        assert unevenness(Counter(code[place] for code in codes), 10) < TEN_ALIKE
    assert unevenness(Counter(code[:2] for code in codes), 100) < HUNDRED_ALIKE
    assert unevenness(Counter(code[-2:] for code in codes), 100) < HUNDRED_ALIKE


@pytest.mark.parametrize("given", ["", "x", "12345678", "é", "\ud800", "r7-" + "A" * 43])
def test_what_is_given_is_compared_in_the_same_time_wherever_it_differs(monkeypatch, given):
    compared = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *both: compared.append(both) or compare(*both))
    assert not MADE.is_token(given, RESET, NONCE)
    assert not MADE.is_code(given, RESET, NONCE)
    assert len(compared) == 2


def test_nothing_that_is_stored_depends_on_the_key(config, pool, passwords, outbox, tables, monkeypatch):
    """Whoever reads the whole database, and not the environment, finds every code equally likely."""
    monkeypatch.setattr(secrets, "token_bytes", lambda size: bytes(size))
    stored = []
    for key in (b"a" * 40, b"b" * 40):
        changed = replace(config, refresh_secret=key, require_email_verification=True)
        services = build_services(changed, pool, passwords, outbox)
        client = Client(create_app(services, changed))
        client.register()
        services.registration.register("Ada", EMAIL, PASSWORD)
        client.post("/forgot-password", {"email": ADA})
        stored.append(tables.execute(ROWS).fetchall())
        empty_all_tables(tables)
    assert stored[0] == stored[1]
    assert len(stored[0]) == 4
