"""What a denoising step reads and writes. All frozen; a step makes a new canvas.

Shapes: B rows (candidates), L slots (all spans of one edit, joined in document order).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor

Ranked = tuple[tuple[int, float], ...]
"""A slot's likeliest tokens as (id, probability), best first."""
Guesses = tuple[Ranked, ...]
"""The same for every slot."""


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """The text being written: everything that is known of each slot. ``noisy`` says which slots are undecided; it is carried,
    never inferred from the ids, because uniform corruption has no mask token to recognise them by."""

    ids: Tensor
    """(B, L) int64"""
    noisy: Tensor
    """(B, L) bool: still to be written"""
    frozen: Tensor
    """(B, L) bool: given by the user, never written; disjoint from noisy"""
    order: Tensor | None = None
    """(B, L) int: the rank in which each slot is generated, for rules that fix it beforehand (Eso-LM)"""
    turn: Tensor | None = None
    """(B, L) int: the step in which each slot is written, for the same rules; several may share one"""
    sequential: Tensor | None = None
    """(B, L) bool: written left to right behind the slots that diffusion writes, for the same rules"""
    scraped: Tensor | None = None
    """(B, L) int: how often each slot was scraped again; None: never"""
    final: Tensor | None = None
    """(B, L) bool: written for good, the rule is done with it; disjoint from noisy. None: nothing is"""
    confidence: Tensor | None = None
    """(B, L) float64: the probability with which what stands there was written, 0 where nothing stands; None: nothing is known"""
    block: Tensor | None = None
    """(B, L) int: the block in which the model writes each slot, where it writes in blocks of its own"""
    weighed: bool = True
    """whether anybody looks at the scores of written slots too: a rule that revises"""

    @property
    def due(self) -> Tensor:
        """(B, L) bool: noisy slots that may be written now. Where turns are fixed, those of each row's next turn: the scores of
        the others are not asked for."""
        if self.turn is None:
            return self.noisy
        waiting = self.turn.masked_fill(~self.noisy, torch.iinfo(self.turn.dtype).max)
        return self.noisy & (waiting == waiting.amin(-1, keepdim=True))

    @property
    def asked(self) -> Tensor:
        """(B, L) bool: the slots whose scores are wanted; those of others may be anything finite. This is the law: what was not
        asked for is not proposed, not judged and not written."""
        return self.due | ~self.noisy if self.weighed else self.due

    @property
    def closed(self) -> Tensor:
        """(B, L) bool: written slots that no rule may touch any more."""
        return self.frozen if self.final is None else self.frozen | self.final

    def only(self, rows: Sequence[int]) -> Canvas:
        """Some of the rows, in this order."""
        return self._with(lambda value: value[list(rows)])

    def moved(self, source: Tensor, null_id: int) -> Canvas:
        """Every slot with all that is known of slot ``source`` (B, L) of its row; -1: a slot that is not there, which holds NULL.
        A slot's block belongs to its place and stays."""
        gone, at = source < 0, source.clamp_min(0)
        kept: dict[str, Any] = {name: getattr(self, name) for name in MOVING}
        for name, values in kept.items():
            if values is not None:
                kept[name] = values.gather(1, at).masked_fill(gone, null_id if name == "ids" else MOVING[name])
        return replace(self, **kept)

    def to(self, device: str) -> Canvas:
        return self._with(lambda value: value.to(device))

    def _with(self, made: Callable[[Tensor], Tensor]) -> Canvas:
        """All that is known, made into something else."""
        known: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        there: dict[str, Any] = {name: made(value) for name, value in known.items() if isinstance(value, Tensor)}
        return replace(self, **there)


MOVING: dict[str, int] = {
    "ids": 0, "noisy": 0, "frozen": 0, "order": -1, "turn": -1, "sequential": 0, "scraped": 0, "final": 0, "confidence": 0,
}  # fmt: skip
"""what moves with a slot's content, and what a slot has that is not there"""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """All that a model says of the slots, for rules that draw from more than what it would write."""

    scores: Tensor
    """(B, L, N) log-probabilities of the clean tokens, each slot's from everything but the token that stands on it"""
    ratios: bool = False
    """whether they are a score model's log-ratios of noisy texts instead: with another token here over the text as it stands"""
    weight: float = 1.0
    """in the product of several, where one guides another"""
    barred: Tensor | None = None
    """(B, L, N) bool: tokens that may not stand in this text, whatever a model says"""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What the model would write now. (B, L) unless said otherwise."""

    ids: Tensor
    """drawn, one per slot"""
    confidence: Tensor
    """probability of the drawn token, 0..1"""
    entropy: Tensor
    """nats; of the distribution that was drawn from"""
    current: Tensor
    """probability of the token that stands on the slot, 0..1"""
    best: Tensor
    """the likeliest tokens"""
    top: Tensor
    """their probability, 0..1"""
    gap: Tensor
    """nats between the likeliest token and the next"""
    standing: Tensor
    """probability with which what stands there was written, 0..1"""
    mass: Tensor
    """sum of the ratios of a score model (SEDD); 1 for every other"""
    stable: Tensor
    """bool: whether ``best`` is the same as in the step before"""
    judged: bool = False
    """whether a judge looks over what is changed"""
    said: tuple[Said, ...] = ()
    """what it was drawn from, where the rule draws by itself"""
    empty: Tensor | None = None
    """bool: where the drawn token leaves its slot empty; None where the model cannot"""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """What a sampler makes of a proposal: bool (B, L) each."""

    accept: Tensor
    """write the proposed token on a noisy slot"""
    remask: Tensor
    """scrape a written slot again"""
    revise: Tensor
    """write the proposed token over a written one"""
    ids: Tensor | None = None
    """(B, L) tokens to write in place of the drawn ones; under a rule that ``holds`` noise, what stands on every slot after the
    step"""
    final: Tensor | None = None
    """(B, L) bool: slots that are done with this decision, whatever else the rule would do"""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step of the loop, small enough to keep: never (L, V)."""

    index: int
    """0 before the first decision, then 1, 2, ..."""
    steps: int
    """the most decisions there will be"""
    t: float
    """noise level reached: 1 all noise, 0 done"""
    phase: str
    """"read" (the context is being encoded), "draft" (proposals are being drawn), "denoise" (a decision was made)"""
    canvas: Canvas
    changed: Tensor
    """(B, L) bool: written, revised or scraped in this step"""
    alternatives: tuple[Guesses, ...]
    """per row, per slot: the likeliest tokens now"""
    progress: tuple[int, int] = (0, 0)
    """work done and work to do inside a "read" or "draft" phase"""
    done: bool = False
    """no step comes after this one"""

    @property
    def confidence(self) -> Tensor:
        """(B, L): of the token that stands there, 0 where nothing stands."""
        known = self.canvas.confidence
        return torch.zeros(self.canvas.ids.shape, dtype=torch.float64) if known is None else known
