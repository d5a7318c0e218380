"""Text <-> token ids, without ever taking the user's text for a special token."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import torch
from tokenizers import Tokenizer as Backend
from tokenizers import pre_tokenizers
from torch import Tensor

from engine.text.only.letters import cut

PART = 4096
"""characters of a long text that are tokenised at once: nobody else's Python runs meanwhile"""
KEPT = 1024
"""parts whose tokens are remembered: those of a text of 2 MB"""
SEAM = re.compile(r"(?<=[^\W\d_])(?= [^\W\d_])|(?<=\S\n)(?=[^\W\d_])|(?<=[。！？、，])(?=[^\W\d_])")
"""where no token goes across: before the space between two words, and where a line or a clause begins"""


def parts_of(text: str) -> Iterator[str]:
    """A text in parts of about PART characters, cut at seams; at twice as many anywhere, where a text has none. A longer text
    that begins alike has the same parts but for the last."""
    at = 0
    while len(text) - at > 2 * PART:
        seam = SEAM.search(text, at + PART, at + 2 * PART)
        end = seam.start() if seam else at + 2 * PART
        yield text[at:end]
        at = end
    yield text[at:]


_LONE = re.compile("[\ud800-\udfff]")
PARTIAL = "\ufffd"
"""what a token reads as that holds part of a character only"""
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


@cache
def alphabet() -> dict[str, int]:
    """The letters that stand for bytes in a vocabulary of bytes: most of them stand for themselves."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    selves = {letter: ord(letter) for letter in letters if ord(letter) < 256}
    others = sorted(set(range(256)) - set(selves.values()))
    return selves | dict(zip(letters[len(selves) :], others, strict=True))


def bytes_of(token: str) -> bytes | None:
    """The bytes of a token that holds part of a character; None where they cannot be told."""
    if found := _BYTE.fullmatch(token):
        return bytes([int(found[1], 16)])
    known = alphabet()
    return bytes(known[letter] for letter in token) if token and all(letter in known for letter in token) else None


def readable(text: str) -> str:
    """The text with U+FFFD for every half of a character, which no tokenizer takes."""
    return _LONE.sub("\ufffd", text)


class Tokenizer:
    """A thin wrapper of a ``tokenizers`` tokenizer. Lossless where the vocabulary has every byte; the embedded model's lacks a
    few control characters and the first bytes of unassigned planes."""

    def __init__(self, backend: Backend, special_ids: frozenset[int], bos_id: int) -> None:
        # A user who types "<|im_end|>" gets ordinary text, not the token.
        backend.encode_special_tokens = True
        backend.no_truncation()
        backend.no_padding()
        self.backend = backend
        self.special_ids = special_ids
        self.bos_id = bos_id
        self._part = lru_cache(maxsize=KEPT)(self._encoded)

    @classmethod
    def from_file(cls, path: Path, special_ids: frozenset[int], bos_id: int) -> Tokenizer:
        return cls(Backend.from_file(str(path)), special_ids, bos_id)

    @property
    def size(self) -> int:
        """V: the number of token ids."""
        return int(self.backend.get_vocab_size(with_added_tokens=True))

    @property
    def highest(self) -> int:
        """The highest token id."""
        return max(self.backend.get_vocab(with_added_tokens=True).values(), default=0)

    def encode(self, text: str) -> list[int]:
        text = readable(text)
        if len(text) <= 2 * PART:
            return list(self.backend.encode(text, add_special_tokens=False).ids)
        if not self._seams:  # of the two calls this one lets other threads run
            return list(self.backend.encode_batch([text], add_special_tokens=False)[0].ids)
        return [token for part in parts_of(text) for token in self._part(part)]

    def encode_before(self, text: str, space: bool | None = None) -> list[int]:
        """The tokens of a text behind which a word follows, ``space``: with a space of its own; None: with the one at the
        end of the text, where there is one, which is left out. White space at the end of a text
        is one token where nothing follows and several where something does, and a model that reads the first where it was taught
        the second goes on with more white space, numbers or parts of words."""
        if space is None:
            text, space = text.removesuffix(" "), text.endswith(" ")
        if not text[-1:].isspace():
            return self.encode(text)
        word = " a" if space else "a"
        *ids, last = self.encode(text + word)
        return ids if self.pieces[last] == word else self.encode(text)

    def _encoded(self, part: str) -> array[int]:
        return array("I", self.backend.encode(part, add_special_tokens=False).ids)

    @cached_property
    def _seams(self) -> bool:
        """Whether a text that is cut at a seam has the same tokens: not where every text gets a mark at its beginning."""
        probe = "One word\nMore of it。字"
        cuts = [0, *(seam.start() for seam in SEAM.finditer(probe)), len(probe)]
        pieces = [probe[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
        return [i for piece in pieces for i in self._encoded(piece)] == list(self._encoded(probe))

    def decode(self, ids: list[int]) -> str:
        return str(self.backend.decode(ids, skip_special_tokens=False))

    def shown(self, ids: Sequence[int | None], null_id: int | None = None) -> list[str]:
        """The text of every token. A character split over several is shown on the last of them. None, where nothing is written,
        and NULL have none; a character may go on behind a NULL."""
        texts: list[str] = []
        held: list[int] = []
        for token in ids:
            if token is None or token == null_id:
                texts.append("")
                held = [] if token is None else held
                continue
            held.append(token)
            piece = self.decode(held) if len(held) > 1 else self.pieces[token]
            whole = not piece.endswith("\ufffd") or len(held) == 4
            texts.append(piece if whole else "")
            held = [] if whole else held
        return texts

    @cached_property
    def pieces(self) -> list[str]:
        """The text of every token by itself; part of a character decodes to U+FFFD."""
        return [self._piece(i) for i in range(self.size)]

    def _piece(self, i: int) -> str:
        token = self.backend.id_to_token(i)
        # SentencePiece marks a leading space with U+2581, and decoding a lone token drops it.
        if token is not None and token.startswith("\u2581"):
            return token.replace("\u2581", " ")
        return self.decode([i])

    @cached_property
    def raw(self) -> list[bytes | None]:
        """The bytes of every token; None where they cannot be told."""
        return [
            piece.encode() if PARTIAL not in piece else bytes_of(self.backend.id_to_token(i) or "")
            for i, piece in enumerate(self.pieces)
        ]

    @cached_property
    def spelling(self) -> list[bytes | None]:
        """The same of tokens that are text; None for the special ones, too."""
        return [None if i in self.special_ids else raw for i, raw in enumerate(self.raw)]

    @cached_property
    def delicate(self) -> Tensor:
        """(V,) bool: tokens that may be a part of a letter: they hold part of a character, or a mark on one."""
        return self.where(lambda piece: PARTIAL in piece or not piece.isascii() and cut(piece))

    @cached_property
    def plain(self) -> Tensor:
        """(V,) bool: tokens that are text."""
        return torch.tensor([raw is not None for raw in self.spelling])

    @cached_property
    def longest(self) -> int:
        """Characters of the longest token: a text of more than so many for each is longer than it may be, whatever it says."""
        return max(map(len, self.pieces))

    @cached_property
    def ordinary(self) -> Tensor:
        """(N,) ids of tokens that are text by themselves, on one line."""
        kept = self.where(lambda piece: piece.strip() != "" and "\ufffd" not in piece and "\n" not in piece)
        kept[[i for i in self.special_ids if i < len(kept)]] = False
        return kept.nonzero().flatten()

    def where(self, predicate: object) -> Tensor:
        """(V,) bool: the tokens whose text satisfies ``predicate(text)``."""
        assert callable(predicate)
        return torch.tensor([bool(predicate(piece)) for piece in self.pieces])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokenizer and the ids with a meaning."""

    tokenizer: Tokenizer
    mask_id: int
    null_id: int
    begin_id: int
    """<|im_start|>"""
    end_id: int
    """<|im_end|>"""
