"""What can be set on a system: one list for the engine's checks, the settings panel and the documentation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.errors import (
    InvalidRequest,
    ParameterOutOfRange,
    StepsOutOfRange,
    StrengthOutOfRange,
    TemperatureOutOfRange,
    UnknownParameter,
    shown,
)

Value = float | int | str | bool
Values = dict[str, Value]
MAX_STEPS = 128
MAX_TEMPERATURE = 2.0
ERRORS: dict[str, type[InvalidRequest]] = {
    "steps": StepsOutOfRange, "strength": StrengthOutOfRange, "temperature": TemperatureOutOfRange,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting. A number has ``low`` and ``high``, a choice has ``choices``; a switch has neither."""

    name: str
    title: str
    meaning: str
    default: Value
    low: float | None = None
    high: float | None = None
    choices: tuple[tuple[str, str], ...] = ()
    """(value, what people read)"""
    when: tuple[str, tuple[str, ...]] | None = None
    """(name of a choice, its values): the setting has a meaning with those only"""
    aside: tuple[str, ...] = ()
    """choices that the page does not have, as below"""
    offered: bool = True
    """whether the page has it; the others were not found to be worth a place there, and can be had in Python and over HTTP"""

    @property
    def kind(self) -> str:
        """What it is set with: "choice", "switch", "whole" or "number"."""
        if self.choices:
            return "choice"
        return "switch" if isinstance(self.default, bool) else "whole" if isinstance(self.default, int) else "number"

    def checked(self, value: object) -> Value:
        """The value in the setting's own type. Raises InvalidRequest and its subclasses."""
        error = ERRORS.get(self.name, ParameterOutOfRange)
        if self.choices:
            names = [name for name, _ in self.choices]
            if not isinstance(value, str) or value not in names:
                raise error(f"{self.name} must be one of {', '.join(names)}, got {shown(value)}")
            return value
        if isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise error(f"{self.name} must be true or false, got {shown(value)}")
            return value
        whole = isinstance(self.default, int)
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        # Compared, not converted: a whole number may be too large for a float, and NaN lies in no range.
        inside = self.low is not None and self.low <= number <= (self.high or 0)
        if not inside or whole and number != int(number):
            kind = "a whole number " if whole and inside else ""
            raise error(f"{self.name} must be {kind}in {self.low:g}..{self.high:g}, got {shown(value)}")
        return int(number) if whole else float(number)


STEPS = Parameter("steps", "Steps", "Decisions at the most; sure rules end earlier.", 16, 1, MAX_STEPS)
TEMPERATURE = Parameter(
    "temperature",
    "Temperature",
    "0 always takes the likeliest word; higher draws more freely.",
    0.0,
    0,
    MAX_TEMPERATURE,
)
TOP_P = Parameter(
    "top_p",
    "Top p",
    "Words are drawn from the likeliest that have this share together; 1: from all.",
    1.0,
    0.05,
    1,
    offered=False,
)
TOP_K = Parameter(
    "top_k", "Top k", "Words are drawn from so many of the likeliest; 0: from all.", 0, 0, 1000, offered=False
)
EARLY = Parameter(
    "early_commit", "Early commit",
    "Write everything once the likeliest words lead the next ones by so many nats: 7.5 times this early on, 2.5 times it late "
    "(Prophet); 0: never.",
    0.0, 0, 4, offered=False,
)  # fmt: skip
STRENGTH = Parameter(
    "strength", "Strength", "Share of the old words that is scraped: 0.2 touches up, 1 rewrites.", 1.0, 0, 1
)
BLOCKS = Parameter(
    "block_length", "Block length", "Tokens written together from left to right; 0: the whole span at once.", 0, 0, 128
)
GUIDANCE = Parameter(
    "guidance",
    "Guidance",
    "How much more the text around counts than the model's habits (two passes a step); 0: off.",
    0.0,
    0,
    4,
)
ALPHA_0 = Parameter(
    "alpha_0", "Alpha 0", "Share written by diffusion; the rest follows left to right, a token a step.", 0.5, 0, 1
)
TAU = Parameter("tau", "Threshold", "Confidence from which on a word is written.", 0.9, 0.05, 1)
FACTOR = Parameter(
    "factor", "Factor", "The n surest words are written while confidence >= 1 - f / (n + 1).", 1.0, 0.05, 8
)
ENTROPY = Parameter("entropy_bound", "Entropy bound", "Nats of joint uncertainty that one step may write.", 0.1, 0, 8)
CONFIDENT = Parameter(
    "stop_entropy",
    "Early stop",
    "Mean entropy (nats) under which a text that stays the same is final; 0: never.",
    0.005,
    0,
    1,
)
SELF_CONDITIONING = Parameter(
    "self_conditioning", "Self-conditioning", "Feed the last scores back, where the model was trained for it.", True
)
SCHEDULE = Parameter(
    "schedule",
    "Noise schedule",
    "How fast noise becomes text: steadily, slowly at first, or slowly at the end.",
    "linear",
    choices=(("linear", "Linear"), ("cosine", "Cosine"), ("loglinear", "Log-linear"), ("geometric", "Geometric")),
)
REMASKING = Parameter(
    "remasking",
    "Remasking",
    "Whether written words may be scraped again, and by which schedule (ReMDM).",
    "cap",
    choices=(
        ("none", "None"), ("cap", "Capped"), ("rescale", "Rescaled"), ("conf", "By confidence"), ("loop", "In a loop"),
    ),
)  # fmt: skip
ETA = Parameter(
    "eta",
    "Remasking rate",
    "Probability that a written word is scraped in a step (Capped, Loop), or its share of the most possible.",
    0.05,
    0,
    1,
    when=("remasking", ("cap", "rescale", "loop")),
)


ORDER = Parameter(
    "order",
    "Order",
    "Which words are written first.",
    "low_confidence",
    choices=(
        ("low_confidence", "Surest first"),
        ("margin", "Clearest lead first"),
        ("entropy", "Least entropy first"),
        ("random", "Random"),
    ),
    aside=("margin",),
)
RULE = Parameter(
    "rule",
    "Rule",
    "What a step writes: words above a fixed confidence, as many as stay sure together, as many as stay under an entropy, or "
    "SEDD's steps; or near words that are sure others that are less so.",
    "threshold",
    choices=(
        ("threshold", "Threshold"), ("factor", "Factor"), ("entropy_bound", "Entropy bound"), ("analytic", "Analytic (SEDD)"),
        ("euler", "Euler (SEDD)"), ("anchors", "Anchors (LocalLeap)"),
    ),
    aside=("euler", "anchors"),
)  # fmt: skip
RELAXED = Parameter(
    "relaxed",
    "Near anchors",
    "The threshold within four words of one that is sure.",
    0.75,
    0.05,
    1,
    when=("rule", ("anchors",)),
)
FIRST = Parameter(
    "first_hitting",
    "First hitting",
    "One word a step, any of them alike: the reverse process without the steps in which nothing happens.",
    False,
    when=("remasking", ("none",)),
    offered=False,
)
FLOOR = Parameter(
    "floor",
    "Correction floor",
    "A written word that falls below this is scraped when another clears the threshold.",
    0.05,
    0,
    1,
)
SCRAPES = Parameter("scrapes", "Corrections", "How often one slot may be scraped again; 0: never.", 2, 0, 16)
MOST_CLEAN = Parameter(
    "held", "Loop level", "Share that is written while the loop goes on.", 0.9, 0.1, 0.99, when=("remasking", ("loop",))
)
EDIT = Parameter(
    "threshold", "Edit threshold", "Probability from which on a word is written over another.", 0.9, 0.05, 1
)
SUSPICION = Parameter("suspicion", "Suspicion", "The same where the judge looks over every change.", 0.2, 0.01, 1)
HOT = Parameter(
    "temperature_start", "First temperature", "How freely words are drawn in the first step.", 0.8, 0, MAX_TEMPERATURE
)
COOL = Parameter("temperature_end", "Last temperature", "The same in the last step.", 0.4, 0, MAX_TEMPERATURE)


def only(parameter: Parameter, choice: Parameter, *values: str) -> Parameter:
    """The parameter, where it has a meaning with some values of a choice only."""
    return replace(parameter, when=(choice.name, values))


def with_default(parameter: Parameter, default: Value) -> Parameter:
    return replace(parameter, default=default)


def checked(system: str, parameters: tuple[Parameter, ...], given: Mapping[str, object]) -> Values:
    """Every parameter's value: the given one, else its default. Raises UnknownParameter and what ``Parameter.checked`` does."""
    names = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in names:
            raise UnknownParameter(f"{system} has no setting {shown(name)}; it has {', '.join(names)}")
    return {
        name: parameter.checked(given[name]) if given.get(name) is not None else parameter.default
        for name, parameter in names.items()
    }
