"""The columns of a row `u` of the table `users`, once: what a User and an Account are made of."""

from datetime import datetime
from typing import Any, LiteralString

from authflow.domain.user import Account, User

USER_COLUMNS: LiteralString = (
    "u.id, u.username, u.email, u.email_canonical, u.email_verified, u.role, u.created_at"
)
ACCOUNT_COLUMNS: LiteralString = f"{USER_COLUMNS}, u.password_hash, u.password_version, u.disabled_at"
# What a statement sets that ends the reset asked for until now: a request of before it comes too late.
RESET_VOIDED: LiteralString = "reset_nonce = NULL, reset_asked_at = clock_timestamp()"
# What a statement sets of a row `u` that becomes nobody's or somebody else's, besides name, email and password.
PERSON_FORGOTTEN: LiteralString = f"password_version = u.password_version + 1, {RESET_VOIDED}"


def make_account(
    password_hash: str | None, password_version: int, disabled_at: datetime | None, **user: Any
) -> Account:
    return Account(User(**user), password_hash, password_version, disabled_at is not None)
