"""Requests, read from bytes as they come: by llhttp, which is Node's parser, and by the bounds that it lacks."""

from collections import deque

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from authflow.server.malformed_request import HEAD_TOO_LARGE, NO_REQUEST, TARGET_TOO_LONG, MalformedRequest
from authflow.server.request import Request
from authflow.web.json_body import MAX_BYTES

# Bytes of the first line: of its address, rather.
MAX_TARGET_BYTES = 4_096
# Of one header and of a whole head: what a browser may send comes in, so that its page can be told.
MAX_HEADER_BYTES = 128 * 1024
MAX_HEAD_BYTES = 256 * 1024
MAX_HEADERS = 100
# Of a body in chunks, with their sizes: a client that sends a byte in each chunk is refused.
MAX_CHUNKED_BYTES = 4 * MAX_BYTES
# Of requests that come together: their sender waits for some answers first.
MOST_AT_ONCE = 32


class EnoughAtOnce(Exception):
    """What follows is not read, and the connection ends after the answers: its sender asks again."""


class RequestReader:
    """Of one connection. Its callbacks (`on_…`) are the parser's."""

    def __init__(self) -> None:
        self._parser = HttpRequestParser(self)
        self._whole: deque[Request | MalformedRequest] = deque()
        self._coming: Request | None = None
        self._headers = self._bytes_of_head = self._bytes_of_body = 0
        self._has_head = False
        # A client waits to hear that it may send the body (RFC 9110, section 10.1.1).
        self.is_body_wanted = False
        # Nothing of what follows is read.
        self.is_over = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing of a request has come."""
        return not self._whole and self._coming is None

    @property
    def has_next(self) -> bool:
        """Whether one is whole."""
        return bool(self._whole)

    def next(self) -> Request | MalformedRequest | None:
        """One that is whole."""
        return self._whole.popleft() if self._whole else None

    def feed(self, data: bytes) -> None:
        if self.is_over:
            return
        if self._coming and self._has_head:
            self._bytes_of_body += len(data)
        else:
            self._bytes_of_head += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except HttpParserError as error:
            self._end(_told_of(error.__context__))
        else:
            self._bound()

    def _stay(self, rest: bytes) -> None:
        """A client asked for another protocol too, which we do not speak: llhttp would leave out the body."""
        if self._coming is None:
            self.is_over = True
            return
        self._parser = HttpRequestParser(BodyOnly(self))
        length = self._coming.headers.get("CONTENT-LENGTH")
        line = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        self.feed(f"POST / HTTP/1.1\r\n{line}\r\n\r\n".encode() + rest)

    def _bound(self) -> None:
        if self._coming is None:
            self._bytes_of_head = 0
        elif not self._has_head and self._bytes_of_head > MAX_HEAD_BYTES:
            self._end(HEAD_TOO_LARGE)
        elif len(self._coming.body) > MAX_BYTES:
            self._end_early(is_broken=False)
        elif self._bytes_of_body > MAX_CHUNKED_BYTES:
            self._end_early(is_broken=True)

    def break_off(self) -> None:
        """No more will come."""
        self._end(None)

    def _end_early(self, *, is_broken: bool) -> None:
        """A request of which enough has come to refuse it: for the application to say, and then it is over."""
        if self._coming:
            self._coming.is_broken, self._coming.is_kept_alive = is_broken, False
            self._whole.append(self._coming)
            self._coming = None
        self.is_over = True

    def _end(self, told: MalformedRequest | None) -> None:
        """`told`: to whom has sent no head yet; who has hears it from the application."""
        if self._coming and self._has_head:
            self._end_early(is_broken=True)
        elif told:
            self._whole.append(told)
        self._coming = None
        self.is_over = True

    def on_message_begin(self) -> None:
        if len(self._whole) >= MOST_AT_ONCE:
            raise EnoughAtOnce
        self._coming, self._has_head, self._headers = Request(), False, 0

    def on_url(self, url: bytes) -> None:
        request = self._request
        request.target += url
        if len(request.target) > MAX_TARGET_BYTES:
            raise TARGET_TOO_LONG

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._has_head:
            # Behind a body in chunks: no proxy has looked at it, and it must not pass for one of its own.
            return
        self._headers += 1
        if len(name) + len(value) > MAX_HEADER_BYTES or self._headers > MAX_HEADERS:
            raise HEAD_TOO_LARGE
        self._request.add(name.decode("latin-1").upper(), value.decode("latin-1").strip(" \t"))

    def on_headers_complete(self) -> None:
        request = self._request
        request.method = self._parser.get_method().decode()
        request.version = self._parser.get_http_version()
        request.is_kept_alive = self._parser.should_keep_alive()
        request.refuse_unknown()
        self.is_body_wanted = request.waits_for_leave
        self._has_head, self._bytes_of_body = True, 0
        if int(request.headers.get("CONTENT-LENGTH", 0)) > MAX_BYTES:
            self.is_body_wanted = False
            self._end_early(is_broken=False)

    def on_body(self, body: bytes) -> None:
        if self._coming and len(self._coming.body) <= MAX_BYTES:
            self._coming.body += body

    def on_message_complete(self) -> None:
        if self._parser.should_upgrade() and self._coming and self._coming.has_body:
            self._coming.is_kept_alive = False
            return
        self.is_body_wanted = False
        if self._coming:
            self._whole.append(self._coming)
            self._coming = None
            self._bytes_of_head = self._bytes_of_body = 0

    @property
    def _request(self) -> Request:
        # After a request that ended early llhttp goes on for the rest of the piece.
        return self._coming or Request()


def _told_of(raised: BaseException | None) -> MalformedRequest | None:
    """By a callback; by none where llhttp itself found it to be no request."""
    if isinstance(raised, EnoughAtOnce):
        return None
    return raised if isinstance(raised, MalformedRequest) else NO_REQUEST


class BodyOnly:
    """What is heard of a request whose head was read already."""

    def __init__(self, reader: RequestReader) -> None:
        self.on_body = reader.on_body
        self.on_message_complete = reader.on_message_complete
