"""`.env.example` lists what the code reads, no more and no less."""

import re
from pathlib import Path

SOURCES = ("config/config.py",)
ASSIGNMENT = re.compile(r"^([A-Z_]+)=$", re.MULTILINE)
SETTING = re.compile(r'Setting\(\s*"([A-Z_]+)"')


def test_it_lists_every_setting_once_and_nothing_else():
    listed = ASSIGNMENT.findall(Path(".env.example").read_text())
    read = {name for file in SOURCES for name in SETTING.findall((Path("src/authflow") / file).read_text())}
    assert sorted(listed) == sorted(read)
