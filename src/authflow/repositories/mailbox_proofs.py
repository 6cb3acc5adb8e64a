"""The table `mailbox_proofs`, when a proof is given: one row waits for each. `life` is in seconds."""

from typing import Any, LiteralString

from authflow.domain.mailbox_proof import MailboxProof, ProofKind
from authflow.domain.mailed_code import CODE_LIFE, CODE_TRIES
from authflow.repositories.statements import Statements

FIND: LiteralString = """
    SELECT p.id, p.kind, p.email, p.email_canonical, p.user_id, p.username,
           coalesce(p.password_hash, u.password_hash) AS password_hash, p.nonce, p.asked_at, p.created_at
    FROM mailbox_proofs AS p LEFT JOIN users AS u ON u.id = p.user_id
    WHERE p.created_at + make_interval(secs => %(life)s) > clock_timestamp()
"""


class MailboxProofs:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def find_by_registration(self, registration_hash: bytes, life: int) -> MailboxProof | None:
        rows = self._statements.fetch(
            make_proof,
            f"{FIND} AND p.registration_hash = %(registration_hash)s",
            registration_hash=registration_hash,
            life=life,
        )
        return rows[0] if rows else None

    def find(self, proof_id: int, life: int) -> MailboxProof | None:
        rows = self._statements.fetch(make_proof, f"{FIND} AND p.id = %(proof_id)s", proof_id=proof_id, life=life)
        return rows[0] if rows else None

    def take_try(self, proof: MailboxProof, life: int) -> bool:
        """Takes one of the tries that the code has, before it is looked at; False where there is none left.

        One statement counts and decides: of many guesses at once, five are looked at.
        """
        return bool(
            self._statements.execute(
                """
                UPDATE mailbox_proofs SET tries = tries + 1
                WHERE id = %(proof_id)s AND nonce = %(nonce)s AND tries < %(tries)s
                  AND asked_at + make_interval(secs => %(code_life)s) > clock_timestamp()
                  AND created_at + make_interval(secs => %(life)s) > clock_timestamp()
                """,
                proof_id=proof.id,
                nonce=proof.nonce,
                tries=CODE_TRIES,
                code_life=CODE_LIFE,
                life=life,
            )
        )

    def lock_all(self, email_canonical: str) -> None:
        """Of several proofs of one mailbox at once the second waits here, in whatever order they came."""
        self._statements.execute(
            """
            SELECT FROM mailbox_proofs WHERE email_canonical = %(email_canonical)s ORDER BY id FOR UPDATE
            """,
            email_canonical=email_canonical,
        )

    def spend(self, proof: MailboxProof, life: int, secret_life: int) -> bool:
        """Uses up the proof; False if it was used, renewed, or it or its secret past its life by then."""
        return bool(
            self._statements.execute(
                """
                DELETE FROM mailbox_proofs
                WHERE id = %(proof_id)s AND nonce = %(nonce)s
                  AND asked_at + make_interval(secs => %(secret_life)s) > clock_timestamp()
                  AND created_at + make_interval(secs => %(life)s) > clock_timestamp()
                """,
                proof_id=proof.id,
                nonce=proof.nonce,
                secret_life=secret_life,
                life=life,
            )
        )

    def remove_of(self, user_id: int, email_canonical: str | None = None) -> int:
        """What was asked of this account, and the sign-ups for this address."""
        return self._statements.execute(
            """
            DELETE FROM mailbox_proofs
            WHERE user_id = %(user_id)s OR (user_id IS NULL AND email_canonical = %(email_canonical)s)
            """,
            user_id=user_id,
            email_canonical=email_canonical,
        )

    def remove_old(self, life: int, at_most: int) -> int:
        """How many proofs past their life were removed, in one batch."""
        return self._statements.execute(
            """
            DELETE FROM mailbox_proofs WHERE id = ANY (ARRAY(
                SELECT id FROM mailbox_proofs
                WHERE created_at <= (SELECT clock_timestamp() - make_interval(secs => %(life)s))
                ORDER BY created_at LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            life=life,
            at_most=at_most,
        )


def make_proof(kind: str, **fields: Any) -> MailboxProof:
    return MailboxProof(kind=ProofKind(kind), **fields)
