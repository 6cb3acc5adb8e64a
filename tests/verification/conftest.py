"""The service as it is with REQUIRE_EMAIL_VERIFICATION=true."""

from dataclasses import replace

import pytest
from signing_up import sign_up
from tests.support.client import Client

from authflow.bootstrap import build_services
from authflow.web.app import create_app


@pytest.fixture(scope="session")
def make_verifying(config, pool, passwords, outbox):
    def make(**settings):
        required = replace(config, require_email_verification=True, **settings)
        return create_app(build_services(required, pool, passwords, outbox), required)

    return make


@pytest.fixture(scope="session")
def verifying_application(make_verifying):
    return make_verifying()


@pytest.fixture
def verifying(verifying_application, tables) -> Client:
    """As `api`, where an email must be proved."""
    return Client(verifying_application)


@pytest.fixture
def pending(verifying, mailbox):
    """A sign-up and its mail."""
    return sign_up(verifying), mailbox.newest()
