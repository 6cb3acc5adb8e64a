"""A mail, its sender, and what a person or a template may bring that could forge a header or break a writer."""

from authflow.domain.sender_address import sender_address
from authflow.mail.sender import Mail

FROM = sender_address("Authflow <no-reply@example.com>")
MAIL = Mail(
    "reset/7",
    "ada@example.com",
    "Choose a new password",
    "Your link:\nhttp://localhost:5173/auth/x\n",
    "<p>Your link</p>\n",
)

CRLF = "Hello\r\nBcc: evil@example.org\r\n\r\nBody"
TEXTS = {
    "line ends": CRLF,
    "line feed": "Hello\nBcc: evil@example.org",
    "carriage return": "Hello\rBcc: evil@example.org",
    "other line ends": "Hello\u2028Bcc: evil@example.org\x85Bcc: evil@example.org\x0bBcc: evil@example.org",
    "encoded line end": "=?utf-8?q?Hello=0D=0ABcc=3A_evil=40example.org?=",
    "encoded line end in base 64": "=?utf-8?b?SGVsbG8NCkJjYzogZXZpbEBleGFtcGxlLm9yZw==?= x",
    "nul": "Hel\0lo",
    "surrogates": "Hel\ud800lo \udfff\ud83d",
    "long": "Hello " * 2_000,
    "one long word": "x" * 5_000,
    "emoji": "👩‍👩‍👧 🎉 " * 100,
    "right to left": "שלום \u202e dlrow",
    "looks like a header": "Bcc: evil@example.org, evil@example.org",
    "dots": ".\r\n.\r\nMAIL FROM:<evil@example.org>",
    "empty": "",
}
ADDRESSES = [
    "ada@example.com\r\nBcc: evil@example.org",
    "ada@example.com, evil@example.org",
    "ada@example.com,evil@example.org",
    "ada@example.com>\r\nRCPT TO:<evil@example.org",
    "<ada@example.com>",
    "Ada <ada@example.com>",
    "ada@example.com\0",
    "ada@exam\ud800ple.com",
    "ada",
    "",
]
