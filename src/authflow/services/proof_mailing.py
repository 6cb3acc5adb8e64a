"""The worker's half of the mails about a mailbox to be proved, which one depending on whose it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from authflow.crypto.mailed_secret import MailedSecrets, Purpose, Reference
from authflow.database.transaction import Database
from authflow.domain import mail_budgets as budgets
from authflow.domain.jobs import AccountProofMail, EmailChangeAskedMail, EmailChangedMail, ProofMail
from authflow.domain.mail_cause import MailCause
from authflow.domain.mailbox_proof import MailboxProof, ProofKind, ProofLife
from authflow.domain.mailed_code import CODE_LIFE
from authflow.domain.user import Account
from authflow.mail.compose import Composer, MailedCode, MailedSecret
from authflow.mail.sender import Mail, Sender
from authflow.services.mail_budgets import MailBudgets

BUDGETS = {
    ProofKind.SIGN_UP: budgets.SIGN_UP,
    ProofKind.ACCOUNT: budgets.SIGN_UP,
    ProofKind.EMAIL_CHANGE: budgets.EMAIL_CHANGE,
}


@dataclass(frozen=True)
class ProofMailingService:
    """As MailingService."""

    database: Database
    secrets: MailedSecrets
    composer: Composer
    sender: Sender
    budgets: MailBudgets
    life: ProofLife

    def send_proof(self, job: ProofMail, asked_at: datetime) -> bool:
        registration_hash, nonce = bytes.fromhex(job.registration_hash), bytes.fromhex(job.nonce)
        asked = self.database.once.mailbox_proofs.find_by_registration(registration_hash, self.life)
        # Before it voids the mail that went: whoever is mailed no other one has that.
        if asked is None or not self._is_granted(asked, job):
            return False
        proof = self.database.once.proof_requests.renew(registration_hash, nonce, asked_at, self.life)
        return proof is not None and self._send(proof, job.mail_id, MailCause(job.device, asked_at))

    def send_account_proof(self, job: AccountProofMail, asked_at: datetime) -> bool:
        requests = self.database.once.proof_requests
        proof = requests.put_account(
            job.email_canonical,
            bytes.fromhex(job.registration_hash),
            bytes.fromhex(job.nonce),
            self.life,
            asked_at,
        ) or requests.renew_newest_sign_up(job.email_canonical, self.life, asked_at)
        if proof is None or not self._is_granted(proof, job):
            return False
        return self._send(proof, job.mail_id, MailCause(job.device, asked_at))

    def send_email_change_asked(self, job: EmailChangeAskedMail, asked_at: datetime) -> bool:
        account = self.database.once.users.find(job.user_id)
        if account is None:
            return False
        if not self._is_notice_granted(job, str(job.user_id)):
            return False
        cause = MailCause(job.device, asked_at)
        if account.user.email == job.old_email:
            mail = self.composer.email_change_asked(job.mail_id, job.old_email, job.new_email_masked, cause)
        else:
            # So late that it has happened: a reset would be mailed to the new address.
            mail = self.composer.email_changed(job.mail_id, job.old_email, cause)
        self.sender.send(mail)
        return True

    def send_email_changed(self, job: EmailChangedMail, asked_at: datetime) -> bool:
        if not self._is_notice_granted(job, job.old_email):
            return False
        self.sender.send(self.composer.email_changed(job.mail_id, job.old_email, MailCause(job.device, asked_at)))
        return True

    def _is_granted(self, proof: MailboxProof, job: ProofMail) -> bool:
        account = self.database.once.users.find_by_email(proof.address)
        budget = BUDGETS[proof.kind] if _can_be_proved(proof, account) else budgets.ALREADY_REGISTERED
        return self.budgets.grants_request(job, budget, proof.email_canonical)

    def _is_notice_granted(self, job: EmailChangeAskedMail | EmailChangedMail, account: str) -> bool:
        return self.budgets.grants_notice(job, account, job.old_email.lower(), is_proved=job.was_proved)

    def _send(self, proof: MailboxProof, key: str, cause: MailCause) -> bool:
        account = self.database.once.users.find_by_email(proof.address)
        if _can_be_proved(proof, account):
            self.sender.send(self._request(proof, key, cause))
            self.database.once.proof_requests.note_sent(proof)
            return True
        if account is None or proof.kind is ProofKind.ACCOUNT:
            return False
        # Its owner is told; whoever typed the address learns nothing.
        self.sender.send(self.composer.already_registered(key, account.user.email, cause))
        return True

    def _request(self, proof: MailboxProof, key: str, cause: MailCause) -> Mail:
        write = {
            ProofKind.SIGN_UP: self.composer.verify_email,
            ProofKind.ACCOUNT: self.composer.verify_email,
            ProofKind.EMAIL_CHANGE: self.composer.confirm_new_email,
        }[proof.kind]
        reference = Reference(Purpose.PROOF, proof.id)
        code_until = min(proof.ends_at, proof.code_asked_at + timedelta(seconds=CODE_LIFE))
        code = MailedCode(self.secrets.code(reference, proof.code_nonce), code_until)
        token = self.secrets.token(reference, proof.nonce)
        secret = MailedSecret(token, proof.ends_at, code if proof.is_code_live else None)
        return write(key, proof.email, secret, cause)


def _can_be_proved(proof: MailboxProof, account: Account | None) -> bool:
    """Whether a proof would be taken; `account` is the one that has the address now."""
    if account is None:
        return True
    if proof.kind is ProofKind.EMAIL_CHANGE:
        return account.user.id == proof.user_id
    return not (account.user.email_verified or account.is_disabled)
