"""The table `mailbox_proofs`, when a verification is asked for: a row per sign-up, and per account and kind."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from authflow.domain.email_address import EmailAddress
from authflow.domain.verification import NEWEST, Verification, VerificationLife
from authflow.repositories.statements import Statements
from authflow.repositories.verifications import (
    CODE_ASKED_AT,
    COLUMNS,
    ENDS_AT,
    IS_LIVE,
    OF_REGISTRATION,
    make_verification,
    seconds_of,
)

# One reading of the clock in a statement: link and code must not differ in what they took for now.
NOW: LiteralString = "statement_timestamp()"
# In a mail that was asked for, or now.
ASKED_AT: LiteralString = f"coalesce(%(asked_at)s::timestamptz, {NOW})"
LINK_STAYS: LiteralString = f"({ENDS_AT} > {NOW})"
# The same request may come again: it has renewed the code already.
CODE_STAYS: LiteralString = f"""({CODE_ASKED_AT} >= {ASKED_AT} OR {LINK_STAYS} AND p.tries < %(tries)s
    AND {CODE_ASKED_AT} + make_interval(secs => %(code_life)s) > {NOW})"""
CODE_STAYS_OR_IS_RENEWED: LiteralString = f"""
    code_number = CASE WHEN {CODE_STAYS} THEN p.code_number ELSE p.code_number + 1 END,
    tries = CASE WHEN {CODE_STAYS} THEN p.tries ELSE 0 END,
    code_asked_at = CASE WHEN {CODE_STAYS} THEN {CODE_ASKED_AT} ELSE {ASKED_AT} END"""


class VerificationRequests:
    """`sent_at` is NULL in every new row: a mail that never left proves nothing about the mailbox."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add_sign_up(
        self, username: str, email: EmailAddress, password_hash: str, registration_hash: bytes, nonce: bytes
    ) -> None:
        """Whoever the email belongs to: nobody is looked up, and another sign-up for it is left alone."""
        self._statements.execute(
            """
            INSERT INTO mailbox_proofs
                (kind, email, email_canonical, username, password_hash, registration_hash, nonce, sent_at)
            VALUES ('sign_up', %(email)s, %(email_canonical)s, %(username)s, %(password_hash)s,
                    %(registration_hash)s, %(nonce)s, NULL)
            """,
            username=username,
            email=email.typed,
            email_canonical=email.canonical,
            password_hash=password_hash,
            registration_hash=registration_hash,
            nonce=nonce,
        )

    def put_email_change(
        self, user_id: int, session_id: UUID, email: EmailAddress, registration_hash: bytes, nonce: bytes
    ) -> None:
        """The earlier one of this account, its mails and its browser, is void. None where the account is gone."""
        self._statements.execute(
            """
            INSERT INTO mailbox_proofs AS p
                (kind, user_id, session_id, email, email_canonical, registration_hash, nonce, sent_at)
            SELECT 'email_change', id, %(session_id)s, %(email)s, %(email_canonical)s, %(registration_hash)s,
                   %(nonce)s, NULL
            FROM users WHERE id = %(user_id)s FOR KEY SHARE
            ON CONFLICT (user_id, kind) WHERE user_id IS NOT NULL DO UPDATE
            SET session_id = excluded.session_id, email = excluded.email, sent_at = NULL,
                email_canonical = excluded.email_canonical, registration_hash = excluded.registration_hash,
                nonce = excluded.nonce, tries = 0, code_number = 0, code_asked_at = NULL,
                asked_at = excluded.asked_at, created_at = excluded.created_at
            """,
            user_id=user_id,
            session_id=session_id,
            email=email.typed,
            email_canonical=email.canonical,
            registration_hash=registration_hash,
            nonce=nonce,
        )

    def put_account(
        self,
        email_canonical: str,
        registration_hash: bytes,
        nonce: bytes,
        life: VerificationLife,
        asked_at: datetime | None,
    ) -> Verification | None:
        """The verification asked of an account that never proved its email; None where there is none.

        A link that lives stays the same, and so does its code unless that is spent or dead. Asked in a mail
        (`asked_at`), browsers keep what they hold; asked at login, one more holds a `registrationId`. The same may
        be asked for again.
        """
        rows = self._statements.fetch(
            make_verification,
            f"""
            INSERT INTO mailbox_proofs AS p
                (kind, user_id, email, email_canonical, registration_hash, nonce, asked_at, created_at, sent_at)
            SELECT 'account', id, email, email_canonical, %(registration_hash)s, %(nonce)s, {ASKED_AT}, {ASKED_AT},
                   NULL
            FROM users
            WHERE email_canonical = %(email_canonical)s AND NOT email_verified AND disabled_at IS NULL
            ON CONFLICT (user_id, kind) WHERE user_id IS NOT NULL DO UPDATE
            SET email = excluded.email, email_canonical = excluded.email_canonical,
                registration_hash = CASE WHEN %(at_login)s THEN excluded.registration_hash
                    ELSE p.registration_hash END,
                earlier_registrations = CASE WHEN %(at_login)s
                    THEN (ARRAY[p.registration_hash] || p.earlier_registrations)[:%(newest)s - 1]
                    ELSE p.earlier_registrations END,
                nonce = CASE WHEN {LINK_STAYS} AND p.email_canonical = excluded.email_canonical
                    THEN p.nonce ELSE excluded.nonce END,
                asked_at = greatest(p.asked_at, {ASKED_AT}), {CODE_STAYS_OR_IS_RENEWED}
            RETURNING {COLUMNS}, p.password_hash
            """,
            email_canonical=email_canonical,
            registration_hash=registration_hash,
            nonce=nonce,
            asked_at=asked_at,
            at_login=asked_at is None,
            newest=NEWEST,
            **seconds_of(life),
        )
        return rows[0] if rows else None

    def renew_newest_sign_up(
        self, email_canonical: str, life: VerificationLife, asked_at: datetime
    ) -> Verification | None:
        """The newest that waits for this address, for a mail more with the same link; None where none does."""
        rows = self._statements.fetch(
            make_verification,
            f"""
            UPDATE mailbox_proofs AS p
            SET asked_at = greatest(p.asked_at, {ASKED_AT}), {CODE_STAYS_OR_IS_RENEWED}
            WHERE {LINK_STAYS} AND p.id = (
                SELECT id FROM mailbox_proofs WHERE email_canonical = %(email_canonical)s AND kind = 'sign_up'
                ORDER BY id DESC LIMIT 1)
            RETURNING {COLUMNS}, p.password_hash
            """,
            email_canonical=email_canonical,
            asked_at=asked_at,
            **seconds_of(life),
        )
        return rows[0] if rows else None

    def renew(
        self, registration_hash: bytes, nonce: bytes, asked_at: datetime, life: VerificationLife
    ) -> Verification | None:
        """What to mail: None where that verification has ended, or a later request has made this one void.

        The same request may come again, and says the same. Another `nonce` makes the earlier mails void.
        """
        rows = self._statements.fetch(
            make_verification,
            f"""
            UPDATE mailbox_proofs AS p
            SET nonce = %(nonce)s, asked_at = CASE WHEN p.nonce = %(nonce)s THEN p.asked_at ELSE %(asked_at)s END,
                tries = CASE WHEN p.nonce = %(nonce)s THEN p.tries ELSE 0 END,
                sent_at = CASE WHEN p.nonce = %(nonce)s THEN p.sent_at END,
                code_asked_at = CASE WHEN p.nonce = %(nonce)s THEN p.code_asked_at END
            WHERE {OF_REGISTRATION} AND {IS_LIVE} AND (p.nonce = %(nonce)s OR p.asked_at < %(asked_at)s)
            RETURNING {COLUMNS}, p.password_hash
            """,
            registration_hash=registration_hash,
            nonce=nonce,
            asked_at=asked_at,
            **seconds_of(life),
        )
        return rows[0] if rows else None

    def note_sent(self, verification: Verification) -> None:
        """Its mail left; not if another one has been asked for since."""
        self._statements.execute(
            """
            UPDATE mailbox_proofs SET sent_at = clock_timestamp()
            WHERE id = %(verification_id)s AND nonce = %(nonce)s
            """,
            verification_id=verification.id,
            nonce=verification.nonce,
        )
