"""Setting text for pictures: fonts that have the letters, words, lines, and the order of right-to-left scripts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font
from PIL import ImageFont, features

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
SERIF, SANS, MONO = "DejaVuSerif.ttf", "DejaVuSans.ttf", "DejaVuSansMono.ttf"
TAB = "    "
SHAPED = bool(features.check("raqm"))
"""whether letters are joined and turned as their script asks"""
JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}
PAD = 4
"""pixels inside a box, left and right"""


@dataclass(frozen=True, slots=True)
class Ink:
    """How letters are drawn: "plain", "new" or "old" (written, and how sure), "pinned"; in a box: "mask", "scraped", "noise"."""

    kind: str = "plain"
    level: int = 0
    ghost: bool = False

    @property
    def boxed(self) -> bool:
        return self.kind in ("mask", "scraped", "noise")


@dataclass(frozen=True, slots=True)
class Item:
    """Letters that stand together in one font: a word, a part of one, a space, a box or a line break ("\\n")."""

    text: str
    inks: tuple[Ink, ...]
    font: ImageFont.FreeTypeFont
    width: float
    glued: bool
    """no line may end before it"""
    direction: str
    """"L", "R", or "" for what has none of its own"""

    @property
    def blank(self) -> bool:
        return self.text.isspace() and not self.inks[0].boxed


# ---- fonts -----------------------------------------------------------------------------------------------------------
@cache
def _letters(path: str) -> frozenset[int]:
    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):  # not every file that a system calls a font can be read
        return frozenset()


@cache
def _installed() -> tuple[str, ...]:
    from matplotlib import font_manager  # looks through the machine's fonts when it is imported

    return tuple(sorted(font_manager.findSystemFonts()))


@cache
def _elsewhere(char: str, size: int) -> str | None:
    """A font of this machine that has a letter which ours lack."""
    for path in _installed():
        if ord(char) in _letters(path):
            try:
                ImageFont.truetype(path, size)  # fonts made of bitmaps have one size only
            except OSError:
                continue
            return path
    return None


@cache
def _path(char: str, first: str, size: int) -> str:
    ours = [str(FONTS / name) for name in dict.fromkeys((first, SANS, MONO))]
    return next((path for path in ours if ord(char) in _letters(path)), None) or _elsewhere(char, size) or ours[0]


@cache
def font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


# ---- words -----------------------------------------------------------------------------------------------------------
def direction(text: str) -> str:
    """Of the first letter that has one."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return "L" if kind == "L" else "R"
    return ""


def _follows(char: str) -> bool:
    """Whether a character is drawn with the one before it."""
    return char in JOINERS or unicodedata.category(char).startswith("M")


def items(stream: Iterable[tuple[str, Ink]], name: str, size: int) -> Iterator[Item]:
    """Items of (text, ink). ``name`` is the font where it has the letters."""
    parts = list(stream)
    turning = any(unicodedata.bidirectional(char) in ("R", "AL") for text, _ in parts for char in text)
    word: list[tuple[str, Ink]] = []
    at, glued = "", False

    def close(joined: bool) -> Iterator[Item]:
        nonlocal glued
        if word:
            text, face = "".join(char for char, _ in word), font(at, size)
            inks = tuple(ink for _, ink in word)
            yield Item(text, inks, face, face.getlength(text), glued, direction(text))
            word.clear()
            glued = joined
        else:
            glued = False

    for text, ink in parts:
        if ink.boxed:
            yield from close(False)
            face = font(_path(text.strip()[:1] or "x", MONO if ink.kind == "noise" else name, size), size)
            yield Item(text, (ink,), face, face.getlength(text) + 2 * PAD + 2, False, "")
            continue
        for char in text.replace("\t", TAB):
            if word and _follows(char):
                word.append((char, ink))
                continue
            blank = char.isspace()
            path = _path("x" if blank else char, name, size)
            alone = blank or _wide(char) or bool(word) and _wide(word[0][0])
            # Marks beside a word may stand at its other side where a script goes from right to left.
            if alone or path != at or turning and word and _neutral(char) != _neutral(word[0][0]):
                yield from close(not alone)
            at = path
            word.append((char if char == "\n" or not blank else " ", ink))
            if blank:
                yield from close(False)
    yield from close(False)


def _neutral(char: str) -> bool:
    return unicodedata.bidirectional(char) not in ("L", "R", "AL", "EN", "AN", "NSM")


def _wide(char: str) -> bool:
    """Lines may end beside it, as in Chinese and Japanese."""
    return unicodedata.east_asian_width(char) in "WF"


# ---- lines -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Line:
    """Items from left to right."""

    items: tuple[Item, ...]
    right: bool
    """it begins at the right"""

    @property
    def width(self) -> float:
        return sum(item.width for item in self.items)


def lines(found: Iterable[Item], width: float) -> list[Line]:
    """Items broken into lines no wider than ``width``."""
    out: list[Line] = []
    paragraph: list[Item] = []
    for item in [*found, None]:
        if item is not None and item.text != "\n":
            paragraph.append(item)
            continue
        base = next((each.direction for each in paragraph if each.direction), "L")
        out += [Line(tuple(ordered(row, base)), base == "R") for row in _broken(paragraph, width)]
        paragraph = []
    return out


def _broken(paragraph: list[Item], width: float) -> Iterator[list[Item]]:
    row: list[Item] = []
    used = 0.0
    for group in _groups(paragraph, width):
        size = sum(item.width for item in group)
        if row and used + size > width and not group[0].blank:
            yield _trimmed(row, width)
            row, used = [], 0.0
        row += group
        used += size
    yield _trimmed(row, width)


def _trimmed(row: list[Item], width: float) -> list[Item]:
    """Spaces hang over the end of a line."""
    while len(row) > 1 and row[-1].blank and sum(item.width for item in row) > width:
        row = row[:-1]
    return row


def _groups(paragraph: list[Item], width: float) -> Iterator[list[Item]]:
    """What no line may part; a word wider than a line is cut anywhere."""
    group: list[Item] = []
    for item in paragraph:
        if group and not item.glued:
            yield from _fitting(group, width)
            group = []
        group.append(item)
    if group:
        yield from _fitting(group, width)


def _fitting(group: list[Item], width: float) -> Iterator[list[Item]]:
    if sum(item.width for item in group) <= width or any(ink.boxed for item in group for ink in item.inks):
        yield group
        return
    for item in group:
        for start in range(0, len(item.text), share := max(1, int(len(item.text) * width / max(item.width, 1) * 0.8))):
            text = item.text[start : start + share]
            inks = item.inks[start : start + share]
            yield [Item(text, inks, item.font, item.font.getlength(text), False, item.direction)]


def ordered(row: list[Item], base: str) -> list[Item]:
    """A line's items as they stand from left to right. Runs of the other direction are turned round."""
    sides = [item.direction for item in row]
    for i, side in enumerate(sides):
        if not side:  # between two of one direction it goes with them, elsewhere with the paragraph
            after = next((s for s in sides[i + 1 :] if s), base)
            sides[i] = after if i and sides[i - 1] == after else base
    runs: list[list[Item]] = []
    for i, item in enumerate(replace(item, direction=side) for item, side in zip(row, sides, strict=True)):
        if not i or sides[i] != sides[i - 1]:
            runs.append([])
        runs[-1].insert(0 if sides[i] == "R" else len(runs[-1]), item)
    return [item for run in (reversed(runs) if base == "R" else runs) for item in run]
