"""Addresses of a database that were written for another tool: the word that is in the way is named."""

import pytest
from tests.configuration.test_config import GOOD

from authflow.config import load_config
from authflow.config.setting import ConfigurationError


def fault_of(url: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        load_config({**GOOD, "DATABASE_URL": url})
    [fault] = raised.value.faults
    assert "hidden" not in fault
    return fault


@pytest.mark.parametrize("name", ["pgbouncer", "schema", "connection_limit", "currentSchema", "charset"])
def test_a_parameter_of_another_tool_is_named(name: str):
    fault = fault_of(f"postgresql://user:hidden@db/authflow?sslmode=require&{name}=true")
    assert f"without the parameter {name.lower()}: " in fault


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgres+asyncpg", "jdbc:postgresql"])
def test_a_driver_in_the_scheme_is_named(scheme: str):
    assert "postgresql://, without the name of a driver" in fault_of(f"{scheme}://user:hidden@db/authflow")


def test_an_unknown_sslmode_is_refused_with_the_known_ones():
    assert "verify-full" in fault_of("postgresql://user:hidden@db/authflow?sslmode=no-verify")


@pytest.mark.parametrize(
    "url",
    [
        "postgres://user:hidden@db/authflow",
        # Of the password, not of the address.
        "postgresql://user:pa?schema=x@db/authflow",
        "postgresql://user:hidden@one,two/authflow?target_session_attrs=read-write&sslmode=verify-full",
        "postgresql://user:hidden@db/authflow?options=-csearch_path%3Dauth&application_name=authflow",
    ],
)
def test_what_libpq_knows_passes(url: str):
    assert load_config({**GOOD, "DATABASE_URL": url}).database_url == url
