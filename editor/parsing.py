"""Whether code parses: Python and JSON by their own parsers, other languages by tree-sitter."""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Callable
from functools import cache
from importlib import import_module

from tree_sitter import Language, Parser, Tree

# language of assets/languages -> (module of the grammar, its function)
GRAMMARS = {
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_tsx"),
    "html": ("tree_sitter_html", "language"),
    "sql": ("tree_sitter_sql", "language"),
}


def _python(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the user's code, which nobody asked for
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


@cache
def _parser(language: str) -> Parser:
    module, function = GRAMMARS[language]
    return Parser(Language(getattr(import_module(module), function)()))


def tree(language: str, text: str) -> Tree:
    """The syntax tree of a text, by one of GRAMMARS."""
    return _parser(language).parse(text.encode("utf-8", "replace"))


def _grammar(language: str) -> Callable[[str], bool]:
    return lambda text: not tree(language, text).root_node.has_error


CHECKS: dict[str, Callable[[str], bool]] = {
    "python": _python, "json": _json, **{language: _grammar(language) for language in GRAMMARS},
}  # fmt: skip


def parses(language: str, text: str) -> bool | None:
    """Whether ``text`` is correct in a language of assets/languages; None where it has no grammar (prose, markdown)."""
    check = CHECKS.get(language)
    return None if check is None else check(text)


def breaks(language: str, before: str, after: str) -> bool:
    """Whether a text that parsed does not any more."""
    return parses(language, before) is True and parses(language, after) is False
