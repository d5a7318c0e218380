"""Whether a statement of a program does anything where it stands: names that come from nowhere, values that nobody reads, lines
that are never reached. Told by the names around it, in any language that people write statements in."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(r"\$?[^\W\d]\w*")
_WORDS = frozenset(
    "if else elif for foreach while do switch case default break continue return yield try catch finally throw "
    "throws new in of as is not and or var let const val int long float double char bool boolean string str "
    "void func function fn def class struct public private protected static final self this null nil None true "
    "false True False echo print printf println console log System out fmt Println end then fi done local mut "
    "auto async await lambda".split()
)
"""names that every program has"""
_EVERYWHERE = _WORDS | frozenset(
    "unless until begin rescue ensure match guard defer when where raise assert pass del global nonlocal from import "
    "super base typeof instanceof delete sizeof unsigned signed short size_t byte char std object any undefined "
    "unknown number range len make append panic err window document process math module exports ref move loop impl "
    "pub use crate except with elsif isset unset array goto go select chan map interface type enum export".split()
)
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|(?://|#[ \t]).*")
_VARIABLE = re.compile(r"\$\{?([a-z_]\w*+)")
_BOUND = re.compile(
    r"(?<![\w.$>\])])(?:(?:const|let|var|val|mut|auto|final)[ \t]++){0,3}+(?:[A-Za-z_][\w.]*+(?:<[\w, ]*+>)?[*&]{0,2}[ \t]++)?"
    r"(\$?[^\W\d]\w*+)(?:[ \t]*+:[ \t]*+[\w.<>\[\]?]++)?+[ \t]*+(?::=|=(?![=>~]))"
)
"""a name that gets a value; "+=" gives it another"""
_CHANGED = re.compile(
    r"\A(?:(?:self|this)\.|\$this->|@)?(\$?[^\W\d]\w*+)(?:\.\w++)*+(?:\[[^\[\]\n]*+\])?[ \t]*+"
    r"(?:\|\||&&|\?\?|//|\*\*|<<|>>|[-+*/%|&^.])?+=(?![=>~])"
)
"""a name whose value is another from here on, or a part of which is"""
_TAKEN = re.compile(
    r"\b(?:for|foreach|as|let|var|const|val|catch|in|of|int|long|double|float|char|string|auto)\b[ \t]*+\(?"
    r"(?:(?:const|let|var|mut|int|auto)\b[ \t]++)?(\$?[^\W\d]\w*+)(?:[ \t]*+,[ \t]*+(\$?[^\W\d]\w*+))?"
    r"|(?<![\w$])(\$?[^\W\d]\w*+)\)?[ \t]*+=>"
)
"""names that a loop, a branch or a function takes"""
_USED = re.compile(r"(?<![\w.$>:@#])(\$?[a-z_]\w*+)(?![ \t]*+(?:[(:!]|=(?!=)))")
"""names that are read: no members, calls or keys"""
_ALONE = re.compile(r"(?<![\w.$>@])\$?[^\W\d]\w*+")
"""names that are no members"""
_SET = re.compile(r"(?<![=!<>])=(?![=>])")
_LEAVES = re.compile(r"(?:return|throw|raise|break|continue)\b")
_HEAD = re.compile(
    r"(return|throw new|throw|raise|(?:else if|elif|elsif|if|unless|while|until|foreach|for)(?![\w.=:]))(?:[ \t]*+\(|[ \t]++)"
)
_FAMILIES = ("if while".split(), "for while".split())
"""what may stand for each other"""
_HEADER = re.compile(
    r"^[ \t]*+(?:[a-z]++[ \t]++)*?([A-Za-z_][\w<>\[\],*]*+)[ \t]++\*?\w++\([^()\n;]*\)[^;\n]*$", re.MULTILINE
)
"""the first line of a function, with the type of what it gives"""
_VALUED = re.compile(r"return\b[ \t]*+[^;\s]")
_VALUED_LINE = re.compile(r"^[ \t]++return\b[ \t]*+[^;\s]", re.MULTILINE)
_BARE = re.compile(r"\breturn[ \t]*+(?:[;}\n]|$)")
_OTHER = re.compile(r"^[^\s})]", re.MULTILINE)
"""where something begins that is no part of what stands before"""
_FOLLOWS = re.compile(
    r"[)}\]]|(?:case|default|else|elif|elsif|except|catch|finally|rescue|ensure|when|end|fi|done|esac|then)\b|@"
)
"""what a line may begin with that stands behind one that leaves"""
_ITSELF = re.compile(
    r"\A(?:(?:const|let|var|val)[ \t]++)?(\$?[^\W\d][\w.]*+)[ \t]*+=[ \t]*+(?:\(\w+\)[ \t]*+)?\1"
    r"|\Areturn[ \t]++\$?[\w.]++[ \t]*+[-+*/]?=[^=>].*"
)
"""what gives a name its own value, or leaves with what it has just given away"""
_DROPPED = re.compile(r"\A(\$?[^\W\d]\w*+)\.\w+\(\)")
_LAMBDA = re.compile(r"\blambda\b[^:]*+:|<[\w\s,.?]*+>")
"""names that a value takes, and types of it"""
_INSIDE = re.compile(r"\([^()]*\)|\{[^{}]*\}|\[[^\[\]]*\]")
_BRANCH = re.compile(r"(?:if|for|foreach|while|switch|try)\b")
KEPT = 64
"""texts whose names are remembered"""


def names(code: str) -> list[str]:
    """Names of a program, without what stands between quotes and the words of languages."""
    return [name for name in _NAME.findall(plain(code)) if name not in _WORDS]


def plain(code: str) -> str:
    """A program without what stands between quotes or is remarked, but with the variables that are named there by their mark."""
    return _QUOTED.sub(_variables, code)


def _variables(quoted: re.Match[str]) -> str:
    return f" {' '.join('$' + name for name in _VARIABLE.findall(quoted[0]))} " if quoted[0][0] == '"' else " "


@lru_cache(maxsize=KEPT)
def _known(code: str) -> frozenset[str]:
    return frozenset(names(code))


def around(before: str, after: str) -> frozenset[str]:
    """The names of both sides of a place."""
    return _known(before) | _known(after)


def bound(code: str) -> list[str]:
    """Names that get their value in a piece of a program."""
    return [name for name in _BOUND.findall(plain(code)) if name not in _WORDS]


def _needed(before: str, old: str, after: str) -> list[str]:
    """Names that have their value from a statement and are read behind it."""
    return [name for name in bound(old) if name in _known(after) and name not in _known(before)]


def gives(before: str, old: str, after: str) -> str:
    """What a statement begins with that gives a name the value with which it is read behind: all up to the value; "" for any
    other."""
    new, changed = _BOUND.match(old), _CHANGED.match(old)
    start = new if new and _needed(before, old, after) == [new[1]] else None
    if start is None and changed and changed[1] in _known(before) & _known(after):
        start = changed
    return start[0] + " " * (old[start.end() :][:1] == " ") if start else ""


def missing(before: str, old: str, after: str, fill: str) -> bool:
    """Whether names are read behind a statement that nothing has given a value any more: the old one did."""
    needed = _needed(before, old, after)
    made = {*bound(fill), *taken(fill)} if needed else set()
    return not made.issuperset(needed)


def unread(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a value is given to a name that stands nowhere else, or to a name its own, or made and not kept. Data have names
    that stand nowhere else: then the old one has, too."""
    text = fill.strip(" \t\r\n;")
    dropped = _DROPPED.fullmatch(text)
    if _ITSELF.fullmatch(text) or dropped and dropped[1] in bound(old):
        return True
    return _lost(before, after, fill) and not _lost(before, after, old)


def _lost(before: str, after: str, code: str) -> bool:
    own, known = _ALONE.findall(plain(code)), around(before, after)
    return any(own.count(name) == 1 and name not in known for name in bound(code))


def from_nothing(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a value is made of no name of the text, where the old one was made of some."""
    known = around(before, after)
    return bool(_SET.search(old) and _SET.search(fill)) and bool(_made_of(old, known)) and not _made_of(fill, known)


def _made_of(code: str, known: frozenset[str]) -> set[str]:
    return {name for line in plain(code).split("\n") for name in _ALONE.findall(_SET.split(line)[-1]) if name in known}


def unreached(margin: str, below: str, old: str, fill: str) -> bool:
    """Whether something stands behind a line that leaves: in what is written, or below it, indented alike.

    Args:
        margin: of its first line.
        below: the next line of the text that holds something.
    """
    return _cut_off(margin, below, fill) and not _cut_off(margin, below, old)


def _cut_off(margin: str, below: str, code: str) -> bool:
    lines = [margin + code.lstrip(), below] if "\n" not in code else [*(margin + code.lstrip()).split("\n"), below]
    for line, behind in zip(lines, lines[1:], strict=False):
        text, next_ = line.strip(), behind.strip()
        if not _LEAVES.match(text):
            continue
        alike = line[: len(line) - len(line.lstrip())] == behind[: len(behind) - len(behind.lstrip())]
        if _statements(text) > 1 or alike and next_ and not _FOLLOWS.match(next_):
            return True
    return False


def head(margin: str, below: str, old: str) -> tuple[str, str]:
    """(what a line begins with that asks, goes round or leaves its block at its end, as a pattern, the rest of the line); two
    times "" for any other. Margin and line below are those of ``unreached``."""
    found = _HEAD.match(old)
    if not found or not old[found.end() :].strip():
        return "", ""
    word, gap = found[1], re.escape(old[found.end(1) : found.end()])
    if _LEAVES.match(word) and not _last(margin, below):
        return "", ""
    alike = dict.fromkeys([word, *next((family for family in _FAMILIES if word in family), ())])
    return f"(?:{'|'.join(map(re.escape, alike))}){gap}", old[found.end() :]


def _last(margin: str, below: str) -> bool:
    """Whether a line is the last of its block."""
    return below.lstrip()[:1] in ("}", "") or len(below) - len(below.lstrip()) < len(margin)


def stays(margin: str, below: str, old: str, fill: str) -> bool:
    """Whether the last line of a block left it and does so no more. Margin and line below are those of ``unreached``."""
    return _last(margin, below) and bool(_LEAVES.match(old)) and not _LEAVES.match(fill)


def brings(before: str, old: str, fill: str) -> bool:
    """Whether a function that gives no value gives one."""
    headed = _HEADER.findall(before)
    return bool(headed) and headed[-1] == "void" and bool(_VALUED.match(fill)) and not _VALUED.match(old)


def other_number(old: str, fill: str) -> bool:
    """Whether another number of values is given than was by the old lines: callers take them apart."""
    had, has = ({_values(line.strip()) for line in code.split("\n")} - {None} for code in (old, fill))
    return bool(had) and not has <= had


def gives_nothing(after: str, old: str, fill: str) -> bool:
    """Whether a function ends without a value that ends with one below, and did not before."""
    below = _OTHER.split(after, maxsplit=1)[0]
    return bool(_BARE.search(fill)) and not _BARE.search(old) and bool(_VALUED_LINE.search(below))


def _values(line: str) -> int | None:
    return _outside(_LAMBDA.sub(" ", line)).count(",") + 1 if _VALUED.match(line) else None


def crowded(old: str, tail: str, fill: str) -> bool:
    """Whether a line has more statements than the old one had, or an empty one behind a branch."""
    if "\n" in fill or "\n" in old:
        return False
    empty = tail.lstrip().startswith(";") and fill.rstrip().endswith("}") and not old.rstrip().endswith("}")
    return _statements(fill) > max(1, _statements(old)) or empty and bool(_BRANCH.match(fill.lstrip()))


def _outside(line: str) -> str:
    """What stands in no brackets and between no quotes."""
    text = plain(line)
    while text != (inner := _INSIDE.sub(" ", text)):
        text = inner
    return text


def _statements(line: str) -> int:
    text = _outside(line)
    return sum(bool(part.strip()) for part in text.split(";")) + text.count(";;")


def unknown(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a statement reads names that stand nowhere, where the old one read none."""
    known = around(before, after)
    return bool(_strangers(fill, known | _known(old))) and not _strangers(old, known)


def _strangers(code: str, known: frozenset[str]) -> set[str]:
    return set(read(code)) - known.union(bound(code), taken(code))


def read(code: str) -> list[str]:
    """Names whose values a piece of a program reads."""
    return [name for name in _USED.findall(plain(code)) if name not in _EVERYWHERE]


def taken(code: str) -> set[str]:
    """Names that a loop, a branch or a function takes."""
    return {name for found in _TAKEN.findall(plain(code)) for name in found if name}
