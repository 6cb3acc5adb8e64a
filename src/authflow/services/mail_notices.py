"""The worker's half of every mail: find out whom to write to and what, compose it, hand it over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from authflow.crypto.mailed_secret import MailedSecrets, Purpose, Reference
from authflow.database.transaction import Database
from authflow.domain.email_address import EmailAddress
from authflow.domain.jobs import MailJob, NewDeviceMail, PasswordChangedMail, ResetMail
from authflow.domain.mail_cause import MailCause
from authflow.domain.mailed_code import CODE_LIFE
from authflow.domain.pending_reset import LINK_LIFE
from authflow.domain.user import User
from authflow.mail.compose import Composer, MailedCode, MailedSecret
from authflow.mail.sender import Mail, Sender
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
        self.sender.send(self.composer.reset_password(job.mail_id, pending.user.email, secret, cause))
        return True

    def send_password_changed(self, job: PasswordChangedMail, asked_at: datetime) -> bool:
        """Tells the owner that the password is another one."""
        user = self._find_user(job.user_id)
        if user is None or not self.budgets.grants_notice(
            job, str(user.id), user.email_canonical, is_proved=user.email_verified
        ):
            return False
        return self._send(self.composer.password_changed, job, user, asked_at)

    def send_new_device(self, job: NewDeviceMail, asked_at: datetime) -> bool:
        """Tells the owner of a sign-in from a device that was not seen before."""
        user = self._find_user(job.user_id)
        if user is None or not self.budgets.grants_new_device(job, user):
            return False
        return self._send(self.composer.new_device, job, user, asked_at)

    def _find_user(self, user_id: int) -> User | None:
        account = self.database.autocommit.users.find(user_id)
        return account.user if account else None

    def _send(
        self, write: Callable[[str, str, MailCause], Mail], job: MailJob, user: User, asked_at: datetime
    ) -> bool:
        self.sender.send(write(job.mail_id, user.email, MailCause(job.device, asked_at)))
        return True
