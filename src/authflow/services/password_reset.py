"""Recover an account by a mailed link or code."""

from dataclasses import dataclass

from authflow.crypto.mailed_secret import NONCE_OF_NOBODY, MailedSecrets, Purpose, Reference, find_reference
from authflow.crypto.password_hash import PasswordHash
from authflow.crypto.randomness import new_nonce, new_public_id
from authflow.database.transaction import Database
from authflow.domain import limits
from authflow.domain.device import Device
from authflow.domain.email_address import EmailAddress
from authflow.domain.event import EventType
from authflow.domain.jobs import PasswordChangedMail, ResetMail
from authflow.domain.mailed_code import CODE_LIFE, find_code
from authflow.domain.password_policy import PasswordPolicy
from authflow.domain.pending_reset import LINK_LIFE, PendingReset
from authflow.errors import ResetTokenInvalid, ValidationFailed
from authflow.log import log_event
from authflow.services.account_security import end_all
from authflow.services.limits import LimitService


@dataclass(frozen=True)
class PasswordResetService:
    database: Database
    passwords: PasswordHash
    policy: PasswordPolicy
    secrets: MailedSecrets
    limits: LimitService

    def request_reset(self, email: EmailAddress, device: Device) -> None:
        """Whoever it is, one job is added: the worker finds out whom to mail. Raises DatabaseUnavailable."""
        self.database.autocommit.jobs.add(
            ResetMail.caused_by(device, new_public_id(), email_canonical=email.canonical, nonce=new_nonce().hex())
        )
        self.limits.keep()

    def reset_by_link(self, token: str, password: str, device: Device) -> None:
        """Sets the password by the token of a mailed link, once.

        Raises ResetTokenInvalid, ValidationFailed, RateLimited, HashingBusy, DatabaseUnavailable.
        """
        pending = self._find_by_token(token)
        if pending is None:
            # A right one is never refused, whatever others tried from the same IP.
            self.limits.count(device, (limits.RESET_CODE, None))
            self.limits.keep()
            raise ResetTokenInvalid
        # A password that is refused leaves the link good.
        self._refuse_weak(password, pending.user.address, pending.user.username)
        self._reset(pending, password, device, LINK_LIFE)

    def reset_by_code(self, email: EmailAddress, code: str, password: str, device: Device) -> None:
        """`code` as it was typed. Raises ResetTokenInvalid, ValidationFailed, HashingBusy, DatabaseUnavailable."""
        # Before the code is looked at, as far as it can be told: a refused password costs no try.
        self._refuse_weak(password, email, username="")
        pending = self._try_code(email, code)
        self._refuse_weak(password, pending.user.address, pending.user.username)
        self._reset(pending, password, device, CODE_LIFE)

    def _find_by_token(self, token: str) -> PendingReset | None:
        reference = find_reference(token)
        if reference is None or reference.purpose != Purpose.RESET:
            return None
        pending = self.database.autocommit.users_reset.find(reference.row_id)
        nonce = pending.nonce if pending else NONCE_OF_NOBODY
        return pending if self.secrets.is_token(token, reference, nonce) else None

    def _try_code(self, email: EmailAddress, code: str) -> PendingReset:
        digits = find_code(code)
        if digits is None or not self.limits.is_heard():
            raise ResetTokenInvalid
        pending = self.database.autocommit.users_reset.take_try(
            email.canonical, self.limits.key_of_nobody(email.canonical)
        )
        if pending is None or not self._is_code(digits, pending):
            # Of a code that there is none of too: neither limits nor time may tell.
            self.limits.keep()
            log_event("reset_code_wrong" if pending else "reset_code_unknown", user_id=pending and pending.user.id)
            raise ResetTokenInvalid
        # Whatever comes now, a right code has cost no try.
        self.database.autocommit.users_reset.give_back_try(pending)
        return pending

    def _is_code(self, code: str, pending: PendingReset) -> bool:
        return self.secrets.is_code(code, Reference(Purpose.RESET, pending.user.id), pending.nonce)

    def _refuse_weak(self, password: str, email: EmailAddress, username: str) -> None:
        if objections := self.policy.objections(password, email, username):
            raise ValidationFailed({"password": objections})

    def _reset(self, pending: PendingReset, password: str, device: Device, life: int) -> None:
        user = pending.user
        # Who reads the owner's mails is no stranger.
        password_hash = self.passwords.make(password, is_familiar=True)
        with self.database.transaction() as tx:
            # `users` first: a login at the same time waits here, or has its session revoked below.
            if not tx.users_reset.spend(pending, password_hash, life):
                raise ResetTokenInvalid
            ended = end_all(tx, user.id)
            tx.events.add(EventType.PASSWORD_RESET, user.id, device)
            tx.jobs.add(PasswordChangedMail.caused_by(device, new_public_id(), user_id=user.id))
        log_event("password_reset", user_id=user.id, sessions_ended=ended)
