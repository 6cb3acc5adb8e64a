"""Take the proof of a mailbox: by the mailbox, and by the one who asked.

Neither half is enough. The mailed token or code shows that the mail was read; the `registrationId` or the password
shows that its reader is the one who signed up, and not the owner of an address that a stranger typed.
"""

from dataclasses import dataclass
from typing import NoReturn

from authflow.crypto.mailed_secret import NONCE_OF_NOBODY, MailedSecrets, Purpose, Reference, find_reference
from authflow.crypto.password_hash import PasswordHash
from authflow.crypto.refresh_token import hash_of
from authflow.database.transaction import Database
from authflow.domain import limits
from authflow.domain.device import Device
from authflow.domain.mailbox_proof import MailboxProof, ProofKind, ProofLife
from authflow.domain.mailed_code import CODE_LIFE, find_code
from authflow.errors import InvalidCredentials, PasswordRequired, VerificationInvalid
from authflow.log import log_event
from authflow.services.proved_mailbox import ProvedMailbox
from authflow.services.signing_in import LoggedIn
from authflow.services.throttle import Throttle


@dataclass(frozen=True)
class MailboxProofService:
    database: Database
    passwords: PasswordHash
    secrets: MailedSecrets
    throttle: Throttle
    proved: ProvedMailbox
    life: ProofLife

    def prove_by_code(self, registration_id: str, code: str, device: Device, delivery: str) -> LoggedIn:
        """`code` as it was typed. Raises VerificationInvalid, DatabaseUnavailable."""
        digits = find_code(code)
        if digits is None:
            raise VerificationInvalid
        proof = self._find_by_registration(registration_id)
        if proof is None:
            self.throttle.keep()
            raise VerificationInvalid
        self.throttle.count(device, (limits.PROOF_CODE[proof.kind], proof.email_canonical))
        if not self.throttle.hears():
            raise VerificationInvalid
        mails = self._list_mails(proof)
        has_try = self.database.once.mailbox_proofs.take_try(proof)
        mail = next((mail for mail in mails if self._is_code(digits, mail)), None)
        if mail is None or not has_try:
            self.throttle.keep()
            log_event("verification_code_refused", proof_id=proof.id, user_id=proof.user_id)
            raise VerificationInvalid
        # Whatever comes now, a right code has cost no try.
        self.database.once.mailbox_proofs.give_back_try(proof)
        return self.proved.settle(proof, mail, CODE_LIFE, device, delivery)

    def prove_by_link(self, registration_id: str, token: str, device: Device, delivery: str) -> LoggedIn:
        """Raises VerificationInvalid, RateLimited, DatabaseUnavailable."""
        proof = self._find_by_registration(registration_id)
        mails = self._list_mails(proof) if proof else []
        mail = next((mail for mail in mails if self._is_token(token, mail)), None)
        if proof is None or mail is None:
            self._refuse_link(device)
        return self.proved.settle(proof, mail, None, device, delivery)

    def prove_elsewhere(self, token: str, password: str | None, device: Device, delivery: str) -> LoggedIn:
        """Where no `registrationId` is at hand, the password that was chosen is the other half.

        Raises VerificationInvalid, PasswordRequired, InvalidCredentials, RateLimited, HashingBusy,
        DatabaseUnavailable.
        """
        mail = self._find_by_token(token)
        if mail is None:
            self._refuse_link(device)
        if password is None:
            raise PasswordRequired
        for proof in (mail, self._find_newer(mail)):
            if proof is not None and self._is_password(password, proof, device):
                return self.proved.settle(proof, mail, None, device, delivery)
        raise InvalidCredentials

    def _list_mails(self, proof: MailboxProof) -> list[MailboxProof]:
        """Whose mail shows that the mailbox was read: its own, and of sign-ups those to exactly that address.

        Who pressed the button twice has two mails, and cannot tell which is of the answer that the browser kept.
        """
        if proof.kind is not ProofKind.SIGN_UP:
            return [proof]
        mailed = self.database.once.mailbox_proofs.list_mailed_sign_ups(proof.email_canonical, self.life)
        return [proof, *(mail for mail in mailed if mail.id != proof.id)]

    def _find_newer(self, mail: MailboxProof) -> MailboxProof | None:
        """The newest sign-up for the address of another one's mail, if that mail is good for it."""
        if mail.kind is not ProofKind.SIGN_UP:
            return None
        newest = self.database.once.mailbox_proofs.find_newest_sign_up(mail.email_canonical, self.life)
        if newest is None or newest.id == mail.id:
            return None
        return newest if any(each.id == mail.id for each in self._list_mails(newest)) else None

    def _is_code(self, digits: str, mail: MailboxProof) -> bool:
        return mail.is_code_live and self.secrets.is_code(digits, _reference(mail), mail.code_nonce)

    def _is_token(self, token: str, mail: MailboxProof) -> bool:
        return self.secrets.is_token(token, _reference(mail), mail.nonce)

    def _is_password(self, password: str, proof: MailboxProof, device: Device) -> bool:
        """Counts as a login. Raises RateLimited, HashingBusy, DatabaseUnavailable."""
        account = self._whose_password(proof)
        self.throttle.count(device, (limits.LOGIN, account))
        is_right = self.passwords.match(password, proof.password_hash, is_familiar=self.throttle.is_familiar())
        if is_right:
            self.throttle.accept_password()
        else:
            self.throttle.keep()
            log_event("verification_password_wrong", proof_id=proof.id, user_id=proof.user_id)
        return is_right

    def _whose_password(self, proof: MailboxProof) -> str:
        """The email that a try is counted for: of a change of email it is the account's own, not the new one."""
        account = self.database.once.users.find(proof.user_id) if proof.user_id else None
        return account.user.email_canonical if account else proof.email_canonical

    def _refuse_link(self, device: Device) -> NoReturn:
        """A right one is never refused, whatever others tried from the same IP."""
        self.throttle.count(device, (limits.PROOF, None))
        self.throttle.keep()
        raise VerificationInvalid

    def _find_by_registration(self, registration_id: str) -> MailboxProof | None:
        return self.database.once.mailbox_proofs.find_by_registration(hash_of(registration_id), self.life)

    def _find_by_token(self, token: str) -> MailboxProof | None:
        reference = find_reference(token)
        if reference is None or reference.purpose != Purpose.PROOF:
            return None
        proof = self.database.once.mailbox_proofs.find(reference.row_id, self.life)
        nonce = proof.nonce if proof else NONCE_OF_NOBODY
        return proof if self.secrets.is_token(token, reference, nonce) else None


def _reference(proof: MailboxProof) -> Reference:
    return Reference(Purpose.PROOF, proof.id)
