"""What people call the device behind a user agent: "Firefox on Linux"."""

from functools import lru_cache

UNKNOWN = "an unknown device"
UNKNOWN_PROGRAM = "an app"
# As ua-parser calls them, and as people do. Nothing else is ever shown: the parser's families repeat the sender's
# own words ("Your-account-is-closed/1 CFNetwork/1 Darwin/1"), and anybody can have a mail sent to a stranger.
PROGRAMS = {
    "Android": "Android browser",
    "Apache-HttpClient": "Apache HttpClient",
    "axios": "axios",
    "Brave": "Brave",
    "Chrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chromium": "Chromium",
    "curl": "curl",
    "DuckDuckGo": "DuckDuckGo",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Edge": "Edge",
    "Edge Mobile": "Edge",
    "Facebook": "Facebook",
    "Firefox": "Firefox",
    "Firefox iOS": "Firefox",
    "Firefox Mobile": "Firefox",
    "Go-http-client": "Go",
    "HeadlessChrome": "Chrome",
    "HTTPie": "HTTPie",
    "IE": "Internet Explorer",
    "IE Mobile": "Internet Explorer",
    "insomnia": "Insomnia",
    "Instagram": "Instagram",
    "Java": "Java",
    "Mobile Safari": "Safari",
    "node": "Node.js",
    "node-fetch": "Node.js",
    "okhttp": "OkHttp",
    "Opera": "Opera",
    "Opera Mini": "Opera Mini",
    "Opera Mobile": "Opera",
    "Opera Touch": "Opera",
    "PostmanRuntime": "Postman",
    "Python Requests": "Python",
    "python-httpx": "Python",
    "Python-urllib": "Python",
    "Safari": "Safari",
    "Samsung Internet": "Samsung Internet",
    "undici": "Node.js",
    "Vivaldi": "Vivaldi",
    "Wget": "Wget",
    "WindowsPowerShell": "PowerShell",
    "Yandex Browser": "Yandex Browser",
}
SYSTEMS = {
    "Android": "Android",
    "Chrome OS": "ChromeOS",
    "Debian": "Linux",
    "Fedora": "Linux",
    "FreeBSD": "FreeBSD",
    "iOS": "iOS",
    "Linux": "Linux",
    "Mac OS X": "macOS",
    "OpenBSD": "OpenBSD",
    "Ubuntu": "Linux",
    "Windows": "Windows",
}
# iOS runs on several things, and people know which of them is theirs.
APPLE_DEVICES = ("iPhone", "iPad", "iPod")


@lru_cache(maxsize=1_024)
def device_name(user_agent: str) -> str:
    """Never fails, whatever somebody sends; see `device.py` for its length."""
    # A lone surrogate is no text to the parser; no browser sends one.
    if not user_agent.isprintable():
        return UNKNOWN
    # Imported late: its table of expressions is large, and a request seldom needs it.
    from ua_parser import parse_os, parse_user_agent

    found, system = parse_user_agent(user_agent), parse_os(user_agent)
    # Programs that the parser does not know name themselves first (RFC 9110, section 10.1.5).
    program = PROGRAMS.get(found.family if found else user_agent.partition("/")[0])
    runs_on = _system(system.family, user_agent) if system else None
    return f"{program or UNKNOWN_PROGRAM} on {runs_on}" if runs_on else program or UNKNOWN


def _system(family: str, user_agent: str) -> str | None:
    apple = next((name for name in APPLE_DEVICES if name in user_agent), None)
    return apple if apple and family == "iOS" else SYSTEMS.get(family)
