"""A real SMTP server, which can refuse, hang and drop; with TLS it shows a certificate made for the occasion."""

import asyncio
import logging
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

# It warns of what it does itself, in whatever log is set up.
logging.getLogger("mail.log").setLevel(logging.ERROR)

USER, PASSWORD = "mailer@example.com", "p:a/s@s%w?rd"
# Seconds: longer than any patience of ours; the end of the test ends it too.
HANG = 30
START_PATIENCE = 10
LOOK_AGAIN = 0.02


@dataclass
class Received:
    sender: str
    to: list[str]
    content: bytes
    was_encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, _class=EmailMessage, policy=default)


@dataclass
class SmtpServer:
    """Its answers to MAIL, RCPT and DATA are set by the test; `hang_at` and `drop_at` name a command to ruin."""

    port: int = 0
    mail: str = "250 OK"
    rcpt: str | None = None
    data: str = "250 Taken"
    hang_at: str | None = None
    drop_at: str | None = None
    # Seconds that it takes to take a mail.
    delay: float = 0.0
    # While it is set, no mail is taken; `begun` are those that came so far.
    is_held: bool = False
    begun: int = 0
    mails: list[Received] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop = field(init=False)
    stop: asyncio.Event = field(init=False)

    async def handle_MAIL(  # noqa: N802, the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._ruin("MAIL", server)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.mail

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._ruin("RCPT", server)
        if self.rcpt is not None:
            return f"{self.rcpt} <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await self._ruin("DATA", server)
        self.begun += 1
        await asyncio.sleep(self.delay)
        while self.is_held:
            await asyncio.sleep(LOOK_AGAIN)
        if self.data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            assert envelope.mail_from is not None
            user = str(session.auth_data) if session.authenticated else None
            assert server.transport is not None
            is_encrypted = server.transport.get_extra_info("sslcontext") is not None
            self.mails.append(Received(envelope.mail_from, envelope.rcpt_tos, content, is_encrypted, user))
        return self.data

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await self._ruin("QUIT", server)
        return "221 Bye"

    async def _ruin(self, command: str, server: SMTP) -> None:
        if self.hang_at == command:
            await asyncio.sleep(HANG)
        if self.drop_at == command:
            assert server.transport is not None
            server.transport.abort()
            await asyncio.sleep(HANG)

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any
    ) -> AuthResult:
        login, password = data.login.decode(), data.password.decode()
        self.logins.append(login)
        return AuthResult(success=(login, password) == (USER, PASSWORD), handled=False, auth_data=login)


def make_certificate(directory: Path, name: str) -> Path:
    """Key and certificate for one host name or IP, and that of its signer, in one file: to show, and to trust."""
    authority, file = trustme.CA(), directory / f"{name}.pem"
    made = authority.issue_cert(name)
    for pem in (made.private_key_pem, *made.cert_chain_pems, authority.cert_pem):
        pem.write_to_path(file, append=True)
    return file


@contextmanager
def running_smtp(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    certificate: Path | None = None,
    is_tls_first: bool = False,
    needs_login: bool = False,
) -> Generator[SmtpServer]:
    """A server that answers; with a certificate it offers STARTTLS, which a login needs, or begins with TLS."""
    state, started = SmtpServer(), threading.Event()
    tls = _tls(certificate)
    sessions: list[SMTP] = []

    def make_session() -> SMTP:
        sessions.append(
            SMTP(
                state,
                tls_context=None if is_tls_first else tls,
                authenticator=state.authenticate,
                auth_required=needs_login,
                auth_require_tls=needs_login,
            )
        )
        return sessions[-1]

    async def serve() -> None:
        loop, state.stop = asyncio.get_running_loop(), asyncio.Event()
        state.loop = loop
        server = await loop.create_server(make_session, host, port, ssl=tls if is_tls_first else None)
        state.port = server.sockets[0].getsockname()[1]
        started.set()
        await state.stop.wait()
        server.close()
        for session in sessions:
            if session.transport is not None:
                session.transport.abort()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert started.wait(START_PATIENCE)
        yield state
    finally:
        state.loop.call_soon_threadsafe(state.stop.set)
        thread.join()


def _tls(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    return tls
