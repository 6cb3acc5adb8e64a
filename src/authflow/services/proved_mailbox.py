"""What follows from a proved mailbox: an account, its new state, a session, and the end of all that was before."""

from dataclasses import dataclass

from authflow.crypto.randomness import new_public_id
from authflow.database.transaction import Database, Repositories
from authflow.domain.device import Device
from authflow.domain.event import EventType
from authflow.domain.jobs import EmailChangedMail
from authflow.domain.mailbox_proof import MailboxProof, ProofKind, ProofLife
from authflow.domain.user import Account
from authflow.errors import VerificationInvalid
from authflow.services.account_security import end_all
from authflow.services.signing_in import LoggedIn, SessionStart

EVENTS = {
    ProofKind.SIGN_UP: EventType.EMAIL_VERIFIED,
    ProofKind.ACCOUNT: EventType.EMAIL_VERIFIED,
    ProofKind.EMAIL_CHANGE: EventType.EMAIL_CHANGED,
}


@dataclass(frozen=True)
class ProvedMailbox:
    database: Database
    session_start: SessionStart
    life: ProofLife

    def settle(
        self, proof: MailboxProof, mail: MailboxProof, secret_life: int | None, device: Device, delivery: str
    ) -> LoggedIn:
        """`mail`: whose link or code it was. `secret_life`: a code's, in seconds; None for a link.

        Raises VerificationInvalid if either was used, renewed or late by now, the email is taken, or the
        session that asked for it has ended.
        """
        with self.database.transaction() as tx:
            # In this order, which is everybody's: accounts, then proofs.
            tx.proved_users.lock(proof.user_id, proof.email_canonical)
            tx.mailbox_proofs.lock_all(proof.email_canonical)
            if not self._spend(tx, proof, mail, secret_life):
                raise VerificationInvalid
            account = self._settle_account(tx, proof, device)
            if account is None:
                raise VerificationInvalid
            # Nobody who was signed in before has proved that this mailbox is theirs.
            end_all(tx, account.user.id, proved_email=account.user.email_canonical)
            logged_in = self.session_start.start(tx, account, device, delivery, EVENTS[proof.kind])
            if logged_in is None:
                raise VerificationInvalid
        return logged_in

    def _spend(self, tx: Repositories, proof: MailboxProof, mail: MailboxProof, secret_life: int | None) -> bool:
        # Before the proof is looked at: a log-out at the same moment is waited for, and then seen.
        if proof.kind is ProofKind.EMAIL_CHANGE and not tx.mailbox_proofs.is_session_alive(proof, self.life):
            return False
        return tx.mailbox_proofs.spend(proof, mail, self.life, secret_life)

    def _settle_account(self, tx: Repositories, proof: MailboxProof, device: Device) -> Account | None:
        """None where the address has a proved account, or the account is disabled or gone."""
        match proof.kind:
            case ProofKind.SIGN_UP:
                return tx.proved_users.add(proof)
            case ProofKind.ACCOUNT:
                return tx.proved_users.set_verified(proof)
            case ProofKind.EMAIL_CHANGE:
                return self._change_email(tx, proof, device)

    def _change_email(self, tx: Repositories, proof: MailboxProof, device: Device) -> Account | None:
        before = tx.users.find(proof.user_id or 0)
        account = tx.proved_users.change_email(proof)
        if before and account:
            old = {"old_email": before.user.email, "was_proved": before.user.email_verified}
            tx.jobs.add(EmailChangedMail.caused_by(device, new_public_id(), **old))
        return account
