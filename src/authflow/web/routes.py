"""The whole API on one page: Flask serves these lines, OpenAPI describes them.

A line without a guard is public: tests/contract/test_public_routes.py lists those. What is for people and
operators, from `/docs` to `/metrics`, is in `web/ops/`.
"""

from dataclasses import replace

from authflow.bootstrap import Services
from authflow.config import Config
from authflow.domain import limits
from authflow.errors import (
    AccountDisabled,
    EmailNotVerified,
    EmailTaken,
    InvalidCredentials,
    InvalidOrNotConfirmed,
    PasswordRequired,
    ResetTokenInvalid,
    SessionNotFound,
    VerificationInvalid,
)
from authflow.web.controllers.accounts import Accounts
from authflow.web.controllers.devices import Devices
from authflow.web.controllers.passwords import Passwords
from authflow.web.controllers.sessions import Sessions
from authflow.web.controllers.verifications import Verifications
from authflow.web.cookies import Cookies
from authflow.web.credentials import TokenDelivery
from authflow.web.guards import HoldsAnyToken, HoldsRefreshToken, IsSignedIn
from authflow.web.ops.health import Health
from authflow.web.ops.root import Root
from authflow.web.route import (
    ANY_BUT_FORBIDDEN,
    Route,
    by_code,
    by_code_and_email,
    by_ip_only,
    by_own_email,
    by_submitted_email,
)
from authflow.web.schemas import accounts as account_schemas
from authflow.web.schemas import devices as device_schemas
from authflow.web.schemas import ops as ops_schemas
from authflow.web.schemas import passwords as password_schemas
from authflow.web.schemas import sessions as session_schemas
from authflow.web.schemas import verifications as verification_schemas
from authflow.web.schemas.shapes import MessageOut

API = "/api/auth"


def routes(services: Services, config: Config) -> tuple[Route, ...]:
    token_delivery = TokenDelivery(
        Cookies.of(config), services.sessions.access_issued_at, services.sessions.refresh_issued_at
    )
    accounts = Accounts(services.registration, services.account)
    sessions = Sessions(services.login, services.sessions, token_delivery)
    passwords = Passwords(services.password_resets)
    verifications = Verifications(
        services.verifications, services.verification_requests, services.account, token_delivery
    )
    devices = Devices(services.sessions, services.events)
    health = Health(services.readiness)
    signed_in = IsSignedIn(services.sessions.authenticate, token_delivery)
    holds_refresh_token = HoldsRefreshToken(services.sessions.is_access_token, token_delivery)
    holds_any_token = HoldsAnyToken(token_delivery)

    user_out, message_out, ready_out = account_schemas.UserOut(), MessageOut(), ops_schemas.ReadyOut()
    verification_requested_out = verification_schemas.VerificationRequestedOut()
    refresh_token_in = session_schemas.RefreshTokenIn()
    registration = Route(
        "POST", f"{API}/register", accounts.create,
        takes=account_schemas.RegisterIn(), gives=user_out, status=201,
        throttled=(by_ip_only(limits.REGISTER),), raises=(EmailTaken,),
        elsewhere=(202, "where an email must be proved (REQUIRE_EMAIL_VERIFICATION)", verification_requested_out),
    )  # fmt: skip
    refused_login = InvalidOrNotConfirmed if config.require_email_verification else InvalidCredentials
    if config.require_email_verification:
        registration = replace(
            registration,
            controller=accounts.sign_up,
            gives=verification_requested_out,
            status=202,
            raises=(),
            elsewhere=(201, "where no email must be proved", user_out),
        )
    return (
        registration,
        Route(
            "POST", f"{API}/login", sessions.create,
            takes=session_schemas.LoginIn(), gives=session_schemas.LoggedInOut(),
            throttled=(by_submitted_email(limits.LOGIN),),
            raises=(refused_login, AccountDisabled, EmailNotVerified),
        ),
        Route(
            "POST", f"{API}/refresh", sessions.refresh, guard=holds_refresh_token,
            takes=refresh_token_in, gives=session_schemas.LoggedInOut(), clears_cookies={401},
        ),
        Route(
            "POST", f"{API}/logout", sessions.end, guard=holds_any_token,
            takes=refresh_token_in, gives=message_out, clears_cookies=ANY_BUT_FORBIDDEN,
        ),
        Route(
            "POST", f"{API}/logout-all", sessions.end_all, guard=signed_in,
            takes=session_schemas.NothingIn(), gives=message_out, clears_cookies={200},
        ),
        Route("GET", f"{API}/me", accounts.show, guard=signed_in, gives=user_out),
        Route(
            "PATCH", f"{API}/me", accounts.change_profile, guard=signed_in,
            takes=account_schemas.ProfileIn(), gives=user_out,
        ),
        Route(
            "DELETE", f"{API}/me", accounts.delete, guard=signed_in,
            takes=account_schemas.DeletionIn(), gives=message_out, clears_cookies={200},
            throttled=(by_own_email(limits.LOGIN),),
        ),
        Route(
            "POST", f"{API}/change-password", accounts.change_password, guard=signed_in,
            takes=account_schemas.PasswordChangeIn(), gives=message_out,
            throttled=(by_own_email(limits.LOGIN),),
        ),
        Route(
            "POST", f"{API}/forgot-password", passwords.forgot,
            takes=password_schemas.ForgotIn(), gives=message_out, throttled=(by_ip_only(limits.FORGOT),),
        ),
        Route(
            "POST", f"{API}/reset-password", passwords.reset,
            takes=password_schemas.ResetIn(), gives=message_out,
            throttled=(by_code_and_email(limits.RESET_CODE),), raises=(ResetTokenInvalid,),
        ),
        Route(
            "POST", f"{API}/verify-email", verifications.verify,
            takes=verification_schemas.VerificationIn(), gives=session_schemas.LoggedInOut(),
            throttled=(by_code(limits.VERIFICATION),),
            raises=(VerificationInvalid, PasswordRequired, InvalidCredentials),
        ),
        Route(
            "POST", f"{API}/resend-verification", verifications.ask_again,
            takes=verification_schemas.AskedAgainIn(), gives=message_out,
            throttled=(by_ip_only(limits.RESEND),),
        ),
        Route(
            "POST", f"{API}/change-email", verifications.change, guard=signed_in,
            takes=verification_schemas.EmailChangeIn(), gives=verification_requested_out, status=202,
            throttled=(by_own_email(limits.EMAIL_CHANGE), by_own_email(limits.LOGIN)),
        ),
        Route(
            "GET", f"{API}/sessions", devices.list_sessions, guard=signed_in,
            takes_query=device_schemas.SessionsIn(), gives=device_schemas.SessionsOut(),
        ),
        Route(
            "DELETE", f"{API}/sessions/<uuid:id>", devices.end_session, guard=signed_in,
            takes=session_schemas.NothingIn(), gives=message_out, raises=(SessionNotFound,),
        ),
        Route(
            "GET", f"{API}/events", devices.list_events, guard=signed_in,
            takes_query=device_schemas.EventsIn(), gives=device_schemas.EventsOut(),
        ),
        Route("GET", "/", Root(config.service_name).show, gives=ops_schemas.RootOut()),
        Route("GET", "/health", health.live, gives=ops_schemas.HealthOut()),
        Route("GET", "/ready", health.ready, gives=ready_out, gives_unavailable=ready_out),
    )  # fmt: skip
