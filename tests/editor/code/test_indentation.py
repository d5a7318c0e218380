"""Laws of indentation: what a fill keeps of the place it is put in."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.code.indentation import keep_indentation
from editor.code.parsing import parses

MARGINS = st.text(" \t", max_size=9)
WORDS = st.sampled_from(["a = 1", "if x:", "call(", ")", "}", "", "else:", "return [", "end", "# note", "é 😀"])


def texts(margins: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(margins, WORDS), min_size=1, max_size=6).map(
        lambda lines: lines[0][1] + "".join(f"\n{margin}{words}" for margin, words in lines[1:])
    )


TEXTS = texts(MARGINS)
STYLES = st.sampled_from([" ", "\t"])
COLUMNS = st.integers(0, 20)
INDENTS = st.none() | MARGINS


@st.composite
def statements(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Lines of correct Python at the left margin, four spaces a step."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["plain", "block", "brackets", "else"] if depth < 2 else ["plain"]))
        inner = [f"    {line}" for line in draw(statements(depth + 1))] if kind in ("block", "else") else []
        if kind == "plain":
            lines.append(f"x{draw(st.integers(0, 9))} = {draw(st.integers(0, 99))}")
        elif kind == "brackets":
            lines += ["call(", "    1,", "    2,", ")"]
        elif kind == "block":
            lines += ["if x:", *inner]
        else:
            lines += ["if x:", *inner, "else:", *inner]
    return lines


def inside(lines: list[str], step: str, depth: int) -> str:
    """Lines as they stand in a file, without the margin of the first one."""
    margins = [len(line) - len(line.lstrip()) for line in lines]
    deep = [step * (depth + m // 4) + line.lstrip() for m, line in zip(margins, lines, strict=True)]
    return "\n".join(deep)[len(step) * depth :]


def file(span: str, step: str, depth: int) -> str:
    head = "".join(f"{step * i}if y:\n" for i in range(depth))
    return f"{head}{step * depth}{span}\n"


@given(TEXTS, TEXTS, COLUMNS, INDENTS)
def test_words_and_lines_stay_and_the_first_line_is_untouched(
    old: str, new: str, column: int, indent: str | None
) -> None:
    kept = keep_indentation(old, new, column, indent).split("\n")
    assert kept[0] == new.split("\n")[0]
    assert [line.lstrip(" \t") for line in kept[1:]] == [line.lstrip(" \t") for line in new.split("\n")[1:]]


@given(st.data(), STYLES, STYLES, COLUMNS, st.booleans())
def test_doing_it_again_changes_nothing(data: st.DataObject, was: str, now: str, column: int, known: bool) -> None:
    """In texts that do not mix tabs and spaces."""
    old, new = data.draw(texts(st.text(was, max_size=9))), data.draw(texts(st.text(now, max_size=9)))
    indent = data.draw(st.text(was, max_size=9)) if known else None
    once = keep_indentation(old, new, column, indent)
    assert keep_indentation(old, once, column, indent) == once


@given(TEXTS, st.text(st.characters(exclude_characters="\n"), max_size=20), COLUMNS, INDENTS)
def test_a_fill_of_one_line_is_as_it_was(old: str, new: str, column: int, indent: str | None) -> None:
    assert keep_indentation(old, new, column, indent) == new


@given(statements(), st.integers(0, 3), st.sampled_from(["    ", "  ", "\t"]), st.booleans())
def test_a_text_in_its_own_place_stays(lines: list[str], depth: int, step: str, known: bool) -> None:
    old = inside(lines, step, depth)
    indent = step * depth if known else None
    assert keep_indentation(old, old, len(step) * depth, indent) == old


@given(statements(), st.integers(0, 3), st.sampled_from(["    ", "\t"]), st.booleans())
def test_what_is_written_at_the_left_margin_comes_back_in_place(
    lines: list[str], depth: int, step: str, known: bool
) -> None:
    old = inside(lines, step, depth)
    indent = step * depth if known else None
    assert keep_indentation(old, "\n".join(lines), len(step) * depth, indent) == old


@given(statements(), statements(), st.integers(0, 3), st.sampled_from(["    ", "  ", "\t"]), st.booleans())
def test_correct_code_stays_correct(
    was: list[str], lines: list[str], depth: int, step: str, at_the_margin: bool
) -> None:
    old = inside(was, step, depth)
    new = inside(lines, step, 0 if at_the_margin else depth)
    assert parses("python", file(old, step, depth))
    kept = keep_indentation(old, new, len(step) * depth, step * depth)
    assert parses("python", file(kept, step, depth)), file(kept, step, depth)
    if not at_the_margin:
        assert parses("python", file(new, step, depth))


@given(TEXTS, TEXTS, COLUMNS)
def test_lines_stand_to_each_other_as_they_did(old: str, new: str, column: int) -> None:
    """In spaces, where a closing line of the old text is not met."""
    old, new = old.replace("\t", "    "), new.replace("\t", "    ")
    widths = [
        (len(a) - len(a.lstrip(" ")), len(b) - len(b.lstrip(" ")))
        for a, b in zip(new.split("\n"), keep_indentation(old, new, column).split("\n"), strict=True)
        if a.strip()
    ][1:]
    if new.split("\n")[-1].strip() != old.rstrip().split("\n")[-1].strip():
        assert len({b - a for a, b in widths}) <= 1


@pytest.mark.parametrize(
    ("old", "new", "column", "indent", "kept"),
    [
        ("if x:\n        a()", "if y:\n    b()\n    c()", 4, None, "if y:\n        b()\n        c()"),
        ("if x:\n        a()", "if y:\n            b()", 4, None, "if y:\n        b()"),
        ("a()\n    b()", "c()\n        d()\n    e()", 8, None, "c()\n        d()\n    e()"),
        ("a()", "if y:\n    b()\nc()", 4, None, "if y:\n        b()\n    c()"),
        ("f(1)", "f(\n    1,\n)", 8, "    ", "f(\n        1,\n    )"),
        ("f(\n        1,\n    )", "f(\n  1,\n  2,\n)", 8, "    ", "f(\n        1,\n        2,\n    )"),
        ("if x:\n\t\ta()", "if y:\n    b()\n    if z:\n        c()", 1, "\t", "if y:\n\t\tb()\n\t\tif z:\n\t\t\tc()"),
        ("if (x) {\n    a();\n  }", "if (y) {\n\tb();\n}", 2, "  ", "if (y) {\n    b();\n  }"),
        ("<div>\n    <p>a</p>\n  </div>", "<div>\n  <b>c</b>\n</div>", 2, "  ", "<div>\n    <b>c</b>\n  </div>"),
        ("a()", "b()\n\n    c()", 4, None, "b()\n\n    c()"),
        ("def f(x)\n  x + 1\nend", "def f(x)\n  x * 2\nend", 0, "", "def f(x)\n  x * 2\nend"),
    ],
)
def test_examples(old: str, new: str, column: int, indent: str | None, kept: str) -> None:
    assert keep_indentation(old, new, column, indent) == kept


def test_a_method_written_apart_fits_its_class() -> None:
    before = textwrap.dedent("""\
        class Box:
            def area(self):
                return 1
        """)
    old = "def area(self):\n        return 1"
    new = "def area(self):\n    if self.w:\n        return self.w\n    return 0"
    after = before.replace(old, keep_indentation(old, new, 4))
    assert parses("python", after) and "\n        if self.w:\n            return self.w\n        return 0\n" in after
