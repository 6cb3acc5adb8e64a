"""The command as an operator runs it, in an environment that a test spoils."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import PASSWORD, USER, SmtpServer, make_certificate, running_smtp

from authflow.commands.main import main
from authflow.doctor import hashing

API = "https://api.example.com"
# As it stands in an address.
QUOTED_PASSWORD = "p%3Aa%2Fs%40s%25w%3Frd"
SECRETS = (
    *(ENVIRONMENT[name] for name in ("JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET")),
    *(PASSWORD, QUOTED_PASSWORD),
)


@dataclass(frozen=True)
class Report:
    status: int
    lines: dict[str, str]
    problems: list[str]


@pytest.fixture
def smtp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmtpServer]:
    certificate = make_certificate(tmp_path_factory.mktemp("certificate"), "127.0.0.1")
    with running_smtp(certificate=certificate, needs_login=True) as server:
        yield server


@pytest.fixture
def settings(database_url: str, smtp: SmtpServer, tables: object) -> dict[str, str]:
    """With which all is well."""
    return {
        **ENVIRONMENT,
        "DATABASE_URL": database_url,
        "SMTP_URL": f"smtp://{USER.replace('@', '%40')}:{QUOTED_PASSWORD}@127.0.0.1:{smtp.port}",
        "TRUSTED_HOSTS": "api.example.com",
    }


@pytest.fixture
def examine(
    settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: object,
) -> Callable[..., Report]:
    """Runs the command with settings changed; an empty one is unset."""
    monkeypatch.chdir(str(tmp_path))
    # On a machine however busy.
    monkeypatch.setattr(hashing, "seconds_of_hash", lambda _cost: 0.2)

    def examine(*arguments: str, **changes: str) -> Report:
        for name, value in {**settings, **changes}.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        status = main(["doctor", *arguments])
        said = capfd.readouterr()
        assert not said.err
        secrets = [secret for secret in (*SECRETS, changes.get("RESEND_API_KEY")) if secret]
        assert not [secret for secret in secrets if secret in said.out]
        return report_of(status, said.out)

    return examine


def report_of(status: int, text: str) -> Report:
    found = [line.split(maxsplit=2) for line in text.splitlines()]
    assert {verdict for verdict, _, _ in found} <= {"ok", "problem"}
    return Report(
        status,
        {about: what for _, about, what in found},
        [about for verdict, about, _ in found if verdict == "problem"],
    )
