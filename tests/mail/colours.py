"""What stands on which colours in a mail, in light and in dark, and how well it can be read there."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

RULE = re.compile(r"\.([a-z]+) \{([^}]*)\}")
COLOUR = re.compile(r"(?<![a-z-])(color|background-color): ?(#[0-9a-f]{6})")
VOID = {"meta", "br"}
Colours = dict[str, str]


@dataclass
class Painted(HTMLParser):
    """Every text of a page with its colour and the one behind it; `dark`: as the media query has it."""

    page: str
    dark: bool
    texts: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        rules = RULE.findall(self.page) if self.dark else []
        self.rules = {name: dict(COLOUR.findall(body)) for name, body in rules}
        self.around: list[tuple[str, Colours]] = [("", {})]
        self.feed(self.page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        colours = self.around[-1][1] | dict(COLOUR.findall(given.get("style", "")))
        for name in given.get("class", "").split():
            colours |= self.rules.get(name, {})
        if tag not in VOID:
            self.around.append((tag, colours))

    def handle_endtag(self, tag: str) -> None:
        assert self.around.pop()[0] == tag

    def handle_data(self, text: str) -> None:
        tag, colours = self.around[-1]
        if text.strip() and tag not in {"style", "title"}:
            self.texts.append((text.strip(), colours["color"], colours["background-color"]))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
