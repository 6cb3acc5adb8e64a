"""Mail over SMTP, encrypted unless it stays on this machine."""

import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from authflow.domain.cookie_site import LOOPBACK
from authflow.mail.deadline import SOCKET_TIMEOUT, in_time
from authflow.mail.message import message_of
from authflow.mail.safe_mail import plain
from authflow.mail.sender import Mail, MailNotSent

# RFC 6409 (submission, STARTTLS) and RFC 8314, section 3.3 (TLS from the first byte).
PORTS = {"smtp": 587, "smtps": 465}
# RFC 4954: the server wants a login, or another one. The address is not at fault, and an operator can mend it.
WANTS_LOGIN = {530, 534, 535, 538}


@dataclass(frozen=True)
class SmtpSender:
    url: str = field(repr=False)
    sender: Address

    def send(self, mail: Mail) -> None:
        """Returns once the server has taken it. Raises MailNotSent, within 10 s."""
        ready = plain(mail)
        message = message_of(ready, self.sender)
        in_time(lambda: self._send(ready.to, message))

    def check(self) -> None:
        """Connects, greets, encrypts and logs in. Raises MailNotSent, within 10 s."""
        in_time(self._greet)

    def _send(self, to: str, message: EmailMessage) -> None:
        """What the server says is never repeated: it may quote the address."""
        with self._session() as server:
            try:
                server.sendmail(self.sender.addr_spec, [to], message.as_bytes())
            except smtplib.SMTPRecipientsRefused as refused:
                code = refused.recipients[to][0]
                raise _refused("recipient", code, is_final=_is_final(code)) from None
            except smtplib.SMTPDataError as refused:
                raise _refused("mail", refused.smtp_code, is_final=_is_final(refused.smtp_code)) from None

    def _greet(self) -> None:
        with self._session():
            pass

    @contextmanager
    def _session(self) -> Generator[smtplib.SMTP]:
        try:
            server = self._connect()
            try:
                yield server
                # Taken: nothing that becomes of QUIT can change that, so nobody waits for its answer.
                with suppress(OSError):
                    server.putcmd("QUIT")
            finally:
                server.close()
        except smtplib.SMTPResponseException as refused:
            # Login, sender, greeting: for every mail the same, until an operator mends it.
            raise _refused("session", refused.smtp_code, is_final=False) from None
        except smtplib.SMTPNotSupportedError:
            raise MailNotSent("the SMTP server does not offer what SMTP_URL asks for: STARTTLS, login") from None
        except (OSError, UnicodeError) as error:
            raise MailNotSent(f"no SMTP session: {type(error).__name__}") from None

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        # For this very machine nobody issues a certificate, and on the way to it nobody listens.
        is_here = host in LOOPBACK
        context = _tls(is_checked=not is_here)
        # The name to greet with; without one, smtplib would ask DNS for ours, for as long as that takes.
        name = self.sender.domain
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, name, timeout=SOCKET_TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, port, name, timeout=SOCKET_TIMEOUT)
        try:
            server.ehlo_or_helo_if_needed()
            if parts.scheme == "smtp" and (not is_here or server.has_extn("starttls")):
                # Refuses to go on where it is not offered: someone in between may have taken the offer out.
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _tls(*, is_checked: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not is_checked:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _is_final(code: int) -> bool:
    return code >= 500 and code not in WANTS_LOGIN


def _refused(what: str, code: int, *, is_final: bool) -> MailNotSent:
    return MailNotSent(f"the SMTP server refused the {what}: {code}", is_final=is_final)
