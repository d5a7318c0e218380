"""A style as data. What it holds decides what is looked for in a text; a file of assets/styles/ fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Style:
    """Everything a run needs to know of a style."""

    name: str
    title: str
    instruction: str = ""
    """what a model that follows instructions is told"""
    does: tuple[str, ...] = ()
    """keys of METHODS, for a model that does not; none: it cannot be had without instructions"""
    told_first: bool = False
    """whether a model that follows instructions is told, though it could do without"""
    strength: float = 0.5
    """share of the words that may be changed"""
    guidance: float = 1.0
    """what a nat between the examples and their opposite counts against one of the text itself"""
    temperature: float = 0.0
    """how freely is chosen among what may stand somewhere"""
    per_token: float = 2.5
    """nats that a token more costs whatever it is, and is given for: nothing is taken for better because it is short"""
    ahead: int = 40
    """characters of the text behind a change that it is weighed by"""
    floor: float = 0.0
    """nats below the old words at which the best change is still made where there is no better one"""
    examples: tuple[str, ...] = ()
    """sentences in the style"""
    opposite: tuple[str, ...] = ()
    """sentences that are not"""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """words and phrases (restyling/wording.py says how they are written), and what may stand in their place; an empty one leaves
    them out"""
    worth: float = 3.0
    """nats that the file's own words are worth beforehand"""
    openings: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """what a value can be"""
    past: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """irregular participle -> (past tense, infinitive)"""
    nothing: str = ""
    """what is said, beside that, where nothing was found to change"""
    doers: frozenset[str] = frozenset()
    """nouns, of one, for people and their groups: who can do something"""
