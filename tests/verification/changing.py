"""A change of email, as its owner asks for it."""

from tests.support.client import PASSWORD, Client, Person
from tests.support.outbox import Mailbox
from werkzeug.test import TestResponse

from authflow.mail.sender import Mail

NEW = "countess@example.com"


def change(api: Client, ada: Person, new: str = NEW, password: str = PASSWORD) -> TestResponse:
    return api.post("/change-email", {"newEmail": new, "password": password}, headers=ada.headers)


def mail_to(mailbox: Mailbox, address: str) -> Mail:
    """The newest."""
    return [mail for mail in mailbox.received() if mail.to == address][-1]
