"""From a forgotten password to a new one over each transport: by what the delivered mail says and nothing else."""

from dataclasses import replace
from functools import partial

import pytest
from tests.support.client import ADA, NEW_PASSWORD, PASSWORD, Client
from tests.support.jobs import list_jobs, work_off
from tests.support.outbox import code_in, token_in
from tests.support.providers import maildir, resend, smtp

from authflow.bootstrap import build_services
from authflow.web.app import create_app
from authflow.worker.app import handlers_of


@pytest.fixture(params=[smtp, resend, maildir], ids=lambda transport: transport.__name__)
def provider(request, tmp_path):
    with request.param(tmp_path / "mailbox") as provider:
        yield provider


@pytest.fixture
def pointed_there(provider, config, pool, passwords):
    pointed = replace(config, **provider.settings)
    return pointed, build_services(pointed, pool, passwords)


@pytest.fixture
def api(pointed_there, tables):
    config, services = pointed_there
    return Client(create_app(services, config))


@pytest.fixture
def work(pointed_there, database_url):
    _, services = pointed_there
    return partial(work_off, services.job_queue, database_url, handlers_of(services))


@pytest.mark.parametrize("form", ["link", "code"])
def test_what_is_mailed_sets_a_new_password_once(api, work, provider, tables, form):
    api.register()
    api.post("/forgot-password", {"email": ADA})
    assert provider.delivered() == []
    work()
    (mail,) = provider.delivered()
    verifications = {"link": {"token": token_in(mail)}, "code": {"email": ADA, "otp": code_in(mail)}}
    assert mail.to == ADA
    # Whichever half of the mail its reader is shown.
    assert f'href="https://app.example.com/auth/reset-password/{token_in(mail)}"' in mail.html
    assert code_in(mail) in mail.html
    answers = [api.post("/reset-password", {**verifications[form], "password": NEW_PASSWORD}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert [api.login(password=password).status_code for password in (PASSWORD, NEW_PASSWORD)] == [401, 200]
    work()
    told = provider.delivered()[1:]
    assert [(mail.to, "password was changed" in mail.subject) for mail in told] == [(ADA, True)]
    assert list_jobs(tables) == []
