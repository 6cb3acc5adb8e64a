"""Composes every mail: words from one table, one layout as HTML and one as text.

The same arguments give the same bytes: a provider refuses a retry that differs from the first attempt.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from authflow.domain.mail_cause import MailCause
from authflow.mail.sender import Mail
from authflow.mail.shown_text import moment, one_line
from authflow.mail.wordings import Wording

# Characters. A longer name would push the point of a subject out of sight; an address has at most 254 (RFC 5321).
SERVICE_NAME_MAX = 60
EMAIL_MAX = 254
IP_MAX = 45


@dataclass(frozen=True, slots=True)
class MailedCode:
    digits: str
    until: datetime


@dataclass(frozen=True, slots=True)
class MailedSecret:
    """The two forms of one secret, each good for a time of its own; a code that is dead already is left out."""

    token: str
    link_until: datetime
    code: MailedCode | None


@dataclass(frozen=True)
class Composer:
    """`to` is passed on as it is: an address with something taken out would be somebody else's."""

    service_name: str
    frontend_url: str

    def write(
        self,
        wording: Wording,
        key: str,
        to: str,
        cause: MailCause,
        secret: MailedSecret | None = None,
        new_email: str = "",
    ) -> Mail:
        """`key` names it to the transport, the same at every attempt."""
        service = one_line(self.service_name, SERVICE_NAME_MAX)
        filled = {"service": service, "new_email": one_line(new_email, EMAIL_MAX)}
        subject = wording.subject.format(**filled)
        shown = {
            "service": service,
            "subject": subject,
            "lead": wording.lead.format(**filled),
            "action": (wording.action_of_link if secret and not secret.code else wording.action).format(**filled),
            "closing": wording.closing.format(**filled),
            "code_label": wording.code_label,
            "button": wording.button,
            "link": self._link(wording.path, secret),
            "secret": secret,
            "facts": _facts(cause),
        }
        text, html = (_templates().get_template(name).render(shown) for name in ("layout.txt", "layout.html"))
        return Mail(key, to, subject, text, html)

    def _link(self, path: str, secret: MailedSecret | None) -> str:
        return self.frontend_url + path.format(token=quote(secret.token, safe="") if secret else "")


def _facts(cause: MailCause) -> dict[str, str]:
    return {
        "Device": cause.device.name,
        "IP address": one_line(cause.device.ip or "unknown", IP_MAX),
        "Time": moment(cause.at),
    }


@lru_cache(maxsize=1)
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("authflow.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["moment"] = moment
    return templates
