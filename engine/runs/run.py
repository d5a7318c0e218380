"""One run of a system on one text: from the canvas it begins with to its last step."""

from __future__ import annotations

from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.denoising.carrying import Mends
from engine.denoising.denoiser import Conditioned, Conditions, Denoiser
from engine.denoising.guidance import Guided
from engine.denoising.letters import WholeLetters
from engine.denoising.limits import Limits
from engine.denoising.loop import denoise
from engine.denoising.repeats import Repeats
from engine.denoising.resizing import Resizing
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Corruption, Uniform
from engine.diffusion.dice import Dice
from engine.errors import OnlyUnfit, PinUnfit
from engine.runs.branching import Beginning, Pin, known, least, pin, put
from engine.runs.length_search import looked_for, permitted, searched
from engine.runs.steps import EditStep, Show
from engine.systems.presets import Recipe
from engine.text.context import Context
from engine.text.slots import Start
from engine.text.spans import Span

STRETCH = 5
"""words over which what is scraped is alike"""


@dataclass(frozen=True, slots=True)
class SystemRun:
    """One run of a system on one text."""

    denoiser: Denoiser
    context: Context
    spans: Sequence[Span]
    recipe: Recipe
    seed: int
    rows: int = 1
    start: Start | None = None
    """what stands on the canvas at first; None: nothing does"""
    reading: Context | None = None
    search: bool = False
    """whether the length is looked for first"""
    strengths: Sequence[float] = (1.0,)
    """of each span"""
    begin: Beginning | None = None
    pins: Sequence[Pin] = ()

    def check(self) -> None:
        """Raise what ``steps`` would raise before its first step: PinUnfit, OnlyUnfit."""
        if self.pins:
            self._canvas(self.context, self.denoiser.corruption, Dice([self.seed] * self.rows))
        for index, gap in enumerate(self.context.gaps):
            if gap.only is not None and self.search and looked_for(self.denoiser, gap):
                permitted(self.denoiser, self.context, index, self._fits)
            elif gap.only is not None and not self._fits(self.context):
                raise OnlyUnfit(
                    "nothing that a mask may be holds what is pinned or written there; unpin it, or allow more"
                )

    def _fits(self, context: Context) -> bool:
        """Whether what is pinned and written has room in what spans may be, as long as they are."""
        limits = Limits.of(context, self.denoiser.tokenizer, self.denoiser.null_id)
        if limits is None or not (self.pins or self.begin):
            return True
        try:
            canvas = self._canvas(context, self.denoiser.corruption, Dice([self.seed] * self.rows))
        except PinUnfit:
            return False
        return limits.unfit(canvas) is None

    def steps(self) -> Gen[EditStep, None, None]:
        d, recipe = self.denoiser, self.recipe
        context = self.context
        dice = Dice([(self.seed + row) % 2**63 for row in range(self.rows)])
        noise: Corruption = d.corruption
        if recipe.noise == "uniform" and not isinstance(noise, Uniform):  # the model reads them
            noise = Uniform(d.tokenizer.ordinary)
        kinds = {"uniform": isinstance(noise, Uniform), "started": self.start is not None}
        show = Show(d, context, self.spans, recipe.steps, **kinds)
        behind = self.begin.behind if self.begin is not None else 0.0
        was = self.start.slots if self.start is not None and self.begin is None else ()
        yield show.start(self._canvas(context, noise, Dice([self.seed] * self.rows)), behind, was)
        if self.search:
            context = yield from searched(d, context, show, least(context, self.pins, d), self._fits)
        canvas = self._canvas(context, noise, dice)
        conditioned = self._conditioned(context, raw=isinstance(noise, Uniform))
        if conditioned.grid is not None:
            canvas = replace(canvas, block=conditioned.grid.expand_as(canvas.ids))
        show.begin(conditioned, context)
        loop = denoise(
            conditioned,
            noise,
            canvas,
            recipe.sampler,
            recipe.steps,
            dice,
            temperature=recipe.temperature,
            judge=conditioned.judge,
            resizing=self._resizing(context),
            limits=Limits.of(context, d.tokenizer, d.null_id),
            menders=self._menders(context),
            behind=behind,
            known=known(self.begin) if self.begin is not None else None,
            null_id=d.null_id if d.length_by in ("judge", "null") else None,
        )
        for step in loop:
            yield show.step(step)

    def _menders(self, context: Context) -> list[Mends]:
        d = self.denoiser
        letters = WholeLetters.of(context, d.tokenizer, d.null_id)
        # Where whole fills are weighed, so is what they repeat.
        repeats = None if d.length_by == "judge" else Repeats.of(context, d.tokenizer, d.null_id)
        return [mender for mender in (repeats, letters) if mender is not None]

    def _resizing(self, context: Context) -> Resizing | None:
        d, ends = self.denoiser, tuple(gap.ends for gap in context.gaps)
        if d.expand_id is None and d.delete_id is None and not any(ends):
            return None
        end_ids = d.end_ids if any(ends) else ()
        return Resizing(d.expand_id, d.delete_id, d.null_id, tuple(context.ranges()), end_ids, ends)

    def _conditioned(self, context: Context, *, raw: bool) -> Conditioned:
        d, recipe = self.denoiser, self.recipe
        how = Conditions(
            self.seed, recipe.attention, self.reading, recipe.self_conditioning, recipe.temperature,
            recipe.sampler.level, raw,
        )  # fmt: skip
        conditioned = d.condition(context, how)
        if not recipe.guidance:
            return conditioned
        return Guided(conditioned, d.condition(d.unconditional(context), replace(how, reading=None)), recipe.guidance)

    def _canvas(self, context: Context, noise: Corruption, dice: Dice) -> Canvas:
        shape = (self.rows, context.slots)
        if self.start is None or self.begin is not None:
            ids, noisy = torch.zeros(shape, dtype=torch.long), torch.ones(shape, dtype=torch.bool)
            for gap, (start, end) in zip(context.gaps, context.ranges(), strict=True):
                if self.denoiser.length_by == "tokens" and gap.expected and not gap.exact:
                    # Masks for the expected length; the slots behind it are not there until the model asks for them.
                    ids[:, start + gap.expected : end] = self.denoiser.null_id
                    noisy[:, start + gap.expected : end] = False
        else:
            ids = torch.tensor(self.start.slots).expand(shape).clone()
            noisy = scraped(self.start, self.strengths, dice)
        device = self.denoiser.device
        canvas = Canvas(torch.where(noisy, noise.noise(ids, dice), ids), noisy, torch.zeros_like(noisy))
        if self.recipe.sampler.afresh and self.start is not None:  # words that are to stay are out of the rule's reach
            canvas = replace(canvas, final=~noisy)
        canvas = canvas if self.begin is None else put(canvas, self.begin)
        canvas = self._staying(canvas)
        canvas = pin(canvas, context, self.pins, self.denoiser) if self.pins else canvas
        return canvas if device == "cpu" else canvas.to(device)

    def _staying(self, canvas: Canvas) -> Canvas:
        """The canvas with what is to stay closed."""
        if self.start is None or not self.start.stay:
            return canvas
        stay = list(self.start.stay)
        if self.begin is not None:
            stay = self.start.stays_on([slot.token for span in self.begin.spans for slot in span])
        closed = torch.tensor(stay) & ~canvas.noisy
        return replace(canvas, final=closed if canvas.final is None else canvas.final | closed)


def share_of(strength: float, words: int) -> int:
    """How many of some words are scraped: at least one unless the share is 0."""
    return max(1, round(strength * words)) if strength > 0 else 0


def scraped(start: Start, strengths: Sequence[float], dice: Dice) -> Tensor:
    """(B, L) bool: the slots of a share of each part's words, whole words in stretches, drawn for each row, each word as often as
    another. A word that stays between two that do not must fit both, and what is drawn left
    to right does not see it coming."""
    word = torch.tensor(start.words)
    count = int(word.max()) + 1
    chance = dice.uniform(count)
    hidden = []
    for strength, part in zip(strengths, chance.split(start.counts or (count,), -1), strict=True):
        words = part.shape[-1]
        near = torch.stack([part.roll(by, -1) for by in range(max(1, min(STRETCH, words // 2)))]).sum(0)
        least = share_of(strength, words)
        hidden.append(near.argsort(-1).argsort(-1) < least)
    noisy = torch.cat(hidden, -1)[:, word]
    return noisy & ~torch.tensor(start.stay) if start.stay else noisy
