"""What stands between marks, as a pattern: an amount with as many decimals, a text in its quotes, words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from itertools import pairwise

from engine.text.places.characters import SIMPLE, Characters

QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_AMOUNT = re.compile(r"[^\w\s\"']?\s?[+-]?\d[\d.,:/%-]*(?:\s?(?:[^\W\d]{1,3}|[^\w\s\"']))?")
_PIECE = re.compile(r"\"[^\"\n]*\"|[;,|\t]|[^;,|\t\"]+|\"")
_RULE = re.compile(r":?-+:?")
_HANGING = frozenset("{([<,;:=&|\\+-/")
"""what nothing ends with that is whole"""
Known = frozenset[str]
"""characters that may stand in a line"""


def known_of(characters: Characters, spelt: bool = False) -> Known:
    """The characters of a text, but for line breaks and tabs. ``spelt``: with all the letters of its scripts, and no others."""
    if spelt:
        letters = {sign for sign in characters.spelt() if sign.isprintable()}
        latin = "LATIN" in characters.scripts
        return frozenset(letters | {sign for sign in map(chr, range(32, 127)) if latin or not sign.isalpha()})
    found = {sign for sign in (*map(chr, range(32, 127)), *characters.signs) if sign.isprintable()}
    accented = any(sign.isalpha() and not sign.isascii() for sign in found)
    found |= set(map(chr, range(0xC0, SIMPLE))) if accented else set()
    return frozenset(filter(characters.fits, found))


def one_of(known: Collection[str]) -> str:
    """A set of characters, in ranges."""
    codes = sorted(map(ord, known))
    starts = [code for before, code in pairwise([-2, *codes]) if code != before + 1]
    ends = [code for code, behind in pairwise([*codes, -2]) if behind != code + 1]
    ranges = (re.escape(chr(a)) + (f"-{re.escape(chr(b))}" if b > a else "") for a, b in zip(starts, ends, strict=True))
    return f"[{''.join(ranges)}]"


def words(known: Known, old: str, starts: Callable[[str], bool] = str.isprintable) -> str:
    """Some characters that neither begin nor end with a space: it begins with a letter, small or capital, where ``old`` does,
    brackets and quotes are in it where they are in ``old``."""
    inner = known - {mark for mark in '{}[]<>`"|$' if mark not in old}
    whole = inner - {" "}
    likes = [str.isalpha, str.isupper if old[:1].isupper() else str.islower] if old[:1].isalpha() else [str.isprintable]
    firsts = [{sign for sign in whole if starts(sign) and all(like(sign) for like in likes[:n])} for n in (2, 1, 0)]
    first = next((found for found in firsts if found), whole)
    last = {sign for sign in whole if sign not in _HANGING or sign == old[-1:]} or whole
    return f"(?:{one_of(first & last or first)}|{one_of(first)}{one_of(inner)}*{one_of(last)})"


def amount(cell: str, signed: bool = False) -> str:
    """Figures with as many decimals, one more or less in front; "" for what is no amount. ``signed``: below zero, too."""
    if not _AMOUNT.fullmatch(cell):
        return ""
    runs = re.findall(r"[0-9]+", cell)
    plain = len(runs) == 1 or len(runs) == 2 and bool(re.search(r"[0-9][.,][0-9]", cell))
    grows = plain and (runs[0] == "0" or runs[0][0] != "0")
    first, *rest = re.split(r"([0-9]+)", cell)
    signed = signed and plain and first in ("", "-")
    made = ["-?" if signed else re.escape(first)]
    for at, piece in enumerate(rest):
        if at % 2:
            made.append(re.escape(piece))
        elif at == 0 and grows:
            made.append(f"(?:0|[1-9][0-9]{{{max(0, len(piece) - 2)},{len(piece)}}})")
        else:
            made.append(f"[0-9]{{{len(piece)}}}")
    return "".join(made)


def quoted(cell: str, known: Known) -> str:
    """A text in the quotes that ``cell`` has."""
    return f"{cell[0]}{one_of(known - {cell[0], chr(92)})}+{cell[0]}"


def row(line: str, mark: str, known: Known, signed: bool) -> str:
    """The cells of a row, and what is between them as it is."""
    return re.escape(mark).join(cell_of(cell, mark, known, signed) for cell in cells_of(line, mark))


def cells_of(line: str, mark: str) -> list[str]:
    """What stands between the marks of a row."""
    found = [""]
    for piece in _PIECE.findall(line):
        if piece == mark:
            found.append("")
        else:
            found[-1] += piece
    return found


def cell_of(part: str, mark: str, known: Known, signed: bool) -> str:
    """A cell of a row with its margins."""
    cell = part.strip()
    if not cell or _RULE.fullmatch(cell):
        return re.escape(part)
    if QUOTED.fullmatch(cell) and len(cell) > 2:
        made = quoted(cell, known)
    else:
        made = amount(cell, signed) or words(known - {mark, '"'}, cell)
    margin = len(part) - len(part.lstrip())
    return re.escape(part[:margin]) + made + re.escape(part[margin + len(cell) :])
