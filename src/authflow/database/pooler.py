"""Behind a pooler that lends connections for one transaction each: what the role has to bring along.

Nothing can be set on such a connection, as whoever is lent it next would meet it (`connecting.connect`).
"""

from collections.abc import Iterator
from typing import LiteralString

from psycopg import Connection

from authflow.database.connecting import PINNED, pairs
from authflow.database.pool import TIMEOUTS

# Etc/UTC is UTC. What a release does not know is left out.
OTHERWISE: LiteralString = """
    SELECT name, value FROM unnest(%s::text[], %s::text[]) AS wanted (name, value)
    WHERE replace(current_setting(name, true), 'Etc/', '') <> value
"""
MILLISECONDS: LiteralString = "SELECT setting::integer FROM pg_settings WHERE name = %s"


def lacking_of_role(connection: Connection) -> Iterator[str]:
    """A sentence for each setting, with the way to have it."""
    (role,) = connection.execute("SELECT quote_ident(current_user)").fetchone() or ("authflow",)
    for name, value in connection.execute(OTHERWISE, pairs(PINNED)).fetchall():
        yield f"behind the pooler {name} is another than ours: ALTER ROLE {role} SET {name} = '{value}'"
    for name, most in TIMEOUTS.items():
        (found,) = connection.execute(MILLISECONDS, [name]).fetchone() or (0,)
        # Shorter will do; 0 is none.
        if not 0 < found <= int(most):
            yield f"behind the pooler nothing bounds a wait: ALTER ROLE {role} SET {name} = '{most}ms'"
