"""What a lesson shows, as data: the page draws it, a notebook can, and a table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import ClassVar

from editor.payload import Payload


@dataclass(frozen=True, slots=True)
class Axis:
    label: str
    unit: str = ""
    log: bool = False
    low: float | None = None
    high: float | None = None
    """the ends of the scale; by default those of the values"""


@dataclass(frozen=True, slots=True)
class Series:
    """A line of points."""

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    strong: bool = False
    """it is the one that is spoken of"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that is pointed at."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Lines:
    kind: ClassVar[str] = "lines"

    title: str
    x: Axis
    y: Axis
    series: Sequence[Series]
    marks: Sequence[Mark] = ()
    rules: Sequence[float] = ()
    """upright lines at these x"""
    draws: str = ""
    """the control of points that is drawn on this figure with the mouse"""


@dataclass(frozen=True, slots=True)
class Bars:
    """For every name one bar of every group."""

    kind: ClassVar[str] = "bars"

    title: str
    value: Axis
    names: Sequence[str]
    groups: Sequence[tuple[str, Sequence[float | None]]]
    what: str = "token"
    """what the names are"""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Values in rows and columns; 0 and 1 where ``binary``."""

    kind: ClassVar[str] = "matrix"

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float | None]]
    value: Axis
    across: str = "column"
    down: str = "row"
    binary: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a text. ``state``: "clean", "mask", "noise" (a wrong word), or "picked"."""

    text: str
    state: str = "clean"
    value: float | None = None
    note: str = ""
    move: int | None = None
    """the button that a click on it presses"""


@dataclass(frozen=True, slots=True)
class Tokens:
    kind: ClassVar[str] = "tokens"

    title: str
    tokens: Sequence[Token]
    value: Axis | None = None
    """what the colours say, where they say something"""
    picks: str = ""
    """the control that a click on a token sets to its place"""
    picked: int | None = None


Figure = Lines | Bars | Matrix | Tokens


@dataclass(frozen=True, slots=True)
class Number:
    """One result; no value where there is none."""

    name: str
    value: float | str | None
    unit: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[float | str | None]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A button: what it sets on the controls."""

    title: str
    sets: dict[str, object]
    once: bool = False
    """whether it is asked for this time only, and is no part of the address"""


@dataclass(frozen=True, slots=True)
class Board:
    """All that one state of a lesson shows; the first figure is the main one."""

    figures: Sequence[Figure]
    numbers: Sequence[Number] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    """what has to be said of this state: a window was taken, a value lies outside"""
    moves: Sequence[Move] = ()
    text: str = ""
    """what is said of the text, where part of it has to be guessed; by default its beginning"""
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)
    """lowest and highest value of controls that depend on the text"""

    def told(self) -> Payload:
        return {
            **asdict(self),
            "figures": [{"kind": figure.kind, **asdict(figure)} for figure in self.figures],
        }
