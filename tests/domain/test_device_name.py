"""What people call a device."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authflow.domain.device import Device
from authflow.domain.device_name import APPLE_DEVICES, PROGRAMS, SYSTEMS, UNKNOWN, UNKNOWN_PROGRAM

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
ANDROID = "Mozilla/5.0 (Linux; Android 10; K)"
NAMES = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0": "Firefox on Linux",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0": "Firefox on Linux",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Safari/537.36": "Chrome on Windows",
    f"{MAC} {BLINK} Safari/537.36 Edg/126.0.0.0": "Edge on macOS",
    f"{MAC} {WEBKIT} Version/17.5 Safari/605.1.15": "Safari on macOS",
    f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    f"{IPHONE} CriOS/126.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
    f"{IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15": "Firefox on iPhone",
    f"{IPHONE} Mobile/15E148": "an app on iPhone",
    f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {WEBKIT} Version/17.5 Mobile/1 Safari/604.1": "Safari on iPad",
    f"{ANDROID} {BLINK} Mobile Safari/537.36": "Chrome on Android",
    f"{ANDROID} {BLINK} Mobile Safari/537.36 EdgA/126.0": "Edge on Android",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Safari/537.36": "Chrome on ChromeOS",
    "curl/8.5.0": "curl",
    "PostmanRuntime/7.39.0": "Postman",
    "python-requests/2.31": "Python",
    "python-httpx/0.27": "Python",
    "node": "Node.js",
    "Shop/1.0 (Windows NT 10.0)": "an app on Windows",
}
KNOWN_PROGRAMS = {*PROGRAMS.values(), UNKNOWN_PROGRAM}
KNOWN_SYSTEMS = {*SYSTEMS.values(), *APPLE_DEVICES}


@pytest.mark.parametrize(("user_agent", "name"), NAMES.items(), ids=NAMES.values())
def test_a_device_is_called_what_its_owner_calls_it(user_agent, name):
    assert Device("192.0.2.1", user_agent).name == name


@pytest.mark.parametrize(
    "user_agent",
    ["", " ", "Mozilla/5.0", "<script>alert(1)</script>", "\x00", "\ud800", "/", "x" * 400, "(" * 400],
)
def test_what_says_nothing_is_an_unknown_device(user_agent):
    assert Device(None, user_agent).name == UNKNOWN


@pytest.mark.parametrize(
    "user_agent",
    [
        "Your-account-is-closed.call-555-0100/1.0 CFNetwork/1494.0.7 Darwin/23.4.0",
        "evil.example.org/1 CFNetwork/1 Darwin/23",
        "<b>evil</b>/1.0 (Windows NT 10.0)",
    ],
)
def test_a_stranger_cannot_write_into_the_name_of_a_device(user_agent):
    """Whoever asks for a reset of somebody else's password chooses the user agent that its mail speaks of."""
    assert Device(None, user_agent).name in {"an app on iOS", "an app on Windows"}


@given(
    st.one_of(
        st.text(max_size=400),
        st.lists(st.sampled_from(["Mozilla/", "5", "(", ";", ")", "iPhone", "Android", "x", "/", "1.0"])),
    )
)
def test_no_word_of_a_name_is_the_senders_own(sent):
    program, _, system = Device.seen(None, sent if isinstance(sent, str) else " ".join(sent)).name.partition(
        " on "
    )
    assert program == UNKNOWN or program in KNOWN_PROGRAMS
    assert not system or system in KNOWN_SYSTEMS
