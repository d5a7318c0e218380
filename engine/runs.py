"""One run of a system on one text: from the canvas it begins with to its last step."""

from __future__ import annotations

from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from engine.beginning import Beginning, Pin, known, pin, put
from engine.canvas import Canvas, Context
from engine.corruption import Corruption, Uniform
from engine.denoise import denoise
from engine.denoiser import Conditioned, Denoiser
from engine.dice import Dice
from engine.edit_steps import EditStep, Show
from engine.guidance import Guided
from engine.length import Resizing
from engine.length_search import searched
from engine.revision import Start
from engine.spans import Span
from engine.systems import Recipe


@dataclass(frozen=True, slots=True)
class Run:
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
        """Raise what ``steps`` would raise before its first step."""
        if self.pins:
            self._canvas(self.context, self.denoiser.corruption, Dice([self.seed] * self.rows))

    def steps(self) -> Gen[EditStep, None, None]:
        d, recipe = self.denoiser, self.recipe
        context = self.context
        dice = Dice([(self.seed + row) % 2**63 for row in range(self.rows)])
        noise: Corruption = d.corruption
        if recipe.noise == "uniform" and not isinstance(noise, Uniform):
            noise = Uniform(d.tokenizer.ordinary)
        kinds = {"uniform": isinstance(noise, Uniform), "started": self.start is not None}
        show = Show(d, context, self.spans, recipe.steps, **kinds)
        behind = self.begin.behind if self.begin is not None else 0.0
        was = self.start.slots if self.start is not None and self.begin is None else ()
        yield show.start(self._canvas(context, noise, Dice([self.seed] * self.rows)), behind, was)
        if self.search:
            context = yield from searched(d, context, show)
        canvas = self._canvas(context, noise, dice)
        conditioned = self._conditioned(context)
        show.begin(conditioned, context)
        resizing = None
        if d.expand_id is not None or d.delete_id is not None:
            resizing = Resizing(d.expand_id, d.delete_id, d.null_id, tuple(context.ranges()))
        loop = denoise(
            conditioned,
            noise,
            canvas,
            recipe.sampler,
            recipe.steps,
            dice,
            temperature=recipe.temperature,
            judge=conditioned.judge,
            resizing=resizing,
            behind=behind,
            known=known(self.begin) if self.begin is not None else None,
        )
        for step in loop:
            yield show.step(step)

    def _conditioned(self, context: Context) -> Conditioned:
        d, recipe = self.denoiser, self.recipe
        options = {"seed": self.seed, "attention": recipe.attention, "self_conditioning": recipe.self_conditioning}
        conditioned = d.condition(context, reading=self.reading, **options)  # type: ignore[arg-type]
        if not recipe.guidance:
            return conditioned
        return Guided(conditioned, d.condition(d.unconditional(context), **options), recipe.guidance)  # type: ignore[arg-type]

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
            noisy = self.start.scraped(self.strengths, dice)
        device = self.denoiser.device
        canvas = Canvas(torch.where(noisy, noise.noise(ids, dice), ids), noisy, torch.zeros_like(noisy))
        canvas = canvas if self.begin is None else put(canvas, self.begin)
        canvas = pin(canvas, context, self.pins, self.denoiser) if self.pins else canvas
        return canvas if device == "cpu" else canvas.to(device)
