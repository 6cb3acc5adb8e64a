"""Secrets as if they had just been mailed: named by whose they are, so that a table of requests can tell them."""

from psycopg import Connection

from authflow.bootstrap import MAILED_SECRETS
from authflow.crypto.keyed_hash import derived_key
from authflow.crypto.mailed_secret import MailedSecrets, Purpose, Reference
from authflow.crypto.refresh_token import hash_of
from tests.contract.minting import REFRESH_KEY, claims_of
from tests.support.client import Person

NONCE = b"a nonce of tests"
# Past every id that the table gives by itself.
FIRST_VERIFICATION = 10**12
SECRETS = MailedSecrets(derived_key(REFRESH_KEY.encode(), MAILED_SECRETS), None)


def user_id_of(person: Person) -> int:
    """0 for a stranger."""
    return int(claims_of(person.refresh)["sub"]) if person.refresh else 0


def reset_of(person: Person) -> dict[str, str]:
    """What `/reset-password` takes of it."""
    reference = Reference(Purpose.RESET, user_id_of(person))
    return {"token": SECRETS.token(reference, NONCE), "otp": SECRETS.code(reference, NONCE)}


def verification_of(person: Person) -> dict[str, str]:
    """What `/verify-email` takes of it."""
    user_id = user_id_of(person)
    reference = Reference(Purpose.VERIFICATION, FIRST_VERIFICATION + user_id)
    secrets = {"token": SECRETS.token(reference, NONCE), "otp": SECRETS.code(reference, NONCE)}
    return {"registrationId": f"registration of {user_id}", **secrets}


def leave_pending(tables: Connection, person: Person) -> None:
    """Both secrets are live from now on."""
    user_id = user_id_of(person)
    tables.execute(
        "UPDATE users SET reset_nonce = %s, reset_asked_at = clock_timestamp(), reset_tries = 0 WHERE id = %s",
        [NONCE, user_id],
    )
    tables.execute(
        """
        INSERT INTO mailbox_proofs (id, kind, user_id, email, email_canonical, registration_hash, nonce)
        OVERRIDING SYSTEM VALUE
        SELECT %s, 'account', id, email, email_canonical, %s, %s FROM users WHERE id = %s
        ON CONFLICT DO NOTHING
        """,
        [FIRST_VERIFICATION + user_id, hash_of(verification_of(person)["registrationId"]), NONCE, user_id],
    )
