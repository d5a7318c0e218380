"""A place of a text where something else may stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One change: the same words at one or several places of a text, and what may stand there instead."""

    places: tuple[tuple[int, int], ...]
    """half-open ranges of characters, in order, disjoint"""
    options: tuple[str, ...]
    worth: tuple[float, ...]
    """nats that each is worth beforehand"""
    scores: tuple[float, ...] | None = None
    """nats that each is better than what stands; None: nobody has weighed them yet"""
    forced: bool = False
    """whether the best of them is taken though the old words be likelier"""
    why: str = ""

    def overlaps(self, other: Site) -> bool:
        return any(a < d and c < b or (a, b) == (c, d) for a, b in self.places for c, d in other.places)


def written(source: str, changes: Sequence[tuple[Site, str]]) -> str:
    """The text with options in place of what stands at their sites."""
    flat = sorted(((a, b, option) for site, option in changes for a, b in site.places), reverse=True)
    for a, b, option in flat:
        source = source[:a] + option + source[b:]
    return source
