"""`authflow openapi`: the description that `/openapi.json` serves, without a server or a database."""

import argparse
import json
import sys
from collections.abc import Sequence

from authflow.bootstrap import build_services
from authflow.config import load_for_description
from authflow.config.setting import ConfigurationError
from authflow.web.cookies import Cookies
from authflow.web.ops.openapi import describe
from authflow.web.routes import routes

EXPLANATION = """
Of the environment SERVICE_NAME, REQUIRE_EMAIL_VERIFICATION, COOKIE_SAMESITE and COOKIE_DOMAIN are read, as what
they say shows in the description; nothing else need be set.
"""


def run(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="authflow openapi", description=__doc__, epilog=EXPLANATION).parse_args(arguments)
    try:
        config = load_for_description()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    table = routes(build_services(config), config)
    print(json.dumps(describe(table, config.service_name, Cookies.of(config)), indent=2))
    return 0
