"""A person with a browser, at a front end; and what the fixtures that make one are called with."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from chromium import BLOCKED, Browser, shows
from front import Front
from playwright.sync_api import Page
from settings import Setting
from tests.support.client import ADA, PASSWORD
from tests.support.server import Server


@dataclass(frozen=True)
class Visit:
    setting: Setting
    server: Server
    front: Front
    browser: Browser

    def open(self) -> Page:
        return self.browser.open(self.setting.url)

    def log_in(self, tab: Page) -> None:
        tab.fill("input[name=email]", ADA)
        tab.fill("input[name=password]", PASSWORD)
        tab.click("text=Log in")
        shows(tab, "state", "in")


class Begin(Protocol):
    def __call__(
        self, setting: Setting, cookies: int = BLOCKED, partitions: bool = True
    ) -> AbstractContextManager[Visit]: ...


Serve = Callable[[Setting], Server]
Doctor = Callable[[Setting], list[str]]
Report = Callable[[str], None]
