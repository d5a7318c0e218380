"""Functions and methods that a program calls and variables that it reads by their mark: known by the text around, or had by the
languages that people write programs in."""

from __future__ import annotations

import builtins
import collections
import csv
import datetime
import functools
import io
import itertools
import json
import math
import os
import pathlib
import random
import re
import shutil
import time

from engine.text.kinds import statements

_CALLED = re.compile(r"(?<![\w.$>:@\\])(?:(new|fn|def|func|function|class)[ \t]++)?([^\W\d]\w*+)\(")
_METHOD = re.compile(r"[\w)\]\"'?!]\.([a-z_]\w*+)\(")
"""one that begins with a capital is another's own: whose languages write all of them so has no list"""
_UNCALLED = re.compile(
    r"[\w)\]\"']\.([a-z]++[A-Z]\w*+|split|slice|trim|join|replace|push|concat|strip|append|lower|upper);?+\s*+$"
)
"""what is hardly ever a value by itself; languages that call without brackets write their names otherwise"""
_OWN_METHOD = re.compile(r"\b(?:self|this|cls)\.([a-z]\w*+)\(")
_OWN_VALUE = re.compile(r"\b(?:self|this)\.([a-z]\w*+)(?![ \t]*+(?:\(|=(?!=)|:[ \t]))")
"""what is read of an object"""
_GIVEN = re.compile(r"\b(?:self|this)\.([a-z]\w*+)[ \t]*+(?::[^=\n]*+)?=(?!=)")
_HEIR = re.compile(r"\bclass[ \t]++\w++\(|\bextends\b|\bclass[ \t]++\w++[ \t]*+[:<][ \t]*+\w")
"""a class that has methods of others"""
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
_PYTHON = (
    str, bytes, list, dict, set, tuple, int, float, Exception, io.TextIOWrapper, pathlib.Path, re, re.Pattern, re.Match, math,
    random, os, os.path, json, time, csv, csv.DictReader, csv.DictWriter, itertools, functools, shutil, collections,
    collections.Counter, collections.deque, datetime, datetime.datetime, datetime.date, datetime.timedelta,
)  # fmt: skip
_METHODS = _EVERYWHERE.union(*map(dir, _PYTHON)).union(
    # JavaScript
    "at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare matchAll normalize padEnd "
    "padStart replaceAll slice startsWith substring substr toLowerCase toUpperCase toString trimEnd trimStart valueOf entries "
    "every fill filter findIndex findLast flat flatMap forEach from isArray keys map of push reduce reduceRight shift some "
    "splice unshift toFixed toPrecision toISOString toLocaleString toLocaleDateString toLocaleTimeString getTime getFullYear "
    "getMonth getDate getDay getHours getMinutes getSeconds setDate setHours setMinutes setMonth trunc sign stringify assign "
    "freeze fromEntries hasOwnProperty hasOwn create is test exec get has add then finally all race resolve reject allSettled "
    "querySelector querySelectorAll getElementById createElement createTextNode appendChild append prepend replaceChildren "
    "addEventListener removeEventListener dispatchEvent setAttribute getAttribute removeAttribute contains toggle closest "
    "matches focus blur click preventDefault stopPropagation getItem setItem removeItem text blob fetch next bind call apply "
    "on once off emit listen send status render readFile readFileSync writeFile writeFileSync existsSync getContext "
    "getBoundingClientRect scrollTo observe disconnect requestAnimationFrame postMessage "
    # Java, Kotlin
    "length equals equalsIgnoreCase isEmpty isBlank size put containsKey containsValue getOrDefault computeIfAbsent merge stream "
    "collect toList iterator hasNext nextInt nextLine print printf compareTo hashCode getName getClass insert toCharArray "
    "getMessage printStackTrace addAll removeIf entrySet keySet getKey getValue isPresent orElse mapToInt "
    # Rust
    "unwrap unwrap_or unwrap_or_else unwrap_or_default expect iter iter_mut into_iter is_empty push_str to_string as_str "
    "to_owned as_ref as_mut as_bytes as_slice clone lines chars bytes parse ok ok_or err map_err map_or and_then is_some "
    "is_none is_ok is_err get_mut entry or_insert or_insert_with or_default contains_key starts_with ends_with "
    "split_whitespace split_at enumerate rev take skip fold windows chunks sort_by sort_by_key sort_unstable retain drain "
    "extend lock read_line read_to_string write_all flush checked_add saturating_sub wrapping_add cloned copied filter_map "
    "take_while skip_while last nth any zip sum product position min_by max_by min_by_key max_by_key swap truncate unzip "
    "dedup borrow borrow_mut "
    # C++, Ruby, Lua
    "push_back pop_back emplace_back empty begin end front back substr c_str reserve resize erase each each_with_index select "
    "to_i to_s to_sym to_a upcase downcase capitalize chomp gsub sub nil first uniq compact group_by dup sort_by "
    # tables of numbers
    "head tail mean median std var groupby agg dropna fillna reset_index set_index sort_values value_counts apply astype reshape "
    "array zeros ones arange linspace dot argmax argmin concatenate stack transpose flatten unique iterrows read_csv to_csv "
    "isnull notnull item numpy tolist".split()
)


def unknown(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a fill calls a function or a method that is named nowhere around, where the old words called none such."""
    known, more = frozenset(_NAME.findall(before + " " + after)), frozenset(_NAME.findall(old))
    own = set(_OWN_METHOD.findall(fill)) - known - more
    found = bool(own) and not _HEIR.search(before) or bool(_strangers(fill, known | more))
    return found and not _strangers(old, known)


def uncalled(old: str, fill: str) -> bool:
    """Whether a fill ends on the name of a method that it does not call, where the old words did not."""
    found = _UNCALLED.search(fill)
    return found is not None and found[1] in _METHODS and not _UNCALLED.search(old)


def unmade(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a fill reads what its object has nowhere in a program that is known as a whole."""
    known = frozenset(_NAME.findall(f"{before} {old} {after}"))
    read, made = set(_OWN_VALUE.findall(fill)), set(_GIVEN.findall(fill))
    return bool(read - made - known) and not _HEIR.search(before)


def unset(before: str, old: str, after: str, fill: str) -> bool:
    """Whether a fill reads a variable by its mark that is named nowhere else."""
    read = [name for name in _VARIABLE.findall(fill) if name not in _OWN]
    given = {name.lstrip("$") for name in (*statements.bound(fill), *statements.taken(fill))} if read else set()
    return not given.union(_NAME.findall(f"{before} {old} {after}")).issuperset(read)


def _strangers(code: str, known: frozenset[str]) -> list[str]:
    plain = _QUOTED.sub('""', code)
    called = [name for made, name in _CALLED.findall(plain) if not made and not name.isupper()]
    return [
        *(name for name in called if name not in known and name not in _EVERYWHERE),
        *(name for name in _METHOD.findall(plain) if name not in known and name not in _METHODS),
    ]
