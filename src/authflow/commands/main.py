"""`authflow COMMAND`: each command is a file of this room, imported only when it is asked for."""

import sys
from collections.abc import Sequence
from importlib import import_module

from authflow import __version__
from authflow.config import load_config
from authflow.config.setting import ConfigurationError
from authflow.log import configure_log

COMMANDS = {
    "dev": "serve this directory for development: database, migrations, API, worker, reload",
    "serve": "serve in production: PORT and WEB_CONCURRENCY say where and by how many processes",
    "migrate": "bring the database schema up to date: migrate [up | down [STEPS] | status]",
    "user": "tend accounts: user show | disable | enable | role | verify | sign-out EMAIL [ROLE] | import FILE",
    "worker": "send the mails and sweep, in a process of its own (gunicorn keeps one unless RUN_WORKER is off)",
    "jobs": "what waits and what was given up: jobs [retry [ID]]",
    "sweep": "remove now what the worker would remove within a minute",
    "doctor": "is all there that the service needs, will cookies work: doctor [--origin URL] [--api URL]",
    "openapi": "print the description of the API (OpenAPI 3.1), without a server",
    "secret": "print a value for JWT_ACCESS_SECRET or JWT_REFRESH_SECRET",
}
# These work before there is a configuration: they help to write one.
WITHOUT_CONFIGURATION = {"secret", "doctor", "openapi"}
# Development by themselves: APP_ENV need not be set for them.
FOR_DEVELOPMENT = {"dev"}


def main(arguments: Sequence[str] | None = None) -> int:
    command, *rest = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if command in {"-h", "--help"}:
        print(_usage())
        return 0
    if command == "--version":
        print(f"authflow {__version__}")
        return 0
    if command not in COMMANDS:
        print(f"authflow: there is no command {command!r}\n\n{_usage()}", file=sys.stderr)
        return 2
    return _run(command, rest)


def _run(command: str, arguments: Sequence[str]) -> int:
    module = import_module(f"authflow.commands.{command}")
    if command in WITHOUT_CONFIGURATION:
        return module.run(arguments)
    try:
        config = load_config(development=command in FOR_DEVELOPMENT)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    configure_log(config.log_level, development=config.development)
    return module.run(config, arguments)


def _usage() -> str:
    lines = [f"  {name:10}{purpose}" for name, purpose in COMMANDS.items()]
    return "usage: authflow COMMAND\n\n" + "\n".join(lines)
