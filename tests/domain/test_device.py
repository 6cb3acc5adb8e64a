"""Where a request comes from."""

import pytest

from authflow.domain.device import USER_AGENT_MAX_CHARACTERS, Device


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("garbage", "unknown"),
        ("1.2.3.4.5", "unknown"),
        (None, "unknown"),
    ],
)
def test_what_a_limit_counts(ip, network):
    assert Device.seen(ip, "").network == network


def test_a_user_agent_is_kept_short_and_printable():
    device = Device.seen("192.0.2.1", "Fire\r\nfox\x1b[0m" + "x" * 1_000)
    assert device.user_agent.startswith("Firefox[0mx")
    assert len(device.user_agent) == USER_AGENT_MAX_CHARACTERS
