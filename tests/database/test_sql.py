"""Statements are written in the source, and nothing that a caller says ever becomes a part of one."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
FILES = sorted((CHECKOUT / "src" / "authflow" / "repositories").glob("*.py"))
# Of `Statements` and of a connection; `fetch` takes what to make of a row first.
PLACE_OF_SQL = {"execute": 0, "executemany": 0, "copy": 0, "stream": 0, "fetch": 1}


def statements_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PLACE_OF_SQL:
            yield node.args[PLACE_OF_SQL[node.func.attr]]


def is_literal(sql):
    """A text, a constant of the module, one of several, or these put together.

    What a constant holds is seen to by the type checker.
    """
    if isinstance(sql, ast.Subscript):
        return is_literal(sql.value)
    if isinstance(sql, ast.JoinedStr):
        return all(map(is_literal, sql.values))
    if isinstance(sql, ast.FormattedValue):
        return is_literal(sql.value)
    return isinstance(sql, ast.Constant) or (isinstance(sql, ast.Name) and sql.id.isupper())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_statement_is_a_literal(path):
    assert all(map(is_literal, statements_of(path)))


def test_they_are_found():
    assert sum(len(list(statements_of(path))) for path in FILES) > len(FILES)


def test_the_linter_finds_no_sql_made_of_strings():
    argv = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "S608", "src"]
    checked = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
