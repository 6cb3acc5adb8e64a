"""The answer to what is no HTTP request: the server gives it, below the application, and in the same shape."""

from authflow.crypto.randomness import new_label
from authflow.errors import AuthflowError
from authflow.web.envelope import ENCODER
from authflow.web.headers import completed

CODE = "malformed_request"
MESSAGE = "This request cannot be read."


def unreadable(status: int, reason: str) -> bytes:
    """The whole answer, after which the connection ends; nothing of what was sent is in it."""
    request_id, is_ours = new_label(), status == 500
    content = {
        "success": False,
        "message": AuthflowError.message if is_ours else MESSAGE,
        "code": AuthflowError.code if is_ours else CODE,
        "requestId": request_id,
    }
    body = ENCODER.encode(content).encode()
    headers = [
        ("Connection", "close"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    ]
    lines = [
        f"HTTP/1.1 {status} {reason}",
        *(f"{name}: {value}" for name, value in completed(headers, request_id)),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
