"""Every line of SECURITY.md has a test, and the test is there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
LINES = [row for row in ROWS if row[0] not in ("from", "---")]


@pytest.mark.parametrize("row", LINES, ids=[row[0] + ": " + row[1][:30] for row in LINES])
def test_every_line_has_tests_that_exist(row: list[str]) -> None:
    who, what, tests = row
    assert who and what
    named = re.findall(r"`(tests/\S+?)::(\w+)`", tests)
    assert named and len(named) == tests.count("::"), "each is given as `path::name`"
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        assert len(found) == 1, f"{path} has no {name}"
        assert not any("skip" in ast.unparse(decorator) for decorator in found[0].decorator_list), name
        assert any(isinstance(node, ast.Assert | ast.With) for node in ast.walk(found[0])), f"{name} asserts nothing"


def test_there_is_a_table_of_what_is_kept_out_and_one_of_what_is_not() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    assert headings == ["What is kept out", "What is not"]
    assert len(LINES) >= 15 and all(len(row) == 3 for row in LINES)
