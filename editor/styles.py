"""Writing styles, read from assets/styles/. A file with an error is named and left out; the other styles work."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import engine
from editor.errors import EditorError
from editor.languages import ASSETS, PROSE, languages
from engine import Gap, Style, Ways

FOLDER = ASSETS / "styles"
NEEDS_MODEL = "needs an instruct model: start Palimpsest with --model NAME"
KINDS = ("prose", "code")


@dataclass(frozen=True, slots=True)
class StyleFile:
    """A style and where it is offered."""

    style: Style
    description: str
    kind: str
    """"prose" or "code" """
    languages: tuple[str, ...] = ()
    """those of code that it is for; none: all of its kind"""

    def fits(self, language: str) -> bool:
        return language in self.languages if self.languages else (language in PROSE) == (self.kind == "prose")


@dataclass(frozen=True, slots=True)
class Styles:
    """All that could be read, in the order of their file names, and what is wrong with the others."""

    files: tuple[StyleFile, ...]
    problems: tuple[str, ...]


def load(folder: Path = FOLDER) -> Styles:
    files, problems = [], []
    for path in sorted(folder.glob("*.toml")):
        try:
            files.append(read(path))
        except EditorError as error:
            problems.append(str(error))
    return Styles(tuple(files), tuple(problems))


@cache
def styles() -> Styles:
    return load()


def find(name: str, language: str | None, known: Styles | None = None) -> Style:
    """The style of that name. Raises EditorError where there is none, or none for this language (None: any)."""
    files = (known or styles()).files
    named = next((file for file in files if file.style.name == name), None)
    if named is None:
        broken = next((p for p in (known or styles()).problems if p.startswith(f"{name}.toml")), None)
        here = ", ".join(file.style.name for file in files if language is None or file.fits(language)) or "none"
        raise EditorError("unknown_style", broken or f"there is no style {name!r}; choose one of these: {here}")
    if language is not None and not named.fits(language):
        raise EditorError(
            "style_unfit", f"the style {name!r} is not for {language}; choose another style or another language"
        )
    return named.style


def offered(language: str | None, ways: Ways, known: Styles | None = None) -> list[dict[str, Any]]:
    """What the page shows: every style for a language (None: for any), and why one cannot be had with this model."""
    found = []
    for file in (known or styles()).files:
        if language is not None and not file.fits(language):
            continue
        able = way(ways, file.style) is not None
        where = file.languages or tuple(one.name for one in languages() if file.fits(one.name))
        found.append(
            {"name": file.style.name, "title": file.style.title, "description": file.description, "for": file.kind,
             "languages": list(where),
             "available": able, "why": "" if able else NEEDS_MODEL, "way": way(ways, file.style)}
        )  # fmt: skip
    return found


def way(ways: Ways, style: Style) -> str | None:
    """The name of the way that does a style best: told where one is good at that and the style wants it, else weighed."""
    told = ways.best.get("edit")
    means = {name: engine.means(denoiser, style) for name, denoiser in ways.denoisers.items()}
    default = ways.best["infill"]
    if told is not None and means[told] == "told":
        return told
    return default if means[default] == "weighed" else None


# ---- a file --------------------------------------------------------------------------------------------------------
def read(path: Path) -> StyleFile:
    """One style. Raises EditorError, which names the file and the line."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f", line {line[1]}" if line else ", at its end"
        raise _wrong(path, where, str(error).partition(" (at ")[0]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, "", f"it cannot be read ({error})") from error
    return _file(path, text, data)


def _wrong(path: Path, where: str, what: str) -> EditorError:
    return EditorError(
        "bad_style", f"{path.name}{where}: {what}. The style is left out; mend the file and start again", 500
    )


def _file(path: Path, text: str, data: dict[str, Any]) -> StyleFile:
    def wrong(key: str, what: str) -> EditorError:
        leaf = re.escape(key.rpartition(".")[2])
        head = re.compile(rf"^[ \t]*(?:\[+[ \t]*)?[\"']?{leaf}[\"']?[ \t]*(?:=|\])", re.MULTILINE).search(text)
        line = 1 if head is None else text.count("\n", 0, head.end()) + 1
        return _wrong(path, f", line {line}", what)

    own = {"title", "for", "description", "languages"}
    for key, value in data.items():
        if key not in own and key not in FIELDS:
            raise wrong(key, f"{key!r} is no setting of a style; it may have {', '.join([*sorted(own), *FIELDS])}")
        try:
            data[key] = FIELDS[key](value) if key in FIELDS else value
        except (TypeError, ValueError, KeyError) as error:
            named = error.args[1] if isinstance(error, EntryError) else key
            raise wrong(named, f"{key!r} {error.args[0]}") from error
    for key in ("title", "for"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise wrong(key, f"{key!r} is missing; every style has one")
    if data["for"] not in KINDS:
        raise wrong("for", f"'for' must be prose or code, got {data['for']!r}")
    named = data.get("languages", [])
    unknown = [n for n in named if n not in {one.name for one in languages()}] if isinstance(named, list) else [named]
    if unknown:
        raise wrong("languages", f"there is no language {unknown[0]!r}")
    if not data.get("does") and not data.get("instruction"):
        raise wrong("title", "it has neither 'does' nor 'instruction', so no model could do it")
    style = Style(path.stem, data["title"], **{key: value for key, value in data.items() if key in FIELDS})
    return StyleFile(style, str(data.get("description", "")), data["for"], tuple(named))


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


def _number(low: float, high: float) -> Callable[[object], float]:
    def number(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"must be a number in {low:g}..{high:g}, got {value!r}")
        return float(value)

    return number


def _whole(low: int, high: int) -> Callable[[object], int]:
    def whole(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number in {low}..{high}, got {value!r}")
        return value

    return whole


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true or false")
    return value


def _methods(value: object) -> tuple[str, ...]:
    for name in _texts(value):
        if name not in engine.METHODS:
            raise ValueError(f"names {name!r}; there are {', '.join(engine.METHODS)}")
    return _texts(value)


def _two(value: object) -> tuple[str, str]:
    items = _texts(value)
    if len(items) != 2:
        raise ValueError("must hold two texts")
    return items[0], items[1]


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        raise TypeError("must be a list of pairs")
    return tuple(_two(item) for item in value)


def _words(value: object) -> dict[str, tuple[str, ...]]:
    words = {}
    for key, options in _table(value).items():
        several = options if isinstance(options, list) else [options]
        if not several or not all(isinstance(option, str) for option in several):
            raise EntryError(f"has {key!r} without a text, or texts, to stand in its place", key)
        words[key] = tuple(several)
    return words


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
            raise EntryError(f"has {key!r} without its past tense and its infinitive", key) from error
    return past


def _gaps(value: object) -> tuple[Gap, ...]:
    gaps = []
    for entry in value if isinstance(value, list) else [value]:
        try:
            gap = Gap(**_table(entry))
            for pattern in (gap.behind, gap.before):
                re.compile(pattern)
        except (TypeError, re.error) as error:
            raise ValueError(f"has a gap that is of no use ({error})") from error
        gaps.append(gap)
    return tuple(gaps)


FIELDS: dict[str, Callable[[object], Any]] = {
    "instruction": _text, "does": _methods, "told_first": _switch, "strength": _number(0.01, 1), "guidance": _number(0, 10),
    "temperature": _number(0, 2), "per_token": _number(0, 20), "ahead": _whole(1, 400), "floor": _number(-50, 0),
    "labels": _two, "pairs": _pairs, "examples": _texts, "opposite": _texts, "words": _words, "worth": _number(-20, 20),
    "openings": _texts, "closings": _texts, "gaps": _gaps, "types": _texts, "past": _past,
}  # fmt: skip
"""fields of engine.Style that a file may set, and how each is read"""
