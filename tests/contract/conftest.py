"""Applications in other configurations, and what the log says meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from authflow.bootstrap import Services, build_services
from authflow.web.app import create_app
from tests.contract.pending import leave_pending
from tests.support.client import ADA, PASSWORD, Client, Person
from tests.support.tables import empty_all_tables


@pytest.fixture(scope="session")
def unlimited_application(config, pool, passwords) -> Flask:
    changed = replace(config, rate_limits=False)
    return create_app(build_services(changed, pool, passwords), changed)


@pytest.fixture(scope="session")
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def tables(connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """As everywhere; but over one connection, as here are many tests and small ones."""
    yield connection
    empty_all_tables(connection)


class Expecting(Client):
    """Whoever signs in here was also mailed how to reset the password, and how to prove the email."""

    def __init__(self, application: Flask, tables: psycopg.Connection) -> None:
        super().__init__(application)
        self._tables = tables

    def signed_in(self, email: str = ADA, password: str = PASSWORD) -> Person:
        person = super().signed_in(email, password)
        leave_pending(self._tables, person)
        return person


@pytest.fixture
def unlimited(unlimited_application, tables) -> Client:
    """As `api`, for tests that try more often than the limits allow, and for every route."""
    return Expecting(unlimited_application, tables)


@pytest.fixture
def bare(unlimited_application) -> FlaskClient:
    """For answers that belong to no route, and so are described nowhere and change nothing."""
    return unlimited_application.test_client(use_cookies=False)


@pytest.fixture
def configured(config, pool, passwords, tables) -> Callable[..., Flask]:
    """An application in which something is configured otherwise."""

    def make(**changes: object) -> Flask:
        changed = replace(config, **changes)
        return create_app(build_services(changed, pool, passwords), changed)

    return make


@pytest.fixture
def broken(config, services) -> Callable[..., FlaskClient]:
    """A client of an application in which some services are replaced by ones that fail."""

    def make(**failing: object) -> FlaskClient:
        given: Services = replace(services, **failing)
        return create_app(given, config).test_client(use_cookies=False)

    return make
