"""No word and no mark twice running, whatever writes it: slots that are written in the same step know nothing of each other.

Shapes: B rows, L slots, V tokens.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from engine.text.allowed import NEVER
from engine.text.context import Context, Gap
from engine.text.places.neighbourhood import SENTENCE_END
from engine.text.tokenizer import Tokenizer

TWICE = frozenset("that had very so no ha bye".split())
"""words that people write twice"""
MARKS = frozenset(SENTENCE_END + ",;:，、；：،")
KEPT = 4


@dataclass(frozen=True, slots=True, eq=False)
class Utterances:
    """The number of the word or mark that each token is; -1 for what may stand beside itself."""

    numbers: list[int]
    tensor: Tensor
    """(V,)"""
    marks: frozenset[int]
    """numbers of marks"""

    def of(self, token: int) -> int:
        return self.numbers[token] if 0 <= token < len(self.numbers) else -1


@dataclass(frozen=True, slots=True)
class Repeats:
    """The gaps of a run that may be anything: (first slot, slot behind it, the token before, the token behind, what each token
    says)."""

    null_id: int
    gaps: tuple[tuple[int, int, int, int, Utterances], ...]

    @classmethod
    def of(cls, context: Context, tokenizer: Tokenizer, null_id: int) -> Repeats:
        edges = [
            (before[-1:], behind[:1]) for before, behind in zip(context.segments, context.segments[1:], strict=False)
        ]
        found = tuple(
            (start, end, before[0] if before else -1, behind[0] if behind else -1, _said(tokenizer, _prose(gap)))
            for gap, (start, end), (before, behind) in zip(context.gaps, context.ranges(), edges, strict=True)
            if gap.only is None
        )
        return cls(null_id, found)

    def mended(self, scores: Tensor, ids: Tensor, decided: Tensor, written: Tensor) -> Tensor:
        """(B, L) the tokens, with the likeliest others in place of those that were ``written`` and say what stands beside them.
        Both masks are (B, L) bool."""
        made = ids.clone()
        for start, end, before, behind, said in self.gaps:
            for row in written[:, start:end].any(-1).nonzero().flatten().tolist():
                own, known, new = (x[row, start:end].tolist() for x in (ids, decided, written))
                for slot, barred in self._repeating(own, known, new, (before, behind), said):
                    own[slot] = self._other(scores[row, start + slot], own, slot, barred, said)
                made[row, start:end] = torch.tensor(own, device=made.device)
        return made

    def _repeating(
        self, ids: list[int], decided: list[bool], written: list[bool], edges: tuple[int, int], said: Utterances
    ) -> Iterator[tuple[int, set[int]]]:
        """(slot, what must not be said there), from the left: of two that were written at once the second gives way. Others are
        put into ``ids`` meanwhile."""
        before, behind = edges
        for slot in range(len(ids)):
            token, own = ids[slot], said.of(ids[slot])
            if not written[slot] or token == self.null_id or own < 0:
                continue
            left, right = self._beside(ids, decided, slot, -1), self._beside(ids, decided, slot, 1)
            near = {said.of(before if left is None else ids[left] if left >= 0 else -1)}
            if right is None or right < 0 or not written[right]:
                # What comes between a mark and that of the text behind may yet turn out to be nothing.
                last = right is None or right < 0 and own in said.marks and not self._words(ids, decided, slot)
                near.add(said.of(behind if last else ids[right] if right is not None and right >= 0 else -1))
            if own in near:
                yield slot, near - {-1}

    def _words(self, ids: list[int], decided: list[bool], slot: int) -> bool:
        """Whether some are known behind a slot."""
        rest = zip(ids[slot + 1 :], decided[slot + 1 :], strict=True)
        return any(known and token != self.null_id for token, known in rest)

    def _beside(self, ids: list[int], decided: list[bool], slot: int, step: int) -> int | None:
        """The slot whose words stand beside this one; None: those of the text do; -1: nobody knows yet."""
        slot += step
        while 0 <= slot < len(ids):
            if not decided[slot]:
                return -1
            if ids[slot] != self.null_id:
                return slot
            slot += step
        return None

    def _other(self, scores: Tensor, ids: list[int], slot: int, barred: set[int], said: Utterances) -> int:
        """The likeliest token that says nothing of what is barred; the one that stands there where there is no other."""
        able = scores[: len(said.numbers)].clone()
        for number in barred:
            able[(said.tensor == number)[: len(able)].to(able.device)] = NEVER
        if self.null_id < len(able) and any(token != self.null_id for token in ids[slot + 1 :]):
            able[self.null_id] = NEVER
        best = int(able.argmax())
        return best if float(able[best]) > NEVER / 2 else ids[slot]


def _prose(gap: Gap) -> bool:
    return gap.place is not None and gap.place.prose


@lru_cache(maxsize=KEPT)
def _said(tokenizer: Tokenizer, prose: bool) -> Utterances:
    """Marks count in prose only."""
    numbers: dict[str, int] = {}
    found = [_word(piece, prose) for piece in tokenizer.pieces]
    made = [numbers.setdefault(word, len(numbers)) if word else -1 for word in found]
    marks = frozenset(number for word, number in numbers.items() if not word[0].isalpha())
    return Utterances(made, torch.tensor(made), marks)


def _word(piece: str, prose: bool) -> str:
    text = piece.strip().lower()
    if not text or "\ufffd" in text:
        return ""
    if text.isalpha():
        begins = piece[0] == " " or len(text) > 1 and not text.isascii()
        return text if begins and text not in TWICE else ""
    if MARKS.issuperset(text):
        return "," if prose else ""  # neither stands beside another: ",."
    return text[0] if len(set(text)) == 1 and unicodedata.category(text[0])[0] == "M" else ""
