"""The seam between models and everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from torch import Generator, Tensor

from engine.attention import Attention
from engine.canvas import Canvas, Context, Guesses
from engine.correction import Judge
from engine.corruption import Corruption
from engine.tokenizer import Tokenizer, Vocabulary


@dataclass(frozen=True, slots=True)
class Draft:
    """Work under way before logits can be given: reading the context or drawing proposals."""

    phase: str
    """"read" or "draft" """
    done: int
    total: int
    guesses: Guesses | None = None
    """what the proposals say so far, per slot; None where nothing is known"""


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

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        """The forward passes that must come before ``logits(canvas)``, one at a time, so that a caller can show them
        and can stop between any two. A network that needs none yields nothing."""
        ...

    def logits(self, canvas: Canvas, t: float) -> Tensor:
        """(B, L, V) scores of every token on every slot. Takes the canvas, not only its ids: which slots are decided
        cannot be told from the ids under uniform corruption."""
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
    revises: bool
    """whether it weighs tokens that are written: it can start from a text instead of from masks"""
    vocabulary: Vocabulary | None
    """how it is spoken to; None: it was not taught to follow instructions"""

    def condition(
        self,
        context: Context,
        rng: Generator,
        attention: Attention = "bidirectional",
        reading: Context | None = None,
    ) -> Conditioned:
        """Bind the text around the spans. Cheap: the work is done by ``draft``. A denoiser without a choice ignores the rest.

        Args:
            attention: that inside the canvas.
            reading: the text around the spans as a judge reads it, where that is another one: without an instruction.
        """
        ...

    def warm(self, text: str, should_stop: Callable[[], bool]) -> None:
        """Encode a document ahead of need; return early when ``should_stop()``."""
        ...
