"""Line ends. The editor works on line feeds; a text that came with others gets its own back.

LF, CRLF and CR end a line. NEL, U+2028, U+2029, VT and FF are characters like any other: editors and compilers do not agree on
what they are, so they stay where they are.
"""

from __future__ import annotations

import re

MIXED = ""
"""of a text that ends its lines in several ways: it is kept as it is"""
_END = re.compile(r"\r\n?|\n")


def kind(text: str) -> str:
    """How a text ends its lines: "\\n" (also where there is one line only), "\\r\\n", "\\r", or MIXED."""
    feeds, returns, both = text.count("\n"), text.count("\r"), text.count("\r\n")
    if not returns:
        return "\n"
    if feeds == returns == both:
        return "\r\n"
    return MIXED if feeds else "\r"


def ended(text: str, by: str) -> str:
    """The text with every line ended by ``by``; as it is where that is MIXED."""
    return text if by == MIXED or (by == "\n" and "\r" not in text) else _END.sub(lambda _: by, text)
