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
