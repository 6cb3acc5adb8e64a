"""Applications in other configurations, and what the log says meanwhile."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from authflow.bootstrap import Services, build_services
from authflow.log import JsonLine
from authflow.web.app import create_app
from tests.support.client import Client
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


@pytest.fixture
def unlimited(unlimited_application, tables) -> Client:
    """As `api`, for tests that try more often than the limits allow."""
    return Client(unlimited_application)


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


class Log(logging.StreamHandler):
    """Writes as the service does, and counts what it was told to write."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.setFormatter(JsonLine())
        self.events = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.events += 1
        super().emit(record)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.split("\n")[:-1]]


@pytest.fixture
def log() -> Iterator[Log]:
    """Every line that is logged from now on."""
    handler, root, ours = Log(), logging.getLogger(), logging.getLogger("authflow")
    level = ours.level
    ours.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    ours.setLevel(level)
