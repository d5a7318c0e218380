"""Keys: a row, an entry and a value have a name of their own, which none beside them has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.text.places.lines import lead, margin_of, rows_of
from engine.text.places.neighbourhood import Neighbourhood

_NAMED = re.compile(r"""^["']?([\w.-]+)["']?\s*(?:[:=](?![:=>])|([-=]>))""")
_BRANCHES = frozenset("case default else except finally".split())


def repeats_key(place: Neighbourhood, fill: str) -> bool:
    """A row begins as no row beside it does where those all begin differently, and a name gets its value once in a block."""
    mark = rows_of(place)
    if place.beside is not None and not mark:
        return bool({*_name(fill)} & {name for text in place.beside.like for name in _name(text)})
    if not place.starts_line or place.prose and not mark:
        return False
    if mark:
        return _repeats_row(place, fill, mark)
    known, old, new = _names_around(place), _names(place, place.old), _names(place, fill)
    return len(known) + len(old) > 2 and _differ([*known, *old]) and not _differ([*known, *new])


def _repeats_row(place: Neighbourhood, fill: str, mark: str) -> bool:
    around = [*place.before.split("\n")[:-1], *place.after.split("\n")[1:]]
    near, old, new = (
        [_cells(line, mark) for line in lines if line.strip()]
        for lines in (around, place.old.split("\n"), fill.split("\n"))
    )
    near = [cells for cells in near if len(cells) in {*map(len, new)}]
    firsts, had, has = ([cells[0] for cells in rows] for rows in (near, old, new))
    if len(firsts) > 1 and _differ([*firsts, *had]) and not _differ([*firsts, *has]):
        return True
    return len(near) > 1 and not any(map(_twice, [*near, *old])) and any(map(_twice, new))


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


def _block(lines: Iterable[str], margin: str) -> list[str]:
    found: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        if len(margin_of(line)) < len(margin) or lead(line) or line.strip()[0] in "[]{}":
            break  # another block, or an entry with names of its own
        if margin_of(line) == margin:
            found += _name(line)
    return found


def _name(line: str) -> list[str]:
    found = _NAMED.match(line.strip())
    return [found[1]] if found and (found[2] or found[1] not in _BRANCHES) else []
