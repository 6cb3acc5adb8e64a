"""What is no HTTP request, or none that we take: refused by the server, in the shape of every other error."""

from dataclasses import dataclass

from authflow.crypto.randomness import new_label
from authflow.errors import AuthflowError
from authflow.server.http_date import http_date
from authflow.web.envelope import ENCODER
from authflow.web.headers import completed

CODE = "malformed_request"
MESSAGE = "This request cannot be read."


@dataclass(frozen=True)
class MalformedRequest(Exception):
    """With the status and the reason of the answer."""

    status: int
    reason: str


NO_REQUEST = MalformedRequest(400, "Bad Request")
TARGET_TOO_LONG = MalformedRequest(414, "URI Too Long")
UNMET_EXPECTATION = MalformedRequest(417, "Expectation Failed")
HEAD_TOO_LARGE = MalformedRequest(431, "Request Header Fields Too Large")
UNKNOWN_CODING = MalformedRequest(501, "Not Implemented")


def refusal(malformed: MalformedRequest) -> bytes:
    """The whole answer, after which the connection ends; nothing of what was sent is in it."""
    return _answer(malformed.status, malformed.reason, MESSAGE, CODE)


def defect() -> bytes:
    """Likewise, for a failure of ours outside of the application."""
    return _answer(500, "Internal Server Error", AuthflowError.message, AuthflowError.code)


def _answer(status: int, reason: str, message: str, code: str) -> bytes:
    request_id = new_label()
    content = {"success": False, "message": message, "code": code, "requestId": request_id}
    body = ENCODER.encode(content).encode()
    headers = [
        ("Date", http_date()),
        ("Connection", "close"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    ]
    lines = [
        f"HTTP/1.1 {status} {reason}",
        *(f"{name}: {value}" for name, value in completed(headers, request_id)),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
