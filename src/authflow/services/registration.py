"""Make an account, or a sign-up that becomes one when its mailbox is proved."""

from dataclasses import dataclass

from authflow.crypto.password_hash import PasswordHash
from authflow.database.transaction import Database
from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.password_policy import PasswordPolicy
from authflow.domain.user import User
from authflow.errors import EmailTaken, ValidationFailed
from authflow.log import log_event
from authflow.services.limits import LimitService
from authflow.services.verification_request import VerificationRequestService


@dataclass(frozen=True)
class RegistrationService:
    database: Database
    passwords: PasswordHash
    policy: PasswordPolicy
    verifications: VerificationRequestService
    limits: LimitService

    def register(self, username: str, email: EmailAddress, password: str) -> User:
        """An account at once. Raises ValidationFailed, EmailTaken, HashingBusy, DatabaseUnavailable."""
        password_hash = self._hash(username, email, password)
        user = self.database.autocommit.users.add(username, email, password_hash)
        self.limits.keep()
        if user is None:
            raise EmailTaken
        log_event("account_registered", user_id=user.id)
        return user

    def sign_up(self, username: str, email: EmailAddress, password: str, device: Device) -> str:
        """Its `registrationId`; whether the email is known makes no difference, here or in the answer.

        Raises ValidationFailed, HashingBusy, DatabaseUnavailable.
        """
        password_hash = self._hash(username, email, password)
        registration_id = self.verifications.ask_of_sign_up(username, email, password_hash, device)
        self.limits.keep()
        return registration_id

    def _hash(self, username: str, email: EmailAddress, password: str) -> str:
        if objections := self.policy.objections(password, email, username):
            raise ValidationFailed({"password": objections})
        return self.passwords.make(password)
