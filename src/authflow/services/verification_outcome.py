"""What follows from a proved mailbox: an account, its new state, a session, and the end of all that was before."""

from dataclasses import dataclass

from authflow.crypto.randomness import new_public_id
from authflow.database.transaction import Database, Repositories
from authflow.domain.device import Device
from authflow.domain.event import EventType
from authflow.domain.jobs import EmailChangedMail
from authflow.domain.session import Delivery, Method
from authflow.domain.user import Account
from authflow.domain.verification import Verification, VerificationKind, VerificationLife
from authflow.errors import VerificationInvalid
from authflow.services.account_security import end_all
from authflow.services.session_start import LoggedIn, SessionStart

EVENTS = {
    VerificationKind.SIGN_UP: EventType.EMAIL_VERIFIED,
    VerificationKind.ACCOUNT: EventType.EMAIL_VERIFIED,
    VerificationKind.EMAIL_CHANGE: EventType.EMAIL_CHANGED,
}


@dataclass(frozen=True)
class VerificationOutcome:
    database: Database
    session_start: SessionStart
    life: VerificationLife

    def complete(
        self,
        verification: Verification,
        mail: Verification,
        secret_life: int | None,
        device: Device,
        delivery: Delivery,
        *methods: Method,
    ) -> LoggedIn:
        """The account as it is from now on, and a session that `methods` show to be its owner's.

        `mail`: whose link or code it was. `secret_life`: a code's, in seconds; None for a link.

        Raises VerificationInvalid if either was used, renewed or late by now, the email is taken, or the
        session that asked for it has ended.
        """
        with self.database.transaction() as tx:
            # In this order, which is everybody's: accounts, then verifications.
            tx.users_verified.lock(verification.user_id, verification.email_canonical)
            tx.verifications.lock_all(verification.email_canonical)
            if not self._spend(tx, verification, mail, secret_life):
                raise VerificationInvalid
            account = self._settle_account(tx, verification, device)
            if account is None:
                raise VerificationInvalid
            # Nobody who was signed in before has proved that this mailbox is theirs.
            end_all(tx, account.user.id, verified_email=account.user.email_canonical)
            logged_in = self.session_start.start(tx, account, device, delivery, EVENTS[verification.kind], methods)
            if logged_in is None:
                raise VerificationInvalid
        return logged_in

    def _spend(
        self, tx: Repositories, verification: Verification, mail: Verification, secret_life: int | None
    ) -> bool:
        # Before the verification is looked at: a log-out at the same moment is waited for, and then seen.
        if verification.kind is VerificationKind.EMAIL_CHANGE and not tx.verifications.is_session_alive(
            verification, self.life
        ):
            return False
        return tx.verifications.spend(verification, mail, self.life, secret_life)

    def _settle_account(self, tx: Repositories, verification: Verification, device: Device) -> Account | None:
        """None where the address has a proved account, or the account is disabled or gone."""
        match verification.kind:
            case VerificationKind.SIGN_UP:
                return tx.users_verified.add(verification)
            case VerificationKind.ACCOUNT:
                return tx.users_verified.set_verified(verification)
            case VerificationKind.EMAIL_CHANGE if verification.user_id is not None:
                return self._change_email(tx, verification, verification.user_id, device)
            case VerificationKind.EMAIL_CHANGE:
                return None

    def _change_email(
        self, tx: Repositories, verification: Verification, user_id: int, device: Device
    ) -> Account | None:
        before = tx.users.find(user_id)
        account = tx.users_verified.change_email(verification)
        if before and account:
            old = {"old_email": before.user.email, "was_proved": before.user.email_verified}
            tx.jobs.add(EmailChangedMail.caused_by(device, new_public_id(), **old))
        return account
