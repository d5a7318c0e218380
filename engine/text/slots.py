"""A canvas that starts as the text itself, with room to insert.

Nothing on it is marked as wrong. Before every word, and at the end, stands a NULL: a slot where a word can be put in. What
has to go becomes NULL. Training and use lay it out alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Protocol

from engine.text.boundaries import letters, words
from engine.text.tokenizer import Tokenizer

Words = list[str]
SPACELESS = (
    "\\u0e00-\\u109f\\u1780-\\u17ff\\u2e80-\\u2fdf\\u3001-\\u312f\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff"
    "\\uff01-\\uffef\\U00020000-\\U0003ffff"
)
"""characters of scripts that part no words by spaces, for a class of a regular expression: Chinese, Japanese, Thai and others"""
RUN = re.compile(r"\s*\S+|\s+$")
_SPACELESS = re.compile(f"[{SPACELESS}]")
LONGEST = 24
"""characters of a word of such a script: a longer one is cut between letters, for the dictionary does not know it"""


class Slots(Protocol):
    """A vocabulary, or a denoiser."""

    @property
    def tokenizer(self) -> Tokenizer: ...

    @property
    def null_id(self) -> int: ...


def words_of(text: str) -> Words:
    """Words with the white space before them; joined they are the text. No letter that people see as one is cut."""
    return [word for run in RUN.findall(text) for word in (_parted(run) if _SPACELESS.search(run) else [run])]


def _parted(run: str) -> Iterator[str]:
    """A run without white space inside in words, each with the marks behind it."""
    start = end = len(run) - len(run.lstrip())
    begun, whole = 0, {at for _, at in letters(run)}
    for a, b in words(run):
        if a < start:
            continue
        spoken = any(c.isalnum() for c in run[a:b])
        if spoken and end > start and end in whole and _SPACELESS.search(run[begun:b]):
            yield from _bounded(run[begun:end])
            begun = end
        end = b
    yield from _bounded(run[begun:])


def _bounded(word: str) -> Iterator[str]:
    if len(word) <= LONGEST or not _SPACELESS.search(word):
        yield word
        return
    at = 0
    for _, end in letters(word):
        if end - at >= LONGEST // 3:
            yield word[at:end]
            at = end
    if at < len(word):
        yield word[at:]


@dataclass(frozen=True, slots=True)
class Start:
    """A canvas that starts as a text: its slots, and which word each belongs to."""

    slots: list[int]
    words: list[int]
    counts: tuple[int, ...] = ()
    """words of each part, where several were joined"""
    stay: tuple[bool, ...] = ()
    """the slots that are to stay as they are; none: any may change"""

    @classmethod
    def joined(cls, parts: Sequence[Start]) -> Start:
        slots: list[int] = []
        words: list[int] = []
        stay: list[bool] = []
        for part in parts:
            words += [word + (words[-1] + 1 if words else 0) for word in part.words]
            slots += part.slots
            stay += part.stay or [False] * len(part.slots)
        return cls(slots, words, tuple(max(part.words) + 1 for part in parts), tuple(stay) if any(stay) else ())

    def keeping(self, null: int, held: Sequence[bool]) -> Start:
        """The same where the words that are ``held`` stay: between two of them nothing is put in either."""
        stay = [
            held[word] and (token != null or at in (0, len(self.slots) - 1) or held[word - 1])
            for at, (token, word) in enumerate(zip(self.slots, self.words, strict=True))
        ]
        return replace(self, stay=tuple(stay))

    def stays_on(self, tokens: Sequence[int | None]) -> list[bool]:
        """Which slots of another canvas of the same text hold what is to stay; None: a noisy one."""
        found = [False] * len(tokens)
        for a, b, size in SequenceMatcher(None, self.slots, tokens, autojunk=False).get_matching_blocks():
            found[b : b + size] = self.stay[a : a + size]
        return found


def blank(vocabulary: Slots, slots: int) -> Start:
    """The slots of a part of which nothing is to stay."""
    return Start([vocabulary.null_id] * slots, [0] * slots)


def roomy(vocabulary: Slots, text: str) -> Start:
    """The slots of a text that is to be revised. Without its NULLs it is what the tokenizer makes of the text. A NULL belongs
    to the word behind it."""
    slots, words = [vocabulary.null_id], [0]
    found = words_of(text)
    for at, word in enumerate(found):
        tokens = vocabulary.tokenizer.encode(word)
        slots += [*tokens, vocabulary.null_id]
        words += [at] * len(tokens) + [min(at + 1, len(found) - 1)]
    return Start(slots, words)


def plain(vocabulary: Slots, text: str) -> Start:
    """The same without room, for a model that cannot weigh words that stand: as many tokens are written as are scraped."""
    slots: list[int] = []
    words: list[int] = []
    for at, word in enumerate(words_of(text)):
        tokens = vocabulary.tokenizer.encode(word)
        slots += tokens
        words += [at] * len(tokens)
    return Start(slots, words)


def aligned(vocabulary: Slots, source: str, target: str) -> tuple[list[int], list[int]] | None:
    """(slots of the source, slots of the target) side by side, a word over the word it replaces. None where the target
    finds no room."""
    old, new = words_of(source), words_of(target)
    shown, wanted = [vocabulary.null_id], [vocabulary.null_id]
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal" or b - a == d - c:
            pairs = [([left], [right]) for left, right in zip(old[a:b], new[c:d], strict=True)]
        else:
            pairs = [(old[a:b], new[c:d])]
        for left, right in pairs:
            if not _put(vocabulary, left, right, shown, wanted):
                return None
    return shown, wanted


def _put(vocabulary: Slots, left: Sequence[str], right: Sequence[str], shown: list[int], wanted: list[int]) -> bool:
    """Append the words ``left`` over ``right``. The NULL before them is there already, the one behind them comes along."""
    null, encode = vocabulary.null_id, vocabulary.tokenizer.encode
    body = roomy(vocabulary, "".join(left)).slots[1:] if left else []
    tokens = [i for word in right for i in encode(word)]
    shown += body
    if len(tokens) == len(body) + 1 and wanted[-1] == null:
        wanted[-1] = tokens.pop(0)  # the NULL before takes the first, if nothing was put into it
    if len(tokens) > len(body):
        return False
    wanted += over(body, tokens, null)
    return True


def over(body: list[int], tokens: list[int], null: int) -> list[int]:
    """``tokens`` on the slots of ``body``: those at the beginning and at the end that stay are left where they are."""
    places = [at for at, token in enumerate(body) if token != null]
    plain = [body[at] for at in places]
    kept = min(len(plain), len(tokens))
    head = next((i for i in range(kept) if plain[i] != tokens[i]), kept)
    tail = next((i for i in range(kept - head) if plain[-1 - i] != tokens[-1 - i]), kept - head)
    first = places[head - 1] + 1 if head else 0
    last = places[-tail] if tail else len(body)
    middle = tokens[head : len(tokens) - tail]
    if len(middle) > last - first:
        return tokens + [null] * (len(body) - len(tokens))
    return body[:first] + middle + [null] * (last - first - len(middle)) + body[last:]
