"""The worker's procrastinate application: a task for each class of job, which calls one method of a service."""

from collections.abc import Mapping

from procrastinate import App, PsycopgConnector

from authflow.bootstrap import Services
from authflow.domain.jobs import (
    AccountProofMail,
    EmailChangeAskedMail,
    EmailChangedMail,
    MailJob,
    NewDeviceMail,
    PasswordChangedMail,
    ProofMail,
    ResetMail,
)
from authflow.services.job_queue import JobQueueService
from authflow.worker.delivery import Delivery, Handler
from authflow.worker.retry import BackOff

Handlers = Mapping[type[MailJob], Handler]


def handlers_of(services: Services) -> Handlers:
    return {
        ResetMail: services.mailing.send_reset,
        PasswordChangedMail: services.mailing.send_password_changed,
        NewDeviceMail: services.mailing.send_new_device,
        ProofMail: services.proof_mailing.send_proof,
        AccountProofMail: services.proof_mailing.send_account_proof,
        EmailChangeAskedMail: services.proof_mailing.send_email_change_asked,
        EmailChangedMail: services.proof_mailing.send_email_changed,
    }


def make_worker_app(queue: JobQueueService, handlers: Handlers) -> App:
    """To be opened with a pool."""
    app = App(connector=PsycopgConnector())
    for job_class, handler in handlers.items():
        delivery = Delivery(job_class, handler, queue)
        app.task(name=job_class.task, pass_context=True, retry=BackOff())(delivery.attempt)
    return app
