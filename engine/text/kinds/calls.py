"""Functions that a program calls and variables that it reads by their mark: known by the text around, or had by the languages
that people write programs in."""

from __future__ import annotations

import builtins
import re

from engine.text.kinds import statements

_CALLED = re.compile(r"(?<![\w.$>:@\\])(?:(new|fn|def|func|function|class)[ \t]++)?([^\W\d]\w*+)\(")
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_VARIABLE = re.compile(r"\$\{?([a-z_]\w++)")
"""one of a shell, of PHP or within a text of JavaScript; what is written large is the environment's"""
_OWN = frozenset(["this"])
_NAME = re.compile(r"[^\W\d]\w*")
_EVERYWHERE = frozenset(dir(builtins)).union(
    "if for while switch match return catch elif until function fn func def and or not in sizeof typeof len append make panic "
    "cap copy close delete min max new parseInt parseFloat fetch String Number Boolean Array Object Date Error Map Set Promise "
    "Symbol RegExp BigInt setTimeout setInterval clearTimeout clearInterval require isNaN encodeURIComponent "
    "decodeURIComponent alert printf scanf malloc calloc realloc free strlen strcmp strncmp strcpy strcat strncpy memcpy memset "
    "puts putchar getchar fopen fclose fgets fprintf snprintf sprintf exit abort atoi atof isalpha isdigit isalnum isspace "
    "isupper islower toupper tolower abs fabs sqrt pow floor ceil fmod sin cos tan exp log count strtolower strtoupper trim "
    "ltrim rtrim explode implode isset unset empty in_array array_map array_filter array_merge array_keys array_values "
    "array_sum array_push str_replace substr is_array is_null is_string is_numeric json_encode json_decode htmlspecialchars "
    "file_get_contents strpos ucfirst array Some None Ok Err Box Vec format println print vec assert raise super lambda echo "
    "sum avg coalesce lower upper round now date values var calc rgb rgba hsl url translate scale rotate repeat minmax "
    "gets rand sleep die define static_cast dynamic_cast move swap sort find string vector int float double char".split()
)


def unknown(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a fill calls a function that is named nowhere around, where the old words called none such."""
    known = _EVERYWHERE.union(_NAME.findall(before + " " + after))
    return bool(_strangers(fill, known.union(_NAME.findall(old)))) and not _strangers(old, known)


def unset(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a fill reads a variable by its mark that is named nowhere else."""
    read = [name for name in _VARIABLE.findall(fill) if name not in _OWN]
    given = {name.lstrip("$") for name in (*statements.bound(fill), *statements.taken(fill))} if read else set()
    return not given.union(_NAME.findall(f"{before} {old} {after}")).issuperset(read)


def _strangers(code: str, known: frozenset[str]) -> list[str]:
    called = _CALLED.findall(_QUOTED.sub(" ", code))
    return [name for made, name in called if not made and name not in known and not name.isupper()]
