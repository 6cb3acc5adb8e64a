"""Whoever adds a column to `users` says what becomes of it when an account is erased or taken over."""

import inspect
import re

import pytest

from authflow.repositories.users_columns import PERSON_FORGOTTEN
from authflow.repositories.users_removed import UsersRemoved
from authflow.repositories.users_verified import UsersVerified

OF_THE_ROW = {"id", "role", "created_at", "familiar_since"}
OF_SESSIONS = {"sessions_ended_at", "spared_session"}
OF_THE_NEWEST_RESET = {"reset_asked_at", "reset_tries"}


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        # The rows of its sessions and events go with the sweep, and nobody can log in.
        (UsersRemoved.empty, OF_THE_ROW | OF_SESSIONS | OF_THE_NEWEST_RESET),
        # What was before is void (`account_security.end_all`); a role is an operator's, as is who may not come in.
        (UsersVerified.add, OF_THE_ROW | OF_SESSIONS | OF_THE_NEWEST_RESET | {"disabled_at", "removed_at"}),
    ],
    ids=["erased", "taken over"],
)
def test_each_column_is_written_anew_or_known_to_stay(tables, statement, kept):
    columns = {
        name
        for (name,) in tables.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'users' AND table_schema = current_schema()"
        )
    }
    source = inspect.getsource(statement).replace("{PERSON_FORGOTTEN}", PERSON_FORGOTTEN)
    written = {name for name in columns if re.search(rf"\b{name}\b( =|[,)])", source)}
    assert columns - written - kept == set()
    assert kept <= columns
