"""The worker's half of the mails about a mailbox to be proved, which one depending on whose it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from authflow.crypto.mailed_secret import MailedSecrets, Purpose, Reference
from authflow.database.transaction import Database
from authflow.domain import mail_budgets as budgets
from authflow.domain.jobs import AccountVerificationMail, EmailChangeAskedMail, EmailChangedMail, VerificationMail
from authflow.domain.mail_cause import MailCause
from authflow.domain.mailed_code import CODE_LIFE
from authflow.domain.user import Account
from authflow.domain.verification import Verification, VerificationKind, VerificationLife
from authflow.mail import wordings
from authflow.mail.compose import Composer, MailedCode, MailedSecret
from authflow.mail.sender import Mail, Sender
from authflow.services.mail_budgets import MailBudgets

WORDINGS = {
    VerificationKind.SIGN_UP: wordings.VERIFY_EMAIL,
    VerificationKind.ACCOUNT: wordings.VERIFY_EMAIL,
    VerificationKind.EMAIL_CHANGE: wordings.CONFIRM_NEW_EMAIL,
}
BUDGETS = {
    VerificationKind.SIGN_UP: budgets.SIGN_UP,
    VerificationKind.ACCOUNT: budgets.SIGN_UP,
    VerificationKind.EMAIL_CHANGE: budgets.EMAIL_CHANGE,
}


@dataclass(frozen=True)
class VerificationMailService:
    """As MailingService."""

    database: Database
    secrets: MailedSecrets
    composer: Composer
    sender: Sender
    budgets: MailBudgets
    life: VerificationLife

    def send_verification(self, job: VerificationMail, asked_at: datetime) -> bool:
        """Mails the link and the code, or that the address has an account already."""
        registration_hash, nonce = bytes.fromhex(job.registration_hash), bytes.fromhex(job.nonce)
        asked = self.database.autocommit.verifications.find_by_registration(registration_hash, self.life)
        # Before it voids the mail that went: whoever is mailed no other one has that.
        if asked is None or not self._is_granted(asked, job):
            return False
        verification = self.database.autocommit.verification_requests.renew(
            registration_hash, nonce, asked_at, self.life
        )
        return verification is not None and self._send(verification, job.mail_id, MailCause(job.device, asked_at))

    def send_account_verification(self, job: AccountVerificationMail, asked_at: datetime) -> bool:
        """The same, for an account that never verified its email."""
        requests = self.database.autocommit.verification_requests
        verification = requests.put_account(
            job.email_canonical,
            bytes.fromhex(job.registration_hash),
            bytes.fromhex(job.nonce),
            self.life,
            asked_at,
        ) or requests.renew_newest_sign_up(job.email_canonical, self.life, asked_at)
        if verification is None or not self._is_granted(verification, job):
            return False
        return self._send(verification, job.mail_id, MailCause(job.device, asked_at))

    def send_email_change_asked(self, job: EmailChangeAskedMail, asked_at: datetime) -> bool:
        """Tells the old address that another one is to take its place."""
        account = self.database.autocommit.users.find(job.user_id)
        if account is None:
            return False
        if not self._is_notice_granted(job, str(job.user_id)):
            return False
        cause = MailCause(job.device, asked_at)
        if account.user.email == job.old_email:
            to, new = job.old_email, job.new_email_masked
            mail = self.composer.write(wordings.EMAIL_CHANGE_ASKED, job.mail_id, to, cause, new_email=new)
        else:
            # So late that it has happened: a reset would be mailed to the new address.
            mail = self.composer.write(wordings.EMAIL_CHANGED, job.mail_id, job.old_email, cause)
        self.sender.send(mail)
        return True

    def send_email_changed(self, job: EmailChangedMail, asked_at: datetime) -> bool:
        """Tells the old address that another one has taken its place."""
        if not self._is_notice_granted(job, job.old_email):
            return False
        cause = MailCause(job.device, asked_at)
        self.sender.send(self.composer.write(wordings.EMAIL_CHANGED, job.mail_id, job.old_email, cause))
        return True

    def _is_granted(self, verification: Verification, job: VerificationMail) -> bool:
        account = self.database.autocommit.users.find_by_email(verification.address)
        budget = (
            BUDGETS[verification.kind] if _can_be_verified(verification, account) else budgets.ALREADY_REGISTERED
        )
        return self.budgets.grants_request(job, budget, verification.email_canonical)

    def _is_notice_granted(self, job: EmailChangeAskedMail | EmailChangedMail, account: str) -> bool:
        return self.budgets.grants_notice(job, account, job.old_email.lower(), is_proved=job.was_proved)

    def _send(self, verification: Verification, key: str, cause: MailCause) -> bool:
        account = self.database.autocommit.users.find_by_email(verification.address)
        if _can_be_verified(verification, account):
            self.sender.send(self._request(verification, key, cause))
            self.database.autocommit.verification_requests.note_sent(verification)
            return True
        if account is None or verification.kind is VerificationKind.ACCOUNT:
            return False
        # Its owner is told; whoever typed the address learns nothing.
        self.sender.send(self.composer.write(wordings.ALREADY_REGISTERED, key, account.user.email, cause))
        return True

    def _request(self, verification: Verification, key: str, cause: MailCause) -> Mail:
        reference = Reference(Purpose.VERIFICATION, verification.id)
        code_until = min(verification.ends_at, verification.code_asked_at + timedelta(seconds=CODE_LIFE))
        code = MailedCode(self.secrets.code(reference, verification.code_nonce), code_until)
        token = self.secrets.token(reference, verification.nonce)
        secret = MailedSecret(token, verification.ends_at, code if verification.is_code_live else None)
        return self.composer.write(WORDINGS[verification.kind], key, verification.email, cause, secret)


def _can_be_verified(verification: Verification, account: Account | None) -> bool:
    """Whether a verification would be taken; `account` is the one that has the address now."""
    if account is None:
        return True
    if verification.kind is VerificationKind.EMAIL_CHANGE:
        return account.user.id == verification.user_id
    return not (account.user.email_verified or account.is_disabled)
