"""Text to train on and to score with: packed shards, or any folder of text and code.

A packed corpus has ``prose/*.bin.zst`` and ``code/*.bin.zst`` (little-endian uint16 token ids, zstd, every document ended by
id 0) and ``edits/*.jsonl.zst`` (objects with source, target, kind). Any other folder is read file by file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import zstandard

from engine.errors import CorpusDamaged, CorpusMissing
from engine.text.tokenizer import Tokenizer

Tokens = npt.NDArray[np.uint16]
CODE = frozenset(
    ".py .js .jsx .ts .tsx .css .html .sh .sql .c .h .cpp .rs .go .java .rb .toml .json .yaml .yml".split()
)
LARGEST = 2**20
"""bytes: a larger file is data, not writing"""
HELD_OUT = 20
"""one document in so many of a user's folder is kept for the held-out score"""
FIRST_HELD_OUT = 5
"""so that a folder of a few documents has one too"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and its edited version."""

    source: str
    target: str
    kind: str
    instruction: str | None = None


class CorpusTexts:
    """Token ids of many documents, each ended by id 0."""

    def __init__(self, tokens: Tokens, end: int = 0) -> None:
        self.tokens = tokens
        self.ends = np.flatnonzero(tokens == end)

    def __len__(self) -> int:
        return len(self.tokens)

    def window(self, rng: np.random.Generator, length: int) -> list[int]:
        """At most ``length`` tokens of one document, from a random place."""
        at = int(rng.integers(len(self.tokens)))
        which = int(np.searchsorted(self.ends, at))
        end = int(self.ends[which]) if which < len(self.ends) else len(self.tokens)
        begin = int(self.ends[which - 1]) + 1 if which else 0
        start = min(at, max(begin, end - length))
        return [int(i) for i in self.tokens[start : min(end, start + length)]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a writer is trained on. ``heldout`` holds whole documents that are in neither part."""

    prose: CorpusTexts
    code: CorpusTexts
    pairs: tuple[Pair, ...]
    heldout: tuple[tuple[str, str], ...] = ()
    """(kind, text): kind is "prose" or "code" """

    def __len__(self) -> int:
        return len(self.prose) + len(self.code)


def open_corpus(folder: Path, tokenizer: Tokenizer) -> Corpus:
    """Read a corpus. Raises CorpusMissing, CorpusDamaged."""
    if not folder.is_dir():
        raise CorpusMissing(f"there is no corpus folder {str(folder)!r}; name a folder of text, code or packed shards")
    shards = sorted(folder.glob("*/*.bin.zst"))
    corpus = _packed(folder, tokenizer) if shards else _plain(folder, tokenizer)
    if not len(corpus):
        raise CorpusMissing(f"{folder} holds no text; name a folder with .txt, .md or code files, or packed shards")
    return corpus


def _packed(folder: Path, tokenizer: Tokenizer) -> Corpus:
    parts = []
    for name in ("prose", "code"):
        read = [_shard(path, tokenizer.size) for path in sorted(folder.glob(f"{name}/*.bin.zst"))]
        parts.append(CorpusTexts(np.concatenate(read) if read else np.zeros(0, np.uint16)))
    pairs = tuple(pair for path in sorted(folder.glob("edits/*.jsonl.zst")) for pair in _pairs(path))
    return Corpus(parts[0], parts[1], pairs, heldout_of(folder / "eval"))


def _shard(path: Path, vocabulary: int) -> Tokens:
    try:
        tokens = np.frombuffer(_unpacked(path), dtype="<u2")
    except (zstandard.ZstdError, ValueError) as error:
        raise CorpusDamaged(f"{path} is not a shard of uint16 token ids ({error}); fetch it again") from error
    if len(tokens) and int(tokens.max()) >= vocabulary:
        raise CorpusDamaged(f"{path} holds token {int(tokens.max())}, the tokenizer has {vocabulary}; pack it again")
    return tokens


def _unpacked(path: Path) -> bytes:
    """Raises ZstdError. A stream reader would take a file that was cut off for a short one."""
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    found = unpacker.decompress(path.read_bytes())
    if not unpacker.eof:
        raise zstandard.ZstdError("it ends too early")
    return found


def _pairs(path: Path) -> Iterator[Pair]:
    try:
        text = _unpacked(path).decode("utf-8")
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise CorpusDamaged(f"{path} is not a zstd file of UTF-8 lines ({error}); fetch it again") from error
    for where, row in _objects(path, text, ("source", "target", "kind")):
        instruction = row.get("instruction")
        if not isinstance(instruction, str | None):
            raise CorpusDamaged(f"{where}: the instruction {instruction!r} is not text")
        yield Pair(row["source"], row["target"], row["kind"], instruction)


def _objects(path: Path, text: str, names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, object) for every line: a JSON object in which ``names`` are texts. Raises CorpusDamaged."""
    for number, line in enumerate(text.split("\n"), 1):  # splitlines would also cut at U+2028, which JSON may hold
        if not line.strip():
            continue
        where, needed = f"{path}, line {number}", ", ".join(names)
        try:
            row = json.loads(line)
            if wrong := [name for name in names if not isinstance(row[name], str)]:
                raise TypeError(f"{', '.join(wrong)} is not text")
        except (ValueError, KeyError, TypeError) as error:
            raise CorpusDamaged(f"{where}: {error!r}; a line is an object with {needed}") from error
        yield where, row


def heldout_of(folder: Path) -> tuple[tuple[str, str], ...]:
    """(kind, text) of the held-out documents in an ``eval`` folder. Raises CorpusDamaged."""
    found = []
    for kind in ("prose", "code"):
        path = folder / f"heldout_{kind}.jsonl"
        if path.is_file():
            found += [(kind, row["text"]) for _, row in _objects(path, path.read_text(encoding="utf-8"), ("text",))]
    return tuple(found)


def _plain(folder: Path, tokenizer: Tokenizer) -> Corpus:
    """Every readable text file; hidden files, large files and files that are not UTF-8 are left out."""
    parts: dict[str, list[int]] = {"prose": [], "code": []}
    heldout = []
    kept = 0
    for path in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or not path.is_file():
            continue
        if path.stat().st_size > LARGEST:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        if not text.strip() or "\0" in text:
            continue
        kind = "code" if path.suffix.lower() in CODE else "prose"
        kept += 1
        if kept % HELD_OUT == FIRST_HELD_OUT:
            heldout.append((kind, text))
        else:
            parts[kind] += [*tokenizer.encode(text), 0]
    documents = [CorpusTexts(np.array(ids, np.uint16)) for ids in parts.values()]
    return Corpus(documents[0], documents[1], (), tuple(heldout))
