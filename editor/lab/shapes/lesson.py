"""What a lesson is."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from collections.abc import Generator as Gen
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TypeVar

from editor.lab.shapes.figures import Board
from editor.lab.shapes.kept import Kept
from editor.lab.shapes.shelf import Shelf
from editor.payload import Payload
from engine import Denoiser, InvalidRequest, UnknownParameter, Ways, shown
from engine.study.guess import Progress, guesser, scores
from engine.study.sample import Sample, sample

Values = dict[str, float | int | str | bool | tuple[float, ...]]
Computation = Gen[Progress | Board, None, Board]
"""yields between forward passes, where there is something to see a board; closing it stops them"""
Found = TypeVar("Found")
WHOLE = re.compile(r"[1-9][0-9]{0,3}")


def part_of(run: Gen[Progress, None, Found], number: int, parts: int) -> Gen[Progress, None, Found]:
    """A computation as one of several: its progress is that of all of them."""
    try:
        while True:
            try:
                done, total = next(run)
            except StopIteration as end:
                found: Found = end.value
                return found
            yield number * total + done, parts * total
    finally:
        run.close()


class Control(Protocol):
    """What can be set on a lesson: a Parameter, as on a system, Points, Press or Answers."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def default(self) -> object: ...

    def checked(self, value: object) -> object: ...


@dataclass(frozen=True, slots=True)
class Points:
    """Heights in 0..1, evenly spread: a curve that is drawn. The first is 1, the last 0, and none is above the one before."""

    name: str
    title: str
    meaning: str
    default: tuple[float, ...]
    when: tuple[str, tuple[str, ...]] | None = None

    @property
    def kind(self) -> str:
        return "points"

    def checked(self, value: object) -> tuple[float, ...]:
        """The heights, from numbers or from text with commas. Raises InvalidRequest."""
        given = value.split(",") if isinstance(value, str) else value
        count = len(self.default)
        try:
            heights = tuple(float(one) for one in given)  # type: ignore[attr-defined]
        except (TypeError, ValueError):
            heights = ()
        falls = all(0 <= b <= a <= 1 for a, b in zip(heights, heights[1:], strict=False))
        if len(heights) != count or heights[0] != 1 or heights[-1] != 0 or not falls:
            raise InvalidRequest(
                f"{self.name} must be {count} numbers with commas between them, from 1 down to 0 and never rising, "
                f"got {shown(value)}"
            )
        return heights


@dataclass(frozen=True, slots=True)
class Press:
    """What begins something long: never at its own, and no part of an address."""

    name: str
    title: str
    meaning: str
    default: bool = False

    @property
    def kind(self) -> str:
        return "press"

    def checked(self, value: object) -> bool:
        """Raises InvalidRequest."""
        if value not in ("true", "false"):
            raise InvalidRequest(f"{self.name} must be true or false, got {shown(value)}")
        return value == "true"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the reader answered so far, as whole numbers: buttons of the lesson add to it, and it begins anew where anything
    else is set."""

    name: str
    title: str
    meaning: str
    most: int
    default: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        return "answers"

    def checked(self, value: object) -> tuple[int, ...]:
        """The numbers, from text with commas. Raises InvalidRequest."""
        parts = str(value).split(",") if value else []
        if len(parts) > self.most or not all(WHOLE.fullmatch(part) for part in parts):
            raise InvalidRequest(
                f"{self.name} must be at most {self.most} whole numbers from 1 on with commas between them, got {shown(value)}"
            )
        return tuple(int(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a lesson works with."""

    ways: Ways
    text: str
    kept: Kept = field(default_factory=Kept)
    shelf: Shelf = field(default_factory=Shelf)

    def once(self, run: Gen[Progress, None, Found], *key: Hashable) -> Gen[Progress, None, Found]:
        """What a computation finds, from memory where one with this key was there lately: looking at another step of a run asks
        the model nothing."""
        known = self.kept.get(key)
        if known is None:
            known = self.kept.put(key, (yield from run))
        found: Found = known  # type: ignore[assignment]
        return found

    @property
    def guesser(self) -> Denoiser:
        """Who answers for masks."""
        return guesser(self.ways)[1]

    def scores(self, text: Sample, at: int) -> Gen[Progress, None, Any]:
        """(V,) log p of every token on one masked place: asked once, while sliders move that change nothing about it."""
        return self.once(scores(self.guesser, text, at), "scores", self.guesser.name, text.ids, at)

    def sample(self, most: int, least: int = 1) -> tuple[Sample, list[str]]:
        """The text's first tokens, and what has to be said of that. Raises TextTooShort."""
        taken = sample(self.ways.default.tokenizer, self.text, most, least)
        said = [f"The text is longer: this lesson looks at its first {len(taken)} tokens."] if taken.cut else []
        return taken, said


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: a file of this room holds one, and LESSONS one line of it."""

    name: str
    title: str
    summary: str
    text: str
    """paragraphs with an empty line between them; formulas in TeX between dollars, those that stand alone between two"""
    example: str
    """the text that it is shown on at first"""
    controls: tuple[Control, ...]
    code: tuple[tuple[str, str], ...]
    """(file, function or class) of the engine that computes it"""
    compute: Callable[[Desk, Values], Computation]
    passes: bool = True
    """whether it asks the model"""
    gives_way: bool = False
    """whether it takes long and lets others have the engine between two steps"""
    of_its_own: bool = False
    """whether what it shows comes from a model of its own, not from the one at hand"""

    def values(self, given: dict[str, str]) -> Values:
        """Every control's value: the given one, as an address has it, else its default. Raises InvalidRequest."""
        known = {control.name: control for control in self.controls}
        for name in given:
            if name not in known:
                has = ", ".join(known) or "none"
                raise UnknownParameter(f"the lesson {self.name} has no control {shown(name)}; it has {has}")
        return {name: _value(control, given.get(name)) for name, control in known.items()}  # type: ignore[misc]

    def told(self) -> Payload:
        """The lesson without its figures."""
        controls = [{**asdict(control), "kind": control.kind} for control in self.controls]  # type: ignore[call-overload]
        return {
            "name": self.name, "title": self.title, "summary": self.summary, "text": self.text, "example": self.example,
            "controls": controls, "code": [{"file": file, "name": name} for file, name in self.code],
            "passes": self.passes,
        }  # fmt: skip


def _value(control: Control, given: str | None) -> object:
    """A control's value from the words of an address. What is no number is handed on as it is, and refused by its name."""
    if given is None:
        return control.default
    if control.kind == "switch":
        return control.checked({"true": True, "false": False}.get(given, given))
    if control.kind in ("whole", "number"):
        for kind in (int, float):
            try:
                return control.checked(kind(given))
            except ValueError:
                continue
    return control.checked(given)


def within(value: object, text: Sample) -> int:
    """The index of a token that is counted from 1: the last one where the text is shorter."""
    assert isinstance(value, int)
    return min(value, len(text)) - 1
