"""The database: reached, of one time with us, of this release's schema; then the queue in it."""

from collections.abc import Iterator

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from authflow.config import Config
from authflow.crypto.signed_token import LEEWAY_SECONDS
from authflow.database.connecting import SET, connect, pairs
from authflow.database.migrator import Migrator
from authflow.database.on_connection import OnConnection
from authflow.database.pool import TIMEOUTS
from authflow.database.pooler import lacking_of_role
from authflow.database.schema_migrations import list_recorded
from authflow.database.server_state import read_server_state
from authflow.database.suitability import read_standing
from authflow.doctor.finding import Finding, ok, problem
from authflow.doctor.limits import findings_of_limits
from authflow.doctor.queue import findings_of_queue
from authflow.repositories.jobs import Jobs
from authflow.repositories.withheld_mails import WithheldMails


def findings_of_database(config: Config) -> Iterator[Finding]:
    url = config.database_url
    try:
        with connect(url, pooled=config.transaction_pooler) as connection:
            if config.transaction_pooler:
                yield from (problem("pooler", told) for told in lacking_of_role(connection))
            else:
                connection.execute(SET, pairs(TIMEOUTS))
            yield from _of_server(connection)
            migrator = Migrator(url, pooled=config.transaction_pooler)
            standing = read_standing(connection, migrator.migrations)
            yield from (problem("database", told) for told in standing.lacking())
            if obstacles := list(standing.obstacles()):
                yield from (problem("database", told) for told in obstacles)
                return
            pending = migrator.pending(list_recorded(connection))
            yield from (problem("database", told) for told in standing.in_the_way(pending))
            schema = _of_schema(migrator)
            yield schema
            if schema.is_ok:
                yield from findings_of_queue(Jobs(OnConnection(connection)), config.run_worker)
                yield from findings_of_limits(config, WithheldMails(OnConnection(connection)).list_all())
    except psycopg.Error as error:
        yield problem("database", f"{_without_password(str(error), url)}: look at DATABASE_URL")


def _of_server(connection: Connection) -> Iterator[Finding]:
    state = read_server_state(connection)
    yield ok("database", f"reached, PostgreSQL {state.version}")
    seconds = abs(state.clock_ahead)
    told = f"{seconds:.1f} s {'ahead of' if state.clock_ahead > 0 else 'behind'} the one here"
    if seconds < LEEWAY_SECONDS:
        yield ok("clock", f"the database's is {told}")
    else:
        yield problem("clock", f"the database's is {told}, so tokens expire too early: set both by NTP")


def _of_schema(migrator: Migrator) -> Finding:
    by_state: dict[str, list[str]] = {}
    for each in migrator.status():
        by_state.setdefault(each.state, []).append(each.version)
    if changed := by_state.get("changed"):
        edited = ", ".join(changed)
        return problem(
            "migrations",
            f"edited after being applied: {edited}; restore them, or `authflow migrate up --accept-changed`",
        )
    if pending := by_state.get("pending"):
        return problem("migrations", f"{len(pending)} to be applied: run `authflow migrate`")
    # Applied by a release that knew more: an older one runs on it all the same.
    unknown = len(by_state.get("missing", []))
    return ok("migrations", "all applied" + (f", and {unknown} of a newer release" if unknown else ""))


def _without_password(message: str, url: str) -> str:
    """In one line. The driver quotes what it could not use, and a strange address may end in the wrong place."""
    password = conninfo_to_dict(url).get("password")
    told = " ".join(message.split())
    return told.replace(str(password), "…") if password else told
