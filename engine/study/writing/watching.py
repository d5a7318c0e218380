"""Runs that are watched: what the rule of a system saw in each step, what it did, and where an early stop would have come."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from collections.abc import Generator as Gen
from dataclasses import dataclass, field

import torch

from engine.denoising.denoiser import Denoiser
from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import accepting
from engine.diffusion.sampler import Sampler, Wrapping
from engine.runs.run import SystemRun
from engine.runs.steps import EditStep, Slot
from engine.samplers import EarlyCommit
from engine.study.guess import Progress
from engine.study.sample import Sample
from engine.systems.presets import system as preset
from engine.text.context import Context, Gap
from engine.text.spans import Span

PROPHET = (7.5, 5.0, 2.5)
"""nats of lead that are asked for in each third of the way (arXiv 2508.19982)"""


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule saw before one of its decisions, and the decision. One entry for every slot."""

    open: list[bool]
    """slots that may still change and whose scores are known"""
    noisy: list[bool]
    ids: list[int]
    """what is proposed"""
    best: list[int]
    """the likeliest tokens"""
    top: list[float]
    """their probability"""
    confidence: list[float]
    """that of what is proposed"""
    entropy: list[float]
    """nats"""
    written: list[bool]
    scraped: list[bool]
    commits: bool
    """whether Prophet's rule would write everything that is open now"""

    @property
    def sure(self) -> list[float]:
        """How sure the model is of each open slot."""
        return [p for p, is_open in zip(self.top, self.open, strict=True) if is_open]

    @property
    def gate(self) -> float | None:
        """The probability of the least sure open slot: nothing less can be a reason to stop. None where nothing is open."""
        return min(self.sure, default=None)

    @property
    def mean(self) -> float | None:
        """The same, on average."""
        return sum(self.sure) / len(self.sure) if self.sure else None


@dataclass(frozen=True, slots=True)
class Nothing(Sampler):
    """Writes nothing, and throws no dice."""

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return accepting(torch.zeros_like(canvas.noisy))


@dataclass(frozen=True, slots=True)
class Watched(Wrapping):
    """A rule with somebody who writes down what it sees; it decides as it would alone."""

    inner: Sampler
    looks: list[Look] = field(default_factory=list)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        made = self.inner.decide(canvas, proposal, t, s, dice)
        early = EarlyCommit(PROPHET, Nothing()).decide(canvas, proposal, t, s, dice)
        self.looks.append(_look(canvas, proposal, made, early, last=s <= 0, afresh=self.afresh))
        return made


def _look(
    canvas: Canvas, proposal: Proposal, made: Decision, early: Decision, *, last: bool, afresh: bool
) -> Look:  # of the first row
    is_open = (canvas.asked & ~canvas.closed if afresh else canvas.due)[0]
    written = (canvas.noisy & (made.accept | last)) | (made.revise & (proposal.ids != canvas.ids))
    return Look(
        is_open.tolist(), canvas.noisy[0].tolist(), proposal.ids[0].tolist(), proposal.best[0].tolist(),
        proposal.top[0].tolist(), proposal.confidence[0].tolist(), proposal.entropy[0].tolist(), written[0].tolist(),
        (made.remask & ~canvas.noisy & (not last))[0].tolist(), bool(early.accept[0].any()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WatchedMoment:
    """One step of a watched run."""

    look: Look
    slots: tuple[Slot, ...]
    """after it"""


@dataclass(frozen=True, slots=True)
class WatchedRun:
    system: str
    moments: list[WatchedMoment]
    nfe: int
    text: str
    start: tuple[Slot, ...]

    def stop(self, reached: Callable[[Look], bool]) -> tuple[int, int] | None:
        """(step, words that would be others) where everything is written with its likeliest token as soon as something is
        ``reached``, against what the run wrote; None where it never is. A rule that scrapes may have changed its mind."""
        final = [slot.token for slot in self.moments[-1].slots]
        for number, moment in enumerate(self.moments, 1):
            look = moment.look
            if look.sure and reached(look):
                standing = [slot.token for slot in self._before(number)]
                stopped = [
                    best if is_open else stands
                    for best, is_open, stands in zip(look.best, look.open, standing, strict=True)
                ]
                return number, sum(a != b for a, b in zip(stopped, final, strict=True))
        return None

    def last_written(self) -> list[int]:
        """For every slot the step, from 1, in which what stands there at the end was written."""
        found = []
        for at in range(len(self.start)):
            tokens = [None if m.slots[at].noisy else m.slots[at].token for m in self.moments]
            number = len(tokens)
            while number > 1 and tokens[number - 2] == tokens[-1]:
                number -= 1
            found.append(number)
        return found

    def _before(self, number: int) -> tuple[Slot, ...]:
        return self.moments[number - 2].slots if number > 1 else self.start


def watched(
    denoiser: Denoiser,
    text: Sample,
    holes: Sequence[tuple[int, int]],
    system: str,
    *,
    seed: int = 0,
    **settings: float | int | str,
) -> Gen[Progress, None, WatchedRun]:
    """One run of a system on the tokens [start, end) of one or more holes in a text, in order and apart: as many are written as
    were there. Yields between forward passes. Raises InvalidRequest."""
    recipe = preset(system).recipe(settings, denoiser.facts)
    rule = Watched(recipe.sampler)
    alone: Denoiser = getattr(denoiser, "unjudged", denoiser)
    edges = [0, *(at for hole in holes for at in hole), len(text)]
    around = tuple(text.ids[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    context = Context(around, tuple(Gap(end - start, multiline=True, exact=True) for start, end in holes))
    spans = [Span(*_characters(text, start, end)) for start, end in holes]
    run = SystemRun(alone, context, spans, dataclasses.replace(recipe, sampler=rule), seed).steps()
    shown: list[EditStep] = []
    try:
        for step in run:
            if step.phase == "denoise":
                shown.append(step)
            yield step.index, max(1, step.steps)
    finally:
        run.close()
    begin, *steps = shown
    moments = [WatchedMoment(look, _slots(step)) for look, step in zip(rule.looks, steps, strict=True)]
    return WatchedRun(system, moments, shown[-1].nfe, "".join(span.text for span in shown[-1].spans), _slots(begin))


def _characters(text: Sample, start: int, end: int) -> tuple[int, int]:
    return len("".join(text.pieces[:start])), len("".join(text.pieces[:end]))


def _slots(step: EditStep) -> tuple[Slot, ...]:
    return tuple(slot for span in step.spans for slot in span.slots)
