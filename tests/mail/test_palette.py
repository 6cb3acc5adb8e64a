"""Mails, the mailbox and the reference wear the colours of the front end, which are named in one file."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
TOKENS = CHECKOUT / "frontend" / "app" / "src" / "styles" / "tokens.css"
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)


def colours(file: Path) -> set[str]:
    return {colour.lower() for colour in COLOUR.findall(file.read_text())}


@pytest.mark.parametrize(
    "file", ["mail/templates/layout.html", "web/ops/mailbox/page.css", "web/ops/swagger/page.css"]
)
def test_no_other_colour_is_named(file):
    assert colours(CHECKOUT / "src" / "authflow" / file) <= colours(TOKENS)
