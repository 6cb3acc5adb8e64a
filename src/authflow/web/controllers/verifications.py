"""Mailboxes to be proved: `/verify-email`, `/resend-verification`, `/change-email`."""

from dataclasses import dataclass

from authflow.domain.session import SignedIn
from authflow.services.account import AccountService
from authflow.services.verification import VerificationService
from authflow.services.verification_request import VerificationRequestService
from authflow.web.credentials import TokenDelivery
from authflow.web.route import Call
from authflow.web.schemas.verifications import (
    AskedAgain,
    AskedAgainByEmail,
    AskedAgainById,
    EmailChange,
    VerificationByCode,
    VerificationByLink,
    VerificationElsewhere,
    VerificationGiven,
)


@dataclass(frozen=True)
class Verifications:
    verifications: VerificationService
    requests: VerificationRequestService
    account: AccountService
    token_delivery: TokenDelivery

    def verify(self, call: Call[None, VerificationGiven]) -> object:
        """Prove an email by what was mailed, and by the registrationId or the password; signs in"""
        match call.given:
            case VerificationByCode(registration_id, otp, delivery):
                proved = self.verifications.verify_by_code(registration_id, otp, call.device, delivery)
            case VerificationByLink(registration_id, token, delivery):
                proved = self.verifications.verify_by_link(registration_id, token, call.device, delivery)
            case VerificationElsewhere(token, delivery, password):
                proved = self.verifications.verify_elsewhere(token, password, call.device, delivery)
        return self.token_delivery.hand_over(proved.tokens, user=proved.user)

    def ask_again(self, call: Call[None, AskedAgain]) -> object:
        """Ask for another mail with a link and a code"""
        match call.given:
            case AskedAgainById(registration_id):
                self.requests.ask_again(registration_id, call.device)
            case AskedAgainByEmail(email):
                self.requests.ask_again_by_email(email, call.device)
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
