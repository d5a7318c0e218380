"""Files round-trip byte for byte."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.documents.encodings import decoded, encoded, missing
from editor.documents.files import File, decode, encode
from editor.documents.lines import MIXED, ended, kind
from editor.errors import EditorError
from editor.history.diffs import words

PIECES = [
    "a",
    "\r\n",
    "\n",
    "\r",
    "\t",
    "😀",
    "e\u0301",
    "שלום",
    "\u2028",
    "\ufeff",
    "\x85",
    "\u2029",
    "\x0b",
    "\x0c",
    "word ",
]
ENCODINGS = ["cp1252", "latin-1"]


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.booleans())
def test_any_utf_8_text_comes_back_byte_for_byte(text: str, bom: bool) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    assert encode(decode(data, "x")) == data


@given(st.binary(max_size=60))
def test_any_bytes_come_back_as_latin_1_or_are_refused(data: bytes) -> None:
    try:
        file = decode(data, "x", "latin-1")
    except EditorError as error:
        assert error.code == "binary_file"
    else:
        assert encode(file) == data


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n")),
    st.sampled_from(["", *ENCODINGS]),
)
def test_what_a_file_is_opened_and_saved_as_is_what_it_was(text: str, encoding: str) -> None:
    """Whatever encoding and line ends: unchanged text gives the same bytes, and lines that are typed end as others do."""
    data = text.encode(encoding or "utf-8", "ignore")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return
    try:
        file = decode(data, "x", "windows-1252" if encoding else "utf-8")
    except EditorError as error:
        assert error.code == "binary_file"
        return
    assert encode(file) == data
    if file.newline != MIXED:
        assert "\r" not in file.text
        typed = encode(replace(file, text=file.text + "\nmore"))
        assert typed == data + file.newline.encode() + b"more"


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.sampled_from(["\n", "\r\n", "\r"]))
def test_ending_lines_alike_is_done_once_and_loses_nothing_else(text: str, by: str) -> None:
    done = ended(text, by)
    assert ended(done, by) == done and kind(done) in (by, "\n") and kind(ended(done, "\n")) == "\n"
    assert re.split("\r\n?|\n", done) == re.split("\r\n?|\n", text)
    assert ended(text, MIXED) == text


def test_line_ends_are_put_aside_only_where_they_are_all_alike() -> None:
    for data, text, newline in [
        (b"a\r\nb\r\n", "a\nb\n", "\r\n"),
        (b"a\rb\r", "a\nb\n", "\r"),
        (b"a\r\nb\n", "a\r\nb\n", MIXED),
        (b"a\r\nb\r", "a\r\nb\r", MIXED),
        (b"a\r\r\nb", "a\r\r\nb", MIXED),
        (b"a", "a", "\n"),
    ]:
        file = decode(data, "x")
        assert (file.text, file.newline) == (text, newline) and encode(file) == data


def test_other_marks_that_part_lines_are_letters() -> None:
    text = "a\x85b\u2028c\u2029d\x0be\x0cf\r\n"
    file = decode(text.encode(), "x")
    assert file.text == text.replace("\r\n", "\n") and encode(file) == text.encode()


def test_latin_1_is_what_browsers_take_it_for() -> None:
    file = decode(b"\x93H\x94 \x80 \x81", "x", "latin-1")
    assert (file.text, file.encoding) == ("\u201cH\u201d \u20ac \x81", "windows-1252")
    assert encode(file) == b"\x93H\x94 \x80 \x81"
    for byte in range(256):  # as the WHATWG's table has it: Python's, and control characters where it has none
        expected = bytes([byte]).decode("cp1252", "ignore") or chr(byte)
        assert decoded(bytes([byte]), "windows-1252") == expected and encoded(expected, "windows-1252") == bytes([byte])


def test_a_document_that_was_opened_as_iso_8859_1_gives_its_bytes_back() -> None:
    before = File("\x93H\x94 caf\xe9", "\n", False, "latin-1")
    assert encode(before) == b"\x93H\x94 caf\xe9"
    assert encode(replace(before, text=before.text + " \u20ac")) == b"\x93H\x94 caf\xe9 \x80", "new characters fit, too"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_an_encoding_lacks_is_named_exactly_where_the_file_becomes_utf_8(text: str) -> None:
    for encoding in ("windows-1252", "latin-1"):
        lacking = missing(text, encoding)
        assert set(lacking) <= set(text) and all(missing(character, encoding) for character in lacking)
        assert bool(lacking) is any(missing(character, encoding) for character in text)
        if lacking:
            assert encoded(text, encoding) == text.encode()
        else:
            assert len(encoded(text, encoding)) == len(text)
    assert missing(text, "utf-8") == []


def test_a_nul_in_a_text_is_text() -> None:
    data = b"some longer text with one \0 in it"
    assert encode(decode(data, "x")) == data


@pytest.mark.parametrize(
    ("data", "code", "status"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe", "binary_file", 415),
        (b"\0" * 100, "binary_file", 415),
        ("utf 16".encode("utf-16"), "binary_file", 415),
        (b"caf\xe9", "not_utf8", 422),
        (b"x" * (20 * 2**20), "file_too_large", 413),
    ],
)
def test_what_is_not_text_is_refused(data: bytes, code: str, status: int) -> None:
    with pytest.raises(EditorError) as caught:
        decode(data, "name")
    assert (caught.value.code, caught.value.status) == (code, status) and "name" in str(caught.value)


def test_the_limit_is_named() -> None:
    with pytest.raises(EditorError, match="the limit is 2 MB"):
        decode(b"x" * (20 * 2**20), "big.txt")


def test_a_diff_is_by_whole_words() -> None:
    assert words("the cat sat", "the cap sat") == [(0, "the "), (-1, "cat"), (1, "cap"), (0, " sat")]


@given(st.text(), st.text())
def test_a_diff_spells_both_texts(old: str, new: str) -> None:
    hunks = words(old, new)
    assert "".join(t for op, t in hunks if op <= 0) == old and "".join(t for op, t in hunks if op >= 0) == new
