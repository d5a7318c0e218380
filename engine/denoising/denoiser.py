"""The seam between models and everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor

from engine.denoising.correction import Judge
from engine.denoising.facts import Facts
from engine.diffusion.attention import Attention
from engine.diffusion.canvas import Canvas, Guesses, Said
from engine.diffusion.corruption import Corruption
from engine.diffusion.temperature import COLD, Temperature
from engine.text.chat import Chat
from engine.text.context import Context
from engine.text.tokenizer import Tokenizer
from engine.text.wishes import LengthBy


@dataclass(frozen=True, slots=True)
class Draft:
    """Work under way before logits can be given: reading the context or drawing proposals."""

    phase: str
    """"read" or "draft" """
    done: int
    total: int
    guesses: Guesses | None = None
    """what the proposals say so far, per slot; None where nothing is known"""


def by_canvas(t: float) -> float | None:
    """No measure of the noise: look at the canvas."""
    return None


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a denoiser is bound to a text. One that has no choice in something ignores it."""

    seed: int = 0
    """of what the denoiser itself draws"""
    attention: Attention = "bidirectional"
    """that inside the canvas"""
    reading: Context | None = None
    """the text around the spans as a judge reads it, where that is another one: without an instruction"""
    self_conditioning: bool = False
    """whether the last scores are fed back, where the model was trained for it"""
    temperature: Temperature = COLD
    """at which tokens are drawn: scores that are fed back are divided by it"""
    level: Callable[[float], float | None] = by_canvas
    """the share that is noise at a time, where the time of the rule is a measure of it; None: that of the canvas"""
    raw: bool = False
    """whether undecided slots hold random tokens that are to be read, where the model reads them"""


USUAL = Conditions()


def noise_level(how: Conditions, canvas: Canvas, t: float) -> float | Tensor:
    """The share that is noise, for a model that hears it: the rule's, or that of each row's slots (B,)."""
    level = how.level(t)
    return canvas.noisy.double().mean(-1) if level is None else level


class Conditioned(Protocol):
    """A denoiser that knows the text around the spans. The cost of a step is the canvas's, not the document's."""

    @property
    def nfe(self) -> int:
        """Forward passes made so far."""
        ...

    @property
    def judge(self) -> Judge | None:
        """What corrects this denoiser's proposals as a whole; None: nothing does."""
        ...

    @property
    def normalised(self) -> bool:
        """Whether logits mean a distribution whatever they sum to. False for a score model (SEDD): the sum of exp(logits) is then
        that of its ratios, log s + log(e^sigma - 1)."""
        ...

    @property
    def divergence(self) -> float | None:
        """How far an approximate cache was off when it was last refreshed: the largest difference of a probability. None where
        nothing is approximated."""
        ...

    @property
    def timeless(self) -> bool:
        """Whether it says the same of the same canvas again: it hears no time and is not fed its last scores."""
        ...

    @property
    def grid(self) -> Tensor | None:
        """(L,) the block in which it writes each slot, where it writes in blocks of its own."""
        ...

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        """The forward passes that must come before ``logits(canvas)``, one at a time, so that a caller can show them
        and can stop between any two. A network that needs none yields nothing."""
        ...

    def logits(self, canvas: Canvas, t: float) -> Tensor:
        """(B, L, V) scores of every token on every slot; those of slots that are noisy and not due may be anything finite. Takes
        the canvas, not only its ids: which slots are decided cannot be told from the ids under uniform corruption."""
        ...


@runtime_checkable
class Telling(Protocol):
    """A conditioned denoiser that says more than its logits: what rules for uniform noise draw from."""

    @property
    def said(self) -> tuple[Said, ...]:
        """What the last logits were made of."""
        ...


@runtime_checkable
class Assured(Protocol):
    """A conditioned denoiser that can say how sure it is of what is written when all is."""

    def assured(self, canvas: Canvas) -> Tensor | None:
        """(B, L) chance that the word on each slot is right, as measured on held-out text; NaN where nothing is known."""
        ...


class Denoiser(Protocol):
    """A network that scores every token at every slot of a noisy canvas, given its fixed surroundings."""

    name: str
    device: str
    tokenizer: Tokenizer
    corruption: Corruption
    mask_id: int
    null_id: int
    """the token that says "nothing here": a slot the fill does not need"""
    max_slots: int
    """the longest canvas, in tokens"""
    after: int
    """characters of the text behind the last span that it reads"""
    revises: bool
    """whether it weighs tokens that are written: it can start from a text instead of from masks"""
    chat: Chat | None
    """how it is told what to do; None: it was not taught to follow instructions"""
    length_by: LengthBy
    """how the length of a fill comes about"""
    end_ids: tuple[int, ...]
    """tokens that end an answer, where it was taught to end one so"""
    expand_id: int | None
    delete_id: int | None
    """its length tokens, where it has any"""

    @property
    def facts(self) -> Facts:
        """What else it is."""
        ...

    def condition(self, context: Context, how: Conditions = USUAL) -> Conditioned:
        """Bind the text around the spans. Cheap: the work is done by ``draft``."""
        ...

    def unconditional(self, context: Context) -> Context:
        """The same spans with nothing known around them, for classifier-free guidance."""
        ...

    def nll(self, context: Context, fills: Sequence[tuple[int, ...]]) -> float:
        """Nats per token of finished fills, one per gap, as this model reads them in their text."""
        ...

    def warm(self, text: str, should_stop: Callable[[], bool], position: int | None = None) -> None:
        """Encode a document ahead of need, up to a character ``position``; return early when ``should_stop()``."""
        ...

    def prepare(self, context: Context, seed: int, should_stop: Callable[[], bool]) -> None:
        """Do what a run on ``context`` would begin with, ahead of need; the next run on it with that seed takes it over."""
        ...
