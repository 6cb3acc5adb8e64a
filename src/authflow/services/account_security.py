"""The end of what went before, whenever a credential changes: the one home of that rule."""

from uuid import UUID

from authflow.database.transaction import Repositories


def end_all(tx: Repositories, user_id: int, spare: UUID | None = None, verified_email: str | None = None) -> int:
    """Ends sessions but the one to spare, and verifications; how many sessions that were.

    For a transaction that holds the user, whose change voids the reset itself (`users_columns.RESET_VOIDED`).
    `verified_email`: the canonical one of a mailbox that was just proved; other sign-ups for it end too.
    Raises DatabaseUnavailable.
    """
    tx.verifications.remove_of(user_id, verified_email)
    return end_sessions(tx, user_id, spare)


def end_sessions(tx: Repositories, user_id: int, spare: UUID | None = None) -> int:
    """Where no credential changes; a change of email that waits ends with its session.

    How many sessions that were. Raises DatabaseUnavailable.
    """
    return tx.sessions.revoke_all(user_id, spare)
