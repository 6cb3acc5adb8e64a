"""Accounts: `/register` and one's own `/me`. The first line of a method is its title in the reference."""

from dataclasses import dataclass

from authflow.domain.session import SignedIn
from authflow.domain.user import ProfileChange
from authflow.services.account import AccountService
from authflow.services.registration import RegistrationService
from authflow.web.route import Call
from authflow.web.schemas.accounts import Deletion, PasswordChange, Registration


@dataclass(frozen=True)
class Accounts:
    registration: RegistrationService
    account: AccountService

    def create(self, call: Call[None, Registration]) -> object:
        """Register an account"""
        given = call.given
        return {"user": self.registration.register(given.username, given.email, given.password)}

    def sign_up(self, call: Call[None, Registration]) -> object:
        """Register: the account is made once its email is proved"""
        given = call.given
        return {
            "message": "Prove your email by the mail that is on its way",
            "registration_id": self.registration.sign_up(given.username, given.email, given.password, call.device),
        }

    def show(self, call: Call[SignedIn, None]) -> object:
        """Show one's own account"""
        return {"user": call.caller.user}

    def change_profile(self, call: Call[SignedIn, ProfileChange]) -> object:
        """Change one's profile"""
        return {"user": self.account.change_profile(call.caller, call.given)}

    def change_password(self, call: Call[SignedIn, PasswordChange]) -> object:
        """Change one's password and end every other session"""
        self.account.change_password(call.caller, call.given.current, call.given.new, call.device)
        return {"message": "Password updated successfully"}

    def delete(self, call: Call[SignedIn, Deletion]) -> object:
        """Delete one's own account and all that belongs to it"""
        self.account.delete(call.caller, call.given.password)
        return {"message": "Account deleted"}
