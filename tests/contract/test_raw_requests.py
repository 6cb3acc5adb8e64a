"""What gunicorn, as it is shipped, makes of bytes that are no request, or more than one."""

import json
import socket
from contextlib import ExitStack

import pytest

from authflow.server.request_reader import MOST_AT_ONCE
from tests.contract.raw_requests import (
    AMBIGUOUS,
    BROKEN_CHUNKS,
    CANARY,
    CHUNKED,
    HOST,
    SPELLINGS,
    TOO_LONG,
    UNREADABLE,
    get,
    post,
)
from tests.support.server import running_server, wait_until
from tests.support.settings import SETTINGS

# Seconds, in which the server must have closed the connection.
PATIENCE = 5.0


@pytest.fixture(scope="module")
def server(database_url, tmp_path_factory):
    """Behind one proxy, by one name."""
    log = tmp_path_factory.mktemp("server") / "log"
    settings = {"DATABASE_URL": database_url, "TRUSTED_HOSTS": HOST, "TRUSTED_PROXIES": "1"}
    with running_server({**SETTINGS, **settings}, log, workers=1) as server:
        yield server


def answers(server, request, *, hangs_up=False):
    """All that is answered until the server closes the connection, which it must."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        try:
            connection.sendall(request.encode("latin-1"))
            if hangs_up:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))
        except ConnectionError:
            # Closed while it was still being sent.
            return b""


def statuses(answered):
    return [int(line.split()[1]) for line in answered.split(b"\r\n") if line.startswith(b"HTTP/1.")]


@pytest.mark.parametrize("count", [1, 2])
def test_of_a_header_that_may_come_once_two_are_seen(server, count):
    """Joined by a comma alone, two keys would look like one; it is told before the token is looked at."""
    keys = "Idempotency-Key: the-key-of-one-refresh\r\n" * count
    request = post(f"Connection: close\r\n{keys}Content-Length: 2", "{}").replace("/login", "/refresh")
    assert statuses(answers(server, request)) == [{1: 401, 2: 422}[count]]


def test_a_browser_with_many_cookies_gets_in(server):
    many = "; ".join(f"theirs-{number}={'x' * 1_000}" for number in range(50))
    assert statuses(answers(server, get("/api/auth/me", f"Cookie: {many}"))) == [401]


def test_a_page_can_read_that_its_cookies_are_too_many(server):
    origin = SETTINGS["FRONTEND_URL"]
    answered = answers(server, get("/api/auth/me", f"Origin: {origin}", f"Cookie: theirs={'x' * 70_000}"))
    assert statuses(answered) == [431]
    assert f"Access-Control-Allow-Origin: {origin}".encode() in answered
    content = json.loads(answered.partition(b"\r\n\r\n")[2])
    assert (content["code"], content["success"]) == ("malformed_request", False)


def heard(server):
    """The routes of the requests so far; a last one shows that the log has them all."""
    count = len(server.events("request"))
    assert statuses(answers(server, get("/health"))) == [200]
    wait_until(lambda: len(server.events("request")) > count)
    return [line["route"] for line in server.events("request")]


@pytest.mark.parametrize("request_text", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_two_readers_would_read_differently_is_refused_and_the_connection_closed(server, request_text):
    assert statuses(answers(server, request_text)) in ([400], [501])
    assert "/ready" not in heard(server)


@pytest.fixture
def logged(server):
    """What was logged since the test began."""
    before = len(server.log.read_text())

    def read():
        heard(server)
        return server.log.read_text()[before:]

    return read


@pytest.mark.parametrize("body", BROKEN_CHUNKS.values(), ids=BROKEN_CHUNKS)
def test_broken_chunks_are_a_malformed_body_and_no_defect(server, logged, body):
    answered = answers(server, post(CHUNKED, body))
    assert statuses(answered) == [400]
    assert b'"code":"malformed_json"' in answered
    assert "/ready" not in heard(server)
    assert "traceback" not in logged()
    assert CANARY not in logged()


@pytest.mark.parametrize("headers", ["Content-Length: 900", CHUNKED])
def test_a_body_that_breaks_off_is_no_defect(server, logged, headers):
    body = f'5\r\n{{"a":\r\n384\r\n"{CANARY}'
    assert statuses(answers(server, post(headers, body), hangs_up=True)) in ([400], [])
    assert "internal_error" not in logged()
    assert CANARY not in logged()


@pytest.mark.parametrize(("request_text", "status"), TOO_LONG.values(), ids=TOO_LONG)
def test_lines_and_headers_are_bounded(server, request_text, status):
    # With more on its way, a closed connection can overtake the answer.
    assert statuses(answers(server, request_text)) in ([status], [])


@pytest.mark.parametrize("request_text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_answered_like_every_other_error(server, request_text):
    head, _, body = answers(server, request_text).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    content = json.loads(body)
    assert (headers["content-type"], headers["content-length"]) == ("application/json", str(len(body)))
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert content.keys() == {"success", "message", "code", "requestId"}
    assert (content["success"], headers["x-request-id"]) == (False, content["requestId"])


@pytest.mark.parametrize("request_text", UNREADABLE.values(), ids=UNREADABLE)
def test_of_what_cannot_be_read_nothing_is_logged(server, logged, request_text):
    assert statuses(answers(server, request_text))[0] in {400, 404, 405, 417, 501}
    assert CANARY not in logged()


def test_no_line_is_told_of_another_request_than_its_own(server):
    for _ in range(5):
        answers(server, get("/health"))
        answers(server, UNREADABLE["no version"])
    told = [line for line in server.lines() if line["event"].startswith("Invalid request")]
    assert len(told) >= 5
    assert [line for line in told if "request_id" in line] == []


@pytest.mark.parametrize(
    "header",
    [
        "SCRIPT_NAME: /api",
        "PATH_INFO: /ready",
        "X-Forwarded-Prefix: /api",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Ssl: on",
    ],
)
def test_the_server_believes_no_proxy_by_itself(server, header):
    """It would take these from this very machine; who is believed is said in one place, `TRUSTED_PROXIES`."""
    assert statuses(answers(server, get("/api/auth/me", header))) == [401]
    assert heard(server)[-2] == "/api/auth/me"


def test_an_underscore_is_no_hyphen(server):
    written, forged = "X-Forwarded-For: 198.51.100.7", "X_Forwarded_For: 203.0.113.9"
    for headers in ((written, forged), (forged, written)):
        assert statuses(answers(server, get("/api/auth/me", *headers))) == [401]
    heard(server)
    assert [line["ip"] for line in server.events("request")][-3:-1] == ["198.51.100.7"] * 2


@pytest.mark.parametrize(
    "request_text",
    [
        get("/api/auth/me", host=None),
        get("/api/auth/me", f"Host: {HOST}", host="evil.example"),
        get("/api/auth/me", "Host: evil.example"),
        get(f"http://{HOST}/api/auth/me", host="evil.example"),
        get("/api/auth/me", host=f"{HOST}:443@evil.example"),
        get("/api/auth/me", host=f"{HOST}, evil.example"),
        get("/api/auth/me", f"X-Forwarded-Host: {HOST}", host="evil.example"),
    ],
    ids=lambda text: text.replace("\r\n", "|")[:90],
)
def test_no_other_host_is_answered_however_it_is_written(server, request_text):
    assert statuses(answers(server, request_text)) == [400]


def test_of_the_server_an_answer_says_its_name_and_no_version(server):
    for path in ("/health", "/nothing"):
        told = [line for line in answers(server, get(path)).split(b"\r\n") if line.lower().startswith(b"server:")]
        assert told == [b"Server: authflow"]


def test_the_head_of_an_answer_leaves_with_its_body(server):
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        connection.sendall(get("/health").encode())
        head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body) == {"status": "ok"}


def test_a_file_is_answered_whole(server):
    head, _, body = answers(server, get("/docs/swagger-ui-bundle.js")).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}\r\n".encode() in head
    assert body.startswith(b"/*!")


@pytest.mark.parametrize("path", SPELLINGS)
def test_a_path_spelled_otherwise_is_no_route(server, path):
    """A proxy that keeps `/metrics` from the world compares the path as it stands."""
    assert statuses(answers(server, get("/ready"))) == [200]
    assert statuses(answers(server, get(path))) == [404]
    assert statuses(answers(server, get(path).replace("GET", "OPTIONS"))) == [404]
    assert heard(server)[-3:-1] == [None, None]


def test_a_fragment_is_no_part_of_a_request(server):
    assert statuses(answers(server, get("/ready#x"))) in ([400], [404])


@pytest.mark.parametrize("path", ["/health", "/api/auth/me"])
def test_a_request_without_a_host_is_refused(server, path):
    assert statuses(answers(server, f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n")) == [400]


@pytest.mark.parametrize("options", ["close", "keep-alive, close", "Close , x", "keep-alive\r\nConnection: close"])
def test_close_among_other_options_closes(server, options):
    assert statuses(answers(server, f"GET /health HTTP/1.1\r\nHost: {HOST}\r\nConnection: {options}\r\n\r\n")) == [
        200
    ]


def test_a_body_is_asked_for_only_where_it_is_read(server):
    expecting = "Expect: 100-continue\r\nConnection: close\r\nContent-Length: "
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        connection.sendall(post(f"{expecting}2", "").encode())
        assert statuses(connection.recv(65_536)) == [100]
        connection.sendall(b"{}")
        assert statuses(connection.recv(65_536)) == [422]
    assert statuses(answers(server, post(f"{expecting}16385", ""))) == [413]


def test_a_head_that_never_ends_is_refused(server):
    head = get("/health")[:-2] + "".join(f"X-{number}: {'y' * 8_000}\r\n" for number in range(40))
    assert statuses(answers(server, head)) in ([431], [])


def test_two_requests_in_one_piece_are_two_answers(server):
    first = get("/health").replace("Connection: close\r\n", "")
    assert answers(server, first + get("/health")).count(b"HTTP/1.1 200 ") == 2


def test_an_answer_that_nobody_takes_holds_up_nobody(server):
    """A thread of 32 for each of these would be none for the next."""
    asking = get("/docs/swagger-ui-bundle.js").replace("Connection: close\r\n", "") * 8
    with ExitStack() as deaf:
        for _ in range(40):
            connection = deaf.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.sendall(asking.encode())
        assert statuses(answers(server, get("/health"))) == [200]


@pytest.mark.parametrize("body", ["2\r\n{}\r\n0\r\n", "0\r\n"], ids=["a body", "none"])
def test_what_follows_a_body_is_no_header(server, body):
    """A proxy has not looked at it: it could say whose request this is, or whose page sent it."""
    seen = "Connection: close\r\nX-Forwarded-For: 198.51.100.7"
    trailers = "X-Forwarded-For: 203.0.113.9\r\nOrigin: https://evil.example\r\n\r\n"
    answered = answers(server, post(f"{seen}\r\n{CHUNKED}", body + trailers))
    assert statuses(answered) == [422 if body.startswith("2") else 400]
    heard(server)
    asked = [line for line in server.events("request") if line["route"] == "/api/auth/login"]
    assert asked[-1]["ip"] == "198.51.100.7"


UPGRADING = "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQBAAAA\r\nConnection: Upgrade, HTTP2-Settings\r\n"


@pytest.mark.parametrize(
    ("framing", "body"), [("Content-Length: 2", "{}"), (CHUNKED, "2\r\n{}\r\n0\r\n\r\n")], ids=["length", "chunks"]
)
def test_a_client_that_would_rather_speak_http_2_is_understood(server, framing, body):
    """Java's sends this with its first request; llhttp takes the body for the other protocol's."""
    assert statuses(answers(server, post(UPGRADING + framing, body))) == [422]


def test_of_very_many_requests_in_one_piece_some_are_answered(server):
    one = get("/health").replace("Connection: close\r\n", "")
    assert MOST_AT_ONCE <= answers(server, one * 500).count(b"HTTP/1.1 200 ") < 500
