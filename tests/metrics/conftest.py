"""An application that may be scraped."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from reading import BEARER, TOKEN, Reading, reading
from tests.support.client import Client

from authflow.web.app import create_app


@pytest.fixture(scope="session")
def measured(services, config) -> Flask:
    return create_app(services, replace(config, metrics_token=TOKEN))


@pytest.fixture
def api(measured: Flask, tables: object) -> Client:
    return Client(measured)


@pytest.fixture
def scrape(measured: Flask) -> Callable[[], Reading]:
    def scrape() -> Reading:
        answer = measured.test_client().get("/metrics", headers=BEARER)
        assert answer.status_code == 200, answer.text
        return reading(answer.text)

    return scrape


@pytest.fixture
def counted(scrape: Callable[[], Reading]) -> Callable[..., float]:
    """How much a series has grown since the test began: this process has counted for other tests."""
    before = scrape()

    def counted(name: str, **labels: str) -> float:
        return scrape().of(name, **labels) - before.of(name, **labels)

    return counted
