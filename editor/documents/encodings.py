"""Encodings of files: UTF-8, and Windows-1252 for those that are not.

"Latin-1" means Windows-1252, as in browsers (WHATWG): five bytes that it gives no character stand for control characters, so that
any bytes come back as they were. Documents that were opened when it meant ISO 8859-1 hold control characters in place of
quotation marks; theirs are written back as the bytes that they were.
"""

from __future__ import annotations

import codecs

UTF8, WINDOWS, LATIN = "utf-8", "windows-1252", "latin-1"
TITLES = {UTF8: "UTF-8", WINDOWS: "Windows-1252", LATIN: "Windows-1252"}
NAMES = {UTF8: UTF8, WINDOWS: WINDOWS, LATIN: WINDOWS, "cp1252": WINDOWS, "iso-8859-1": WINDOWS}
"""what a request may call them"""
_TABLE = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
_BYTES = {ord(character): byte for byte, character in enumerate(_TABLE)}
_HELD = {WINDOWS: _BYTES, LATIN: {byte: byte for byte in range(256)} | _BYTES}
SHOWN = 5
"""characters that are named at most"""


def decoded(data: bytes, encoding: str) -> str:
    """Raises UnicodeDecodeError."""
    return data.decode() if encoding == UTF8 else codecs.charmap_decode(data, "strict", _TABLE)[0]


def missing(text: str, encoding: str) -> list[str]:
    """The first different characters of a text that its encoding cannot hold: with any, the file is written as UTF-8."""
    if encoding == UTF8 or text.isascii():
        return []
    return [character for character in dict.fromkeys(text) if ord(character) not in _HELD[encoding]][:SHOWN]


def encoded(text: str, encoding: str) -> bytes:
    """The bytes of a text; in UTF-8 where its encoding cannot hold it."""
    if encoding == UTF8 or missing(text, encoding):
        return text.encode()
    return codecs.charmap_encode(text, "strict", _HELD[encoding])[0]
