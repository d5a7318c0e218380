"""What parses, in every language that has a grammar."""

from __future__ import annotations

import pytest

from editor.languages import languages, samples
from editor.parsing import CHECKS, breaks, parses

RIGHT = {
    "python": "def f(x):\n    return x\n",
    "json": '{"a": [1, 2]}',
    "javascript": "const f = (x) => <b>{x}</b>;\n",
    "typescript": "function f(x: number): string { return `${x}`; }\n",
    "html": "<p>a <b>b</b></p>",
    "sql": "SELECT a, b FROM t WHERE c = 1;",
}
WRONG = {
    "python": "def f(x:\n    return x\n",
    "json": '{"a": [1, 2}',
    "javascript": "const f = (x => {;\n",
    "typescript": "function f(x: number: string { return 1; }\n",
    "html": "<p>a <b>b</p",
    "sql": "SELECT FROM FROM WHERE (",
}


def test_every_language_with_a_check_is_one_of_ours() -> None:
    assert set(CHECKS) == set(RIGHT) == set(WRONG) <= {language.name for language in languages()}


@pytest.mark.parametrize("language", CHECKS)
def test_right_and_wrong_code(language: str) -> None:
    assert parses(language, RIGHT[language]) is True and parses(language, WRONG[language]) is False
    assert breaks(language, RIGHT[language], WRONG[language])
    assert not breaks(language, WRONG[language], WRONG[language])
    assert not breaks(language, WRONG[language], RIGHT[language])


def test_prose_has_no_grammar() -> None:
    assert parses("prose", "((") is None and not breaks("prose", "a", "((") and parses("markdown", "# a") is None


def test_the_samples_parse() -> None:
    for sample in samples():
        assert parses(sample.language, sample.path.read_text(encoding="utf-8")) is not False, sample.name


@pytest.mark.parametrize("language", CHECKS)
def test_nothing_that_can_be_typed_is_an_error(language: str) -> None:
    for text in ("", "\0", "\ud800", "(" * 5000, "é😀\r\n"):
        assert parses(language, text) in (True, False)
