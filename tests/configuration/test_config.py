"""The configuration: every fault at once, by name, and never a value."""

import os
import subprocess
import sys

import pytest

from authflow.config import load_config
from authflow.config.setting import ConfigurationError

GOOD = {
    "DATABASE_URL": "postgresql://user:hidden-password@db.example.com/authflow",
    "JWT_ACCESS_SECRET": "Vb7xK2mQ9tR4wZ6yC1nD8sF3gH5jL0pA",
    "JWT_REFRESH_SECRET": "aP0Lj5Hg3Fs8Dn1Cy6Zw4Rt9Qm2Kx7bV",
    "FRONTEND_URL": "https://app.example.com",
    "MAIL_TRANSPORT": "smtp",
    "MAIL_FROM": "no-reply@example.com",
    "SMTP_URL": "smtp://127.0.0.1:9",
}


def faults(**changes):
    with pytest.raises(ConfigurationError) as raised:
        load_config({**GOOD, **changes})
    for name, value in changes.items():
        assert value not in str(raised.value) or name not in {"DATABASE_URL", "JWT_ACCESS_SECRET"}
    return raised.value.faults


def test_the_defaults_are_those_of_the_contract():
    config = load_config(GOOD)
    assert not config.development
    assert (config.access_token_ttl, config.refresh_token_ttl, config.session_max_age) == (900, 604_800, 2_592_000)
    assert (config.refresh_grace, config.bcrypt_rounds, config.password_min_length) == (30, 12, 8)
    assert (config.db_pool_size, config.port, config.trusted_proxies, config.trusted_hosts) == (10, 5000, 0, ())
    assert config.cors_origins == ("https://app.example.com",)
    assert config.rate_limits
    assert config.run_worker
    assert (config.service_name, config.token_issuer, config.log_level) == ("Authflow", "authflow", "info")


def test_everything_missing_is_said_at_once():
    with pytest.raises(ConfigurationError) as raised:
        load_config({})
    assert [fault.split()[0] for fault in raised.value.faults] == [
        "FRONTEND_URL", "DATABASE_URL", "JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET", "MAIL_FROM", "RESEND_API_KEY",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("DATABASE_URL", "mysql://db"),
        ("DATABASE_URL", "postgresql://user:p@ss@db/authflow"),
        ("DATABASE_URL", "postgresql://user:secret@db:port/authflow"),
        ("DATABASE_URL", "postgresql://user:sec/ret@db/authflow"),
        ("DATABASE_URL", "postgresql://user:sec%zz@db/authflow"),
        ("JWT_ACCESS_SECRET", "short-but-random-Vb7xK2mQ9tR4w"),
        ("JWT_ACCESS_SECRET", "a" * 64),
        ("JWT_ACCESS_SECRET", "your-256-bit-secret-your-256-bit-secret"),
        ("JWT_ACCESS_SECRET", "please-change-me-to-something-random-1234"),
        ("JWT_ACCESS_SECRET", "a-string-secret-at-least-256-bits-long"),
        ("JWT_ACCESS_SECRET", "super-secret-jwt-token-with-at-least-32-characters-long"),
        ("JWT_ACCESS_SECRET", "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970"),
        ("JWT_ACCESS_SECRET", "thisisasecretkeythisisasecretkey"),
        ("JWT_ACCESS_SECRET", "keyboard cat keyboard cat keyboard cat"),
        ("JWT_ACCESS_SECRET", "12345678901234567890123456789012"),
        ("JWT_ACCESS_SECRET", "abcdefghijklmnopqrstuvwxyz123456"),
        ("JWT_REFRESH_SECRET_PREVIOUS", "short"),
        ("ACCESS_TOKEN_TTL", "16m"),
        ("ACCESS_TOKEN_TTL", "900"),
        ("REFRESH_GRACE", "-1s"),
        ("REFRESH_GRACE", "2m"),
        ("FRONTEND_URL", "http://app.example.com"),
        ("FRONTEND_URL", "https://app.example.com/"),
        ("FRONTEND_URL", "app.example.com"),
        ("FRONTEND_URL", "https://[::1"),
        ("FRONTEND_URL", "https://app.example.com?"),
        ("FRONTEND_URL", "https://app.example.com#"),
        ("FRONTEND_URL", "https://app.example.com:"),
        ("FRONTEND_URL", "https://app.example.com:443"),
        ("FRONTEND_URL", "https://app.example.com:0"),
        ("FRONTEND_URL", "https://app.example.com:65536"),
        ("FRONTEND_URL", "https://user@app.example.com"),
        ("FRONTEND_URL", "https://app.example .com"),
        ("FRONTEND_URL", "https://münchen.example"),
        ("FRONTEND_URL", "https://%41.example.com"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "null"),
        ("CORS_ORIGINS", "file://localhost"),
        ("CORS_ORIGINS", "data://x"),
        ("CORS_ORIGINS", "capacitor://"),
        ("CORS_ORIGINS", "capacitor://localhost/"),
        ("CORS_ORIGINS", "capacitor://*"),
        ("CORS_ORIGINS", "Capacitor://localhost"),
        ("CORS_ORIGINS", "https://app.example.com/"),
        ("CORS_ORIGINS", "https://App.example.com"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "https://app.example.com,http://other.example.com"),
        ("COOKIE_DOMAIN", "co.uk"),
        ("COOKIE_DOMAIN", "vercel.app"),
        ("COOKIE_DOMAIN", ".onrender.com"),
        ("BCRYPT_ROUNDS", "9"),
        ("BCRYPT_ROUNDS", "twelve"),
        ("PASSWORD_MIN_LENGTH", "6"),
        ("TRUSTED_PROXIES", "true"),
        ("TRUSTED_HOSTS", "https://api.example.com"),
        ("TRUSTED_HOSTS", ".example.com"),
        ("RATE_LIMITS", "maybe"),
        ("DB_POOL_SIZE", "0"),
        ("PORT", "70000"),
        ("PORT", "٣"),
        ("LOG_LEVEL", "loud"),
        ("SERVICE_NAME", "two\nlines"),
    ],
)
def test_a_bad_value_is_named_and_never_shown(name, value):
    (fault,) = faults(**{name: value})
    assert fault.startswith(f"{name} must be ")


def test_no_two_secrets_are_one():
    shared = GOOD["JWT_ACCESS_SECRET"]
    assert faults(JWT_REFRESH_SECRET=shared) == ["JWT_REFRESH_SECRET must be different from JWT_ACCESS_SECRET"]
    assert faults(JWT_REFRESH_SECRET=f" {shared} ") == faults(JWT_REFRESH_SECRET=shared)
    assert "JWT_REFRESH_SECRET_PREVIOUS" in faults(JWT_REFRESH_SECRET_PREVIOUS=shared)[0]


def test_what_is_good_is_taken():
    config = load_config({
        **GOOD,
        "FRONTEND_URL": "http://localhost:5173",
        "CORS_ORIGINS": "https://a.example.com, https://b.example.com:8443",
        "REFRESH_GRACE": "0s",
        "TRUSTED_HOSTS": "API.example.com,127.0.0.1:5000,[::1]",
        "RATE_LIMITS": "off",
    })  # fmt: skip
    assert config.cors_origins == ("https://a.example.com", "https://b.example.com:8443")
    assert (config.refresh_grace, config.rate_limits) == (0, False)
    assert config.trusted_hosts == ("api.example.com", "127.0.0.1:5000", "[::1]")


def test_nothing_secret_is_in_the_printed_form():
    shown = repr(load_config({**GOOD, "JWT_ACCESS_SECRET_PREVIOUS": "zz9Lj5Hg3Fs8Dn1Cy6Zw4Rt9Qm2Kx7bV"}))
    for secret in ("hidden-password", GOOD["JWT_ACCESS_SECRET"], GOOD["JWT_REFRESH_SECRET"], "zz9Lj5Hg"):
        assert secret not in shown


def test_development_needs_nothing_and_keeps_its_keys(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = load_config({"APP_ENV": " development"})
    assert config.development
    assert config.embedded_database == tmp_path / ".authflow" / "postgres"
    assert config.frontend_url == "http://localhost:5173"
    assert load_config({"APP_ENV": "development"}) == config


def test_development_reads_a_file_and_the_environment_wins(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        f"DATABASE_URL={GOOD['DATABASE_URL']}\nPORT=5001\nLOG_LEVEL=\nSERVICE_NAME=Acme\n"
    )
    config = load_config({"APP_ENV": "development", "PORT": "5002"})
    assert (config.port, config.service_name, config.log_level) == (5002, "Acme", "info")
    assert config.embedded_database is None


MAIN = "import sys; from authflow.commands.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("command", [["-c", MAIN, "migrate"], ["-m", "gunicorn", "wsgi:app"]])
def test_a_bad_configuration_ends_the_start_with_its_faults_and_no_traceback(command):
    environment = {**os.environ, **GOOD, "APP_ENV": "production", "JWT_ACCESS_SECRET": "short", "PORT": "x"}
    ran = subprocess.run(
        [sys.executable, *command],
        env=environment, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert ran.returncode != 0
    assert "JWT_ACCESS_SECRET must be" in ran.stderr
    assert "PORT must be" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "hidden-password" not in ran.stdout + ran.stderr
