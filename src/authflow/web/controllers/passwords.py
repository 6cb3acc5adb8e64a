"""Forgotten passwords: `/forgot-password` and `/reset-password`."""

from dataclasses import dataclass

from authflow.services.password_reset import PasswordResetService
from authflow.web.route import Call
from authflow.web.schemas.passwords import Forgotten, Reset, ResetByCode, ResetByLink


@dataclass(frozen=True)
class Passwords:
    resets: PasswordResetService

    def forgot(self, call: Call[None, Forgotten]) -> object:
        """Ask for a link and a code that set a new password"""
        self.resets.request_reset(call.given.email, call.device)
        return {"message": "If this email has an account, a mail is on its way"}

    def reset(self, call: Call[None, Reset]) -> object:
        """Set a new password by a mailed link or code"""
        match call.given:
            case ResetByLink(token, password):
                self.resets.reset_by_link(token, password, call.device)
            case ResetByCode(email, otp, password):
                self.resets.reset_by_code(email, otp, password, call.device)
        return {"message": "Password updated successfully"}
