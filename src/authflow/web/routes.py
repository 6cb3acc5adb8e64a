"""The whole API on one page: Flask serves these lines, OpenAPI describes them, a test lists the public ones."""

from authflow.bootstrap import Services
from authflow.domain import limits
from authflow.errors import AccountDisabled, EmailTaken, InvalidCredentials
from authflow.web.controllers.accounts import Accounts
from authflow.web.controllers.sessions import Sessions
from authflow.web.guards import HoldsAnyToken, HoldsRefreshToken, IsSignedIn
from authflow.web.ops.health import Health
from authflow.web.route import Route, by_own_email, by_submitted_email
from authflow.web.schemas import accounts as account_schemas
from authflow.web.schemas import ops as ops_schemas
from authflow.web.schemas import sessions as session_schemas
from authflow.web.schemas.shapes import MessageOut

API = "/api/auth"


def routes(services: Services) -> tuple[Route, ...]:
    accounts = Accounts(services.registration, services.account)
    sessions = Sessions(services.login, services.sessions)
    health = Health(services.readiness)
    signed_in = IsSignedIn(services.sessions.authenticate)
    holds_refresh_token = HoldsRefreshToken(services.sessions.is_access_token)
    holds_any_token = HoldsAnyToken()

    user_out, message_out, ready_out = account_schemas.UserOut(), MessageOut(), ops_schemas.ReadyOut()
    refresh_token_in = session_schemas.RefreshTokenIn()
    return (
        Route(
            "POST", f"{API}/register", accounts.create,
            takes=account_schemas.RegisterIn(), gives=user_out, status=201,
            throttled=by_submitted_email(limits.REGISTER), raises=(EmailTaken,),
        ),
        Route(
            "POST", f"{API}/login", sessions.create,
            takes=session_schemas.LoginIn(), gives=session_schemas.LoggedInOut(),
            throttled=by_submitted_email(limits.LOGIN), raises=(InvalidCredentials, AccountDisabled),
        ),
        Route(
            "POST", f"{API}/refresh", sessions.refresh, guard=holds_refresh_token,
            takes=refresh_token_in, gives=session_schemas.TokenPairOut(),
        ),
        Route(
            "POST", f"{API}/logout", sessions.end, guard=holds_any_token,
            takes=refresh_token_in, gives=message_out,
        ),
        Route(
            "POST", f"{API}/logout-all", sessions.end_all, guard=signed_in,
            takes=session_schemas.NothingIn(), gives=message_out,
        ),
        Route("GET", f"{API}/me", accounts.show, guard=signed_in, gives=user_out),
        Route(
            "PATCH", f"{API}/me", accounts.rename, guard=signed_in,
            takes=account_schemas.RenameIn(), gives=user_out,
        ),
        Route(
            "DELETE", f"{API}/me", accounts.delete, guard=signed_in,
            takes=account_schemas.DeletionIn(), gives=message_out,
            throttled=by_own_email(limits.LOGIN), raises=(InvalidCredentials,),
        ),
        Route(
            "POST", f"{API}/change-password", accounts.change_password, guard=signed_in,
            takes=account_schemas.PasswordChangeIn(), gives=message_out,
            throttled=by_own_email(limits.LOGIN), raises=(InvalidCredentials,),
        ),
        Route("GET", "/health", health.live, gives=ops_schemas.HealthOut()),
        Route("GET", "/ready", health.ready, gives=ready_out, gives_unavailable=ready_out),
    )  # fmt: skip
