"""The worker's half of every mail: find out whom to write to and what, compose it, hand it over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from authflow.crypto.mailed_secret import MailedSecrets, Purpose, Reference
from authflow.database.transaction import Database
from authflow.domain.email_address import EmailAddress
from authflow.domain.jobs import NoticeMail, ResetMail
from authflow.domain.mail_cause import MailCause
from authflow.domain.mailed_code import CODE_LIFE
from authflow.domain.pending_reset import LINK_LIFE
from authflow.mail import wordings
from authflow.mail.compose import Composer, MailedCode, MailedSecret
from authflow.mail.sender import Sender
from authflow.services.mail_budgets import MailBudgets


@dataclass(frozen=True)
class NoticeMailService:
    """Every method raises MailNotSent and DatabaseUnavailable, and may be run again until it returns.

    Whether a mail was sent; not where nobody is to be written to (any more). `asked_at` is the database's time.
    """

    database: Database
    secrets: MailedSecrets
    composer: Composer
    sender: Sender
    budgets: MailBudgets

    def send_reset(self, job: ResetMail, asked_at: datetime) -> bool:
        """Begins the reset that was asked for, and mails its link and code."""
        account = self.database.autocommit.users.find_by_email(
            EmailAddress(job.email_canonical, job.email_canonical)
        )
        # Before it voids the mail that went: whoever is mailed no other one has that.
        if account is None or account.is_disabled or not self.budgets.grants_reset(job, account.user):
            return False
        nonce = bytes.fromhex(job.nonce)
        pending = self.database.autocommit.users_reset.begin(job.email_canonical, nonce, asked_at)
        if pending is None:
            return False
        reference = Reference(Purpose.RESET, pending.user.id)
        code = MailedCode(self.secrets.code(reference, nonce), asked_at + timedelta(seconds=CODE_LIFE))
        secret = MailedSecret(
            token=self.secrets.token(reference, nonce),
            link_until=asked_at + timedelta(seconds=LINK_LIFE),
            code=code if pending.is_code_live else None,
        )
        # To the address as its owner typed it, never as somebody else did (CVE-2019-19844).
        cause = MailCause(job.device, asked_at)
        to = pending.user.email
        self.sender.send(self.composer.write(wordings.RESET_PASSWORD, job.mail_id, to, cause, secret))
        return True

    def send_notice(self, job: NoticeMail, asked_at: datetime) -> bool:
        """Tells the owner of an account what happened to it."""
        account = self.database.autocommit.users.find(job.user_id)
        if account is None or not self.budgets.grants_notice_of(job, account.user):
            return False
        cause = MailCause(job.device, asked_at)
        self.sender.send(self.composer.write(wordings.NOTICES[type(job)], job.mail_id, account.user.email, cause))
        return True
