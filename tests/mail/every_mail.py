"""One of every mail that the composer writes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from authflow.domain.device import Device
from authflow.domain.mail_cause import MailCause
from authflow.mail import wordings
from authflow.mail.compose import Composer, MailedCode, MailedSecret
from authflow.mail.sender import Mail

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
AT = datetime(2026, 1, 31, 9, 30, 59, tzinfo=UTC)
CAUSE = MailCause(Device("2001:db8:1234:5678:9abc:def0:1234:5678", FIREFOX), AT)
TOKEN = "r" + "9" * 19 + "-" + "Wm8_" * 10 + "xyz"
CODE = "04711815"
WITH_SECRET = ("reset_password", "verify_email", "confirm_new_email")
WITHOUT_SECRET = ("already_registered", "password_changed", "email_changed", "new_device")
NAMES = (*WITH_SECRET, *WITHOUT_SECRET, "email_change_asked")


@dataclass(frozen=True)
class Given:
    """What callers bring, hostile where a test makes it so."""

    cause: MailCause = CAUSE
    token: str = TOKEN
    new_email: str = "g***@example.org"


def composed(composer: Composer, given: Given | None = None) -> dict[str, Mail]:
    given = given or Given()
    to, cause = "ada@example.com", given.cause
    secret = MailedSecret(
        token=given.token,
        link_until=AT + timedelta(minutes=30),
        code=MailedCode(CODE, AT + timedelta(minutes=10)),
    )
    further = {
        "email_change_asked": {"new_email": given.new_email},
        **{name: {"secret": secret} for name in WITH_SECRET},
    }
    return {
        name: composer.write(getattr(wordings, name.upper()), f"{name}/7", to, cause, **further.get(name, {}))
        for name in NAMES
    }
