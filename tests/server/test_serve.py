"""`authflow serve`, the one command of production, in an empty directory."""

from contextlib import closing
from http.client import HTTPConnection

from started import START_PATIENCE, started
from tests.support.callers import HEALTH, answer_of
from tests.support.jobs import add_mails
from tests.support.server import STOP_PATIENCE, any_free_port, wait_until
from tests.support.settings import ENVIRONMENT
from tests.support.smtp_server import running_smtp

from authflow.database.transaction import Database


def answers(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=START_PATIENCE)) as connection:
        try:
            return answer_of(connection, HEALTH).status == 200
        except OSError:
            return False


def test_it_serves_sends_mails_and_ends_when_asked(database_url, tmp_path, tables, pool):
    emails, port = add_mails(tables, Database(pool), 1), any_free_port()
    with running_smtp() as smtp:
        settings = {"DATABASE_URL": database_url, "SMTP_URL": f"smtp://127.0.0.1:{smtp.port}", "PORT": str(port)}
        with started(
            tmp_path, {**ENVIRONMENT, **settings, "WEB_CONCURRENCY": "2"}, "authflow", "serve"
        ) as serving:
            wait_until(lambda: answers(port), START_PATIENCE)
            wait_until(lambda: smtp.mails, START_PATIENCE)
            assert {to for mail in smtp.mails for to in mail.to} == emails
            serving.process.terminate()
            assert serving.process.wait(STOP_PATIENCE) == 0
    said = serving.log.read_text()
    assert said.count("Booting worker with pid") == 2
    assert "server_settings_missing" not in said
