"""A transport that keeps what it is given, and can be told to refuse it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from authflow.domain.jobs import MailJob
from authflow.mail.sender import Mail, MailNotSent

CODE = re.compile(r"^([0-9]{8})$", re.MULTILINE)
LINK = re.compile(r"^(https://app\.example\.com/auth/(?:reset-password|verify-email)/(\S+))$", re.MULTILINE)


class Outbox:
    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refusal: MailNotSent | None = None

    def send(self, mail: Mail) -> None:
        if self.refusal:
            raise self.refusal
        self.mails.append(mail)


def code_in(mail: Mail) -> str:
    (code,) = CODE.findall(mail.text)
    return code


def token_in(mail: Mail) -> str:
    ((_link, token),) = LINK.findall(mail.text)
    return token


@dataclass(frozen=True)
class Mailbox:
    """What was mailed, once every job that is due was attempted."""

    outbox: Outbox
    work: Callable[[], None]
    tables: Connection

    @property
    def mails(self) -> list[Mail]:
        return self.outbox.mails

    def received(self, *, backwards: bool = False) -> list[Mail]:
        """All mails so far, oldest first."""
        if backwards:
            self.tables.execute("UPDATE procrastinate_jobs SET priority = id")
        self.work()
        return self.mails

    def newest(self) -> Mail:
        return self.received()[-1]

    def waiting_job(self, job_class: type[MailJob]) -> tuple[Any, datetime]:
        """The one job of this class, and when it was asked for: for a test that plays the worker."""
        ((arguments, at),) = self.tables.execute(
            """
            SELECT args, at FROM procrastinate_jobs AS job JOIN procrastinate_events AS event ON job_id = job.id
            WHERE task_name = %s AND type = 'deferred'
            """,
            [job_class.task],
        ).fetchall()
        return job_class(**arguments), at
