"""Half characters. JSON and a browser can hold one half of a surrogate pair alone; no file, no database and no answer can."""

from __future__ import annotations

import re
from typing import Any

DEPTH = 40
_HALF = re.compile("[\ud800-\udfff]")


def half(text: str) -> str:
    """The first half character of a text; empty where there is none."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return text[error.start]
    return ""


def mended(text: str) -> str:
    """The text with U+FFFD in place of every half character: as long as before, so that offsets go on fitting."""
    return _HALF.sub("\ufffd", text) if half(text) else text


def mended_all(value: Any, depth: int = DEPTH) -> Any:
    """What JSON can hold, with every text in it mended; what is nested deeper than anything that is read stays as it is."""
    if isinstance(value, str):
        return mended(value)
    if depth and isinstance(value, dict):
        return {mended(name): mended_all(held, depth - 1) for name, held in value.items()}
    return [mended_all(held, depth - 1) for held in value] if depth and isinstance(value, list) else value
