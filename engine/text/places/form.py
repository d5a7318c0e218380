"""The form of what is written in a place, as a pattern: what holds rows and blocks together is no guess.

As many cells of the same kinds, as many lines with their indentation and marks; lines that only open or close something stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from engine.text.kinds import definitions, salutations, statements
from engine.text.places.cells import QUOTED, Known, amount, cell_of, cells_of, known_of, one_of, quoted, row, words
from engine.text.places.characters import SIMPLE, USUAL, Characters
from engine.text.places.entries import DATA, DATA_ONLY
from engine.text.places.lines import key, lead_of, margin_of, rows_of
from engine.text.places.neighbourhood import Beside, Neighbourhood

LINES, LONGEST = 16, 1200
"""of the old words, beyond which a pattern grows too large"""
LIKE = 4
"""entries beside a place that make a pattern"""
MORE = 2
"""lines by which a block may grow"""
_BREAK = re.compile(r"(\r\n?|\n)")
_FIXED = re.compile(
    r"[)\]}]+[;,]?|(?:end|fi|done|esac|then|do|else|begin|try|finally)[:;]?|(?:\} ?)?else ?\{|-{3}|\.{3}|```\w*|\$\$"
    r"|\\(?:begin|end)\{[^}]*\}(?:\[[^\]]*\])?|</?[A-Za-z][^<>]*>|<!--|-->|/\*+|\*/|\"\"\"|'''"
)
"""lines that only open or close something"""
_END = re.compile(r"(?:[;,{(\[\\]|=>|->|:|(?<=[\s;])(?:then|do)|(?<![.!?…])[.!?…]+[\"”’»)]*)$")
_ELEMENT = re.compile(r"(<([A-Za-z][\w-]*)(?:\s[^<>]*)?>)([^<>]+)(</\2>)")
_KEY = re.compile(r"""(["']?)(?<![\w.-])([A-Za-z_][\w.-]*)(\1\s*[:=]\s*)""")
_NAMED = re.compile(r"([\"'])[^\"'\n]+\1\s*:\s*$")
_VALUED = re.compile(r"\A\s*+(?:- )?[\w.-]++[\"']?\s*+[:=]\s*+")
"""what stands before the value of a name"""
_SWITCHES = (("true", "false"), ("True", "False"), ("yes", "no"), ("on", "off"))


def form(place: Neighbourhood, characters: Characters, starts: Callable[[str], bool]) -> str:
    """What a fill has to look like: a regular expression; "" where that is anybody's guess.

    Args:
        starts: whether it may begin with a character.
    """
    old, near, several = place.old, place.before + place.old + place.after, spelt(place)
    if place.beside is not None and (not several or place.beside.mark):
        return _another(place.beside, known_of(characters, several))
    if not old or len(old) > LONGEST or old.count("\n") >= LINES or several and not rows_of(place):
        return ""
    if salutations.signed(place.before, old, place.after):
        return " ".join(_name_like(word, known_of(characters)) for word in old.split(" "))
    parts, known = _BREAK.split(old), known_of(characters, several)
    if not place.prose:
        known -= {sign for sign in USUAL if not sign.isascii() and sign not in near}
    lines, breaks = parts[::2], [*map(re.escape, parts[1::2]), ""]
    if mark := rows_of(place):
        signed = bool(re.search(r"(?:^|[,;|\t]) ?-[0-9]", "\n".join([old, *place.above, *place.below]), re.MULTILINE))
        made = [row(line, mark, known, signed) for line in lines]
    elif len(lines) > 1:
        keyed = _keyed(lines)
        kept = {} if place.prose else definitions.kept(place.before, old, place.after)
        made = [
            kept.get(line) or _line(line, known, keyed, starts if at == 0 else str.isprintable)
            for at, line in enumerate(lines)
        ]
        last = len(lines) - 1 - bool(_FIXED.fullmatch(lines[-1].strip()))  # in a block, where the last line closes one
        made[last] += "" if keyed or place.prose or kept.keys() >= {*lines} else _more(lines, breaks[0], known)
    elif front := _gives(place):
        made = [re.escape(front) + words(known, old[len(front) :])]
    elif held := _held(place, known):
        made = [held]
    elif (asked := _head(place))[0]:
        made = [asked[0] + _expression(asked[1], known)]
    elif _is_value(place):
        made = [_value(old, known)]
    elif _is_data(place):
        signed = bool(re.search(r"[\[:,]\s*-[0-9]", near))
        made = [_data(old, known, signed)]
    else:
        return ""
    if made == [re.escape(old)]:
        return ""
    found = "".join(piece + line_break for piece, line_break in zip(made, breaks, strict=True))
    return found if re.fullmatch(found, old) else ""


def spelt(place: Neighbourhood) -> bool:
    """Whether letters around take several tokens."""
    return any(sign.isalpha() and ord(sign) > SIMPLE for sign in place.before + place.old + place.after)


def _name_like(word: str, known: Known) -> str:
    """A name, or its first letter with a full stop."""
    large, small = (one_of({sign for sign in known if like(sign)}) for like in (str.isupper, str.islower))
    if word.endswith("."):
        return large + r"\."
    return f"{large}{small}+" if word[:1].isupper() else re.escape(word)


def _is_data(place: Neighbourhood) -> bool:
    """Whether an entry in brackets has a line of its own there, or the value of a name in quotes stands there."""
    if place.prose or not DATA_ONLY.fullmatch(place.old):
        return False
    entry = place.old[0] in "[{" and place.starts_line and place.tail.strip(" \t\r,]}") == ""
    return entry or place.old[0] not in "[{" and bool(_NAMED.search(place.head))


def _gives(place: Neighbourhood) -> str:
    """What a line of code begins with that gives a name the value with which it is read below."""
    if place.prose or not place.starts_line or place.tail.strip(" \t;"):
        return ""
    front = statements.gives(place.before, place.old, place.after)
    return front if re.match(r"[\w\"'$&*!-]", place.old[len(front) :]) else ""


def _held(place: Neighbourhood, known: Known) -> str:
    """A line of code that begins what is named elsewhere, or imports it."""
    if place.prose or not place.starts_line or place.tail.strip(" \t;:,{"):
        return ""
    line = place.old + place.tail
    if front := definitions.headed(place.before, line, place.after):
        rest = place.old[len(front) :]
        return re.escape(front) + _value(rest, known) if rest else ""
    return definitions.kept(place.before, line, place.after).get(line, "").removesuffix(re.escape(place.tail))


def _head(place: Neighbourhood) -> tuple[str, str]:
    """(what a line of code begins with that asks, goes round or leaves its block at its end, as a pattern, the rest of it)."""
    if place.prose or not place.starts_line:
        return "", ""
    return statements.head(margin_of(place.head), place.below[0] if place.below else "", place.old)


def _expression(old: str, known: Known) -> str:
    """Code in place of some, with brackets and quotes of its own."""
    return words(known, f"<>[]\"'|{old}")  # it may begin with any mark


def _is_value(place: Neighbourhood) -> bool:
    """Whether a number, a date or a switch stands there as the value of a name, on a line by itself."""
    rest = place.tail.strip()
    alone = not rest or rest[0] in "#;" and place.head.strip()[:1] not in "#;"
    named = alone and not place.prose and bool(_VALUED.fullmatch(place.head)) and _plain_value(place.old)
    return named and any(key(line) == key(place.whole) for line in (*place.above[:1], *place.below[:1]))


def _plain_value(value: str) -> bool:
    return bool(amount(value)) or any(value in both for both in _SWITCHES)


def _another(beside: Beside, known: Known) -> str:
    """What is like the entries beside it."""
    like, near = beside.like[:LIKE], "".join(beside.like)
    digits, signed = any(map(str.isdigit, near)), bool(re.search(r"(?<![\w-])-[0-9]", near))
    usual = (sign for sign in known if sign.isalpha() or sign == " " or sign in near or digits and sign.isdigit())
    known = frozenset(usual)
    if beside.kind in ("row", "titles"):
        rows = [cells_of(line, beside.mark) for line in like]
        columns = zip(*(row for row in rows if len(row) == len(rows[0])), strict=True)
        if beside.kind == "titles":
            made = [words(known - {beside.mark, '"'}, "") for _ in columns]
        else:
            made = [_either(cell_of(cell, beside.mark, known, signed) for cell in column) for column in columns]
        return re.escape(beside.mark).join(made)
    if beside.kind == "entry":
        return _either(_data(text, known, signed) for text in like)
    mark = lead_of(like[0])
    found = [(text, name) for text in like if (name := _KEY.match(text.removeprefix(mark)))]
    values = [text.removeprefix(mark)[name.end() :] for text, name in found]
    values = [value for value in values if value and not (beside.kind == "pair" and value[0] in "[{")] or values[:1]
    if not all(values):
        return ""  # what they open is anybody's guess
    if not found:
        return re.escape(mark) + _either(_value(text.removeprefix(mark), known) for text in like)
    name = found[0][1]
    written = re.escape(name[2]) if mark else _name(name[2])  # entries of a list have the same names
    made = [_data(value, known, signed) if beside.kind == "pair" else _value(value, known) for value in values]
    return f"{re.escape(mark)}{name[1]}{written}{re.escape(name[3])}{_either(made)}"


def _either(patterns: Iterable[str]) -> str:
    made = list(dict.fromkeys(patterns))
    return made[0] if len(made) == 1 else f"(?:{'|'.join(made)})"


def _data(text: str, known: Known, signed: bool) -> str:
    """Texts, numbers and names in brackets with others in their place."""
    made = ""
    for found in DATA.finditer(text):
        piece, rest = found[0], text[found.end() :].lstrip()
        switch = next((both for both in _SWITCHES if piece in both), None)
        if piece[0] in "\"'" and len(piece) > 2 and not rest.startswith(":"):
            made += piece[0] + words(known - {piece[0], chr(92)}, piece[1:-1]) + piece[0]
        elif switch:
            made += f"(?:{'|'.join(switch)})"
        else:
            made += amount(piece, signed) or re.escape(piece)
    return made


def _more(lines: list[str], line_break: str, known: Known) -> str:
    """Lines that a block of code may have more than there were: an "else" wants one, and a bracket that was opened."""
    margins = "|".join(
        sorted({re.escape(line[: len(line) - len(line.lstrip())]) for line in lines[1:] if line.strip()})
    )
    return f"(?:[:{{;,]?{line_break}(?:{margins})(?:{words(known, 'x' + ''.join(lines))}|[)}}\\]]+)){{0,{MORE}}}"


def _keyed(lines: list[str]) -> bool:
    """Whether each line gives a value to a name."""
    plain = [line.strip() for line in lines if line.strip() and not _FIXED.fullmatch(line.strip())]
    return all(_KEY.match(line.removeprefix(lead_of(line))) for line in plain)


def _line(line: str, known: Known, keyed: bool, starts: Callable[[str], bool]) -> str:
    text = line.strip()
    margin = re.escape(line[: len(line) - len(line.lstrip())])
    if not text or _FIXED.fullmatch(text):
        return margin + re.escape(text)
    if element := _ELEMENT.fullmatch(text):
        return margin + re.escape(element[1]) + words(known - {"<", ">"}, element[3]) + re.escape(element[4])
    mark = lead_of(text)
    rest = text.removeprefix(mark)
    name = _KEY.match(rest) if keyed else None
    if name:
        mark = f"{re.escape(mark)}{name[1]}{_name(name[2])}{re.escape(name[3])}"
        return margin + mark + _value(rest[name.end() :], known)
    if not mark and (asked := statements.head("", "", rest))[0] and not rest.startswith("return"):
        end = _END.search(asked[1])
        body = asked[1].removesuffix(end[0] if end else "").rstrip()
        return margin + asked[0] + _expression(body, known) + re.escape(asked[1][len(body) :])
    return margin + re.escape(mark) + _rest(rest, known, starts if not mark else str.isprintable)


def _name(old: str) -> str:
    small = "a-z" if old.islower() else "A-Za-z"
    return f"[{small}][{small}0-9_{'-' if '-' in old else ''}]*"


def _value(old: str, known: Known) -> str:
    end = _END.search(old)
    mark = end[0] if end and end[0] in ",;{[(" else ""
    value = old.removesuffix(mark)
    if not value:
        return re.escape(mark)
    switch = next((both for both in _SWITCHES if value in both), None)
    if switch:
        made = f"(?:{'|'.join(switch)})"
    elif QUOTED.fullmatch(value) and len(value) > 2:
        made = quoted(value, known)
    else:
        made = amount(value) or words(known - {*";,"} if mark else known, value)
    return made + re.escape(mark)


def _rest(old: str, known: Known, starts: Callable[[str], bool]) -> str:
    end = _END.search(old)
    mark = end[0] if end else ""
    body = old.removesuffix(mark).rstrip()
    if not body:
        return re.escape(old)
    return words(known, body, starts) + re.escape(old[len(body) :])
