"""Bring spans of a text into a style.

A model that follows instructions is told to (``infilling.edit``). One that does not is never asked: the words that are least in
the style are found, scraped, and written again from a list of what may stand there, the surest first. Each choice is weighed by
the text on both sides and by examples of the style against examples of its opposite (engine/edits/restyling/).
"""

from __future__ import annotations

from collections.abc import Generator as Gen
from collections.abc import Sequence

from engine.denoising.denoiser import Denoiser
from engine.edits.composing import composed, cut
from engine.edits.infilling import MAX_CANDIDATES, MAX_SEED, edit, infill
from engine.edits.restyling import adding, python, voice, wording
from engine.edits.restyling.board import Board
from engine.edits.restyling.choosing import Accepts
from engine.edits.restyling.run import Method, Restyling
from engine.edits.restyling.style import Style
from engine.edits.restyling.weighing import Weighing
from engine.errors import ParameterOutOfRange, SeedOutOfRange, SpanTooLong, UnsupportedModel, shown
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.writer.denoiser import WriterDenoiser
from engine.models.writer.joint import JointDenoiser
from engine.runs.steps import EditStep
from engine.systems.parameters import STRENGTH, Value
from engine.systems.presets import system as preset
from engine.text.prose.blocks import Block
from engine.text.prose.english import faults
from engine.text.spans import Span, countable, trim

MAX_TOKENS = 512
"""of a span: what is weighed are places, not the whole canvas at once"""
VARIETY = 2.0
"""the least temperature of every candidate but the first: what is chosen among is scored as a whole, in many nats"""
METHODS: dict[str, Method] = {
    "words": wording.listed, "around": adding.around, "voice": voice.turned,
    "docstring": python.docstring, "hints": python.hints, "rename": python.rename,
}  # fmt: skip
"""ways to find places where something else may stand; a style names those it wants"""


def reader_of(denoiser: Denoiser) -> CausalDenoiser | None:
    """The causal model by which a denoiser can weigh words; None where it has none."""
    if isinstance(denoiser, WriterDenoiser | JointDenoiser):
        return denoiser.causal
    return denoiser if isinstance(denoiser, CausalDenoiser) else None


def means(denoiser: Denoiser, style: Style) -> str:
    """How a denoiser does a style: "told", "weighed", or "" where it cannot."""
    reader = reader_of(denoiser)
    follows = denoiser.chat is not None and (denoiser.chat.follows or reader is None) and bool(style.instruction)
    if reader is not None and style.does and not (follows and style.told_first):
        return "weighed"
    return "told" if follows else ""


def restyle(
    denoiser: Denoiser,
    text: str,
    spans: Sequence[Span],
    styles: Sequence[Style | None],
    *,
    seed: int = 0,
    candidates: int = 1,
    system: str = "llada",
    accepts: Accepts | None = None,
    within: Sequence[Block] | None = None,
    **settings: Value,
) -> Gen[EditStep, None, None]:
    """Bring each span into its style; close the generator to cancel. Spans are done one after another, each in the text with the
    earlier ones done, and every step shows all of them.

    Args:
        styles: one for each span; None writes the span anew as ``infill`` does.
        accepts: whether a whole text is one; what would not be is not written. For code: whether it parses.
        within: what of the text is English prose (``prose_of``): nothing else is changed, and no change makes a mistake of
            grammar. None: all of it may be changed.
        settings: of the system. ``strength`` (or a span's own) is the share of words that may change, ``temperature`` how
            freely is chosen; by default those of the style.
        Others as for ``infill``.

    Raises (at the call): InvalidRequest and its subclasses; UnsupportedModel where the model cannot do a style. While it runs:
    NothingToStyle where there is nothing that the style is for.
    """
    order = sorted(range(len(spans)), key=lambda i: (spans[i].start, spans[i].end))
    wanted = [styles[i] for i in order]
    trimmed = trim(text, spans)
    shared = {"seed": seed, "candidates": candidates, "system": system}

    def begin(text: str, span: Span, at: int, moved: int) -> Gen[EditStep, None, None]:
        style = wanted[parts[at].of]
        if style is None:
            return infill(denoiser, text, [span], **shared, **settings)  # type: ignore[arg-type]
        how = means(denoiser, style)
        if how == "told":
            return edit(denoiser, text, span, style.instruction, **shared, **settings)  # type: ignore[arg-type]
        if how == "":
            raise UnsupportedModel(
                f"{denoiser.name} cannot do {style.title!r}; load an instruct model with --model, or choose another style"
            )
        there = None if within is None else [block.moved(moved) for block in within]
        return _weighed(denoiser, text, span, style, accepts, there, **shared, **settings)  # type: ignore[arg-type]

    parts = cut(denoiser.tokenizer, text, trimmed, MAX_TOKENS // 2, MAX_TOKENS)
    return composed(text, trimmed, parts, begin)


def _weighed(
    denoiser: Denoiser, text: str, span: Span, style: Style, accepts: Accepts | None, within: Sequence[Block] | None, *,
    seed: int, candidates: int, system: str, **settings: Value,
) -> Gen[EditStep, None, None]:  # fmt: skip
    """A span by a model that is not told what to do. Raises at the call."""
    recipe = preset(system).recipe(settings)
    if not 0 <= seed <= MAX_SEED:
        raise SeedOutOfRange(f"seed must be in 0..{MAX_SEED}, got {shown(seed)}")
    if not 1 <= candidates <= MAX_CANDIDATES:
        raise ParameterOutOfRange(f"candidates must be in 1..{MAX_CANDIDATES}, got {candidates}")
    countable(denoiser.tokenizer, span.end - span.start, MAX_TOKENS)
    count = len(denoiser.tokenizer.encode(text[span.start : span.end]))
    if count > MAX_TOKENS:
        raise SpanTooLong(f"the selection is {count} tokens long and a style takes {MAX_TOKENS}; select less")
    given = span.strength if span.strength is not None else settings.get("strength", style.strength)
    strength = float(STRENGTH.checked(given))
    heat = float(settings.get("temperature", style.temperature))
    causal = reader_of(denoiser)
    assert causal is not None

    wrong = 0 if within is None else faults(text[span.start : span.end])

    def fits(changed: str) -> bool:
        if within is not None and faults(changed) > wrong:
            return False
        return accepts is None or accepts(text[: span.start] + changed + text[span.end :])

    return Restyling(
        Weighing(causal, text, span.start, span.end, style, seed, within),
        Board(denoiser, text[span.start : span.end], span.start),
        [METHODS[name] for name in style.does],
        None if accepts is None and within is None else fits,
        seed, recipe.steps, strength, [heat] + [max(heat, VARIETY)] * (candidates - 1), system == "autoregressive",
    ).run()  # fmt: skip
