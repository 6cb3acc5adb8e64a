"""`authflow doctor [--origin URL] [--api URL]`: is all that this service needs there, and will cookies work?"""

import argparse
from collections.abc import Iterator, Sequence

from authflow.commands.running_database import NoLocalDatabase, running_database
from authflow.config import Config, load_config
from authflow.config.setting import ConfigurationError, Refused
from authflow.config.values import public_url
from authflow.doctor.cookies import findings_of_cookies
from authflow.doctor.database import findings_of_database
from authflow.doctor.finding import Finding, ok, problem
from authflow.doctor.hashing import finding_of_hashing
from authflow.doctor.mail import finding_of_mail
from authflow.domain.cookie_site import Origin
from authflow.mail.transports import sender_for


def run(arguments: Sequence[str]) -> int:
    """0 if all is well."""
    asked = _parser().parse_args(arguments)
    are_ok = True
    for finding in _findings(asked.origin, asked.api):
        # Each as it is found: another may take ten seconds.
        print(finding, flush=True)
        are_ok = are_ok and finding.is_ok
    return 0 if are_ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="authflow doctor", description=__doc__)
    parser.add_argument("--origin", type=_origin, metavar="URL", help="of the front end, if not FRONTEND_URL")
    parser.add_argument("--api", type=_origin, metavar="URL", help="of this API, as browsers reach it")
    return parser


def _origin(text: str) -> Origin:
    try:
        return Origin(public_url(text, False))
    except Refused as refused:
        raise argparse.ArgumentTypeError(f"it must be {refused}") from None


def _findings(origin: Origin | None, api: Origin | None) -> Iterator[Finding]:
    try:
        config = load_config()
    except ConfigurationError as error:
        yield from (problem("configuration", fault) for fault in error.faults)
        return
    yield ok("configuration", f"complete, for {'development' if config.development else 'production'}")
    try:
        with running_database(config.embedded_database):
            yield from findings_of_database(config)
    except NoLocalDatabase as error:
        yield problem("database", str(error))
    yield finding_of_hashing(config.bcrypt_rounds)
    yield finding_of_mail(config, sender_for(config))
    yield from findings_of_cookies(config, origin or Origin(config.frontend_url), api or _own_origin(config))


def _own_origin(config: Config) -> Origin | None:
    if config.development:
        return Origin(f"http://localhost:{config.port}")
    return Origin(f"https://{config.trusted_hosts[0]}") if config.trusted_hosts else None
