"""Keys and values: a row, an entry and a value have a name of their own, which none beside them has, and where all values of a
column or of a name differ none is copied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.text.places.lines import key, lead, margin_of, rows_of
from engine.text.places.neighbourhood import Neighbourhood

_NAMED = re.compile(r"""^["']?([\w.-]+)["']?\s*(?:[:=](?![:=>])|([-=]>))""")
_BRANCHES = frozenset("case default else except finally try".split())


_VALUE = re.compile(r"""(?<![\w.-])["']?([\w.-]++)["']?\s*+[:=]\s*+("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,;\[\]{}()#]+)""")
"""a name and its value"""
_GOAL = re.compile(r"^[ \t]*+[\w.-]++[/.][\w./-]*+: ", re.MULTILINE)
"""a path that is made of others: "build/main.o: main.c" """
_OWN_LINE = re.compile(r"^[ \t]*+(?:- )?([\w.-]++):[ \t]*+(\S?)", re.MULTILINE)
"""a name at the beginning of its line, and whether there is more on it"""


def copies(place: Neighbourhood, fill: str) -> bool:
    """A cell or a value says what one beside it says, where those of its column, or of its name, all differ."""
    if place.beside is not None:
        return False
    mark = rows_of(place)
    return _copies_cell(place, fill, mark) if mark else not place.prose and _copies_value(place, fill)


def _copies_cell(place: Neighbourhood, fill: str, mark: str) -> bool:
    old, new = (
        [_cells(line, mark) for line in (place.head + text + place.tail).split("\n")] for text in (place.old, fill)
    )
    near = [cells for cells in _near(place, mark) if len(cells) == len(old[0])]
    columns = zip(zip(*near, strict=True), zip(*old, strict=False), zip(*new, strict=False), strict=False)
    # Of words it takes more to tell that none comes twice.
    return any(
        had != has and len(column) > (1 if re.search(r"\d", "".join(has)) else 2) and _alone(column, had, has)
        for column, had, has in columns
    )


def _copies_value(place: Neighbourhood, fill: str) -> bool:
    around = [*_VALUE.findall(place.before), *_VALUE.findall(place.after)]
    head, tail = re.split(r"[\n,{]", place.before)[-1], re.split(r"[\n,}]", place.after)[0]
    had, has = (_VALUE.findall(head + text + tail) for text in (place.old, fill))
    for (name, was), (other, now) in zip(had, has, strict=False):
        values = [value for key, value in around if key == name]
        enough = len(values) > 1 or bool(values) and len(now) > 2 and now.isdigit()
        if name == other and now != was and enough and _alone(values, [was], [now]):
            return True
    return False


def other_kind(place: Neighbourhood, fill: str) -> bool:
    """A name that opens a block wherever it stands has a value on its line, or the other way round; or the path of a file has
    one, which none has around."""
    if place.prose or not place.starts_line:
        return False
    around = [*_OWN_LINE.findall(place.before), *_OWN_LINE.findall(place.after)]
    for name, value in _OWN_LINE.findall(fill):
        values = [bool(other) for key, other in around if key == name]
        if values and name not in _BRANCHES and bool(value) not in values:
            return True
    return bool(_GOAL.search(fill)) and not any(map(_GOAL.search, (place.before, place.old, place.after)))


def _alone(near: Sequence[str], had: Sequence[str], has: Sequence[str]) -> bool:
    """Whether all differed, and do no more."""
    return _differ([*near, *had]) and not _differ([*near, *has])


def repeats_key(place: Neighbourhood, fill: str) -> bool:
    """A row begins as no row beside it does where those all begin differently, and a name gets its value once in a block."""
    mark = rows_of(place)
    if place.beside is not None and not mark:
        return bool({*_name(fill)} & {name for text in place.beside.like for name in _name(text)})
    if not place.starts_line or place.prose and not mark:
        return False
    if mark:
        return _repeats_row(place, fill, mark)
    if _named_twice(place.head + fill) and not _named_twice(place.head + place.old):
        return True
    known, old, new = _names_around(place), _names(place, place.old), _names(place, fill)
    enough = 2 if key(place.whole) == ":" else 3  # what "=" gives a value may get another
    return len(known) + len(old) >= enough and _differ([*known, *old]) and not _differ([*known, *new])


def _repeats_row(place: Neighbourhood, fill: str, mark: str) -> bool:
    old, new = ([_cells(line, mark) for line in text.split("\n") if line.strip()] for text in (place.old, fill))
    near = [cells for cells in _near(place, mark) if len(cells) in {*map(len, new)}]
    firsts, had, has = ([cells[0] for cells in rows] for rows in (near, old, new))
    if len(firsts) > 1 and _alone(firsts, had, has):
        return True
    return len(near) > 1 and not any(map(_twice, [*near, *old])) and any(map(_twice, new))


def _near(place: Neighbourhood, mark: str) -> list[list[str]]:
    """The cells of the rows around."""
    around = [*place.before.split("\n")[:-1], *place.after.split("\n")[1:]]
    return [_cells(line, mark) for line in around if line.strip()]


def _differ(names: Sequence[str]) -> bool:
    return len(set(names)) == len(names)


def _cells(line: str, mark: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|" if mark == "|" else "").split(mark)]


def _twice(cells: Sequence[str]) -> bool:
    """Whether a word of a row stands in two of its cells."""
    return not _differ([cell.lower() for cell in cells if any(map(str.isalpha, cell))])


def _names_around(place: Neighbourhood) -> list[str]:
    """The names that get values in the block of a line: the lines indented alike, up to what stands further left."""
    margin = margin_of(place.head)
    above = _block(reversed(place.before.split("\n")[:-1]), margin)
    return [*above, *_block(place.after.split("\n")[1:], margin)]


def _names(place: Neighbourhood, text: str) -> list[str]:
    """Those that get values in the first block of what is written there."""
    margin = margin_of(place.head)
    lines = [margin + line if at == 0 else line for at, line in enumerate(text.splitlines())]
    return [name for line in lines if margin_of(line) == margin for name in _name(line)]


def _named_twice(text: str) -> bool:
    """Whether a name gets two values with ":" in one of the blocks of a text, told by what its lines are indented by."""
    open_: list[tuple[int, set[str]]] = []
    for line in filter(str.strip, text.split("\n")):
        width = len(margin_of(line))
        # An entry has names of its own, and a bracket closes those before it.
        while open_ and (open_[-1][0] > width or open_[-1][0] == width and (lead(line) or line.strip()[0] in "[]{}")):
            open_.pop()
        if not open_ or open_[-1][0] < width:
            open_.append((width, set()))
        found = set(_name(line)) if key(line) == ":" else set()
        if found & open_[-1][1]:
            return True
        open_[-1][1].update(found)
    return False


def _block(lines: Iterable[str], margin: str) -> list[str]:
    found: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        width = len(margin_of(line)) - len(margin)
        if width < 0 or line.strip()[0] in "[]{}" or width == 0 and lead(line):
            break  # another block, or an entry with names of its own
        if width == 0:
            found += _name(line)
    return found


def _name(line: str) -> list[str]:
    found = _NAMED.match(line.strip())
    return [found[1]] if found and (found[2] or found[1] not in _BRANCHES) else []
