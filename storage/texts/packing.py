"""Texts as bytes: whole, or as what differs from a text that they were made from.

Small edits of a long text are a few bytes each. A text stands on others by their places: the one at place p is told by the one
whose place is p without its lowest bit (the skip-deltas of version control), so reading one of 64 unpacks seven at most. Texts
of older versions are zlib and whole.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import zstandard

from storage.texts.identity import digest
from storage.wording import words

CHAIN = 64
"""places; then a whole text comes"""
LEVEL = 3
WORTH = 4
"""a difference is kept where it is so many times smaller than the text"""
ZSTD = b"\x28\xb5\x2f\xfd"
MOST = 1 << 31
"""bytes of an unpacked text: larger than any that is let in"""
Broken = (zlib.error, zstandard.ZstdError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class Packed:
    """A text ready to be stored. It is made before the write lock is taken: long texts take a while."""

    text: str
    hash: str
    data: bytes
    words: int
    base: str | None = None
    place: int = 0

    @classmethod
    def of(cls, text: str) -> Packed:
        """A text as a whole."""
        return cls(text, digest(text), packed(encoded(text)), len(words(text)))


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def packed(data: bytes, base: bytes | None = None) -> bytes:
    parameters = {"source_size": len(data), "write_checksum": 1}
    if base is None:
        chosen = zstandard.ZstdCompressionParameters.from_level(LEVEL, **parameters)
        return zstandard.ZstdCompressor(compression_params=chosen).compress(data)
    window = max(10, (len(base) + len(data)).bit_length())
    # The tables of the level's own are too small to hold all places of a long text, and its matches are long.
    tables = {"window_log": window, "hash_log": min(window, 22), "strategy": zstandard.STRATEGY_FAST, "min_match": 7}
    chosen = zstandard.ZstdCompressionParameters.from_level(LEVEL, dict_size=len(base), **tables, **parameters)
    return zstandard.ZstdCompressor(dict_data=_dictionary(base), compression_params=chosen).compress(data)


def unpacked(data: bytes, base: bytes | None = None) -> bytes:
    """Raises one of ``Broken`` when the bytes were changed on the disk."""
    if data[:4] != ZSTD:
        return zlib.decompress(data)
    return zstandard.ZstdDecompressor(dict_data=_dictionary(base)).decompress(data, max_output_size=MOST)


def _dictionary(base: bytes | None) -> zstandard.ZstdCompressionDict | None:
    return None if base is None else zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
