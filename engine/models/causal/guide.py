"""What may point at fills to try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from torch import Tensor

from engine.denoising.denoiser import Draft
from engine.models.causal.particles import Written


class Guide(Protocol):
    """Another model that looks at a canvas, bound to one text: what it favours is tried as well."""

    @property
    def nfe(self) -> int: ...

    def read(self) -> Iterator[Draft]:
        """The passes that come before ``favours``."""
        ...

    def favours(self, written: Sequence[Written]) -> Sequence[Tensor]:
        """For every gap (slots, V) nats by which a token is favoured, with that written on each. One forward pass."""
        ...
