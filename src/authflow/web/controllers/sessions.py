"""Sessions: made by `/login`, kept by `/refresh`, ended by `/logout` and `/logout-all`."""

from dataclasses import dataclass

from authflow.domain.session import SignedIn
from authflow.services.login import LoginService
from authflow.services.sessions import SessionService
from authflow.web.credentials import TokenDelivery
from authflow.web.guards import RefreshCredential
from authflow.web.route import Call
from authflow.web.schemas.sessions import Login, Nothing, RefreshTokenInBody


@dataclass(frozen=True)
class Sessions:
    login: LoginService
    sessions: SessionService
    token_delivery: TokenDelivery

    def create(self, call: Call[None, Login]) -> object:
        """Log in"""
        given = call.given
        logged_in = self.login.log_in(given.email, given.password, call.device, given.delivery)
        return self.token_delivery.hand_over(logged_in.tokens, user=logged_in.user)

    def refresh(self, call: Call[RefreshCredential, RefreshTokenInBody]) -> object:
        """Exchange a refresh token for a new pair"""
        refreshed = self.sessions.refresh(call.caller.token, call.device, call.caller.retry_key)
        return self.token_delivery.hand_over(refreshed.tokens, user=refreshed.user)

    def end(self, call: Call[str, RefreshTokenInBody]) -> object:
        """Log out: end the session of an access or refresh token, live or not"""
        self.sessions.log_out(call.caller, call.device)
        return {"message": "Logged out"}

    def end_all(self, call: Call[SignedIn, Nothing]) -> object:
        """Log out on every device"""
        self.sessions.log_out_everywhere(call.caller, call.device)
        return {"message": "Logged out on every device"}
