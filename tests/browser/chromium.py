"""Chromium with a profile of its own, in which third-party cookies are blocked as a person would block them."""

import json
import os
import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright

# Of Chromium's `CookieControlsMode` (components/content_settings/core/browser/cookie_settings.h): the choice in
# Settings > Privacy and security > Third-party cookies.
ALLOWED, BLOCKED = 0, 1
# Milliseconds.
PATIENCE = 15_000
LOOK_AGAIN = 10
# What Chromium itself says of a 401: no fault of the page, and counted by the front.
UNAUTHORIZED = re.compile("Failed to load resource: the server responded with a status of 401")


class Browser:
    """Made by `running_chromium`."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        # Of the page or the console, and calls that CORS or the network let fail.
        self.troubles: list[str] = []
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        context.on("requestfailed", lambda request: self.troubles.append(f"{request.url}: {request.failure}"))

    def open(self, url: str) -> Page:
        """A tab, once its page has tried to refresh."""
        tab = self.context.new_page()
        tab.set_default_timeout(PATIENCE)
        tab.goto(url)
        has_refreshed(tab)
        return tab

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not UNAUTHORIZED.match(message.text):
            self.troubles.append(message.text)


def has_refreshed(tab: Page, times: int = 1) -> None:
    """Waits until it has done so that often since it was loaded."""
    shows(tab, "refreshes", str(times))


def shows(tab: Page, name: str, value: str) -> None:
    """Waits for what the page says of itself."""
    tab.wait_for_function(
        "([name, value]) => document.body?.dataset[name] === value", arg=[name, value], polling=LOOK_AGAIN
    )


def press(tab: Page, button: str) -> None:
    """A tab in the background draws once a second, which Playwright's own click waits for."""
    tab.dispatch_event(f"#{button}", "click")


@contextmanager
def running_chromium(
    playwright: Playwright, profile: Path, port: int, cookies: int = BLOCKED
) -> Generator[Browser]:
    """Finds every host at that port of this machine; ended after the block."""
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": cookies}}))
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=shutil.which("chromium"),
        # Chromium has none for root.
        chromium_sandbox=os.geteuid() != 0,
        args=[f"--host-resolver-rules=MAP * 127.0.0.1:{port}"],
        ignore_https_errors=True,
    )
    try:
        yield Browser(context)
    finally:
        context.close()
