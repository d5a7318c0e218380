"""Fills of one gap, weighed by both sides: the posterior of a causal model, carried by particles.

A particle is one way to fill the gap, padded with NULL to the gap's slots. Its score is
log p(fill | before) + log p(first tokens after | before, fill) + log prior(length), by the untouched model. Marginals of the
normalised scores are what the denoiser says of each slot; particles that disagree with a written slot drop out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.context.reader import Reader
from engine.diffusion.canvas import Guesses
from engine.judging.judge import cost_of
from engine.text.context import Gap

Fill = tuple[int, ...]
"""Token ids, one per slot of a gap, NULL where the fill needs none."""
Written = tuple[int | None, ...]
"""What stands on each slot of a gap; None where nothing is written yet."""
SMOOTHING = 0.02
"""Share of the model's own next-token guesses in a marginal: every plausible token keeps some probability."""
SHARPNESS = 1.0
"""Scores are multiplied by this before they are normalised."""
LOST = 8.0
"""Nats below the best particle at which the consistent ones no longer speak for the posterior."""
TOPS = 8
NOTHING = 1e-12
"""the least probability in a marginal"""
Expert = Callable[[Tensor], Tensor]
"""What another model says of fills: (particles, slots) ids to as many nats, float64."""
ENDS = ".,;:!?…\"'”’“‘»«()[]{}"
"""marks that make no difference between candidates at their ends"""
SPREAD = 0.35
"""of the logarithm of a length"""
FAULT = 25.0
"""nats that a fill loses for everything in it that its place does not bear"""
DOUBT = 8.0
"""nats that it loses for everything that speaks against it: of 36 such fills without a fault that a person read 2 were worth
accepting"""
BROKEN = 8 * FAULT
"""nats that it loses where the text will not do with it: more than for any other fault"""


@dataclass(frozen=True, slots=True, eq=False)
class Tops:
    """The model's likeliest next tokens along one drawn row: (slots, TOPS) ids and probabilities."""

    ids: Tensor
    probabilities: Tensor


@dataclass(slots=True)
class Pool:
    """All scored particles of one gap under one text before it."""

    slots: int
    prose: bool = True
    """whether it is words that are read there, and no code"""
    fills: dict[Fill, float] = field(default_factory=dict)
    """slot ids -> score in nats"""
    tops: dict[Fill, Tops] = field(default_factory=dict)
    drawn: set[Written] = field(default_factory=set)
    swept: bool = False
    """whether the fills were judged with the next gap filled"""
    said: dict[Fill, str] = field(default_factory=dict)
    """what a fill says, without white space and the marks at its ends; nothing of those that nobody reads"""

    @classmethod
    def of(cls, gap: Gap) -> Pool:
        return cls(gap.slots, gap.place is None or gap.place.prose)

    def add(self, fill: Fill, score: float, tops: Tops, said: str = "") -> None:
        assert len(fill) == self.slots
        if score > self.fills.get(fill, -math.inf):
            self.fills[fill], self.tops[fill], self.said[fill] = score, tops, said

    def consistent(self, written: Written, taken: Sequence[str] = ()) -> list[tuple[Fill, float]]:
        """Particles that agree with every written slot, best first. Those that say what is ``taken`` by other rows, or more, are
        left out where there are others: so candidates differ, however sure the posterior is. So are those that say the beginning
        of it, but not in code, where it is another value."""
        kept = [
            (fill, score)
            for fill, score in self.fills.items()
            if all(w is None or w == v for w, v in zip(written, fill, strict=True))
        ]
        kept.sort(key=lambda particle: -particle[1])
        other = [particle for particle in kept if not any(self._alike(particle[0], said) for said in taken)]
        return other or [particle for particle in kept if self.said[particle[0]] not in taken] or kept

    def _alike(self, fill: Fill, taken: str) -> bool:
        said = self.said[fill]
        return bool(said and taken) and (said.startswith(taken) or self.prose and taken.startswith(said))

    def wholes(self, written: Written, taken: Sequence[str], expert: Expert | None) -> list[tuple[Fill, float]]:
        """The particles that agree with the written slots, with what ``expert`` gives the others, as for ``marginals``."""
        kept = self.consistent(written, taken)
        if expert is None:
            return kept
        told = expert(torch.tensor([fill for fill, _ in kept])) * torch.tensor([token is None for token in written])
        return [(fill, score + more) for (fill, score), more in zip(kept, told.sum(-1).tolist(), strict=True)]

    def open(self, written: Written, taken: Sequence[str], *, revises: bool) -> bool:
        """Whether there is anything to choose: more than one particle has a say on some slot. With ``revises`` a written slot may
        become what it would be given the others."""
        _, differs = _compared(self._heard(written, taken), written)
        elsewhere = differs.sum(-1, keepdim=True) - (differs.long() if revises else 0)
        return bool(((elsewhere == 0).sum(0) > 1).any())

    def spent(self, written: Written, taken: Sequence[str] = ()) -> bool:
        """Whether fills must be drawn again with the written slots clamped: none agrees, or those that do are so unlikely
        beside the best that they say nothing, or others have them. Once they were drawn for these very slots they are the best
        there is, and where they were for some of them, those are the best beside which they are seen."""
        if written in self.drawn:
            return False
        kept = self.consistent(written, taken)
        if not kept or self.said[kept[0][0]] in taken:
            return True
        seen = [made for made in self.drawn if _holds(made, written)] or [(None,) * self.slots]
        return kept[0][1] < min(self.consistent(made, taken)[0][1] for made in seen) - LOST

    def best(self, written: Written, taken: Sequence[str] = ()) -> Fill:
        return self.consistent(written, taken)[0][0]

    def absorb(self, other: Pool) -> None:
        """Take over the particles of a drawing."""
        for fill, score in other.fills.items():
            self.add(fill, score, other.tops[fill], other.said[fill])

    def marginals(
        self, written: Written, width: int, taken: Sequence[str] = (), expert: Expert | None = None
    ) -> Tensor:
        """log p (slots, width), float32, of every token on every slot given the written ones; for a written slot, given the
        others: so a rule that revises can see what it would now be written as. A row behind others keeps to what is best of the
        rest: drawn at random it would come upon what they say.

        Args:
            expert: what another model says of the tokens of a fill on undecided slots, and on the slot itself.
        """
        fills = self._heard(written, taken)
        smoothing = SMOOTHING if not taken else SMOOTHING / 10
        ids, differs = _compared(fills, written)
        others = differs.sum(-1, keepdim=True) - differs.long()  # (particles, slots): disagreements elsewhere
        scores = torch.tensor([self.fills[fill] for fill in fills], dtype=torch.float64)
        scores = scores[:, None] * SHARPNESS
        if expert is not None:
            said = expert(ids)
            open_ = said * torch.tensor([token is None for token in written])
            scores = scores + open_.sum(-1, keepdim=True) + said - open_
        weights = scores.masked_fill(others > 0, -torch.inf).softmax(0)
        assert not weights.isnan().any(), "draw before asking"
        place = torch.arange(self.slots)
        keys, shares = [place * width + ids], [(1 - smoothing) * weights]
        for at, fill in enumerate(fills):
            tops, share = self.tops[fill], weights[at]
            if float(share.max()) > 0:
                keys.append(place[: len(tops.ids), None] * width + tops.ids)
                shares.append(smoothing * share[: len(tops.ids), None] * tops.probabilities)
        # Nearly all of the vocabulary is nothing: a sum and a logarithm of all of it would be most of the work.
        found, of = torch.cat([key.flatten() for key in keys]).unique(return_inverse=True)
        p = torch.zeros(len(found), dtype=torch.float64).index_add_(0, of, torch.cat([x.flatten() for x in shares]))
        log_p = torch.full((self.slots * width,), math.log(NOTHING))
        log_p[found] = p.clamp_min(NOTHING).log().float()
        return log_p.view(self.slots, width)

    def _heard(self, written: Written, taken: Sequence[str]) -> list[Fill]:
        """The particles that are weighed: those that say what the best of them says, where others have something of their own."""
        if not taken:
            return list(self.fills)
        own = self.said[self.best(written, taken)]
        return [fill for fill in self.fills if self.said[fill] == own]


Key = tuple[int, tuple[Fill, ...], Written]
"""A gap, the fills of the gaps before it, and what is written on it."""


@dataclass(slots=True)
class Drawn:
    """Everything that was drawn for one text and seed. What a key gives depends on nothing else, so rows share it."""

    pools: dict[Key, Pool] = field(default_factory=dict)
    scores: dict[tuple[int, Fill, Fill], list[float]] = field(default_factory=dict)
    """judged again with later gaps filled"""
    costs: dict[Fill, float] = field(default_factory=dict)
    """what a token of the text before a gap costs"""

    def cost(self, reader: Reader, prompt: Fill) -> float:
        """Nats of a token of the text before a gap, on average."""
        if prompt not in self.costs:
            self.costs[prompt] = cost_of(reader, prompt)
        return self.costs[prompt]


def said(text: str) -> str:
    """What a text says, to tell whether another says the same."""
    plain = re.sub(r"\s+", "", text)
    return plain.strip(ENDS).casefold() or plain


def _compared(fills: Sequence[Fill], written: Written) -> tuple[Tensor, Tensor]:
    """((particles, slots) ids, whether something else is written there)."""
    ids = torch.tensor(fills)
    stands = torch.tensor([-1 if token is None else token for token in written])
    return ids, (stands >= 0) & (ids != stands)


def _holds(some: Written, more: Written) -> bool:
    """Whether ``more`` has everything that is written in ``some``."""
    return all(token is None or token == other for token, other in zip(some, more, strict=True))


def length_prior(length: int, gap: Gap, cost: float) -> float:
    """Log prior of a fill of ``length`` tokens in a gap where so many are expected. Never above 0.

    A sum of log-probabilities favours short fills by what a token costs: ``cost`` nats, so every token that is missing costs as
    much. Around the expected length it is log-normal; wider, and half as dear, where that is only what is usual.
    """
    if gap.expected is None:
        return 0.0
    missing, off = max(0, gap.expected - length), math.log((length + 1) / (gap.expected + 1))
    doubt = 1 if gap.known else 2
    return -cost / doubt * missing - (off / SPREAD / doubt) ** 2 / 2


def guesses(rows: Tensor, scores: Tensor, slots: int, most: int = 3) -> Guesses:
    """What partly drawn rows (N, drawn) say of each slot, weighed by their log-probabilities (N,)."""
    weights = scores.softmax(0).tolist()
    out: list[tuple[tuple[int, float], ...]] = []
    for column in rows.T.tolist():
        share: dict[int, float] = {}
        for token, weight in zip(column, weights, strict=True):
            share[token] = share.get(token, 0.0) + weight
        out.append(tuple(sorted(share.items(), key=lambda item: -item[1])[:most]))
    return tuple(out + [()] * (slots - len(out)))
