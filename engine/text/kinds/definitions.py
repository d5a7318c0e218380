"""What a program has from one of its lines and uses elsewhere: functions and types by the line that begins them, names by the
line that imports them. Told by the lines around, in any language that people write such lines in."""

from __future__ import annotations

import re
from functools import lru_cache

from engine.text.kinds.statements import KEPT, plain

_KINDS = (
    "def|func|fn|fun|function|class|struct|interface|enum|trait|impl|object|protocol|extension|record|namespace|module"
)
_BEFORE = (
    "export|default|public|private|protected|internal|static|final|abstract|async|override|virtual|inline|extern|pub|open|data|"
    "sealed|unsafe|const|local|suspend|partial|declare"
)
_DEFINED = re.compile(
    rf"\A(?:(?:{_BEFORE})(?:\([a-z]++\))?[ \t]++)*+(?:(?:{_KINDS})\b\*?[ \t]*+(?:<[^<>\n]*+>[ \t]*+)?(?:\([^()\n]*+\)[ \t]*+)?"
    r"|type[ \t]++(?=\w++[ \t]++(?:struct|interface)\b))(\$?[^\W\d][\w.]*+(?:::\w++)*+)"
)
"""the name of a function or a type, with the word for it in front"""
_ASSIGNED = re.compile(
    r"\A(?:export[ \t]++)?(?:const|let|var)[ \t]++(\w++)[ \t]*+=[ \t]*+"
    r"(?:async[ \t]*+)?(?:function\b|\([^()\n]*+\)|\w++[ \t]*+=>).*"
)
"""a function that is given a name as a value is"""
_TYPED = re.compile(
    r"\A(?:[A-Za-z_][\w<>\[\],*&:?.]*+[ \t]++)*+[*&]*+(~?[^\W\d][\w:]*+)[ \t]*+\([^()\n;=\"']*+\)[^()\n;=]*+\{?"
)
"""the same without one: types, a name and what it takes"""
_STEERS = frozenset(
    "if for while switch else return new throw catch do try elif unless until match await yield case foreach loop using with "
    "lock synchronized except finally when select go defer print echo assert not".split()
)
_IMPORT = re.compile(r"\A(?:import|from|use|using)\b(?![ \t]*+[=(:])[^\n=]*+")
_MEMBER = re.compile(
    r"\A(?:(?:pub|public|private|protected|readonly|final|static|var|let|val)[ \t]++)*+"
    r"(?:([^\W\d]\w*+)\??:[ \t]++[^\s=(]|[^\W\d][\w<>\[\],?]*+[ \t]++\*?([^\W\d]\w*+);\Z)"
)
"""a line that says what something has: its name, and what it is"""
_READ = re.compile(r"(?:\.|->)([^\W\d]\w*+)")
"""what is read of something"""
_MARKS = " \t(:?,*&"
"""what may stand between a name and what is said of it"""
_PIECE = re.compile(r"\"[^\"\n]*+\"|'[^'\n]*+'|[^\W\d]\w*+|.")
"""what an import is made of: a text in quotes, a name, anything else"""
_IMPORTING = frozenset("import from use using as static type pub crate self super".split())
_ANY, _FROM = "[A-Za-z_][A-Za-z0-9_]*", "[A-Za-z@.][A-Za-z0-9_@/.:-]*"
"""a name, and where one comes from"""
_SCRIPT = re.compile(r"\Aimport[ \t]++[\w.]++(?:[ \t]*+,[ \t]*+[\w.]++)*+")
"""an import that may take more names behind its last"""
_STYLE = re.compile(r"\A[ \t]*+-{0,2}[a-z][a-z-]*+[ \t]*+:[ \t][^;{}\n]*+;[ \t]*+\Z")
"""a line of a rule that says how something looks"""
_DECORATED = re.compile(r"\A[ \t]*+(?:@[A-Za-z_][\w.]*+(?:\([^\n]*+)?|#\[[^\n]*+)\Z")
"""what is said of the definition below"""
_SELECTED = re.compile(r"[.#][A-Za-z][\w-]*+")
_NAME = re.compile(r"\$?[^\W\d]\w*")


def defined(line: str) -> str:
    """The name of what a line begins: a function, a method, a type; "" for any other line."""
    text, head = line.strip(), line.partition("(")[0].strip()
    found = _DEFINED.match(text)
    if not found and text.endswith(("{", "=>", "(")):
        found = _ASSIGNED.fullmatch(text)
    if not found and not _STEERS.intersection(_NAME.findall(head)):
        found = _TYPED.fullmatch(text) if text.endswith("{") or " " in head and not text.endswith(")") else None
    return found[1].rpartition("::")[2] if found else ""


def lost(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a name is used elsewhere that stands nowhere any more once a fill takes the old words' place."""
    return not _needed(before, old, after).issubset(_NAME.findall(fill))


def kept(before: str, old: str, after: str) -> dict[str, str]:
    """Those of several lines that hold a program together, with what each has to look like, as a pattern: what begins a function
    or a type stays as it is, and so does what selects for a rule what others do; what imports has the names that are used."""
    needed, found, lines = _needed(before, old, after), {}, old.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        styled = _STYLE.match(below) and any(name in before + after for name in _SELECTED.findall(line))
        decorated = _DECORATED.match(line) and bool(defined(below) or _DECORATED.match(below))
        if styled or decorated or defined(line) and line.rstrip()[-1:] not in ("}", ";"):
            found[line] = re.escape(line)
        elif _imports(line) and not needed.isdisjoint(_NAME.findall(line)):
            found[line] = _importing(line, needed)
    return found


def headed(before: str, old: str, after: str) -> str:
    """What a line has in front that gives its name to a function, a type or a member which is named elsewhere: all up to the
    marks behind it; "" for any other line."""
    member = _MEMBER.match(old.strip())
    name = defined(old) or (member[1] if member else "")
    if name not in _needed(before, old, after):
        return ""
    end = next(found.end() for found in _NAME.finditer(old) if found[0] == name)
    return old[: len(old) - len(old[end:].lstrip(_MARKS))]


@lru_cache(maxsize=KEPT)
def _needed(before: str, old: str, after: str) -> frozenset[str]:
    """The names that the old words define or import and that stand elsewhere; an import gives none to what is above it, and a
    member is read of something."""
    above, below = _names(before), _names(after)
    found: set[str] = set()
    for line in old.splitlines():
        if name := defined(line):
            found |= {name} & (above | below)
        elif _imports(line):
            found |= _names(line) & below - above - _IMPORTING
        elif (member := _MEMBER.match(line.strip())) and not _STEERS.intersection(_NAME.findall(line)):
            found |= {*member.groups()} & {*_READ.findall(before), *_READ.findall(after)}
    return frozenset(found)


def _imports(line: str) -> bool:
    return bool(_IMPORT.fullmatch(line.strip(" \t\r;")))


@lru_cache(maxsize=KEPT)
def _names(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(plain(text)))


def _importing(line: str, needed: frozenset[str]) -> str:
    """An import of the names that are needed, from anywhere."""
    made = ""
    for piece in _PIECE.findall(line):
        if piece[0] in "\"'" and len(piece) > 2:
            made += piece[0] + _FROM + piece[0]
        else:
            made += _ANY if _NAME.fullmatch(piece) and piece not in needed | _IMPORTING else re.escape(piece)
    return made + "(?:, [a-z][a-z0-9_]*)?" if _SCRIPT.fullmatch(line.strip()) else made
