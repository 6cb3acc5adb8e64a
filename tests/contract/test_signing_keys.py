"""What a signing key must be, and that `authflow secret` prints one (RFC 7518, section 3.2)."""

import base64

import pytest

from authflow.commands.main import main
from authflow.config import load_config
from authflow.config.setting import ConfigurationError
from tests.support.settings import ENVIRONMENT

DATABASE = "postgresql://nowhere/nothing"
# 31 bytes; the 32nd may be any.
TOO_SHORT = "Vb7xK2mQ9tR4wZ6yC1nD8sF3gH5jL0p"


def load(name, secret):
    return load_config({**ENVIRONMENT, "DATABASE_URL": DATABASE, name: secret})


@pytest.mark.parametrize("key", ["ACCESS", "REFRESH"])
@pytest.mark.parametrize("age", ["", "_PREVIOUS"])
def test_a_key_has_32_bytes(key, age):
    name = f"JWT_{key}_SECRET{age}"
    with pytest.raises(ConfigurationError) as raised:
        load(name, TOO_SHORT)
    assert [fault.split()[0] for fault in raised.value.faults] == [name]
    taken = load(name, TOO_SHORT + "A")
    assert getattr(taken, f"{key.lower()}_secret{age.lower()}") == f"{TOO_SHORT}A".encode()


def test_a_key_that_is_printed_is_one_and_another_each_time(capsys):
    for _ in range(2):
        assert main(["secret"]) == 0
    one, other = capsys.readouterr().out.split()
    assert one != other
    for printed in (one, other):
        assert len(base64.urlsafe_b64decode(f"{printed}=")) == 32
        assert load("JWT_ACCESS_SECRET", printed).access_secret == printed.encode()
