"""What a span may be, in the tokens of a model, and a gap for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from torch import Tensor

from engine.errors import LengthOutOfRange, OnlyUnfit, shown
from engine.text.context import Context, Gap
from engine.text.only.characters import characters_of
from engine.text.only.only import Only
from engine.text.only.spelling import of_spelling
from engine.text.only.tokens import TokenMachine, numbered, of_characters, of_choices
from engine.text.spans import Span, spare
from engine.text.tokenizer import Tokenizer

MOST_TOKENS = 1024
"""of all choices together"""
KEPT = 16


@lru_cache(maxsize=4)
def _letters(tokenizer: Tokenizer) -> tuple[tuple[str, ...], Tensor, Tensor]:
    """(every character that a token is made of, the tokens in their numbers, those that are no text)."""
    known = sorted({character for piece in tokenizer.pieces for character in piece} - {"\ufffd"})
    pieces, barred = numbered(tokenizer.pieces, {character: i for i, character in enumerate(known)})
    barred[[i for i in tokenizer.special_ids if i < len(barred)]] = True
    return tuple(known), pieces, barred


@lru_cache(maxsize=KEPT)
def machine_of(tokenizer: Tokenizer, only: Only, lead: bool) -> TokenMachine:
    """What may be written, in a model's tokens; behind a space where it has a ``lead``. Raises OnlyUnfit."""
    made = _choosing(tokenizer, only, lead) if only.choices else _matching(tokenizer, only, lead)
    if made is None:
        raise OnlyUnfit(f"nothing that the model can write matches {shown(only.pattern)}; give another pattern")
    return made


def choices_of(tokenizer: Tokenizer, only: Only, lead: bool) -> list[tuple[int, ...]]:
    """The tokens of every choice."""
    return [tuple(tokenizer.encode((" " if lead else "") + choice)) for choice in only.choices]


def _choosing(tokenizer: Tokenizer, only: Only, lead: bool) -> TokenMachine | None:
    choices, encoded = only.choices, choices_of(tokenizer, only, lead)
    for choice, tokens in zip(choices, encoded, strict=True):
        if tokenizer.decode(list(tokens)).removeprefix(" " if lead else "") != choice:
            raise OnlyUnfit(f"the model has no tokens to write {shown(choice)} with; leave it out of the list")
    if sum(map(len, encoded)) > MOST_TOKENS:
        raise OnlyUnfit(f"the choices have more than {MOST_TOKENS} tokens together; give fewer, or shorter ones")
    return of_choices(encoded)


def _matching(tokenizer: Tokenizer, only: Only, lead: bool) -> TokenMachine | None:
    if only.spelt:
        return of_spelling(only.pattern, lead, tokenizer.spelling)
    known, pieces, barred = _letters(tokenizer)
    if not only.multiline:
        breaks = tokenizer.where(lambda piece: "\n" in piece or "\r" in piece)
        barred = barred | breaks
    return of_characters(characters_of(only.pattern, known, lead), pieces, barred)


def permit(context: Context, spans: Sequence[Span], tokenizer: Tokenizer, most: int, slots: int | None) -> Context:
    """The context with gaps for what each span may be; the place it stands in has no say in it. Raises OnlyUnfit,
    LengthOutOfRange."""
    gaps = [
        gap if span.only is None else _permitted(gap, span.only, tokenizer, most, slots)
        for span, gap in zip(spans, context.gaps, strict=True)
    ]
    return replace(context, gaps=tuple(gaps))


def formed(context: Context, tokenizer: Tokenizer, *, judged: bool, afresh: bool = True) -> Context:
    """The context with gaps that keep the form of what stood there, where they are not held to something else. A form that has
    no room in its gap, or is too large, is left to the judge. Where nobody judges (``judged``) only what comes next beside
    things alike has a form, and what may be one of a few things where nothing is written yet (``afresh``); nothing else may
    stand there."""
    return replace(context, gaps=tuple(_formed(gap, tokenizer, judged, afresh) for gap in context.gaps))


def _formed(gap: Gap, tokenizer: Tokenizer, judged: bool, afresh: bool) -> Gap:
    if gap.place is None or gap.only is not None:
        return gap
    choices = gap.place.choices if judged or afresh else ()
    pattern = gap.place.form if not choices and (judged or gap.place.beside is not None) else ""
    if not choices and not pattern:
        return gap
    held = Only(choices, pattern, form=judged, spelt=gap.place.spelt)
    try:
        lengths = machine_of(tokenizer, held, gap.leading_space).lengths(gap.slots)
    except OnlyUnfit:
        return gap
    fitting = [n for n in lengths if n >= gap.least and (n == gap.slots or not gap.exact)]
    return replace(gap, only=held, least=fitting[0]) if fitting else gap


def _permitted(gap: Gap, only: Only, tokenizer: Tokenizer, most: int, slots: int | None) -> Gap:
    lengths = machine_of(tokenizer, only, gap.leading_space).lengths(most)
    written = [length for length in lengths if length]
    what = "what it may be" if only.choices else f"what {shown(only.pattern)} matches"
    if not written:
        raise OnlyUnfit(f"{what} is empty or has more than the {most} tokens that fit; give something shorter")
    if gap.exact and gap.slots not in written:
        raise LengthOutOfRange(f"{what} is never {gap.slots} tokens long; leave the length away")
    size = gap.slots
    if not gap.exact:  # all choices fit; what a pattern may be has some room, and as much as it needs
        size = (
            written[-1]
            if only.choices
            else max(written[0], min(written[-1], slots or max(gap.slots, spare(written[0]))))
        )
    usual = None if only.choices else gap.expected
    return replace(
        gap, slots=size, expected=usual, multiline=only.multiline, least=written[0], place=None, only=only, roomy=False
    )
