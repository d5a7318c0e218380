"""What Python's parser remarks on people's code and patterns is nobody's business, in no thread and in no test."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from editor.code.parsing import parses
from engine.text.kinds.python import tree_of
from engine.text.only.characters import parsed

REMARKED = ['x = "\\d"\n', "x = 1 is 1\n", "x = 1or 1\n"]
PATTERNS = ["[[a]", "[0-9--b]", "[a||b]", "[a&&b]"]


@pytest.mark.parametrize("text", REMARKED)
def test_code_on_which_the_parser_has_a_remark_is_read(text: str) -> None:
    assert tree_of(text).body
    assert parses("python", text) is True


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_on_which_the_parser_has_a_remark_is_read(pattern: str) -> None:
    assert parsed(pattern)


def test_what_other_threads_are_warned_of_is_as_it_was() -> None:
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tree_of, REMARKED * 50))
        list(pool.map(parsed, PATTERNS * 50))
    assert list(warnings.filters) == before


@pytest.mark.slow
def test_the_program_prints_none_of_it() -> None:
    code = f"""
import warnings
warnings.simplefilter("always")
from engine.text.kinds.python import tree_of
from engine.text.only.characters import parsed
for text in {REMARKED!r}: tree_of(text)
for pattern in {PATTERNS!r}: parsed(pattern)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stderr == ""


def test_what_is_no_python_is_told_by_the_parsers_own_errors() -> None:
    with pytest.raises(SyntaxError, match=re.escape("<document>")):
        tree_of("def (")
