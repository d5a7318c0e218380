"""Words as people count them: what white space parts, and in scripts without spaces what ICU's dictionaries part."""

from __future__ import annotations

import re

from icu4py.breakers import WordBreaker

_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def words(text: str) -> list[str]:
    """The words of a text, in order, with the marks that stand at them."""
    runs = text.split()
    if not _SPACELESS.search(text):
        return runs
    return [word for run in runs for word in (_parted(run) if _SPACELESS.search(run) else [run])]


def _parted(run: str) -> list[str]:
    """The words of a run without white space; all of it where it holds nothing but signs."""
    return [piece for piece in WordBreaker(run, "en") if any(map(str.isalnum, piece))] or [run]
