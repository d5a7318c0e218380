"""A pattern as a machine that reads characters: Python's syntax, read by its own parser, in states (Thompson's construction, then
sets of states). What is no regular language, such as a reference to a group, is refused.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import OnlyUnfit, shown

STATES = 2000
"""of the machine before sets are made of them"""
SETS = 256
UNBOUNDED = 1 << 31
"""what the parser says where there is no bound is more"""
CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal, "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda character: character.isalnum() or character == "_",
}  # fmt: skip
Items = tuple[Any, ...]
"""of a set of characters as the parser has them"""


@dataclass(slots=True)
class _Net:
    """States with arrows that read a character of a set, and arrows that read nothing."""

    pattern: str
    reads: list[list[tuple[int, int]]] = field(default_factory=list)
    """of every state (set, next state)"""
    free: list[list[int]] = field(default_factory=list)
    sets: dict[Items, int] = field(default_factory=dict)

    def state(self) -> int:
        if len(self.reads) >= STATES:
            raise OnlyUnfit(f"the pattern {shown(self.pattern)} repeats too much; make it shorter")
        self.reads.append([])
        self.free.append([])
        return len(self.reads) - 1

    def sequence(self, nodes: Sequence[tuple[Any, Any]], start: int) -> int:
        """The state behind what the parser found, begun at ``start``."""
        for kind, value in nodes:
            start = self._node(str(kind), value, start)
        return start

    def _node(self, kind: str, value: Any, start: int) -> int:
        match kind:
            case "LITERAL":
                return self.reading((("LITERAL", value),), start)
            case "NOT_LITERAL":
                return self.reading((("NEGATE", None), ("LITERAL", value)), start)
            case "ANY":
                return self.reading((("NEGATE", None), ("LITERAL", 10)), start)
            case "IN":
                return self.reading(tuple((str(k), v if k != "CATEGORY" else str(v)) for k, v in value), start)
            case "BRANCH":
                end = self.state()
                for nodes in value[1]:
                    self.free[self.sequence(nodes, self._from(start))].append(end)
                return end
            case "SUBPATTERN" if not value[1] and not value[2]:
                return self.sequence(value[3], start)
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, nodes = value
                return self._repeated(least, most, nodes, start)
        raise OnlyUnfit(
            f"the pattern {shown(self.pattern)} uses {kind.lower()}, which only looks and reads nothing, or remembers; "
            "write it without: letters, sets, groups, | and repetitions"
        )

    def _from(self, start: int) -> int:
        """A state of its own behind ``start``."""
        state = self.state()
        self.free[start].append(state)
        return state

    def reading(self, items: Items, start: int) -> int:
        state = self.state()
        self.reads[start].append((self.sets.setdefault(items, len(self.sets)), state))
        return state

    def _repeated(self, least: int, most: int, nodes: Sequence[tuple[Any, Any]], start: int) -> int:
        for _ in range(least):
            start = self.sequence(nodes, start)
        if most >= UNBOUNDED:
            loop = self._from(start)
            self.free[self.sequence(nodes, loop)].append(loop)
            return self._from(loop)
        end = self.state()
        for _ in range(most - least):
            self.free[start].append(end)
            start = self.sequence(nodes, self._from(start))
        self.free[start].append(end)
        return end

    def closed(self, states: frozenset[int]) -> frozenset[int]:
        """With all that is reached without reading."""
        found, left = set(states), list(states)
        while left:
            for other in self.free[left.pop()]:
                if other not in found:
                    found.add(other)
                    left.append(other)
        return frozenset(found)


def _holds(items: Items, character: str) -> bool:
    code, found, negated = ord(character), False, False
    for kind, value in items:
        kind = str(kind)
        if kind == "NEGATE":
            negated = True
        elif kind == "LITERAL":
            found |= code == value
        elif kind == "RANGE":
            found |= value[0] <= code <= value[1]
        else:
            name = str(value)
            found |= CATEGORIES[name.replace("_NOT_", "_")](character) != ("_NOT_" in name)
    return found != negated


# What Python's parser says of a pattern that may mean something else one day. Told once: see ``engine.text.kinds.python``.
warnings.filterwarnings("ignore", "Possible (nested set|set )", FutureWarning)


@dataclass(frozen=True, slots=True)
class CharacterMachine:
    """``step[state][kind[c]]`` is the state after the character ``known[c]``; ``dead`` where nothing can match any more."""

    kind: list[int]
    step: NDArray[np.int64]
    accepting: list[bool]

    @property
    def dead(self) -> int:
        return len(self.step)


def parsed(pattern: str) -> Any:
    """What Python's own parser makes of a pattern. Raises OnlyUnfit."""
    parser = importlib.import_module("re._parser")
    try:
        tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise OnlyUnfit(f"{shown(pattern)} is no pattern ({error}); mend it") from error
    if tree.state.flags & ~re.UNICODE:
        raise OnlyUnfit(f"the pattern {shown(pattern)} sets a flag; write it without, such as [Yy] for either")
    nodes = list(tree)
    if nodes and str(nodes[0][0]) == "AT" and str(nodes[0][1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
        nodes = nodes[1:]
    if nodes and str(nodes[-1][0]) == "AT" and str(nodes[-1][1]) in ("AT_END", "AT_END_STRING"):
        nodes = nodes[:-1]
    return nodes


def ranges_of(pattern: str) -> list[tuple[int, int]]:
    """Half-open ranges of the characters that a pattern names. Raises OnlyUnfit."""
    net = _Net(pattern)
    net.sequence(parsed(pattern), net.state())
    items = [(str(kind), value) for found in net.sets for kind, value in found]
    single = [(value, value + 1) for kind, value in items if kind == "LITERAL"]
    return single + [(value[0], value[1] + 1) for kind, value in items if kind == "RANGE"]


def characters_of(pattern: str, known: Sequence[str], lead: bool = False) -> CharacterMachine:
    """The machine of a pattern on an alphabet of ``known`` characters, behind a space with a ``lead``. Raises OnlyUnfit."""
    net, nodes = _Net(pattern), parsed(pattern)
    start = net.state()
    end = net.sequence(nodes, net.reading((("LITERAL", 32),), start) if lead else start)
    signs = [tuple(_holds(items, character) for items in net.sets) for character in known]
    kinds = {sign: i for i, sign in enumerate(dict.fromkeys(signs))}
    first = net.closed(frozenset({start}))
    number, left, step = {first: 0}, [first], []
    while left:
        states, left = left[0], left[1:]
        row = []
        for sign in kinds:
            after = net.closed(frozenset(to for state in states for on, to in net.reads[state] if sign[on]))
            if after and after not in number:
                if len(number) >= SETS:
                    raise OnlyUnfit(f"the pattern {shown(pattern)} is too large for a span; make it simpler")
                number[after] = len(number)
                left.append(after)
            row.append(number[after] if after else -1)
        step.append(row)
    dead = len(number)
    whole = np.array([[to if to >= 0 else dead for to in row] for row in step], dtype=np.int64)
    return CharacterMachine([kinds[sign] for sign in signs], whole, [end in states for states in number])
