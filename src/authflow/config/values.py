"""How each kind of configuration value is read, and what is said of one that cannot be."""

import re
from typing import NoReturn

from authflow.config.secret_strength import is_guessable, is_known
from authflow.config.setting import Parser, Refused
from authflow.domain.cookie_site import LOOPBACK, registered_name
from authflow.domain.durations import DAY, HOUR, MINUTE

SECONDS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}
# At least two labels: a cookie for a whole top-level domain is refused by every browser.
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(?P<port>[1-9][0-9]{0,4}))?"
)
# Of apps and extensions: capacitor://localhost, tauri://localhost, chrome-extension://…
APP_ORIGIN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?::[1-9][0-9]{0,4})?"
)
# Those of the web have a form of their own; of the others a page has no origin but `null`, which anybody has.
NO_APPS = {"http", "https", "ws", "wss", "ftp", "file", "data", "blob", "about", "javascript"}
DEFAULT_PORTS = {"http": "80", "https": "443"}
# RFC 7518, section 3.2: a key for HS256 has at least the length of the hash.
SECRET_MIN_BYTES = 32


def _refuse(expected: str) -> NoReturn:
    raise Refused(expected)


def text(value: str, _production: bool) -> str:
    if not value.isprintable() or len(value) > 100:
        _refuse("one line of at most 100 characters")
    return value


def one_of(*words: str) -> Parser[str]:
    def parse(value: str, _production: bool) -> str:
        return value if value in words else _refuse("one of " + ", ".join(words))

    return parse


def switch(value: str, _production: bool) -> bool:
    known = {
        "on": True,
        "true": True,
        "1": True,
        "yes": True,
        "off": False,
        "false": False,
        "0": False,
        "no": False,
    }
    if value.lower() not in known:
        _refuse("on or off")
    return known[value.lower()]


def whole_number(least: int, most: int) -> Parser[int]:
    def parse(value: str, _production: bool) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            _refuse(f"a whole number from {least} to {most}")
        return int(value)

    return parse


def duration(least: int, most: int) -> Parser[int]:
    """Seconds, written as 10s, 15m, 12h or 7d."""

    def parse(value: str, _production: bool) -> int:
        match = re.fullmatch(r"([0-9]{1,9})([smhd])", value)
        seconds = int(match[1]) * SECONDS[match[2]] if match else -1
        if not least <= seconds <= most:
            _refuse(f"a duration such as 10s, 15m, 12h or 7d, from {least} to {most} seconds")
        return seconds

    return parse


def signing_secret(value: str, _production: bool) -> bytes:
    if len(value.encode()) < SECRET_MIN_BYTES:
        _refuse(f"at least {SECRET_MIN_BYTES} random bytes: `authflow secret` prints such a value")
    if is_guessable(value):
        _refuse("a random value, not a sample or a well-known one: `authflow secret` prints such a value")
    return value.encode()


def metrics_token(value: str, _production: bool) -> str:
    if not re.fullmatch(r"[!-~]{16,200}", value) or is_known(value):
        _refuse("at least 16 random characters without a space: `authflow secret` prints such a value")
    return value


def public_url(value: str, production: bool) -> str:
    """An address without a path; https, except on this very machine."""
    expected = "an origin such as https://app.example.com"
    match = ORIGIN.fullmatch(value)
    if match is None or match["port"] == DEFAULT_PORTS[match["scheme"]] or int(match["port"] or 1) > 65_535:
        _refuse(f"{expected}: as browsers write it, in lower case ASCII, without a path or its scheme's own port")
    if production and match["scheme"] == "http" and match["host"].strip("[]") not in LOOPBACK:
        _refuse(f"{expected}: http is for localhost only")
    return value


def origins(value: str, production: bool) -> tuple[str, ...]:
    try:
        return tuple(_origin(each.strip(), production) for each in value.split(","))
    except Refused as refused:
        _refuse(f"a list, separated by commas, of which each is {refused}")


def _origin(value: str, production: bool) -> str:
    app = APP_ORIGIN.fullmatch(value)
    return value if app and app["scheme"] not in NO_APPS else public_url(value, production)


def own_origin(frontend_url: str | None) -> tuple[str, ...]:
    return (frontend_url,) if frontend_url else ()


def domain(value: str, _production: bool) -> str:
    name = value.removeprefix(".").lower()
    if not DOMAIN.fullmatch(name) or registered_name(name) is None:
        _refuse("a domain of your own, such as example.com: no browser takes a cookie for co.uk or vercel.app")
    return name


def hosts(value: str, _production: bool) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in value.split(","))
    if not all(
        re.fullmatch(r"[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?|\[[0-9a-f:.]+\](:[0-9]{1,5})?", name) for name in names
    ):
        _refuse("a list, separated by commas, of host names such as api.example.com")
    return names
