"""Whether code parses: Python and JSON by their own parsers, other languages by tree-sitter.

Each has a budget. What is over it is not checked, and nothing is said of it: a parser of Python holds up everybody else, and
grammars take a time that grows with the square of some texts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module

from tree_sitter import Language, Parser, Tree

from engine.text.kinds.python import tree_of

SECONDS = 1.0
"""of one parse by tree-sitter"""
CHARACTERS = 128 * 1024
"""of Python that is parsed: nobody else's Python runs meanwhile, and it takes up to six seconds a megabyte"""

# language of assets/languages -> (module of the grammar, its function)
GRAMMARS = {
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "css": ("tree_sitter_css", "language"),
    "go": ("tree_sitter_go", "language"),
    "html": ("tree_sitter_html", "language"),
    "java": ("tree_sitter_java", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "kotlin": ("tree_sitter_kotlin", "language"),
    "lua": ("tree_sitter_lua", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "ruby": ("tree_sitter_ruby", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "shell": ("tree_sitter_bash", "language"),
    "sql": ("tree_sitter_sql", "language"),
    "swift": ("tree_sitter_swift", "language"),
    # Python's own takes memory that grows with the square of a dotted key's length.
    "toml": ("tree_sitter_toml", "language"),
    "typescript": ("tree_sitter_typescript", "language_tsx"),
    "yaml": ("tree_sitter_yaml", "language"),
}


def _python(text: str) -> bool | None:
    if len(text) > CHARACTERS:
        return None
    try:
        tree_of(text)
    except (SyntaxError, ValueError):
        return False
    except (RecursionError, MemoryError):  # nested too deeply for this parser, which says nothing of the code
        return None
    return True


def _json(text: str) -> bool | None:
    try:
        json.loads(text, parse_int=len)  # no number is made of a million digits
    except ValueError:
        return False
    except RecursionError:
        return None
    return True


def tree(language: str, text: str) -> Tree | None:
    """The syntax tree of a text, by one of GRAMMARS; None where it takes too long."""
    module, function = GRAMMARS[language]
    data, until = text.encode("utf-8", "replace"), time.monotonic() + SECONDS
    parser = Parser(_language(module, function))  # of its own: one that was stopped would go on where it was

    def spent(_at: int, _error: bool) -> bool:
        return time.monotonic() > until

    try:
        return parser.parse(lambda at, _: data[at : at + 65536], progress_callback=spent)
    except ValueError:  # it was stopped
        return None


@cache
def _language(module: str, function: str) -> Language:
    return Language(getattr(import_module(module), function)())


def _grammar(language: str) -> Callable[[str], bool | None]:
    def check(text: str) -> bool | None:
        found = tree(language, text)
        return None if found is None else not found.root_node.has_error

    return check


CHECKS: dict[str, Callable[[str], bool | None]] = {
    "python": _python, "json": _json, **{language: _grammar(language) for language in GRAMMARS},
}  # fmt: skip


@lru_cache(maxsize=4)
def parses(language: str, text: str) -> bool | None:
    """Whether ``text`` is correct in a language of assets/languages; None where it has no grammar (prose, markdown) or takes more
    than its budget."""
    check = CHECKS.get(language)
    return None if check is None else check(text)


def breaks(language: str, before: str, after: str) -> bool:
    """Whether a text that parsed does not any more. Where one is over the budget nobody can tell, and it does not."""
    return parses(language, before) is True and parses(language, after) is False


@dataclass(frozen=True, slots=True)
class WellFormed:
    """Whether a text is correct in a language, for who asks it of many. What nobody can tell is."""

    language: str

    def __call__(self, text: str) -> bool:
        return parses(self.language, text) is not False


def unchecked(language: str, text: str) -> bool:
    """Whether a text is code that would be checked if it were not over the budget."""
    return language in CHECKS and parses(language, text) is None
