"""What people ask for: words from their beginning, "phrases" of whole words; all of them have to be there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.passages.folding import Word, words

_PART = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|(\S+)')
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one behind the other. ``prefix``: the last one may go on."""

    keys: tuple[str, ...]
    plain: tuple[str, ...]
    """those that are no signs: what the index knows"""
    prefix: bool

    def found(self, text: Sequence[Word]) -> list[Span]:
        """Where the term stands, in characters."""
        count, (first, *_), last = len(self.keys), self.keys, self.keys[-1]
        spans: list[Span] = []
        for at in range(len(text) - count + 1):
            if count == 1 or text[at].key == first:
                here = text[at : at + count]
                end = here[-1].key.startswith(last) if self.prefix else here[-1].key == last
                if end and all(word.key == key for word, key in zip(here[:-1], self.keys, strict=False)):
                    spans.append((here[0].start, here[-1].end))
        return spans

    def match(self) -> str:
        """The term for FTS5; "" where the index knows nothing of it."""
        phrase = " ".join(self.plain)
        return f'"{phrase}"{"*" if self.prefix and self.keys[-1] == self.plain[-1] else ""}' if phrase else ""


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...]
    together: Term | None
    """words without quotation marks, as they were written: where they stand so, that is what was meant"""

    @classmethod
    def of(cls, text: str) -> Query:
        terms, free = [], []
        for phrase, word in _PART.findall(text):
            asked = re.sub(r"(?<=\w)\*+$", "", word) if word else phrase
            if term := _term(asked, prefix=bool(word)):
                terms.append(term)
                free.append(bool(word))
        together = _term(re.sub(r"(?<=\w)\*+(?=\s|$)", "", text), prefix=True) if len(terms) > 1 and all(free) else None
        return cls(tuple(terms), together)

    def found(self, text: Sequence[Word]) -> list[Span]:
        """Where it stands: the words together, or else each of them, if all are there."""
        if self.together and (spans := self.together.found(text)):
            return spans
        each = [term.found(text) for term in self.terms]
        return sorted({span for spans in each for span in spans}) if all(each) else []

    def matches(self) -> list[str]:
        return [match for term in self.terms if (match := term.match())]


def _term(text: str, prefix: bool) -> Term | None:
    there = words(text)
    if not there:
        return None
    return Term(tuple(word.key for word in there), tuple(word.key for word in there if not word.sign), prefix)
