"""The configuration: frozen, checked as a whole at the start, and the only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from authflow.config import mail_values as mail
from authflow.config import values
from authflow.config.database_url import postgresql_url
from authflow.config.setting import REQUIRED, ConfigurationError, Environment, Setting
from authflow.crypto.randomness import new_secret
from authflow.domain.durations import DAY

# What a checkout keeps for itself: its database, its keys, its mail.
HOME = ".authflow"
# What shows in the description of the API.
DESCRIBED = ("SERVICE_NAME", "REQUIRE_EMAIL_VERIFICATION", "COOKIE_SAMESITE", "COOKIE_DOMAIN")


@dataclass(frozen=True)
class Config:
    """What an operator decides. Durations are in seconds; what is secret is never printed."""

    development: bool
    database_url: str = field(repr=False)
    # Whether that is a pooler's which lends connections for one transaction each.
    transaction_pooler: bool
    # The directory of the embedded server that `database_url` points at; None where it is somebody else's server.
    embedded_database: Path | None
    access_secret: bytes = field(repr=False)
    access_secret_previous: bytes | None = field(repr=False)
    refresh_secret: bytes = field(repr=False)
    refresh_secret_previous: bytes | None = field(repr=False)
    service_name: str
    token_issuer: str
    access_token_ttl: int
    refresh_token_ttl: int
    session_max_age: int
    refresh_grace: int
    frontend_url: str
    cors_origins: tuple[str, ...]
    cookie_samesite: str
    cookie_domain: str | None
    require_email_verification: bool
    unverified_account_ttl: int
    mail_transport: str
    mail_from: str
    # Empty where another transport is chosen, as is `smtp_url`.
    resend_api_key: str = field(repr=False)
    resend_api_url: str
    smtp_url: str = field(repr=False)
    mailbox_directory: Path
    bcrypt_rounds: int
    password_min_length: int
    trusted_proxies: int
    trusted_hosts: tuple[str, ...]
    rate_limits: bool
    limits_per_ip: int
    db_pool_size: int
    port: int
    log_level: str
    # None: there is no `/metrics`.
    metrics_token: str | None = field(repr=False)
    web_workers: int
    run_worker: bool
    run_front_end: bool


def load_config(environ: Mapping[str, str] | None = None, *, development: bool = False) -> Config:
    """Read and check the environment; in development also `.env`, then what `.authflow/` keeps.

    `development`: of a command that is for nothing else. Raises ConfigurationError, which lists every fault at
    once and no value.
    """
    given = _written(os.environ if environ is None else environ)
    if development and given.setdefault("APP_ENV", "development") != "development":
        raise ConfigurationError(["APP_ENV must be development, or unset, for a command that is for development"])
    if given.get("APP_ENV") != "development":
        return _read(Environment(given, production=True), embedded_database=None)
    # Here, as production loads nothing that is for development.
    from authflow.local.development_defaults import development_defaults, embedded_directory

    home = Path.cwd() / HOME
    defaults = development_defaults(home)
    from_file = _written(dotenv_values(".env"))
    given = {**defaults, **from_file, **given}
    embedded = embedded_directory(home) if given["DATABASE_URL"] == defaults["DATABASE_URL"] else None
    return _read(Environment(given, production=False), embedded)


def load_for_description() -> Config:
    """Of the environment only what shows in the API's description; nothing that a running service would need.

    Raises ConfigurationError.
    """
    shown = {name: os.environ[name] for name in DESCRIBED if name in os.environ}
    stand_ins = {
        "DATABASE_URL": "postgresql://nowhere/nothing",
        "JWT_ACCESS_SECRET": new_secret(),
        "JWT_REFRESH_SECRET": new_secret(),
        "FRONTEND_URL": "https://app.example.com",
        "MAIL_FROM": mail.MAILBOX_SENDER,
        "RESEND_API_KEY": new_secret(),
    }
    return load_config({**stand_ins, **shown})


def _written(environ: Mapping[str, str | None]) -> dict[str, str]:
    """A variable that is blank is none."""
    return {name: text.strip() for name, text in environ.items() if text and text.strip()}


def _read(env: Environment, embedded_database: Path | None) -> Config:
    env.read(Setting("APP_ENV", values.one_of("production", "development"), default="production"))
    frontend_url = env.read(Setting("FRONTEND_URL", values.public_url))
    mail_transport = env.read(
        Setting("MAIL_TRANSPORT", mail.transport, default="resend" if env.production else "mailbox")
    )
    config = Config(
        development=not env.production,
        database_url=env.read(Setting("DATABASE_URL", postgresql_url)),
        transaction_pooler=env.read(
            Setting("DATABASE_POOLER", values.one_of("none", "transaction"), default="none")
        )
        == "transaction",
        embedded_database=embedded_database,
        access_secret=env.read(Setting("JWT_ACCESS_SECRET", values.signing_secret)),
        access_secret_previous=env.read(
            Setting("JWT_ACCESS_SECRET_PREVIOUS", values.signing_secret, default=None)
        ),
        refresh_secret=env.read(Setting("JWT_REFRESH_SECRET", values.signing_secret)),
        refresh_secret_previous=env.read(
            Setting("JWT_REFRESH_SECRET_PREVIOUS", values.signing_secret, default=None)
        ),
        service_name=env.read(Setting("SERVICE_NAME", values.text, default="Authflow")),
        token_issuer=env.read(Setting("TOKEN_ISSUER", values.text, default="authflow")),
        # RFC 9068 leaves it open; OWASP ASVS 9.2.1: an access token that leaks should be of use for minutes.
        access_token_ttl=env.read(Setting("ACCESS_TOKEN_TTL", values.duration(1, 900), default=900)),
        refresh_token_ttl=env.read(Setting("REFRESH_TOKEN_TTL", values.duration(1, 365 * DAY), default=7 * DAY)),
        session_max_age=env.read(Setting("SESSION_MAX_AGE", values.duration(1, 365 * DAY), default=30 * DAY)),
        refresh_grace=env.read(Setting("REFRESH_GRACE", values.duration(0, 60), default=30)),
        frontend_url=frontend_url,
        cors_origins=env.read(Setting("CORS_ORIGINS", values.origins, default=values.own_origin(frontend_url))),
        mail_transport=mail_transport,
        mail_from=env.read(
            Setting(
                "MAIL_FROM",
                mail.mail_from,
                _required(env.production or mail_transport != "mailbox", mail.MAILBOX_SENDER),
            )
        ),
        resend_api_key=env.read(
            Setting("RESEND_API_KEY", mail.resend_api_key, _required(mail_transport == "resend"))
        ),
        resend_api_url=env.read(Setting("RESEND_API_URL", mail.resend_api_url, default="https://api.resend.com")),
        smtp_url=env.read(Setting("SMTP_URL", mail.smtp_url, _required(mail_transport == "smtp"))),
        mailbox_directory=Path.cwd() / HOME / "mailbox",
        cookie_samesite=env.read(
            Setting("COOKIE_SAMESITE", values.one_of("Lax", "Strict", "None"), default="Lax")
        ),
        cookie_domain=env.read(Setting("COOKIE_DOMAIN", values.domain, default=None)),
        require_email_verification=env.read(Setting("REQUIRE_EMAIL_VERIFICATION", values.switch, default=False)),
        unverified_account_ttl=env.read(
            Setting("UNVERIFIED_ACCOUNT_TTL", values.duration(1, 30 * DAY), default=1_800)
        ),
        bcrypt_rounds=env.read(Setting("BCRYPT_ROUNDS", values.whole_number(10, 15), default=12)),
        password_min_length=env.read(Setting("PASSWORD_MIN_LENGTH", values.whole_number(8, 64), default=8)),
        trusted_proxies=env.read(Setting("TRUSTED_PROXIES", values.whole_number(0, 10), default=0)),
        trusted_hosts=env.read(Setting("TRUSTED_HOSTS", values.hosts, default=())),
        rate_limits=env.read(Setting("RATE_LIMITS", values.switch, default=True)),
        limits_per_ip=env.read(Setting("LIMITS_PER_IP", values.whole_number(1, 1_000), default=1)),
        db_pool_size=env.read(Setting("DB_POOL_SIZE", values.whole_number(1, 200), default=10)),
        port=env.read(Setting("PORT", values.whole_number(1, 65_535), default=5000)),
        log_level=env.read(
            Setting("LOG_LEVEL", values.one_of("debug", "info", "warning", "error"), default="info")
        ),
        metrics_token=env.read(Setting("METRICS_TOKEN", values.metrics_token, default=None)),
        web_workers=env.read(Setting("WEB_CONCURRENCY", values.whole_number(1, 64), default=1)),
        run_worker=env.read(Setting("RUN_WORKER", values.switch, default=True)),
        run_front_end=env.read(Setting("FRONTEND", values.switch, default=True)),
    )
    env.refuse_shared_secrets(
        "JWT_ACCESS_SECRET",
        "JWT_REFRESH_SECRET",
        "JWT_ACCESS_SECRET_PREVIOUS",
        "JWT_REFRESH_SECRET_PREVIOUS",
        "RESEND_API_KEY",
        "METRICS_TOKEN",
    )
    env.raise_faults()
    return config


def _required(is_required: bool, default: str = "") -> str:
    return REQUIRED if is_required else default
