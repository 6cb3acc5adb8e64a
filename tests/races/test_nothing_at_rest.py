"""No secret is ever at rest: all of the database and all of the log are searched for those of a whole life."""

import base64
import hashlib

import jwt
from callers import Call, callers_of, change_password, log_in, log_out, me, refresh, register, session_of
from locks import locked_sessions
from psycopg import sql
from tests.support.tables import age_sessions

EMAIL = "Canary.Person@example.com"
STRANGER = "no.canary@example.com"
# The first is set, the second replaces it; each of the others is refused for a reason of its own.
PASSWORD, LATER = "yellow canary sings at six", "grey canary sings at nine"
WRONG, TAKEN, SHORT, MISPLACED = "wrong canary sings", "second canary sings", "Kn7!xQz", "misplaced canary sings"
PASSWORDS = (PASSWORD, LATER, WRONG, TAKEN, SHORT, MISPLACED)


def test_no_password_and_no_token_is_in_the_database_and_no_email_in_the_log(start, tables, database_url, report):
    # At its most talkative, and with limits, which keep something of every email and IP.
    server = start(workers=1, LOG_LEVEL="debug", RATE_LIMITS="on")
    with callers_of(server, 2) as callers:
        pairs = lead_a_whole_life(callers, tables, database_url)
    secrets = {*PASSWORDS, *(secret for pair in pairs for secret in secrets_of(pair))}
    dump, log = dump_of(tables), server.log.read_bytes()
    # What must be there is: neither is searched in vain.
    assert EMAIL.encode() in dump
    assert all(
        hashlib.sha256(claims(pair.refresh)["secret"].encode()).hexdigest().encode() in dump for pair in pairs
    )
    assert len(server.events("login_succeeded")) == 3
    assert len(server.events("refresh_reuse")) == 1
    assert [secret for secret in secrets if any(form in dump for form in forms_of(secret))] == []
    assert [secret for secret in secrets if any(form in log for form in forms_of(secret))] == []
    assert [email for email in (EMAIL, STRANGER) if email.lower().encode() in log.lower()] == []
    report(f"{len(secrets)} secrets searched: 0 in {len(dump):,} bytes of tables, 0 in {len(log):,} bytes of log")


def lead_a_whole_life(callers, tables, database_url):
    """Every use of a password and of a token, refused ones too; the answers that hold tokens."""
    callers.insist(register(EMAIL, PASSWORD))
    for refused in (register(EMAIL.upper(), TAKEN), register(STRANGER, SHORT), log_in(EMAIL, WRONG)):
        assert callers.insist(refused).status in {401, 409, 422}
    assert callers.ask(Call("POST", "/api/auth/login", {"email": STRANGER, "passwort": MISPLACED})).status == 422
    first, phone = (callers.insist(log_in(EMAIL, PASSWORD)) for _ in range(2))
    second = callers.ask(refresh(first.refresh))
    for path in (f"/api/auth/me?access_token={first.access}", f"/api/auth/reset-password/{first.refresh}"):
        assert callers.ask(Call("GET", path)).status in {401, 404}
    age_sessions(tables, 11)
    third = callers.ask(refresh(second.refresh))
    with locked_sessions(database_url, session_of(third.refresh)):
        assert callers.ask(refresh(third.refresh)).status == 503
    assert callers.ask(refresh(first.refresh)).code == "refresh_token_reused"
    assert callers.insist(change_password(phone.access, PASSWORD, LATER)).status == 200
    last = callers.insist(log_in(EMAIL, LATER))
    assert callers.ask(me(last.refresh)).code == "token_invalid"
    assert callers.ask(log_out(last.access)).status == 200
    assert len({session_of(pair.refresh) for pair in (first, phone, last)}) == 3
    return first, phone, second, third, last


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def secrets_of(pair):
    """Its tokens, their signatures (whoever has those can make up the rest) and what only the session knows."""
    tokens = (pair.access, pair.refresh)
    return (*tokens, *(token.rpartition(".")[2] for token in tokens), claims(pair.refresh)["secret"])


def forms_of(secret):
    """As text, and as columns of bytes are written: the text itself, or what it says in base64."""
    forms = [secret.encode(), secret.encode().hex().encode()]
    if len(secret) == 43 and " " not in secret:
        forms.append(base64.urlsafe_b64decode(f"{secret}=").hex().encode())
    return forms


def dump_of(tables):
    """Every row of every table that there is, the catalogue and its statistics included."""
    names = tables.execute("SELECT schemaname, tablename FROM pg_catalog.pg_tables").fetchall()
    dump = b""
    for name in names:
        copy_out = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(*name))
        with tables.cursor().copy(copy_out) as copy:
            dump += b"".join(copy)
    return dump
