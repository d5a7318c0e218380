"""What parses, in every language that has a grammar."""

from __future__ import annotations

import pytest

from editor.code import parsing
from editor.code.parsing import CHECKS, breaks, parses, unchecked
from editor.languages import languages, samples

# language -> (a text with a gap, a fill that parses, a fill as models write it that does not)
FILLED = {
    "c": ("int f(int n) {\n    GAP\n    return n;\n}\n", "print(n);", "print(n) {"),
    "cpp": ("template <class T> T f(T n) {\n    GAP\n    return n;\n}\n", "n += 1;", "if (n % 2 == 0"),
    "csharp": ("class A {\n    int F(int n) {\n        GAP\n        return n;\n    }\n}\n", "n += 1;", "if (n > 0) {"),
    "css": ("p {\n    GAP\n}\n", "color: red;", "color: red; }"),
    "go": ("package main\n\nfunc f(n int) int {\n\tGAP\n\treturn n\n}\n", "n += 1", "if n % 2 == 0"),
    "java": ("class A {\n    int f(int n) {\n        GAP\n        return n;\n    }\n}\n", "n += 1;", "n += 1"),
    "kotlin": ("fun f(n: Int): Int {\n    GAP\n    return n\n}\n", "println(n)", "println(n) {"),
    "lua": ("function f(n)\n    GAP\n    return n\nend\n", "print(n)", "if n > 0 then"),
    "php": ("<?php\nfunction f($n) {\n    GAP\n    return $n;\n}\n", "$n += 1;", "if ($n > 0"),
    "ruby": ("def f(n)\n  GAP\n  n\nend\n", "puts n", "puts(n"),
    "rust": ("fn f(n: i32) -> i32 {\n    GAP\n    n\n}\n", 'println!("{}", n);', "if n % 2 == 0"),
    "shell": ("for word in a b; do\n  GAP\ndone\n", 'echo "$word"', "if true; then"),
    "swift": ("func f(n: Int) -> Int {\n    GAP\n    return n\n}\n", "print(n)", "print(n"),
    "toml": ('[a]\nGAP\nc = "d"\n', "b = 1", "b = "),
    "yaml": ("a:\n  - b\nGAP\n", "c: d", "c: [d"),
}
RIGHT = {
    "python": "def f(x):\n    return x\n",
    "json": '{"a": [1, 2]}',
    "javascript": "const f = (x) => <b>{x}</b>;\n",
    "typescript": "function f(x: number): string { return `${x}`; }\n",
    "html": "<p>a <b>b</b></p>",
    "sql": "SELECT a, b FROM t WHERE c = 1;",
    **{language: text.replace("GAP", good) for language, (text, good, _) in FILLED.items()},
}
WRONG = {
    "python": "def f(x:\n    return x\n",
    "json": '{"a": [1, 2}',
    "javascript": "const f = (x => {;\n",
    "typescript": "function f(x: number: string { return 1; }\n",
    "html": "<p>a <b>b</p",
    "sql": "SELECT FROM FROM WHERE (",
    **{language: text.replace("GAP", bad) for language, (text, _, bad) in FILLED.items()},
}


def test_every_language_with_a_check_is_one_of_ours() -> None:
    assert set(CHECKS) == set(RIGHT) == set(WRONG) <= {language.name for language in languages()}


@pytest.mark.parametrize("language", CHECKS)
def test_right_and_wrong_code(language: str) -> None:
    assert parses(language, RIGHT[language]) is True and parses(language, WRONG[language]) is False
    assert breaks(language, RIGHT[language], WRONG[language])
    assert not breaks(language, WRONG[language], WRONG[language])
    assert not breaks(language, WRONG[language], RIGHT[language])


@pytest.mark.parametrize("language", FILLED)
def test_a_fill_that_breaks_code_is_one_only_where_the_code_parsed(language: str) -> None:
    """An unfinished text is not punished: what would complete it and what would not are the same to it."""
    text, good, bad = FILLED[language]
    before, right, wrong = (text.replace("GAP", fill) for fill in ("", good, bad))
    assert not breaks(language, before, right) and breaks(language, right, wrong)
    unfinished = wrong.replace(bad, bad + "\n" + bad)
    assert parses(language, unfinished) is False
    assert not breaks(language, unfinished, wrong) and not breaks(language, unfinished, right)


def test_prose_has_no_grammar() -> None:
    assert parses("prose", "((") is None and not breaks("prose", "a", "((") and parses("markdown", "# a") is None


def test_the_samples_parse() -> None:
    for sample in samples():
        assert parses(sample.language, sample.path.read_text(encoding="utf-8")) is not False, sample.name


@pytest.mark.parametrize("language", CHECKS)
def test_nothing_that_can_be_typed_is_an_error(language: str) -> None:
    for text in ("", "\0", "\ud800", "(" * 5000, "é😀\r\n"):
        assert parses(language, text) in (True, False)


DEEP = {
    "python": ["-" * 100_000 + "1", "a" + ".a" * 60_000, "not " * 30_000 + "1", "x = 1\n" * 100_000],
    "json": ["[" * 100_000],
    "html": ["<div>" * 80_000, "<!--" * 50_000],
    "typescript": ["a<" * 1_000_000],
    "javascript": ["x = [1, 2].map(f);\n" * 100_000],
    "sql": ["select " * 290_000],
}


@pytest.mark.parametrize("language", DEEP)
def test_what_is_over_the_budget_is_not_checked_and_breaks_nothing(
    language: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Nobody waits for it, and it is not called wrong: nobody knows. The budget of grammars is one that no machine keeps."""
    monkeypatch.setattr(parsing, "SECONDS", 0.0)
    parsing.parses.cache_clear()
    request.addfinalizer(parsing.parses.cache_clear)
    for text in DEEP[language]:
        assert parses(language, text) is None
        assert unchecked(language, text) and not breaks(language, text, text + "(")
        assert not breaks(language, RIGHT[language], text)


def test_a_number_of_a_million_digits_is_a_number() -> None:
    assert parses("json", "[" + "9" * 1_000_000 + "]") is True
    assert not unchecked("prose", "(" * 100_000) and not unchecked("python", "x = (")
