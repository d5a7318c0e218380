"""Files round-trip byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.diffs import words
from editor.errors import EditorError
from editor.files import decode, encode

PIECES = ["a", "\r\n", "\n", "\r", "\t", "😀", "e\u0301", "שלום", "\u2028", "\ufeff", "word "]


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


def test_crlf_is_put_aside_only_where_it_is_every_line_break() -> None:
    assert decode(b"a\r\nb\r\n", "x").text == "a\nb\n"
    assert decode(b"a\r\nb\n", "x").text == "a\r\nb\n"
    assert decode(b"a\r\r\nb", "x").text == "a\r\r\nb"


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
