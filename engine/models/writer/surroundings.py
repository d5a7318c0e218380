"""A text with gaps as the causal reader knows it, and the judge that reads fills in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.context.reader import CachedBranch, Encoded, Reader
from engine.denoising.denoiser import Draft
from engine.judging.judge import cost_of, judge
from engine.models.causal.cuts import placed
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.writer.layout import before, places
from engine.text.context import Context

Fill = tuple[int, ...]


class Surroundings:
    """The text around the gaps, encoded in document order at its true positions, with a gap where each canvas lies."""

    def __init__(self, causal: CausalDenoiser, reader: Reader, context: Context) -> None:
        self._reader = reader
        self.context = replace(context, segments=(causal.before(context.segments[0]), *context.segments[1:]))
        self.previous = before(self.context, causal.tokenizer.bos_id)
        """the token before each gap"""
        _, self.starts = places(self.context)
        """the position of each gap's first slot"""
        self.encoded: list[Encoded] = []
        """the text up to each gap, then all of it; empty until it is read"""

    def read(self) -> Iterator[Draft]:
        """Encode the text before the first gap, then every later segment behind its gap."""
        if self.encoded:
            return
        segments = self.context.segments
        total = sum(map(len, segments))
        for done, _ in self._reader.read(segments[0]):
            yield Draft("read", done, total)
        encoded = [self._reader.context(segments[0])]
        for segment, gap, start in zip(segments[1:], self.context.gaps, self.starts, strict=True):
            text = encoded[-1]
            for grown in self._reader.grow(text, segment, start + gap.slots):
                text = grown
                yield Draft("read", len(text.ids), total)
            encoded.append(text)
        self.encoded = encoded


class TextJudge:
    """Weighs whole canvases by the untouched model: both sides of every gap, and a prior of its length."""

    def __init__(
        self, causal: CausalDenoiser, reader: Reader, context: Context, reading: Context, samples: int, null_id: int
    ) -> None:
        self._causal = causal
        self._reader = reader
        self._canvas = context
        self._text = Surroundings(causal, reader, reading)
        self._null_id = null_id
        self.samples = samples
        self._price: float | None = None

    def read(self) -> Iterator[Draft]:
        return self._text.read()

    def _cost(self, index: int) -> float:
        """What a token of the text costs, where a length is expected."""
        if self._canvas.gaps[index].expected is None:  # what is revised stands there
            return 0.0
        if self._price is None:
            self._price = cost_of(self._reader, self._text.encoded[0].ids)
        return self._price

    def weighs(self, unknown: Tensor) -> Tensor:
        """(L,) bool: the slots of each gap before its first unknown one."""
        return torch.cat([unknown[start:end].cumsum(0) == 0 for start, end in self._canvas.ranges()])

    def evidence(self, standing: Tensor, changed: Tensor) -> float:
        """Nats that a change must give beyond what any must: as the gap says in which it is."""
        ids, other, most = standing.tolist(), changed.tolist(), 0.0
        for (start, end), gap in zip(self._canvas.ranges(), self._canvas.gaps, strict=True):
            if gap.evidence is not None and ids[start:end] != other[start:end]:
                most = max(most, gap.evidence(*(self._plain(slots[start:end]) for slots in (ids, other))))
        return most

    def judged(self, proposals: Tensor, unknown: Tensor) -> Tensor:
        """(K,) log p of proposals (K, L), each gap up to its first unknown slot."""
        total, weighed = torch.zeros(len(proposals), dtype=torch.float64), self.weighs(unknown)
        for index, (start, end) in enumerate(self._canvas.ranges()):
            known = int(weighed[start:end].sum())
            rows = [self._fill(index, row) for row in proposals[:, start : start + known].tolist()]
            scores = self._weigh(index, sorted(set(rows)), whole=known == end - start)
            total += torch.tensor([scores[row] for row in rows], dtype=torch.float64)
        return total

    def _fill(self, index: int, slots: Sequence[int]) -> Fill:
        """What stands on the slots, tokenised as the reader would: a revised word may be split in an unusual way."""
        tokenizer, text = self._causal.tokenizer, self._plain(slots)
        if self._canvas.gaps[index].leading_space:
            text = text.removeprefix(" ")
        return tuple(tokenizer.encode((" " if self._text.context.gaps[index].leading_space else "") + text))

    def _plain(self, slots: Sequence[int]) -> str:
        return self._causal.tokenizer.decode([i for i in slots if i != self._null_id])

    def _weigh(self, index: int, fills: Sequence[Fill], *, whole: bool) -> dict[Fill, float]:
        """Score the fills of one gap; of one that is not ``whole`` neither what follows nor its length says anything. Other gaps
        are holes in the text, so that its cache stays exact."""
        context, text = self._text.context, self._text.encoded[index]
        if not whole:
            if not any(fills):
                return dict.fromkeys(fills, 0.0)
            branch = CachedBranch(self._reader, text.cut(len(text.ids) - 1), len(fills))
            return dict(zip(fills, judge(branch, self._text.previous[index], fills, ()), strict=True))
        after, ends = self._causal.behind(context.segments[index + 1], more=index + 1 < len(context.gaps))
        branch = CachedBranch(self._reader, text.cut(len(text.ids) - 1), len(fills))
        values = judge(branch, self._text.previous[index], fills, after, ends, self._causal.healing.after(after))
        worth = placed(values, fills, self._canvas.gaps[index], self._cost(index), self._causal.tokenizer)
        return dict(zip(fills, worth, strict=True))
