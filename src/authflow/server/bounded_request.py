"""A request as gunicorn reads it, whose head is bounded as a whole.

gunicorn's own bound is the size of one header times their number: a head without an end would fill megabytes.
"""

from typing import Any

from gunicorn.http.message import Request

MAX_HEAD_BYTES = 256 * 1024


class BoundedRequest(Request):
    def parse(self, unreader: Any) -> Any:
        self.max_buffer_headers = MAX_HEAD_BYTES
        return super().parse(unreader)
