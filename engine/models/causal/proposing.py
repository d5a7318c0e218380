"""Who may propose fills beside the causal model."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol

from engine.denoising.denoiser import Draft
from engine.models.causal.particles import Fill, Tops, Written
from engine.text.tokenizer import Tokenizer


class Proposer(Protocol):
    """Another model that writes on a canvas, bound to one text. What it proposes is judged like what was drawn."""

    @property
    def nfe(self) -> int: ...

    def fills(
        self, written: Sequence[Written], index: int, seed: int
    ) -> Generator[Draft, None, list[tuple[Fill, Tops]]]:
        """Different fills of gap ``index`` that agree with what is written on every gap, each with the likeliest tokens of its
        slots. One forward pass between any two yields."""
        ...


def readable(proposed: Sequence[tuple[Fill, Tops]], tokenizer: Tokenizer, null_id: int) -> list[tuple[Fill, Tops, str]]:
    """Fills that say something and end on a whole letter, with what they say."""
    texts = [tokenizer.decode([token for token in fill if token != null_id]) for fill, _ in proposed]
    return [(*each, text) for each, text in zip(proposed, texts, strict=True) if text.strip() and "\ufffd" not in text]
