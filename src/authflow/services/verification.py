"""Take the verification of a mailbox: by the mailbox, and by the one who asked.

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
from authflow.domain.mailed_code import CODE_LIFE, find_code
from authflow.domain.session import Delivery, Method
from authflow.domain.verification import Verification, VerificationKind, VerificationLife
from authflow.errors import InvalidCredentials, PasswordRequired, VerificationInvalid
from authflow.log import log_event
from authflow.services.limits import LimitService
from authflow.services.session_start import LoggedIn
from authflow.services.verification_outcome import VerificationOutcome


@dataclass(frozen=True)
class VerificationService:
    database: Database
    passwords: PasswordHash
    secrets: MailedSecrets
    limits: LimitService
    outcome: VerificationOutcome
    life: VerificationLife

    def verify_by_code(self, registration_id: str, code: str, device: Device, delivery: Delivery) -> LoggedIn:
        """`code` as it was typed. Raises VerificationInvalid, DatabaseUnavailable."""
        digits = find_code(code)
        if digits is None:
            raise VerificationInvalid
        verification = self._find_by_registration(registration_id)
        if verification is None:
            self.limits.keep()
            raise VerificationInvalid
        self.limits.count(device, (limits.VERIFICATION_CODE[verification.kind], verification.email_canonical))
        if not self.limits.is_heard():
            raise VerificationInvalid
        mails = self._list_mails(verification)
        has_try = self.database.autocommit.verifications.take_try(verification)
        mail = next((mail for mail in mails if self._is_code(digits, mail)), None)
        if mail is None or not has_try:
            self.limits.keep()
            log_event("verification_code_refused", proof_id=verification.id, user_id=verification.user_id)
            raise VerificationInvalid
        # Whatever comes now, a right code has cost no try.
        self.database.autocommit.verifications.give_back_try(verification)
        return self.outcome.complete(verification, mail, CODE_LIFE, device, delivery, Method.MAILBOX)

    def verify_by_link(self, registration_id: str, token: str, device: Device, delivery: Delivery) -> LoggedIn:
        """Completes what was asked for by the token of a mailed link, and the `registrationId` of whoever asked.

        Raises VerificationInvalid, RateLimited, DatabaseUnavailable.
        """
        verification = self._find_by_registration(registration_id)
        mails = self._list_mails(verification) if verification else []
        mail = next((mail for mail in mails if self._is_token(token, mail)), None)
        if verification is None or mail is None:
            self._refuse_link(device)
        return self.outcome.complete(verification, mail, None, device, delivery, Method.MAILBOX)

    def verify_elsewhere(self, token: str, password: str | None, device: Device, delivery: Delivery) -> LoggedIn:
        """Where no `registrationId` is at hand, the password that was chosen is the other half.

        Raises VerificationInvalid, PasswordRequired, InvalidCredentials, RateLimited, HashingBusy,
        DatabaseUnavailable.
        """
        mail = self._find_by_token(token)
        if mail is None:
            self._refuse_link(device)
        if password is None:
            raise PasswordRequired
        for verification in (mail, self._find_newer(mail)):
            if verification is not None and self._is_password(password, verification, device):
                proved_by = (Method.MAILBOX, Method.PASSWORD)
                return self.outcome.complete(verification, mail, None, device, delivery, *proved_by)
        raise InvalidCredentials

    def _list_mails(self, verification: Verification) -> list[Verification]:
        """Whose mail shows that the mailbox was read: its own, and of sign-ups those to exactly that address.

        Who pressed the button twice has two mails, and cannot tell which is of the answer that the browser kept.
        """
        if verification.kind is not VerificationKind.SIGN_UP:
            return [verification]
        mailed = self.database.autocommit.verifications.list_mailed_sign_ups(
            verification.email_canonical, self.life
        )
        return [verification, *(mail for mail in mailed if mail.id != verification.id)]

    def _find_newer(self, mail: Verification) -> Verification | None:
        """The newest sign-up for the address of another one's mail, if that mail is good for it."""
        if mail.kind is not VerificationKind.SIGN_UP:
            return None
        newest = self.database.autocommit.verifications.find_newest_sign_up(mail.email_canonical, self.life)
        if newest is None or newest.id == mail.id:
            return None
        return newest if any(each.id == mail.id for each in self._list_mails(newest)) else None

    def _is_code(self, digits: str, mail: Verification) -> bool:
        return mail.is_code_live and self.secrets.is_code(digits, _reference(mail), mail.code_nonce)

    def _is_token(self, token: str, mail: Verification) -> bool:
        return self.secrets.is_token(token, _reference(mail), mail.nonce)

    def _is_password(self, password: str, verification: Verification, device: Device) -> bool:
        """Counts as a login. Raises RateLimited, HashingBusy, DatabaseUnavailable."""
        account = self._whose_password(verification)
        self.limits.count(device, (limits.LOGIN, account))
        is_right = self.passwords.match(
            password, verification.password_hash, is_familiar=self.limits.is_familiar()
        )
        if is_right:
            self.limits.accept_password()
        else:
            self.limits.keep()
            log_event("verification_password_wrong", proof_id=verification.id, user_id=verification.user_id)
        return is_right

    def _whose_password(self, verification: Verification) -> str:
        """The email that a try is counted for: of a change of email it is the account's own, not the new one."""
        account = self.database.autocommit.users.find(verification.user_id) if verification.user_id else None
        return account.user.email_canonical if account else verification.email_canonical

    def _refuse_link(self, device: Device) -> NoReturn:
        """A right one is never refused, whatever others tried from the same IP."""
        self.limits.count(device, (limits.VERIFICATION, None))
        self.limits.keep()
        raise VerificationInvalid

    def _find_by_registration(self, registration_id: str) -> Verification | None:
        return self.database.autocommit.verifications.find_by_registration(hash_of(registration_id), self.life)

    def _find_by_token(self, token: str) -> Verification | None:
        reference = find_reference(token)
        if reference is None or reference.purpose != Purpose.VERIFICATION:
            return None
        verification = self.database.autocommit.verifications.find(reference.row_id, self.life)
        nonce = verification.nonce if verification else NONCE_OF_NOBODY
        return verification if self.secrets.is_token(token, reference, nonce) else None


def _reference(verification: Verification) -> Reference:
    return Reference(Purpose.VERIFICATION, verification.id)
