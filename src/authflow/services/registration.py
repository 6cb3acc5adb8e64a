"""Make an account."""

from dataclasses import dataclass

from authflow.crypto.password_hash import PasswordHash
from authflow.database.transaction import Database
from authflow.domain.email_address import EmailAddress
from authflow.domain.password_policy import PasswordPolicy
from authflow.domain.user import User
from authflow.errors import EmailTaken, ValidationFailed
from authflow.log import log_event


@dataclass(frozen=True)
class RegistrationService:
    database: Database
    passwords: PasswordHash
    policy: PasswordPolicy

    def register(self, username: str, email: EmailAddress, password: str) -> User:
        """Raises ValidationFailed, EmailTaken, HashingBusy, DatabaseUnavailable."""
        if objections := self.policy.objections(password, email, username):
            raise ValidationFailed({"password": objections})
        password_hash = self.passwords.make(password)
        user = self.database.once.users.add(username, email, password_hash)
        if user is None:
            raise EmailTaken
        log_event("account_registered", user_id=user.id)
        return user
