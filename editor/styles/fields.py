"""What a style file may set, and how each value is read. Every reader raises TypeError or ValueError with what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import engine
from editor.languages import languages
from engine import shown

KINDS = ("prose", "code")
LINE = 200
"""characters of a title or a description"""


class EntryError(ValueError):
    """What is wrong, and the key by which its line is found."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("must be a text in quotes")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("must be a list of texts in quotes")
    return tuple(value)


def _short(value: object) -> str:
    """One line of text, as a list shows it."""
    if not isinstance(value, str) or len(value) > LINE or not value.isprintable():
        raise TypeError(f"must be one line of text in quotes, of at most {LINE} characters")
    return value


def _kind(value: object) -> str:
    if value not in KINDS:
        raise ValueError(f"must be prose or code, got {shown(value)}")
    return str(value)


def _languages(value: object) -> tuple[str, ...]:
    named, known = _texts(value), {one.name for one in languages()}
    for name in named:
        if name not in known:
            raise ValueError(f"names a language {shown(name)} that there is not; there are {', '.join(sorted(known))}")
    return named


def _number(low: float, high: float) -> Callable[[object], float]:
    def number(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"must be a number in {low:g}..{high:g}, got {shown(value)}")
        return float(value)

    return number


def _whole(low: int, high: int) -> Callable[[object], int]:
    def whole(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number in {low}..{high}, got {shown(value)}")
        return value

    return whole


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true or false")
    return value


def _methods(value: object) -> tuple[str, ...]:
    for name in _texts(value):
        if name not in engine.METHODS:
            raise ValueError(f"names {shown(name)}; there are {', '.join(engine.METHODS)}")
    return _texts(value)


def _two(value: object) -> tuple[str, str]:
    items = _texts(value)
    if len(items) != 2:
        raise ValueError("must hold two texts")
    return items[0], items[1]


def _words(value: object) -> dict[str, tuple[str, ...]]:
    words = {}
    for key, options in _table(value).items():
        several = options if isinstance(options, list) else [options]
        if not several or not all(isinstance(option, str) for option in several):
            raise EntryError(f"has {shown(key)} without a text, or texts, to stand in its place", key)
        words[key] = tuple(several)
    return words


def _set(value: object) -> frozenset[str]:
    return frozenset(_texts(value))


def _table(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("must be a table")
    return value


def _past(value: object) -> dict[str, tuple[str, str]]:
    past = {}
    for key, forms in _table(value).items():
        try:
            past[key] = _two(forms)
        except (TypeError, ValueError) as error:
            raise EntryError(f"has {shown(key)} without its past tense and its infinitive", key) from error
    return past


OWN: dict[str, Callable[[object], Any]] = {
    "title": _short, "for": _kind, "description": _short, "languages": _languages,
}  # fmt: skip
FIELDS: dict[str, Callable[[object], Any]] = {
    "instruction": _text, "does": _methods, "told_first": _switch, "strength": _number(0.01, 1), "guidance": _number(0, 10),
    "temperature": _number(0, 2), "per_token": _number(0, 20), "ahead": _whole(1, 400), "floor": _number(-50, 0),
    "examples": _texts, "opposite": _texts, "words": _words, "worth": _number(-20, 20),
    "openings": _texts, "closings": _texts, "nothing": _short, "types": _texts, "past": _past, "doers": _set,
}  # fmt: skip
"""fields of engine.Style that a file may set, and how each is read"""
