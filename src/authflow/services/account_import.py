"""Bring users from another system, with the hashes of their passwords."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from authflow.database.transaction import Database
from authflow.domain.user_import import ImportedUser, Record, Refusal
from authflow.log import log_event
from authflow.services.account_import_line import read_user

# Lines that one statement takes in: some 20 ms, of the 900 that any statement has.
BATCH = 1_000
# No two emails of any file share so many.
DIGEST_BYTES = 16


@dataclass(frozen=True)
class ImportedBatch:
    """How many users it added, or would have, and who was refused, in the order of the file.

    `without_password`: of those added.
    """

    added: int
    without_password: int
    refusals: Sequence[Refusal]


@dataclass(frozen=True)
class AccountImportService:
    database: Database

    def import_users(
        self, lines: Iterable[Record | Refusal], is_dry_run: bool = False
    ) -> Generator[ImportedBatch]:
        """Each batch is in as a whole when it is yielded, without those refused. Raises DatabaseUnavailable."""
        now = self.database.autocommit.users_import.get_time()
        earlier = dict[bytes, int]()
        remaining, added, refused = iter(lines), 0, 0
        try:
            while lines_of_batch := list(islice(remaining, BATCH)):
                batch = self._add([_checked(line, earlier, now) for line in lines_of_batch], is_dry_run)
                added, refused = added + batch.added, refused + len(batch.refusals)
                yield batch
        finally:
            # Also of an import that was interrupted: what went in stays in.
            if not is_dry_run:
                log_event("users_imported", added=added, refused=refused)

    def _add(self, checked: Sequence[ImportedUser | Refusal], is_dry_run: bool) -> ImportedBatch:
        users = [line for line in checked if isinstance(line, ImportedUser)]
        autocommit = self.database.autocommit.users_import
        # One statement, so all of them or nobody; who registered a moment ago is left as they are.
        added = autocommit.list_without_account(users) if is_dry_run else autocommit.add(users)
        settled = [_refused_unless_in(added, line) for line in checked]
        return ImportedBatch(
            len(added),
            sum(user.password_hash is None and user.email.canonical in added for user in users),
            [line for line in settled if isinstance(line, Refusal)],
        )


def _checked(line: Record | Refusal, earlier: dict[bytes, int], now: datetime) -> ImportedUser | Refusal:
    checked = line if isinstance(line, Refusal) else read_user(line, now)
    if isinstance(checked, Refusal):
        return checked
    # 140 bytes an email, however long it is.
    digest = blake2b(checked.email.canonical.encode(), digest_size=DIGEST_BYTES).digest()
    first = earlier.setdefault(digest, checked.line)
    if first != checked.line:
        return Refusal(checked.line, f"email: It is the same as on line {first}.")
    return checked


def _refused_unless_in(added: set[str], line: ImportedUser | Refusal) -> ImportedUser | Refusal:
    if isinstance(line, Refusal) or line.email.canonical in added:
        return line
    return Refusal(line.line, "email: It has an account already.")
