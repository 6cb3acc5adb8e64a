"""What the database has of a session; neither that nor the key alone makes a token (CONTRACT, section 4)."""

import base64
import hashlib

import pytest
from tests.contract.contents import contents
from tests.contract.minting import ATTACKERS_KEY, REFRESH_KEY, claims_of, with_claims


@pytest.fixture
def ada(api):
    return api.signed_in()


def stored_hash(tables):
    return tables.execute("SELECT secret_hash FROM refresh_tokens").fetchone()[0]


def code(answer):
    return answer.get_json().get("code", answer.status_code)


def test_no_table_holds_a_token_or_the_secret_in_it(api, ada, tables):
    renewed = api.refresh(ada.refresh).get_json()
    secret = claims_of(ada.refresh)["secret"]
    tokens = (ada.access, ada.refresh, renewed["accessToken"], renewed["refreshToken"])
    searched = [*tokens, *(token.rpartition(".")[2] for token in tokens), secret]
    # As text, as a column of bytes is written, and the 32 bytes that the text stands for.
    forms = [*searched, *(text.encode().hex() for text in searched), base64.urlsafe_b64decode(f"{secret}=").hex()]
    rows = "\n".join(row for _, row in contents(tables))
    assert [form for form in forms if form in rows] == []
    # What must be there is: it is not searched in vain.
    assert hashlib.sha256(secret.encode()).hexdigest() in rows


@pytest.mark.parametrize("key", [ATTACKERS_KEY, REFRESH_KEY], ids=["attacker's key", "our key"])
def test_whoever_has_read_the_row_makes_no_token(api, ada, tables, key):
    stored = stored_hash(tables)
    spellings = (stored.hex(), base64.b64encode(stored).decode(), base64.urlsafe_b64encode(stored).decode()[:-1])
    for secret in (*spellings, stored.decode("latin-1"), f"\\x{stored.hex()}"):
        assert code(api.refresh(with_claims(ada.refresh, key, secret=secret))) == "refresh_token_invalid"
    assert code(api.refresh(ada.refresh)) == 200


def test_who_logs_in_twice_has_two_sessions_that_do_not_know_of_each_other(api, ada, tables):
    phone = api.signed_in()
    first, second = claims_of(ada.refresh), claims_of(phone.refresh)
    assert first["sid"] != second["sid"]
    assert first["secret"] != second["secret"]
    assert tables.execute("SELECT count(*) FROM refresh_tokens").fetchone() == (2,)
    mixed = with_claims(ada.refresh, REFRESH_KEY, sid=second["sid"])
    assert code(api.refresh(mixed)) == "refresh_token_invalid"
    assert code(api.refresh(ada.refresh)) == code(api.refresh(phone.refresh)) == 200
    api.post("/logout", headers=ada.headers)
    assert code(api.me(phone.access)) == 200
