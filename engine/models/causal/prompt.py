"""What a causal model reads before it writes on a gap."""

from __future__ import annotations

from engine.models.causal.particles import Fill
from engine.text.context import Context
from engine.text.tokenizer import Tokenizer

SHORT = 48
"""tokens before a gap up to which they do not tell what the text is about"""
SHOWN, LEAST = 128, 12
"""tokens of the text after that are shown beforehand, and the fewest that are worth it"""


def prompt_of(context: Context, index: int, fills: tuple[Fill, ...], tokenizer: Tokenizer) -> Fill:
    """The tokens that stand before gap ``index`` for who writes on it, with the gaps before filled.

    Where that is little, the text after comes first, as another paragraph: a left-to-right model knows of the right side only
    what the judge weighs, and out of nothing it writes headings and dates. Prose only: behind the end of a program comes none.
    """
    before = context.segments[0]
    for fill, segment in zip(fills[:index], context.segments[1:], strict=False):
        before += fill + segment
    after, place = context.segments[index + 1][:SHOWN], context.gaps[index].place
    if place is not None and place.prose and len(before) <= SHORT and len(after) >= LEAST:
        return (*after, *tokenizer.encode("\n\n"), *before)
    return before
