"""The table `mailbox_proofs`, when a verification is given: one row waits for each."""

from typing import Any, LiteralString

from authflow.domain.mailed_code import CODE_LIFE, CODE_TRIES
from authflow.domain.verification import NEWEST, Verification, VerificationKind, VerificationLife
from authflow.repositories.sessions_live import IS_ENDED
from authflow.repositories.statements import Statements

# Of a verification `p`. Asking again renews its life: of a sign-up or a change of email to 2 h from its start.
ENDS_AT: LiteralString = """(CASE p.kind WHEN 'account' THEN p.asked_at + make_interval(secs => %(unproved)s)
    ELSE least(p.asked_at + make_interval(secs => %(unproved)s),
               p.created_at + make_interval(secs => greatest(%(unproved)s, 7200))) END)"""
CODE_ASKED_AT: LiteralString = "coalesce(p.code_asked_at, p.asked_at)"
CODE_IS_LIVE: LiteralString = f"""(p.tries < %(tries)s
    AND {CODE_ASKED_AT} + make_interval(secs => %(code_life)s) > clock_timestamp())"""
# Of a session `t` of the user `u`. What was begun in a session that has ended, in whatever way, is not finished.
SESSION_IS_ALIVE: LiteralString = f"""(NOT {IS_ENDED} AND u.disabled_at IS NULL
    AND t.rotated_at + make_interval(secs => %(idle)s) > clock_timestamp()
    AND t.created_at + make_interval(secs => %(absolute)s) > clock_timestamp())"""
IS_LIVE: LiteralString = f"""({ENDS_AT} > clock_timestamp() AND (p.kind <> 'email_change' OR EXISTS (
    SELECT FROM refresh_tokens AS t JOIN users AS u ON u.id = t.user_id
    WHERE t.id = p.session_id AND t.user_id = p.user_id AND {SESSION_IS_ALIVE})))"""
OF_REGISTRATION: LiteralString = """(p.registration_hash = %(registration_hash)s
    OR p.earlier_registrations @> ARRAY[%(registration_hash)s::bytea])"""
# But for the password's hash, which may be the account's.
COLUMNS: LiteralString = f"""p.id, p.kind, p.email, p.email_canonical, p.user_id, p.username, p.nonce,
    p.code_number, {CODE_ASKED_AT} AS code_asked_at, {CODE_IS_LIVE} AS is_code_live, {ENDS_AT} AS ends_at"""
FIND: LiteralString = f"""
    SELECT {COLUMNS}, coalesce(p.password_hash, owner.password_hash) AS password_hash
    FROM mailbox_proofs AS p LEFT JOIN users AS owner ON owner.id = p.user_id
    WHERE {IS_LIVE}
"""


class VerificationRows:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def find_by_registration(self, registration_hash: bytes, life: VerificationLife) -> Verification | None:
        """The live verification of a `registrationId`, by its hash."""
        rows = self._statements.fetch(
            make_verification,
            f"{FIND} AND {OF_REGISTRATION}",
            registration_hash=registration_hash,
            **seconds_of(life),
        )
        return rows[0] if rows else None

    def find(self, verification_id: int, life: VerificationLife) -> Verification | None:
        """The live verification of that id."""
        rows = self._statements.fetch(
            make_verification,
            f"{FIND} AND p.id = %(verification_id)s",
            verification_id=verification_id,
            **seconds_of(life),
        )
        return rows[0] if rows else None

    def find_newest_sign_up(self, email_canonical: str, life: VerificationLife) -> Verification | None:
        """The newest live sign-up for an address."""
        rows = self._statements.fetch(
            make_verification,
            f"""{FIND} AND p.email_canonical = %(email_canonical)s AND p.kind = 'sign_up'
            ORDER BY p.id DESC LIMIT 1""",
            email_canonical=email_canonical,
            **seconds_of(life),
        )
        return rows[0] if rows else None

    def list_mailed_sign_ups(self, email_canonical: str, life: VerificationLife) -> list[Verification]:
        """Whose mail was really sent, the newest: each of these mails shows that the mailbox was read."""
        return self._statements.fetch(
            make_verification,
            f"""{FIND} AND p.email_canonical = %(email_canonical)s AND p.kind = 'sign_up' AND p.sent_at IS NOT NULL
            ORDER BY p.sent_at DESC, p.id DESC LIMIT %(newest)s""",
            email_canonical=email_canonical,
            newest=NEWEST,
            **seconds_of(life),
        )

    def take_try(self, verification: Verification) -> bool:
        """Takes one of the tries that whoever asked has, before a code is looked at; False where none is left.

        One statement counts and decides: of many guesses at once, five are looked at. A stranger's guesses, by
        another sign-up for the address, take none of these.
        """
        return bool(
            self._statements.execute(
                "UPDATE mailbox_proofs SET tries = tries + 1 WHERE id = %(verification_id)s AND tries < %(tries)s",
                verification_id=verification.id,
                tries=CODE_TRIES,
            )
        )

    def lock_all(self, email_canonical: str) -> None:
        """Of several verifications of one mailbox at once the second waits here, in whatever order they came."""
        self._statements.execute(
            """
            SELECT FROM mailbox_proofs WHERE email_canonical = %(email_canonical)s ORDER BY id FOR UPDATE
            """,
            email_canonical=email_canonical,
        )

    def give_back_try(self, verification: Verification) -> None:
        """The code was right: so it was no guess."""
        self._statements.execute(
            """
            UPDATE mailbox_proofs SET tries = greatest(tries - 1, 0)
            WHERE id = %(verification_id)s AND code_number = %(code_number)s AND nonce = %(nonce)s
            """,
            verification_id=verification.id,
            code_number=verification.code_number,
            nonce=verification.nonce,
        )

    def is_session_alive(self, verification: Verification, life: VerificationLife) -> bool:
        """Whether the session that asked for this change of email lives; until the transaction's end it does."""
        return bool(
            self._statements.execute(
                f"""
                SELECT FROM mailbox_proofs AS p JOIN refresh_tokens AS t ON t.id = p.session_id
                JOIN users AS u ON u.id = t.user_id
                WHERE p.id = %(verification_id)s AND t.user_id = p.user_id AND {SESSION_IS_ALIVE}
                FOR SHARE OF t
                """,
                verification_id=verification.id,
                **seconds_of(life),
            )
        )

    def spend(
        self, verification: Verification, mail: Verification, life: VerificationLife, secret_life: int | None
    ) -> bool:
        """Uses it up; False if it, or what was in that mail, was used, renewed or past its life by then.

        `secret_life` is a code's, in seconds; a link lives as long as its verification.
        """
        return bool(
            self._statements.execute(
                f"""
                DELETE FROM mailbox_proofs AS p
                WHERE p.id = %(verification_id)s AND {IS_LIVE} AND EXISTS (
                    SELECT FROM mailbox_proofs AS p
                    WHERE p.id = %(mail_id)s AND p.nonce = %(nonce)s AND {ENDS_AT} > clock_timestamp()
                      AND (%(secret_life)s::integer IS NULL OR p.code_number = %(code_number)s
                           AND {CODE_ASKED_AT} + make_interval(secs => %(secret_life)s) > clock_timestamp()))
                """,
                verification_id=verification.id,
                mail_id=mail.id,
                nonce=mail.nonce,
                code_number=mail.code_number,
                secret_life=secret_life,
                **seconds_of(life),
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

    def remove_old(self, unproved: int, at_most: int) -> int:
        """How many verifications past their life (`unproved`, in seconds) were removed, in one batch."""
        return self._statements.execute(
            f"""
            DELETE FROM mailbox_proofs WHERE id = ANY (ARRAY(
                SELECT p.id FROM mailbox_proofs AS p
                WHERE p.created_at <= (SELECT clock_timestamp() - make_interval(secs => %(unproved)s))
                  AND {ENDS_AT} <= (SELECT clock_timestamp())
                ORDER BY p.created_at LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
            ))
            """,
            unproved=unproved,
            at_most=at_most,
        )


def make_verification(kind: str, **fields: Any) -> Verification:
    return Verification(kind=VerificationKind(kind), **fields)


def seconds_of(life: VerificationLife) -> dict[str, int]:
    """What the fragments above are filled with."""
    return {
        "unproved": life.unproved,
        "idle": life.session.idle,
        "absolute": life.session.absolute,
        "tries": CODE_TRIES,
        "code_life": CODE_LIFE,
    }
