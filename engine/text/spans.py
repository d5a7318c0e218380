"""From a selection in characters to a gap in tokens.

Offsets are Unicode code points. The text outside a span never changes: leading and trailing white space of a selection
stays outside it, and a selection that cuts a token in half keeps the outer characters, because the texts before and after
are tokenised by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.errors import LengthOutOfRange, NothingSelected, SpanOutOfRange, SpansOverlap, SpanTooLong
from engine.text.caret import Caret, caret
from engine.text.context import Context, Gap, InText
from engine.text.only.only import Only
from engine.text.places.frame import inner
from engine.text.places.place import Place
from engine.text.tokenizer import Tokenizer
from engine.text.wishes import FACTORS, Measure, Wish, gap_of

AFTER_CHARACTERS = 400
"""Text after the last span that is tokenised: the judge reads a few dozen tokens of it, never the whole document."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters (code points) in a text, and what is wished for it alone; None: as for the whole run."""

    start: int
    end: int
    strength: float | None = None
    """share of its words that is scraped"""
    length: Wish | None = None
    caret: Caret | None = None
    """what is wanted there, where it is empty"""
    only: Only | None = None
    """what it may be and nothing else"""


def trim(text: str, spans: Sequence[Span], carets: bool = False) -> list[Span]:
    """Check spans against a text, sort them, and leave outer white space out. ``carets``: empty ones may be among them.

    Raises NothingSelected, SpanOutOfRange, SpansOverlap.
    """
    if not spans:
        raise NothingSelected("nothing is selected; select the words to rewrite first")
    trimmed = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if not 0 <= span.start <= span.end <= len(text):
            raise SpanOutOfRange(
                f"span {span.start}..{span.end} lies outside the text of {len(text)} characters; select again"
            )
        old = text[span.start : span.end]
        if carets and not old:
            trimmed.append(span)
            continue
        if not old.strip():
            what = "only white space" if old else "nothing"
            raise NothingSelected(f"{what} is selected at {span.start}..{span.end}; select at least one word")
        start = span.start + len(old) - len(old.lstrip())
        trimmed.append(replace(span, start=start, end=start + len(old.strip())))
    for left, right in zip(trimmed, trimmed[1:], strict=False):
        if right.start < left.end or right.start == right.end == left.start:
            raise SpansOverlap(
                f"spans {left.start}..{left.end} and {right.start}..{right.end} overlap; remove one of the masks"
            )
    return trimmed


def placed(text: str, spans: Sequence[Span], prose: bool | None = None, language: str = "") -> list[Span]:
    """Trimmed spans, with what is wanted where one is empty. ``prose``: whether the text is; None leaves it to be guessed.
    ``language``: of code. Raises as ``trim``."""
    return [
        replace(span, caret=caret(text, span.start, prose, language)) if span.start == span.end else span
        for span in trim(text, spans, carets=True)
    ]


def spare(tokens: int) -> int:
    """Slots given to a span of ``tokens`` tokens: half as many again, at least two, so that a fill can be longer."""
    return tokens + max(2, tokens // 2)


def countable(tokenizer: Tokenizer, characters: int, most: int) -> None:
    """Refuse a selection of so many characters that nobody needs to count its tokens. Raises SpanTooLong."""
    if characters > most * tokenizer.longest:
        raise SpanTooLong(
            f"the selection has {characters} characters, more than {most} tokens, which is the limit; select less"
        )


def context_of(
    text: str,
    spans: Sequence[Span],
    tokenizer: Tokenizer,
    max_tokens: int,
    slots: int | None = None,
    wished: Wish = "auto",
    after: int = AFTER_CHARACTERS,
    marks_stay: bool = False,
) -> Context:
    """Tokenise the text around trimmed spans. What is written at a caret stands between its head and its tail.

    Args:
        max_tokens: the most tokens the old texts may have together, and the most slots a wished length may take.
        slots: canvas slots per span with the length unknown; None takes the old length and some spare.
        wished: how long the fills should be, where a span has no wish of its own.
        after: characters behind the last span that are tokenised.
        marks_stay: whether marks at the ends of the old words stay (``places.frame``), so that only what is between is a gap.

    Raises SpanTooLong, LengthOutOfRange.
    """
    countable(tokenizer, sum(span.end - span.start for span in spans), max_tokens)
    gaps, segments, at, tail, total, asked = [], [], 0, "", 0, 0
    for span in spans:
        # What a span may be is all of it.
        stays = marks_stay and span.only is None
        start, end = inner(text, span.start, span.end) if stays else (span.start, span.end)
        wanted = span.caret or Caret(0)
        before, old = tail + text[at:start] + wanted.head, text[start:end]
        # A word's leading space belongs to its token. Two spans one space apart leave it where it is.
        lead = before.endswith(" ") and len(before) > 1 - (at == 0)
        before = before[:-1] if lead else before
        count = len(tokenizer.encode((" " if lead else "") + old))
        total += count if old else 0
        segments.append(tuple(tokenizer.encode_before(before, lead)))
        own = wished if span.length is None else span.length
        asked += own if isinstance(own, int) else 0
        if slots:
            size = Measure(slots)
        elif old or isinstance(own, int):
            size = gap_of(count, own, spare)
        else:  # nothing stood there: so long as such a thing usually is
            longer, (room, usual) = FACTORS.get(own, 1), _wanted(wanted, tokenizer)
            size = Measure(min(max_tokens, round(room * longer)), round(usual * longer))
        gap = Gap(max(1, size.slots), size.expected, lead, wanted.multiline or "\n" in old, exact=size.exact)
        gaps.append(
            replace(
                gap,
                least=size.least,
                known=bool(old),
                front=text[span.start : start] + wanted.head,
                behind=wanted.tail + text[end : span.end],
                place=Place.of(text, start, end, wanted.head, wanted.tail, wanted.multiline, wanted.beside),
            )
        )
        at, tail = end, wanted.tail
    if total > max_tokens:
        raise SpanTooLong(f"the selection is {total} tokens long and the limit is {max_tokens}; select less")
    if asked > max_tokens:
        raise LengthOutOfRange(f"{asked} tokens are wished for and the limit is {max_tokens}; ask for less")
    segments.append(tuple(tokenizer.encode(tail + text[at : at + after])))
    return Context(tuple(segments), tuple(gaps))


def _wanted(wanted: Caret, tokenizer: Tokenizer) -> tuple[int, int]:
    """(slots, tokens that are usual) of what is put in somewhere."""
    if wanted.beside is None:
        return wanted.slots, wanted.usual
    counts = [len(tokenizer.encode(text)) for text in wanted.beside.like]
    return max(wanted.slots, spare(max(counts))), round(sum(counts) / len(counts))


def checked(context: Context, text: str, spans: Sequence[Span], accepts: Callable[[str], bool]) -> Context:
    """The context with gaps that know whether the whole text will do with a fill."""
    gaps = [
        replace(gap, accepts=InText(text[: span.start] + gap.front, gap.behind + text[span.end :], accepts))
        for gap, span in zip(context.gaps, spans, strict=True)
    ]
    return replace(context, gaps=tuple(gaps))
