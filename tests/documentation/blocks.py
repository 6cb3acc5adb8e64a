"""The fenced blocks of the documents, and which test runs which."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
README = CHECKOUT / "README.md"
# CHANGELOG.md speaks of what was.
PAGES = (
    README,
    *sorted({*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md")} - {README, CHECKOUT / "CHANGELOG.md"}),
)
FENCED = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
COMMENT = re.compile(r"\s+#\s.*")
ASSIGNMENT = re.compile(r"[A-Z][A-Z_]+=")
# The first words of the lines of a block, and what is run there.
COMMANDS = ("make", "pip", "authflow", "gunicorn", "docker")


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.name}:{self.line}"

    @property
    def lines(self) -> list[str]:
        """Without comments; a line that goes on is one."""
        joined = self.text.replace("\\\n", " ")
        return [line for line in (COMMENT.sub("", line).strip() for line in joined.splitlines()) if line]

    @property
    def kind(self) -> str | None:
        """None for a block that no test knows."""
        if self.language in {"json", "python", "diff", "sql"}:
            return self.language
        first_words = {line.split()[0] for line in self.lines}
        if first_words <= set(COMMANDS):
            return "commands"
        if all(ASSIGNMENT.match(line) for line in self.lines):
            return "settings"
        kinds = {"$": "calls", "\\copy": "export", "migrations/": "rooms"}
        return kinds.get(self.lines[0].split()[0])


def blocks(*kinds: str) -> list[Block]:
    every = [block for page in PAGES for block in _blocks_of(page)]
    return [block for block in every if block.kind in kinds] if kinds else every


def _blocks_of(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["language"], found["text"])
        for found in FENCED.finditer(text)
    ]


def prose(page: Path) -> str:
    """The page without its blocks."""
    return FENCED.sub("", page.read_text())


def commands(program: str) -> list[list[str]]:
    """The words of every command of that program, in blocks and between backticks."""
    in_blocks = [line for block in blocks("commands") for line in block.lines]
    quoted = [line for page in PAGES for line in re.findall(r"`([^`\n]+)`", prose(page))]
    lines = [part for line in [*in_blocks, *quoted] for part in line.split(" && ")]
    return [shlex.split(line) for line in lines if line.split()[:1] == [program]]
