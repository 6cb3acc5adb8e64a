"""The service as it is with REQUIRE_EMAIL_VERIFICATION=true."""

from dataclasses import replace

import pytest
from signing_up import sign_up
from tests.support.client import Client

from authflow.bootstrap import build_services
from authflow.web.app import create_app


@pytest.fixture(scope="session")
def make_proving(config, pool, passwords, outbox):
    def make(**settings):
        required = replace(config, require_email_verification=True, **settings)
        return create_app(build_services(required, pool, passwords, outbox), required)

    return make


@pytest.fixture(scope="session")
def proving_application(make_proving):
    return make_proving()


@pytest.fixture
def proving(proving_application, tables) -> Client:
    """As `api`, where an email must be proved."""
    return Client(proving_application)


@pytest.fixture
def pending(proving, mailbox):
    """A sign-up and its mail."""
    return sign_up(proving), mailbox.newest()
