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
        ("192.0.2.1:5678", "192.0.2.1"),
        (" 192.0.2.1:65535 ", "192.0.2.1"),
        ("::ffff:192.0.2.1:443", "192.0.2.1"),
        ("[::ffff:192.0.2.1]:443", "192.0.2.1"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3:4:5:6:443", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::443", "2001:db8:1:2::/64"),
        ("[fe80::1%eth0]:443", "fe80::/64"),
        ("[192.0.2.1]:80", "unknown"),
        ("192.0.2.1:http", "unknown"),
        ("192.0.2.1:123456", "unknown"),
        ("[[2001:db8::1]]", "unknown"),
        ("[2001:db8::1", "unknown"),
        ("2001:db8::1]:443", "unknown"),
        ("192.0.2.1:80:80", "unknown"),
        ("192.0.2.1" + ":" * 9_000, "unknown"),
        (":443", "unknown"),
        ("", "unknown"),
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
