"""Lines: as many as stood there, indented alike, with the same marks in front and the same separators inside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.text.places.neighbourhood import Neighbourhood

_LEAD = re.compile(
    r"[-*+](?: \[[ xX]\])?(?=\s|$)|\d{1,3}[.)](?=\s|$)|#{1,6}(?=\s)|#(?=\w)|>|\||//[/!]?|--(?=\s)|%|/\*+|\\[A-Za-z]+|<|@"
)
_KEY = re.compile(r"""^["']?[\w.-]+["']?(?:(?=:(?:\s|$))|\s*(?==\s|[-=]>\s))""")
_OPENS = re.compile(r"[:{(\[,=>\\|&+]$|^[-*+] |^\d+[.)] |\b(?:then|do|else|begin)$")
_COMMENT = re.compile(
    r"\S[ \t]+(?:#(?=\s|$|(?![0-9A-Fa-f]{3,8}\b)[A-Za-z][\w-]*+(?![\w -]*\{))|/\*"
    r"|//[ \t]+[A-Za-z]{2,}[ \t,]+[A-Za-z]{2}|--[ \t]+[A-Za-z]{2,}[ \t,]+[A-Za-z]{2})"
    r"|(?:[,;{}][ \t]*|\S[ \t]{2,})//"  # behind what ends a statement nothing is divided
)
_COMMAND = re.compile(r"\A[ \t]*+[A-Z]{2,}\b")
_BOX = re.compile(r"\[[ xX]\]")
_WHOLE = re.compile(r"(?:#+|//|--)(?:\s.*)?")
DEEPER = 8
"""columns by which a line may stand deeper than any old one"""


def lead(line: str) -> str:
    """The mark that a line begins with: of a list, a heading, a quotation, a comment, a row, a command; "" for none. Numbers are
    alike."""
    found = _LEAD.match(line.strip())
    return "" if found is None else "1." if found[0][0].isdigit() else found[0]


def lead_of(line: str) -> str:
    """The mark that a line begins with as it stands there, with the white space behind it."""
    text = line.strip()
    found = _LEAD.match(text)
    return "" if found is None else text[: found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip())]


def key(line: str) -> str:
    """ ":" or "=" where the line gives a value to a name, the same or "-" for a branch with an arrow."""
    text = line.strip()
    found = _KEY.match(text)
    return "" if found is None else text[found.end() :].lstrip()[:1]


def too_few(place: Neighbourhood, fill: str) -> bool:
    """A block is replaced by as many lines at least, a part of a line by no line; no line is empty where none was."""
    if not place.old:
        return False
    had, has = len(place.lines) - 1, len(fill.splitlines()) - 1
    if not had:
        return has > 0
    blank = re.compile(r"\n[ \t]*\r?\n")
    return has < had or bool(blank.search(fill)) and not blank.search(place.old)


def ill_indented(place: Neighbourhood, fill: str) -> bool:
    """No line stands further left than the old ones did, none deeper without a line that opens something, and none is indented by
    tabs where the others are by spaces, or the other way round."""
    known = {mark for line in (*place.above, *place.lines, *place.below, place.head) for mark in margin_of(line)}
    if known and any(not known.issuperset(margin_of(line)) for line in fill.splitlines()[1:] if line.strip()):
        return True
    margins = [margin_of(line) for line in place.lines[1:] if line.strip()]
    lines = [line for line in fill.splitlines()[1:] if line.strip()]
    if not lines or not margins:
        return False
    least, most = min(margins, key=len), max(len(margin.expandtabs(4)) for margin in margins)
    if any(not line.startswith(least) or len(margin_of(line).expandtabs(4)) > most + DEEPER for line in lines):
        return True
    previous = [margin_of(place.head) + fill.splitlines()[0].strip(), *lines]
    return not place.prose and any(
        len(margin_of(line).expandtabs(4)) > len(margin_of(above).expandtabs(4)) and not _OPENS.search(above.strip())
        for above, line in zip(previous, lines, strict=False)
    )


def margin_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def wrong_lead(place: Neighbourhood, fill: str) -> bool:
    """A list's entry, a heading, a quotation, a comment begin as they did, and nothing else begins so."""
    old, new = place.lines, fill.splitlines() or [""]
    if not place.old and not place.prose:
        return False
    if not place.starts_line:
        old, new = old[1:], new[1:]
        first = lead(fill)
        if first and first != lead(place.old) and (place.prose or first not in "<|>@%/*-*+\\"):
            return True
    known = {lead(line) for line in old} | ({"-"} if {key(line) for line in old} == {":"} else set())
    if place.starts_line and lead(old[0]) != lead(new[0]):
        return True
    if any(lead(line) not in known for line in new if line.strip()):
        return True
    if len(_BOX.findall(fill)) > len(_BOX.findall(place.old)):
        return True
    return _loses_key(place, new) or _loses_command(place, new)


def _loses_key(place: Neighbourhood, new: Sequence[str]) -> bool:
    """Where every line around gives a value to a name in the same way, all do."""
    if not place.starts_line:
        return False
    keys = {key(line) for line in place.lines if line.strip()}
    near = [key(line) for line in (*place.above[:1], *place.below[:1]) if lead(line) != "-"]
    if len(keys) != 1 or "" in keys or not near or any(one not in keys for one in near):
        return False
    return any(key(line) not in keys and lead(line) != "-" for line in new if line.strip())


def _loses_command(place: Neighbourhood, new: Sequence[str]) -> bool:
    """Where every line around begins with a word in capitals, as files of commands have them, all do."""
    near = [*place.lines, *place.above, *place.below]
    commands = place.starts_line and len(near) > 2 and all(map(_COMMAND.match, near))
    return commands and not all(map(_COMMAND.match, filter(str.strip, new)))


def wrong_line_ends(place: Neighbourhood, fill: str) -> bool:
    """Where every old line ended with the same mark, or opened or closed something, so does every line but the last."""
    had = [line.rstrip()[-1:] for line in place.lines[:-1] if line.strip()]
    marks = {mark for mark in had if mark not in "{}[]()"}
    if len(marks) != 1 or not marks <= {";", ","}:
        return False
    return any(line.rstrip()[-1:] not in {*marks, *"{}[]("} for line in fill.splitlines()[:-1] if line.strip())


def commented(place: Neighbourhood, fill: str) -> bool:
    """A comment ends a line, or is one, where neither the old words nor the lines around have such."""
    around = [place.head, place.tail, *place.above, *place.below, *place.old.splitlines()]
    return any(
        any(map(finds, map(str.strip, fill.splitlines()))) and not any(map(finds, map(str.strip, around)))
        for finds in (_COMMENT.search, _WHOLE.fullmatch)
    )


# ---- separators ----------------------------------------------------------------------------------------------------
def wrong_separators(place: Neighbourhood, fill: str) -> bool:
    """Rows of a table and of a CSV file have as many separators as they had; an entry between commas brings none."""
    mark = rows_of(place)
    if place.beside is not None:
        wanted = separators(place.beside.like[0], mark) if mark else 0
        return bool(mark) and any(separators(row, mark) != wanted for row in fill.splitlines() or [""])
    if mark:
        new = fill.splitlines() or [""]
        if len(new) == 1 == len(place.lines):
            return separators(fill, mark) != separators(place.old, mark)
        wanted = separators(place.whole.splitlines()[0], mark)
        rows = [place.head + new[0], *new[1:-1], new[-1] + place.tail]
        return any(separators(row, mark) != wanted for row in rows if row.strip())
    before, after = place.before.rstrip()[-1:], place.after.lstrip()[:1]
    if before and after and before in ",([{" and after in ",)]}" and not _commas(place.old):
        return _commas(fill) > 0
    return False


def rows_of(place: Neighbourhood) -> str:
    """What parts the cells of the row that the place lies in; "" where it is no row."""
    if place.beside is not None:
        return place.beside.mark
    near = [*place.above, *place.below]
    line = place.whole.splitlines()[0] if place.whole else ""
    if separators(line, "|") > 1 and (line.strip().startswith("|") or any(separators(one, "|") > 1 for one in near)):
        return "|"
    for mark in (";", "\t", ","):
        count = separators(line, mark)
        alike = [one for one in near if separators(one, mark) == count]
        if count and near and len(alike) >= max(1, len(near) - 1) and not any(map(_of_code, (line, *near))):
            spaced = sum(separators(one, mark + " ") for one in near)
            if 2 * spaced < count * len(near):
                return mark
    return ""


def _of_code(line: str) -> bool:
    return line.rstrip().endswith((";", "{", "}", ":", ",")) and not line.rstrip().endswith((";;", ",,")) or "(" in line


def separators(line: str, mark: str) -> int:
    """Separators of a row; those in quotes and behind a backslash are none."""
    return re.sub(r'"[^"\n]*"|\\.', "", line).count(mark)


def _commas(text: str) -> int:
    """Commas outside of brackets and quotes."""
    plain = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", "", text)
    while plain != (inner := re.sub(r"[(\[{][^()\[\]{}]*[)\]}]", "", plain)):
        plain = inner
    return plain.count(",")
