"""What the tests of an operator's commands share: their environment, and a run of the import."""

import pytest
from tests.support.settings import ENVIRONMENT

from authflow.commands.main import main


@pytest.fixture(autouse=True)
def _environment(database_url, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # In development nothing is asked of the mail transport; nor is anything of the directory's defaults used.
    monkeypatch.setenv("APP_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", database_url)


@pytest.fixture
def imported(tables, capfd, tmp_path):
    """Runs the command on a file of this content; its status, the summary, and the refusals by line number."""

    def run(content, *options, name="users.csv"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        capfd.readouterr()
        status = main(["user", "import", str(file), *options])
        said = capfd.readouterr()
        lines = [line for line in said.err.splitlines() if line.startswith("line ")]
        return status, said.out.strip(), {int(line.split()[1][:-1]): line.partition(": ")[2] for line in lines}

    return run
