"""The table `mailbox_proofs`, when a proof is asked for: a row per sign-up, and per account and kind."""

from datetime import datetime

from authflow.domain.email_address import EmailAddress
from authflow.domain.mailbox_proof import MailboxProof, ProofKind
from authflow.repositories.mailbox_proofs import make_proof
from authflow.repositories.statements import Statements


class ProofRequests:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add_sign_up(
        self, username: str, email: EmailAddress, password_hash: str, registration_hash: bytes, nonce: bytes
    ) -> None:
        """Whoever the email belongs to: nobody is looked up, and another sign-up for it is left alone."""
        self._statements.execute(
            """
            INSERT INTO mailbox_proofs
                (kind, email, email_canonical, username, password_hash, registration_hash, nonce)
            VALUES ('sign_up', %(email)s, %(email_canonical)s, %(username)s, %(password_hash)s,
                    %(registration_hash)s, %(nonce)s)
            """,
            username=username,
            email=email.typed,
            email_canonical=email.canonical,
            password_hash=password_hash,
            registration_hash=registration_hash,
            nonce=nonce,
        )

    def put(
        self, kind: ProofKind, user_id: int, email: EmailAddress, registration_hash: bytes, nonce: bytes
    ) -> None:
        """The proof asked of an account; the earlier one of this kind, its mails and its browser, is void.

        None of an account that was deleted meanwhile.
        """
        self._statements.execute(
            """
            INSERT INTO mailbox_proofs AS p (kind, user_id, email, email_canonical, registration_hash, nonce)
            SELECT %(kind)s, id, %(email)s, %(email_canonical)s, %(registration_hash)s, %(nonce)s
            FROM users WHERE id = %(user_id)s FOR KEY SHARE
            ON CONFLICT (user_id, kind) WHERE user_id IS NOT NULL DO UPDATE
            SET email = excluded.email, email_canonical = excluded.email_canonical,
                registration_hash = excluded.registration_hash, nonce = excluded.nonce, tries = 0,
                asked_at = excluded.asked_at, created_at = excluded.created_at
            """,
            kind=kind,
            user_id=user_id,
            email=email.typed,
            email_canonical=email.canonical,
            registration_hash=registration_hash,
            nonce=nonce,
        )

    def put_by_email(
        self, email_canonical: str, registration_hash: bytes, nonce: bytes, asked_at: datetime
    ) -> MailboxProof | None:
        """What to mail to an account that never proved its email; None where there is none.

        A browser that asked before keeps its `registrationId`. As `renew`, it may come again.
        """
        rows = self._statements.fetch(
            make_proof,
            """
            INSERT INTO mailbox_proofs AS p
                (kind, user_id, email, email_canonical, registration_hash, nonce, asked_at, created_at)
            SELECT 'account', id, email, email_canonical, %(registration_hash)s, %(nonce)s,
                   %(asked_at)s, %(asked_at)s
            FROM users
            WHERE email_canonical = %(email_canonical)s AND NOT email_verified AND disabled_at IS NULL
            ON CONFLICT (user_id, kind) WHERE user_id IS NOT NULL DO UPDATE
            SET nonce = excluded.nonce, asked_at = excluded.asked_at, created_at = excluded.created_at,
                tries = CASE WHEN p.nonce = excluded.nonce THEN p.tries ELSE 0 END
            WHERE p.nonce = excluded.nonce OR p.asked_at < excluded.asked_at
            RETURNING id, kind, email, email_canonical, user_id, username, password_hash, nonce,
                      asked_at, created_at
            """,
            email_canonical=email_canonical,
            registration_hash=registration_hash,
            nonce=nonce,
            asked_at=asked_at,
        )
        return rows[0] if rows else None

    def renew(self, registration_hash: bytes, nonce: bytes, asked_at: datetime, life: int) -> MailboxProof | None:
        """What to mail: None where that proof has ended, or a later request has made this one void.

        The same request may come again, and says the same.
        """
        rows = self._statements.fetch(
            make_proof,
            """
            UPDATE mailbox_proofs AS p
            SET nonce = %(nonce)s, asked_at = CASE WHEN p.nonce = %(nonce)s THEN p.asked_at ELSE %(asked_at)s END,
                tries = CASE WHEN p.nonce = %(nonce)s THEN p.tries ELSE 0 END
            WHERE p.registration_hash = %(registration_hash)s
              AND p.created_at + make_interval(secs => %(life)s) > clock_timestamp()
              AND (p.nonce = %(nonce)s OR p.asked_at < %(asked_at)s)
            RETURNING id, kind, email, email_canonical, user_id, username, password_hash, nonce,
                      asked_at, created_at
            """,
            registration_hash=registration_hash,
            nonce=nonce,
            asked_at=asked_at,
            life=life,
        )
        return rows[0] if rows else None
