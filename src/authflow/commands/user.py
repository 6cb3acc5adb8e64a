"""`authflow user show|disable|enable|role|verify|sign-out EMAIL | import FILE`: the operator's hand."""

import argparse
import sys
from collections.abc import Callable, Sequence

from authflow.commands.open_services import DatabaseAway, open_services
from authflow.commands.running_database import NoLocalDatabase
from authflow.commands.user_import import user_import
from authflow.config import Config
from authflow.domain.email_address import EmailAddress, NotAnEmail
from authflow.domain.role import NotARole, parse_role
from authflow.domain.session import LiveSession
from authflow.domain.timestamp import utc_text
from authflow.services.account_operator import AccountOperatorService, NoSuchAccount

Lines = list[str]
# The one that takes a file, not an email.
IMPORT = "import"


def run(config: Config, arguments: Sequence[str]) -> int:
    if arguments[:1] == [IMPORT]:
        return user_import.run(config, arguments[1:])
    asked = _parser().parse_args(arguments)
    try:
        with open_services(config) as services:
            lines = ACTIONS[asked.action](services.account_operator, asked)
    except NoSuchAccount:
        return _fail(f"there is no account with the email {asked.email.typed}")
    except (NoLocalDatabase, DatabaseAway) as error:
        return _fail(str(error))
    print("\n".join(lines))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="authflow user", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar=" | ".join([*ACTIONS, IMPORT]))
    for name in ACTIONS:
        action = actions.add_parser(name)
        action.add_argument("email", type=_email)
        if name == "role":
            action.add_argument("role", type=_role)
    return parser


def _email(text: str) -> EmailAddress:
    try:
        return EmailAddress.parse(text)
    except NotAnEmail as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _role(text: str) -> str:
    try:
        return parse_role(text)
    except NotARole as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _show(account_operator: AccountOperatorService, asked: argparse.Namespace) -> Lines:
    status = account_operator.get_status(asked.email)
    sessions = account_operator.list_sessions(status)
    user = status.user
    facts = {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "verified": "yes" if user.email_verified else "no",
        "role": user.role,
        "disabled": f"since {utc_text(status.disabled_at)}" if status.disabled_at else "no",
        "created": utc_text(user.created_at),
        "sessions": len(sessions),
    }
    return [f"{name:<10}{value}" for name, value in facts.items()] + [_session(each) for each in sessions]


def _session(session: LiveSession) -> str:
    ip = session.device.ip or "unknown"
    return f"  {utc_text(session.last_used_at)}  {ip:<15}  {session.device_name}"


def _disable(account_operator: AccountOperatorService, asked: argparse.Namespace) -> Lines:
    ended = account_operator.disable(asked.email)
    return [f"disabled; {ended} session(s) ended"]


def _enable(account_operator: AccountOperatorService, asked: argparse.Namespace) -> Lines:
    account_operator.enable(asked.email)
    return ["enabled"]


def _set_role(account_operator: AccountOperatorService, asked: argparse.Namespace) -> Lines:
    account_operator.set_role(asked.email, asked.role)
    return [f"the role is now {asked.role}"]


def _verify(account_operator: AccountOperatorService, asked: argparse.Namespace) -> Lines:
    account_operator.verify_email(asked.email)
    return ["the email counts as verified"]


def _sign_out(account_operator: AccountOperatorService, asked: argparse.Namespace) -> Lines:
    ended = account_operator.sign_out(asked.email)
    return [f"signed out; {ended} session(s) ended"]


ACTIONS: dict[str, Callable[[AccountOperatorService, argparse.Namespace], Lines]] = {
    "show": _show,
    "disable": _disable,
    "enable": _enable,
    "role": _set_role,
    "verify": _verify,
    "sign-out": _sign_out,
}


def _fail(message: str) -> int:
    print(f"authflow user: {message}", file=sys.stderr)
    return 1
