"""Whether a request is here as a whole, by a look at its bytes; what they mean is for gunicorn's parser to say.

The look may be wrong about a request that is none: the parser gets no more than what has come, and finds out.
"""

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from authflow.web.json_body import MAX_BYTES

END_OF_HEAD = b"\r\n\r\n"
# A longer head is refused. Cookies of 64 KiB and more are refused later, so that a page can read why.
MAX_HEAD_BYTES = 256 * 1024
# gunicorn's limit for the first line, with room for what stands around the path.
MAX_LINE_BYTES = 4_200
# Of a body in chunks, with their sizes: a client that sends a byte in each chunk is refused.
MAX_CHUNKED_BYTES = 4 * MAX_BYTES
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*\r\n")
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n")
# Where a body is asked for before it is sent (RFC 9110, section 10.1.1).
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n")
CHUNK_SIZE = re.compile(rb"([0-9a-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n", re.IGNORECASE)


class Arrival(Enum):
    WHOLE = auto()
    # The rest may be on its way.
    PARTLY = auto()
    # A client waits to hear that it may send the body.
    BODY_WANTED = auto()
    # Enough has come to refuse it: the rest is of no interest, and this connection ends.
    REFUSED = auto()
    HEAD_TOO_LARGE = auto()


@dataclass
class Look:
    """At one request, again whenever more of it has come; what was looked at is not looked at again."""

    _head_end: int = field(default=-1, init=False)
    _body_end: int = field(default=-1, init=False)
    _next_chunk: int = field(default=-1, init=False)
    _is_wanted: bool = field(default=False, init=False)

    def at(self, data: bytes) -> Arrival:
        if self._head_end < 0:
            self._head_end = data.find(END_OF_HEAD)
            if self._head_end < 0:
                return _without_end_of_head(data)
            self._read_head(data[: self._head_end + 2].lower())
        if self._next_chunk >= 0:
            return self._at_chunks(data)
        return self._at_body(data)

    def _read_head(self, head: bytes) -> None:
        begin = self._head_end + len(END_OF_HEAD)
        length = LENGTH.search(head)
        self._body_end = begin + (int(length[1]) if length else 0)
        if not length and CHUNKED.search(head):
            self._next_chunk = begin
        self._is_wanted = EXPECTS.search(head) is not None

    def _at_body(self, data: bytes) -> Arrival:
        if len(data) >= self._body_end:
            return Arrival.WHOLE
        if self._body_end - self._head_end - len(END_OF_HEAD) > MAX_BYTES:
            return Arrival.REFUSED
        return self._more()

    def _at_chunks(self, data: bytes) -> Arrival:
        while size := CHUNK_SIZE.match(data, self._next_chunk):
            if int(size[1], 16) == 0:
                begin = size.end()
                is_over = data.startswith(b"\r\n", begin) or data.find(END_OF_HEAD, begin) >= 0
                return Arrival.WHOLE if is_over else self._more_of(data)
            self._next_chunk = size.end() + int(size[1], 16) + 2
        has_size = data.find(b"\r\n", self._next_chunk) >= 0
        # What stands there is no size: for the parser to say.
        return Arrival.REFUSED if has_size else self._more_of(data)

    def _more_of(self, data: bytes) -> Arrival:
        size = len(data) - self._head_end
        return Arrival.REFUSED if size > MAX_CHUNKED_BYTES else self._more()

    def _more(self) -> Arrival:
        is_wanted, self._is_wanted = self._is_wanted, False
        return Arrival.BODY_WANTED if is_wanted else Arrival.PARTLY


def _without_end_of_head(data: bytes) -> Arrival:
    if len(data) > MAX_HEAD_BYTES:
        return Arrival.HEAD_TOO_LARGE
    if len(data) > MAX_LINE_BYTES and b"\r\n" not in data[:MAX_LINE_BYTES]:
        return Arrival.REFUSED
    return Arrival.PARTLY
