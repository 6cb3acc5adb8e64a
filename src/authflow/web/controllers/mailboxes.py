"""Mailboxes to be proved: `/verify-email`, `/resend-verification`, `/change-email`."""

from dataclasses import dataclass

from authflow.domain.session import SignedIn
from authflow.services.account import AccountService
from authflow.services.mailbox_proof import MailboxProofService
from authflow.services.proof_asking import ProofAskingService
from authflow.services.signing_in import LoggedIn
from authflow.web.credentials import TokenCarrier
from authflow.web.route import Call
from authflow.web.schemas.mailboxes import AskedAgain, EmailChange, Proof


@dataclass(frozen=True)
class Mailboxes:
    proofs: MailboxProofService
    asking: ProofAskingService
    account: AccountService
    carrier: TokenCarrier

    def prove(self, call: Call[None, Proof]) -> object:
        """Prove an email by what was mailed, and by the registrationId or the password; signs in"""
        proved = self._prove(call, call.given)
        return self.carrier.hand_over(proved.tokens, user=proved.user)

    def ask_again(self, call: Call[None, AskedAgain]) -> object:
        """Ask for another mail with a link and a code"""
        given = call.given
        if given.registration_id is not None:
            self.asking.ask_again(given.registration_id, call.device)
        if given.email is not None:
            self.asking.ask_again_by_email(given.email, call.device)
        return {"message": "If there is something to prove, a mail is on its way"}

    def change(self, call: Call[SignedIn, EmailChange]) -> object:
        """Ask for a new email; nothing changes until it is proved"""
        given = call.given
        registration_id = self.account.change_email(call.caller, given.new, given.password, call.device)
        return {
            "message": "Prove the new email by the mail that is on its way, and stay logged in here until then: "
            "the change ends with this session",
            "registration_id": registration_id,
        }

    def _prove(self, call: Call[None, Proof], given: Proof) -> LoggedIn:
        whereto = (call.device, given.delivery)
        if given.registration_id is not None and given.otp is not None:
            return self.proofs.prove_by_code(given.registration_id, given.otp, *whereto)
        if given.registration_id is not None:
            return self.proofs.prove_by_link(given.registration_id, given.token or "", *whereto)
        return self.proofs.prove_elsewhere(given.token or "", given.password, *whereto)
