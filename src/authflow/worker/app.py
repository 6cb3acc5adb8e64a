"""The worker's procrastinate application: a task for each class of job, which calls one method of a service."""

from collections.abc import Mapping

from procrastinate import App, PsycopgConnector

from authflow.bootstrap import Services
from authflow.domain.jobs import (
    AccountVerificationMail,
    EmailChangeAskedMail,
    EmailChangedMail,
    MailJob,
    ResetMail,
    VerificationMail,
)
from authflow.mail.wordings import NOTICES
from authflow.services.job_queue import JobQueueService
from authflow.worker.delivery import Handler, JobAttempt
from authflow.worker.retry import BackOff

Handlers = Mapping[type[MailJob], Handler]


def handlers_of(services: Services) -> Handlers:
    return {
        ResetMail: services.notice_mails.send_reset,
        **dict.fromkeys(NOTICES, services.notice_mails.send_notice),
        VerificationMail: services.verification_mails.send_verification,
        AccountVerificationMail: services.verification_mails.send_account_verification,
        EmailChangeAskedMail: services.verification_mails.send_email_change_asked,
        EmailChangedMail: services.verification_mails.send_email_changed,
    }


def make_worker_app(queue: JobQueueService, handlers: Handlers) -> App:
    """To be opened with a pool."""
    app = App(connector=PsycopgConnector())
    for job_class, handler in handlers.items():
        delivery = JobAttempt(job_class, handler, queue)
        app.task(name=job_class.task, pass_context=True, retry=BackOff())(delivery.attempt)
    return app
