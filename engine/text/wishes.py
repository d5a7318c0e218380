"""How long a fill should be: what the user wishes, and how a model comes to a length of its own.

- judge: an untouched causal model weighs fills of every length by the text on both sides.
- null: the model writes NULL on the slots that it does not need.
- tokens: the model writes expand and delete tokens (DreamOn), which the loop carries out.
- search: the model has nothing of the kind; lengths are tried on canvases of masks alone, one forward pass each.

A user's wish moves the expected length or fixes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.errors import LengthOutOfRange, shown

LengthBy = Literal["judge", "null", "tokens", "search"]
Wish = int | Literal["auto", "shorter", "same", "longer"]
WISHES: tuple[str, ...] = ("auto", "shorter", "same", "longer")
FACTORS = {"shorter": 0.5, "same": 1.0, "longer": 2.0}
"""what a wish makes of the old length"""
DIGITS = 9
"""of a length at the most: far more than any canvas holds, and quickly read"""
REASONS: dict[LengthBy | Literal["ends", "asked", "scraped", "room"], str] = {
    "judge": "fills of every length were judged by the text on both sides",
    "null": "the model left the other slots empty",
    "tokens": "the model added and removed slots itself",
    "search": "the length at which the model was surest of its first step, beside the usual for that length",
    "ends": "the model ended its answer itself",
    "asked": "as many as were asked for",
    "scraped": "as many as were scraped",
    "room": "as many as there was room for: the model cannot say how long it is",
}


def wish(value: object) -> Wish:
    """A length wish from what a caller gave. Raises LengthOutOfRange."""
    text = "" if isinstance(value, bool) else shown(value) if isinstance(value, int) else str(value).strip()
    if text in WISHES:
        return text  # type: ignore[return-value]
    if text.isdecimal() and len(text) <= DIGITS and int(text) > 0:
        return int(text)
    raise LengthOutOfRange(f"a length is a number of tokens or one of {', '.join(WISHES)}; got {shown(value)}")


@dataclass(frozen=True, slots=True)
class Measure:
    """How many tokens a fill may have."""

    slots: int
    """at the most"""
    expected: int | None = None
    exact: bool = False
    """whether it has as many as there are slots"""
    least: int = 1


def gap_of(old: int, wished: Wish, spare: Callable[[int], int]) -> Measure:
    """The measure of a gap whose old text has ``old`` tokens. What is to be longer is never shorter, and the other way round."""
    if isinstance(wished, int):
        return Measure(wished, wished, exact=True)
    expected = old if wished == "auto" else max(1, round(old * FACTORS[wished]))
    if wished == "shorter":
        return Measure(min(old, spare(expected)), expected)
    return Measure(spare(expected), expected, least=old if wished == "longer" else 1)
