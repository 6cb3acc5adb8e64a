"""The calls of the README, sent to a real server in their order: they answer what is printed beneath them."""

import http.client
import json
import re
import shlex
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from tests.documentation.blocks import blocks
from tests.support.server import running_server
from tests.support.settings import SETTINGS

# Each time another one.
NEVER_THE_SAME = {"id", "requestId"}
LEFT_OUT = "…"


@pytest.fixture
def port(database_url, tables, tmp_path):
    environment = {**SETTINGS, "DATABASE_URL": database_url}
    with running_server(environment, tmp_path / "log", 1) as server:
        yield server.port


@dataclass
class Shell:
    """Understands as much of a shell and of curl as the README uses."""

    port: int
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, command):
        """The answer's text; None for an assignment."""
        if found := re.fullmatch(r"(\w+)=(\S+)", command):
            self.variables[found[1]] = found[2]
            return None
        words = [self._expanded(word) for word in shlex.split(command)]
        assert words.pop(0) == "curl"
        return self._call(words)

    def keep(self, content):
        """Whoever reads on puts the newest tokens into these variables."""
        self.variables |= {name: text for name, text in content.items() if name.endswith("Token")}

    def _expanded(self, word):
        return re.sub(r"\$(\w+)", lambda name: self.variables[name[1]], word)

    def _call(self, words):
        method, headers, body, url = "GET", {}, None, None
        while words:
            word = words.pop(0)
            if word == "-X":
                method = words.pop(0)
            elif word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            elif word == "--json":
                method, body = "POST", words.pop(0)
                headers["Content-Type"] = "application/json"
            else:
                url = urlsplit(word)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, url.path, body, headers)
            return connection.getresponse().read().decode()


def as_printed(text):
    """What is left out of an object is a field of that name."""
    return json.loads(text.replace(f",{LEFT_OUT}}}", f',"{LEFT_OUT}":0}}'))


def is_like(printed, answered, name=""):
    if isinstance(printed, dict):
        named = printed.keys() - {LEFT_OUT}
        is_whole = LEFT_OUT in printed or named == answered.keys()
        return is_whole and all(is_like(printed[each], answered[each], each) for each in named)
    if isinstance(printed, str) and printed.endswith(LEFT_OUT):
        return answered.startswith(printed.removesuffix(LEFT_OUT))
    return type(printed) is type(answered) if name in NEVER_THE_SAME else printed == answered


@pytest.mark.parametrize("block", blocks("calls"), ids=lambda block: block.name)
def test_the_calls_answer_as_printed(port, block):
    shell = Shell(port)
    for step in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, *printed = step.strip().splitlines()
        answer = shell.run(command)
        assert (answer is None) == (printed == []), command
        if answer is not None:
            assert is_like(as_printed(printed[0]), json.loads(answer)), (command, answer)
            shell.keep(json.loads(answer))


@pytest.mark.parametrize("block", blocks("calls"), ids=lambda block: block.name)
def test_what_is_printed_is_written_as_it_is_sent(block):
    for printed in re.findall(r"^\{.*\}$", block.text, re.MULTILINE):
        assert not re.search(r'[,:] ["{]', printed), "compact"
