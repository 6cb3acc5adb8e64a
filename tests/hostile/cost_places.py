"""Where a caller can put an input of any size: each field, body, query, header and path; and what goes there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from authflow.web.route import Route
from tests.contract.every_route import ROUTES, as_json, fields_of, right_fields, url_of
from tests.hostile.costly_values import AGENTS, HEADER_TEXTS, JSON, MANY_HEADERS, PATHS, QUERIES, Family
from tests.support.client import Person

API = "/api/auth"
# Of bytes; the last is as much as the place takes.
BODY_SIZES = (254, 1_024, 4_000, 15_900)
HEADER_SIZES = (254, 4_000, 60_000)
LINE_SIZES = (254, 1_200, 3_900)
HEADERS = (
    *("User-Agent", "X-Forwarded-For", "Cookie", "Authorization", "Idempotency-Key", "Content-Type", "Origin"),
    *("Host", "Accept", "X-Request-Id", "Access-Control-Request-Headers", "Sec-Fetch-Site", "X-Other"),
)
HERE = "{}"
END_OF_HEAD = "\r\n\r\n"


@dataclass(frozen=True)
class Place:
    """`request` has a mark where the input goes."""

    name: str
    families: Mapping[str, Family]
    sizes: tuple[int, ...]
    request: str

    def filled(self, text: str) -> bytes:
        head, _, body = self.request.partition(END_OF_HEAD)
        data = body.replace(HERE, text).encode(errors="surrogatepass")
        length = f"\r\nContent-Length: {len(data)}" if body else ""
        return head.replace(HERE, text).encode("latin-1") + f"{length}{END_OF_HEAD}".encode() + data


def places(new_person: Callable[[], Person]) -> Iterator[Place]:
    """Somebody new for each: what was right may have ended a session, or used up what it may ask for."""
    for route in ROUTES:
        yield from _places_of(route, new_person)
    person = new_person()
    me, login = ("GET", f"{API}/me"), {"email": person.email, "password": person.password}
    for name in HEADERS:
        yield Place(f"`{name}`", HEADER_TEXTS, HEADER_SIZES, _request(*me, {name: HERE}))
    signing_in = _request("POST", f"{API}/login", {"User-Agent": HERE}, as_json(login))
    yield Place("`User-Agent` of a login", AGENTS, HEADER_SIZES, signing_in)
    own = f"__Host-authflow-refresh={person.refresh}; "
    cookies = {**HEADER_TEXTS, "the own cookie again and again": lambda size: own * (size // len(own))}
    refreshing = _request("POST", f"{API}/refresh", {"Cookie": HERE, "Sec-Fetch-Site": "same-origin"}, "{ }")
    yield Place("`Cookie` of POST /refresh", cookies, HEADER_SIZES, refreshing)
    yield Place("many headers", MANY_HEADERS, HEADER_SIZES, _request(*me, {"X-First": HERE}))
    yield Place("a path", PATHS, LINE_SIZES, _request("GET", f"{API}/{HERE}", {}))
    yield Place(
        "`id` of a session", PATHS, LINE_SIZES, _request("DELETE", f"{API}/sessions/{HERE}", person.headers)
    )
    yield Place("a query that is not read", QUERIES, LINE_SIZES, _request("GET", f"{API}/me?{HERE}", {}))


def _places_of(route: Route, new_person: Callable[[], Person]) -> Iterator[Place]:
    name = f"{route.method} {route.path.removeprefix(API)}"

    def request(person: Person, query: str = "", body: str = "") -> str:
        login = person.headers if route.guard else {}
        return _request(route.method, url_of(route, person) + query, login, body)

    if route.takes is not None:
        yield Place(f"body of {name}", JSON, BODY_SIZES, request(new_person(), body=HERE))
        for field in fields_of(route):
            person = new_person()
            body = as_json(right_fields(route, person, field), **{field: HERE})
            yield Place(f"`{field}` of {name}", JSON, BODY_SIZES, request(person, body=body))
    if route.takes_query is not None:
        yield Place(f"query of {name}", QUERIES, LINE_SIZES, request(new_person(), f"?{HERE}"))


def _request(method: str, target: str, headers: Mapping[str, str], body: str = "") -> str:
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: application/json"] if body else []
    return "\r\n".join(lines) + END_OF_HEAD + body
