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
    what the judge weighs, and out of nothing it writes headings and dates. Behind the end of a program comes none, so its first
    line is asked for by name: the program without it is shown, and then it is to be whole. Of other lines, and where nothing
    stands, the language is named alone: a line of SQL, of a shell or of data looks like words, and out of nothing come digits.
    """
    before = context.segments[0]
    for fill, segment in zip(fills[:index], context.segments[1:], strict=False):
        before += fill + segment
    after, place = context.segments[index + 1][:SHOWN], context.gaps[index].place
    if place is None or len(before) > SHORT:
        return before
    code = "" if place.prose else context.language
    named = f"Here is the complete code:\n\n```{code}\n"
    if code and (before or len(after) < LEAST):
        return (*tokenizer.encode_before(named), *before)
    if len(after) < LEAST:
        return before
    if place.prose:
        # Its first paragraph alone, where that says enough: behind a greeting and a name come names and dates.
        near = tuple(tokenizer.encode(tokenizer.decode(list(after)).partition("\n\n")[0]))
        after = near if len(near) >= LEAST else after
        return (*after, *tokenizer.encode_before("\n\n"), *before)
    if code:
        shown = f"The following {code} code is missing a line:\n\n```{code}\n...\n"
        return (*tokenizer.encode_before(shown), *after, *tokenizer.encode_before(f"\n```\n\n{named}"))
    return before
