"""Files of users, as another system exports them, and who came in."""

from tests.support.client import ADA

HEADER = "email,username,password_hash,verified,created_at"
# Made by bcryptjs 3.0.3, as in an Express app, of PASSWORD.
HASH = "$2b$04$eAXjA5BqlD6j3KhBWAbuU.75M1cc7vfHOMa6igGGOoO2e2ApaLSlu"
BOB = "bob@example.com"


def rows(*lines, header=HEADER):
    return "\n".join([header, *lines, ""])


def row(email=ADA, username="Ada", password_hash=HASH, verified="", created_at=""):
    return f"{email},{username},{password_hash},{verified},{created_at}"


def emails(tables):
    return [email for (email,) in tables.execute("SELECT email FROM users ORDER BY id")]
