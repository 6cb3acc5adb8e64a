"""Which requests are sent: every operation, in each of its fields, in its body, its headers and its address."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

from tests.contract import bad_values
from tests.contract.every_route import NO_SUCH_ID, forms_of
from tests.contract.test_queries_and_paths import BAD_IDS, BAD_QUERIES, UNKNOWN_NAMES
from tests.hostile.description import Operation
from tests.hostile.headers import HEADERS
from tests.hostile.people import API, Person
from tests.hostile.values import CANARY, LONG, json_values, texts
from tests.hostile.wire import Attempt, Header

# Reads the person's tokens at each request: they may have changed since the last.
Unit = Callable[[Operation, Person], Iterator[Attempt]]
VALUES = json_values()
# A password is hashed for each of these that passes its checks: so many of the values, others for each field.
HASHING = {
    f"DELETE {API}/me",
    *(f"POST {API}/{name}" for name in ("register", "login", "change-password", "change-email")),
}
HASHED_EVERY = 8
# Of the values that stand in a body alone, others for each field.
ALONE_EVERY = 3
# Of the values of a header, others for each operation and header.
HEADERS_EVERY = 5
RIGHT_EVERY = 50
# Of the values of a name that is not read.
QUERIES_EVERY = 60
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 20)


def in_fields(operation: Operation, person: Person) -> Iterator[Attempt]:
    """Each value in each field: beside right others, and alone with the login in cookies."""
    for place, name in enumerate(operation.fields):
        some = VALUES[place % HASHED_EVERY :: HASHED_EVERY] if str(operation) in HASHING else VALUES
        for value in some:
            yield aimed(operation, person, written(right_fields(operation, person, name) | {name: value}))
        for value in some if operation.required <= {name} else VALUES[place % ALONE_EVERY :: ALONE_EVERY]:
            yield aimed(operation, person, written({name: value}), person.cookies)


def in_bodies(operation: Operation, person: Person) -> Iterator[Attempt]:
    right = right_fields(operation, person)
    bodies = [*bad_values.NOT_AN_OBJECT.values(), *(text.encode() for text in LONG), b"", b"{}"]
    bodies += [written(right | {name: f'"{CANARY}"'}) for name in (*bad_values.UNKNOWN_FIELDS, CANARY)]
    bodies += [written({name: '"x"'}) for name in texts()[::10]]
    for body in bodies:
        yield aimed(operation, person, body)
        yield aimed(operation, person, body, ())
    for mimetype in bad_values.NOT_JSON_TYPES:
        for body in (b"{}", CANARY.encode(), written(right)):
            content_type = () if mimetype is None else ((b"Content-Type", mimetype.encode()),)
            yield aimed(operation, person, body, (*login_of(operation, person), *content_type))


def in_headers(operation: Operation, person: Person) -> Iterator[Attempt]:
    """A hostile header beside a sound login, unless it is the login that is hostile."""
    right = written(right_fields(operation, person)) if operation.fields else None
    empty = b"{}" if operation.fields else None
    number, first = 0, len(operation.path) + len(operation.method)
    for place, (name, values) in enumerate(HEADERS.items()):
        for value in values[(place + first) % HEADERS_EVERY :: HEADERS_EVERY]:
            number += 1
            login = () if name in {b"Authorization", b"Cookie"} else login_of(operation, person)
            body = empty if number % RIGHT_EVERY else right
            yield aimed(operation, person, body, (*login, (name, value)))


def in_addresses(operation: Operation, person: Person) -> Iterator[Attempt]:
    """In its query and its path, and with methods that it does not take."""
    target, login = path_of(operation), login_of(operation, person)
    queries = [*BAD_QUERIES.values(), *map(quote, texts())]
    for place, name in enumerate((*operation.in_query, *UNKNOWN_NAMES, CANARY, "access_token", "token", "email")):
        for value in queries if name in operation.in_query else queries[place::QUERIES_EVERY]:
            query = f"?{name}={value}".encode()
            yield Attempt(operation.method, target + query[:7_000], login, None, operation, bool(login))
    for method in METHODS:
        is_its_own = method == operation.method
        yield Attempt(method, target, login, None, operation if is_its_own else None, bool(login))
    parts = {"id": NO_SUCH_ID, "hex": NO_SUCH_ID.replace("-", ""), "short": NO_SUCH_ID[:-1]}
    ends = [*(end.format(**parts) for end in BAD_IDS.values()), *(quote(text, safe="") for text in texts()[::3])]
    for end in ends if "{" in operation.path else ends[::20]:
        above = operation.path.rpartition("/")[0] if "{" in operation.path else operation.path
        # Another address: what is found there, if anything, is no answer of this operation.
        yield Attempt(operation.method, f"{above}/{end}".encode()[:7_000], login, None, None, bool(login))


UNITS: tuple[Unit, ...] = (in_fields, in_bodies, in_headers, in_addresses)


def aimed(
    operation: Operation, person: Person, body: bytes | None, login: tuple[Header, ...] | None = None
) -> Attempt:
    headers = login_of(operation, person) if login is None else login
    return Attempt(operation.method, path_of(operation), headers, body, operation, bool(headers))


def login_of(operation: Operation, person: Person) -> tuple[Header, ...]:
    if operation.is_guarded:
        return person.bearer
    return person.cookies if "refreshToken" in operation.fields else ()


def path_of(operation: Operation) -> bytes:
    return operation.path.replace("{id}", NO_SUCH_ID).encode()


def right_fields(operation: Operation, person: Person, name: str = "") -> dict[str, str]:
    """What it needs, as JSON texts, in a form that has the field of that name."""
    forms = forms_of(operation) or [()]
    form = next((form for form in forms if name in form), forms[0])
    known = {
        "username": CANARY,
        "email": f"new.{person.email}" if operation.path.endswith("/register") else person.email,
        "userEmail": person.email,
        "newEmail": f"new.{person.email}",
        "password": person.password,
        "currentPassword": person.password,
        "newPassword": f"{person.password}!"[-100:],
        "refreshToken": person.refresh,
    }
    needed = {*operation.required, *form} - {""}
    return {each: json.dumps(known.get(each, CANARY)) for each in sorted(needed)}


def written(content: dict[str, str]) -> bytes:
    """An object of JSON texts; what they hold of halves of characters goes out as such."""
    pairs = (f"{json.dumps(name)}:{text}" for name, text in content.items())
    return ("{" + ",".join(pairs) + "}").encode(errors="surrogatepass")
