"""How the address of the database is read, and what is said of one that was written for another tool."""

import re
from typing import NoReturn
from urllib.parse import parse_qsl

import psycopg
from psycopg.conninfo import conninfo_to_dict

from authflow.config.setting import Refused

OTHERS = "it is another tool's, and means nothing here"
SCHEMA = "a schema is chosen by options=-csearch_path%3DNAME, or by ALTER ROLE … SET search_path"
POOL = f"{OTHERS}; DB_POOL_SIZE sets the size of the pool"
# Of Prisma, node-postgres, SQLAlchemy, Npgsql, JDBC and others: libpq knows none of these.
FOREIGN_PARAMETERS = {
    "pgbouncer": f"{OTHERS}; behind a pooler that pools transactions set DATABASE_POOLER=transaction",
    "schema": SCHEMA,
    "currentschema": SCHEMA,
    "search_path": SCHEMA,
    "pool_timeout": POOL,
    "connection_limit": POOL,
    "pool_size": POOL,
    "max_overflow": POOL,
    "statement_cache_size": OTHERS,
    "statement_timeout": f"{OTHERS}; every wait has its bound",
    "socket_timeout": f"{OTHERS}; every wait has its bound",
    "prepared_statements": f"{OTHERS}; behind a pooler that pools transactions set DATABASE_POOLER=transaction",
    "prepared_statement_cache_size": OTHERS,
    "sslaccept": "write sslmode=require, or sslmode=verify-full with sslrootcert",
    "uselibpqcompat": OTHERS,
    "charset": f"{OTHERS}; it is always UTF-8",
    "encoding": f"{OTHERS}; it is always UTF-8",
}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def _refuse(expected: str) -> NoReturn:
    raise Refused(expected)


def postgresql_url(value: str, _production: bool) -> str:
    """Also refused: an address of which the driver takes a piece of the password for the host or the port.

    It would quote that piece in its errors.
    """
    _refuse_foreign_words(value)
    expected = (
        "an address such as postgresql://user:password@host:5432/database; "
        "in the password, : / @ % are written %3A %2F %40 %25"
    )
    try:
        parts = conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        _refuse(expected)
    host, port = str(parts.get("host", "")), str(parts.get("port", "5432"))
    if not re.match("postgres(ql)?://", value) or "@" in host or not re.fullmatch("[0-9,]+", port):
        _refuse(expected)
    return value


def _refuse_foreign_words(value: str) -> None:
    """Only words of the lists above are repeated: anything else may be a piece of the password."""
    if re.match(r"jdbc:|postgres(ql)?\+[a-z0-9_]+://", value):
        _refuse("an address that begins with postgresql://, without the name of a driver")
    for name, setting in parse_qsl(value.rpartition("@")[2].partition("?")[2], keep_blank_values=True):
        if way := FOREIGN_PARAMETERS.get(name.lower()):
            _refuse(f"an address without the parameter {name.lower()}: {way}")
        if name == "sslmode" and setting not in SSL_MODES:
            _refuse(f"an address whose sslmode is one of {', '.join(SSL_MODES)}")
