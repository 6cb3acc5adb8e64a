"""Stand-ins for those who do the jobs, and real workers with a real mail server."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from tests.support.jobs import work_off
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import SmtpServer, running_smtp
from tests.support.worker import PROGRAM, Worker, running_worker

from authflow.database.pool import Pool
from authflow.database.transaction import Database
from authflow.domain.jobs import MailJob, PasswordChangedMail, ResetMail
from authflow.services.job_queue import JobQueueService


@dataclass
class Handler:
    """Notes what it is asked to do; raises `error`, if there is one."""

    done: list[tuple[MailJob, datetime]] = field(default_factory=list)
    error: Exception | None = None
    tries: int = 0
    answer: bool = True

    def __call__(self, job: MailJob, asked_at: datetime) -> bool:
        self.tries += 1
        if self.error:
            raise self.error
        self.done.append((job, asked_at))
        return self.answer

    @property
    def table(self) -> dict[type[MailJob], Callable[[MailJob, datetime], bool]]:
        return {ResetMail: self, PasswordChangedMail: self}


@pytest.fixture
def database(pool: Pool) -> Database:
    return Database(pool)


@pytest.fixture
def queue(database: Database) -> JobQueueService:
    return JobQueueService(database)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def attempt(queue: JobQueueService, handler: Handler, database_url: str, tables: object) -> Callable[[], None]:
    """Has the handler attempt every job that is due."""
    return partial(work_off, queue, database_url, handler.table)


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with running_smtp() as server:
        yield server


@pytest.fixture
def environment(database_url: str, smtp: SmtpServer) -> dict[str, str]:
    """Of a worker that mails to `smtp`."""
    return {**ENVIRONMENT, "DATABASE_URL": database_url, "SMTP_URL": f"smtp://127.0.0.1:{smtp.port}"}


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path, tables: object) -> Iterator[Callable[..., Worker]]:
    """Starts a worker; its arguments are those of the command, how it is begun, and settings of its own."""
    with ExitStack() as running:

        def start(*arguments: str, program: Sequence[str] = PROGRAM, **settings: str) -> Worker:
            log = tmp_path / f"worker-{len(list(tmp_path.iterdir()))}.log"
            return running.enter_context(
                running_worker({**environment, **settings}, log, *arguments, program=program)
            )

        yield start
