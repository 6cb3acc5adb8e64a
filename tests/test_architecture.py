"""The house rules that a machine can hold."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "authflow"
FILES = sorted(SOURCE.rglob("*.py"))
# A file that reaches this is two rooms.
MAX_LINES = 200


def named(path):
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_is_one_room_and_says_what_for(path):
    text = path.read_text()
    assert len(text.splitlines()) < MAX_LINES
    assert not text or ast.get_docstring(ast.parse(text)), "a module opens with one sentence: what it is for"


def calls(path, owner, name):
    return [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Name)
        and node.value.id == owner
    ]


def test_the_environment_has_one_reader():
    readers = [named(path) for path in FILES if calls(path, "os", "environ") or calls(path, "os", "getenv")]
    # That one only writes, for the processes that it starts.
    others = ("local/", "commands/dev", "server/settings.py")
    assert [reader for reader in readers if not reader.startswith(others)] == ["config/config.py"]


def test_randomness_has_one_home():
    users = {
        named(path)
        for path in FILES
        if "import secrets" in path.read_text() or "import random" in path.read_text()
    }
    assert {user for user in users if not user.startswith("local/")} == {"crypto/randomness.py"}


def test_services_never_commit_and_repositories_never_do_either():
    for room in ("services", "repositories"):
        for path in (SOURCE / room).rglob("*.py"):
            assert ".commit(" not in path.read_text(), named(path)


def test_no_sql_outside_of_repositories_and_database():
    for path in FILES:
        if named(path).startswith(("web/", "services/", "domain/", "crypto/")):
            literals = [
                node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)
            ]
            texts = [text for text in literals if isinstance(text, str)]
            assert not [text for text in texts if "SELECT " in text or "UPDATE " in text or "INSERT INTO" in text]


def test_nothing_is_selected_by_star():
    for path in (SOURCE / "repositories").glob("*.py"):
        assert "SELECT *" not in path.read_text()


def test_the_columns_of_a_user_stand_once():
    # Some after the others, with or without the name of the table.
    listed = re.compile(r"email_verified,\s+(u\.)?role\b")
    users = [named(path) for path in FILES for _ in listed.findall(path.read_text())]
    assert users == ["repositories/users_columns.py"]


def test_what_went_before_ends_in_one_home():
    enders = [named(path) for path in FILES if "sessions.revoke_all(" in path.read_text()]
    assert enders == ["services/account_security.py"]
    voiders = [named(path) for path in FILES if "reset_asked_at = clock_timestamp()" in path.read_text()]
    assert voiders == ["repositories/users_columns.py"]


def classes():
    return [
        (path, node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]


def test_no_two_types_have_one_name():
    # What the API describes is called as people call it.
    described = {"web/schemas/accounts.py", "web/schemas/devices.py"}
    names = Counter(node.name for path, node in classes() if named(path) not in described)
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("room", ["services", "repositories"])
def test_whoever_calls_a_method_of_it_can_read_what_it_does(room):
    methods = [
        (f"{named(path)}: {method.name}", ast.get_docstring(method) or "")
        for path, node in classes()
        if path.parent.name == room
        for method in node.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
    ]
    assert methods
    assert [name for name, says in methods if not says or says.startswith("Raises")] == []
