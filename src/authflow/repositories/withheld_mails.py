"""The table `withheld_mails`: how many were not sent as their mailbox had its share, by cause."""

from authflow.domain.withheld_mail import Withheld
from authflow.repositories.statements import Statements


class WithheldMails:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, cause: str) -> None:
        """Counts one more mail of this cause that was not sent."""
        self._statements.execute(
            """
            INSERT INTO withheld_mails AS w (cause, mails, latest_at) VALUES (%(cause)s, 1, clock_timestamp())
            ON CONFLICT (cause) DO UPDATE SET mails = w.mails + 1, latest_at = excluded.latest_at
            """,
            cause=cause,
        )

    def list_all(self) -> list[Withheld]:
        """How many mails of each cause were not sent."""
        return self._statements.fetch(
            Withheld,
            """
            SELECT cause, mails, extract(epoch FROM clock_timestamp() - latest_at)::float8 AS latest
            FROM withheld_mails ORDER BY cause
            """,
        )
