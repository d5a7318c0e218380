"""Titles, and what they are called as files."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.documents.names import base, copied, document_name, file_name, title_of
from editor.errors import EditorError
from editor.languages import language_of, languages
from editor.limits import FILE_NAME, TITLE

TITLES = st.text(max_size=TITLE) | st.text("./\\: CONcon\u202e\0ab12\ud83d", max_size=20)


@pytest.mark.parametrize(
    ("title", "language", "name"),
    [
        ("Release v1.2", "markdown", "Release v1.2.md"),
        ("Release v1.2", "plain", "Release v1.2.txt"),
        ("Meeting 12.03. with Dr. Weber", "prose", "Meeting 12.03. with Dr. Weber.txt"),
        ("Notes", "plain", "Notes.txt"),
        ("Notes", "prose", "Notes.txt"),
        ("Version 3.10.1", "python", "Version 3.10.1.py"),
        ("St. Mary's", "prose", "St. Mary's.txt"),
        ("About Node.js", "markdown", "About Node.js.md"),
        ("Notes.", "markdown", "Notes.md"),
        ("..", "prose", "untitled.txt"),
        (".md", "markdown", "md.md"),
        ("", "python", "untitled.py"),
        ("tool.py", "python", "tool.py"),
        ("README.MD", "markdown", "README.MD"),
        ("config.yaml", "plain", "config.yaml"),
        ("config.yaml", "prose", "config.yaml"),
        ("my table.csv", "plain", "my table.csv"),
        ("main.c", "plain", "main.c"),
        ("Q1/Q2: plan?", "markdown", "Q1-Q2- plan-.md"),
        ("nul", "prose", "_nul.txt"),
        ("CON.md", "markdown", "_CON.md"),
        ("com1 ", "prose", "_com1.txt"),
        ("console", "prose", "console.txt"),
        ("Dockerfile", "dockerfile", "Dockerfile"),
        ("Makefile", "makefile", "Makefile"),
        ("Makefile", "prose", "Makefile.txt"),
        ("a\u202egpj.exe", "prose", "agpj.exe"),
        ("tail. . .", "prose", "tail.txt"),
        ("\u5b57" * TITLE, "prose", "\u5b57" * 78 + ".txt"),
    ],
)
def test_a_download_has_the_right_ending_and_a_clean_name(title: str, language: str, name: str) -> None:
    assert document_name(title, language) == name


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Dockerfile", "dockerfile"), ("Dockerfile.dev", "dockerfile"), ("api.dockerfile", "dockerfile"),
        ("makefile", "makefile"), ("rules.mk", "makefile"), (".bashrc", "shell"), ("Gemfile", "ruby"),
        ("Makefile.md", "markdown"), ("header.h", "c"), ("notes", "plain"), ("LICENSE", "plain"), (".env", "plain"),
    ],
)  # fmt: skip
def test_a_file_without_an_ending_is_known_by_its_name(name: str, language: str) -> None:
    assert language_of(name) == language


@given(TITLES, st.sampled_from([language.name for language in languages()]))
def test_any_title_gives_a_name_that_every_system_takes(title: str, language: str) -> None:
    for name in (document_name(title, language), file_name(f"{title} - run", ".gif")):
        assert 0 < len(name.encode()) <= FILE_NAME
        assert not set(name) & set('<>:"/\\|?*\0\u202e\ud83d') and "Cc" not in map(unicodedata.category, name)
        assert name.strip(". ") == name and not name.startswith(".") and "." in name
        assert name.split(".")[0].strip().upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}


@given(st.text(max_size=TITLE) | TITLES)
def test_a_title_stays_what_it_is_when_it_is_given_again(title: str) -> None:
    once = title_of(title)
    assert title_of(once) == once and once and not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in once)


@pytest.mark.parametrize(
    ("given_title", "kept"),
    [
        ("../../x.txt", "x.txt"),
        ("..\\..\\x.txt", "x.txt"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\me\\notes.md", "notes.md"),
        ("~/notes.md", "notes.md"),
        ("..", "Untitled"),
        ("../", "Untitled"),
        ("a\0b\x1b[31m", "ab[31m"),
        ("Input/Output", "Input/Output"),
        ("9/11", "9/11"),
        ("and/or ... maybe", "and/or ... maybe"),
        ("one\n two\u2028three", "one two three"),
        ("\u202egpj.exe", "gpj.exe"),
        ("half \ud83d", "half \ufffd"),
        ("\u200b", "Untitled"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
    ],
)
def test_titles_lose_paths_and_what_cannot_be_seen(given_title: str, kept: str) -> None:
    assert title_of(given_title) == kept


def test_a_file_is_called_by_its_last_part() -> None:
    for path in ("a/b/c.txt", "a\\b\\c.txt", "c.txt", "c.txt/", "/c\0.txt"):
        assert base(path) == "c.txt"


def test_long_titles_are_refused_and_a_copy_fits() -> None:
    with pytest.raises(EditorError, match="the limit is 200"):
        title_of("x" * (TITLE + 1))
    assert len(copied("x" * TITLE)) == TITLE
