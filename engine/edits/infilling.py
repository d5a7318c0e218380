"""What a user asks for. ``infill``: scrape spans of a text and have them written again. ``edit``: have one rewritten as told.

Both can start from the old words instead of from masks (``strength`` below 1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Generator as Gen
from dataclasses import replace

from engine.denoising.denoiser import Denoiser
from engine.edits.composing import composed, cut, inside, sharing, size_of, too_long
from engine.edits.starting import start_of, started, staying, strength_of
from engine.edits.stretches import drawn, gone_on, joined
from engine.errors import (
    InstructionLength,
    NothingSelected,
    ParameterOutOfRange,
    SeedOutOfRange,
    SpanTooLong,
    UnsupportedModel,
    shown,
)
from engine.runs.branching import Beginning, Pin, sized
from engine.runs.length_search import as_wished, searches
from engine.runs.run import SystemRun
from engine.runs.steps import EditStep
from engine.samplers import TokenEditing
from engine.systems.parameters import Value
from engine.systems.presets import Recipe
from engine.systems.presets import system as preset
from engine.text.boundaries import Range
from engine.text.caret import SENTENCE
from engine.text.chat import edit_context, going_on
from engine.text.context import Context
from engine.text.permitted import formed, permit
from engine.text.spans import Span, checked, context_of, placed, spare, trim
from engine.text.wishes import Wish, wish

MAX_SEED = 2**32 - 1
MAX_INSTRUCTION = 500
"""characters"""
MAX_CANDIDATES = 16
VARIETY = 0.7
"""the least temperature of every candidate but the first"""


def infill(
    denoiser: Denoiser,
    text: str,
    spans: Sequence[Span],
    *,
    system: str = "llada",
    seed: int = 0,
    slots: int | None = None,
    length: Wish | str = "auto",
    candidates: int = 1,
    begin: Beginning | None = None,
    pins: Sequence[Pin] = (),
    prose: bool | None = None,
    language: str = "",
    within: Sequence[Range] | None = None,
    accepts: Callable[[str], bool] | None = None,
    kept: Sequence[Range] = (),
    evidence: Callable[[str, str], float] | None = None,
    **settings: Value,
) -> Gen[EditStep, None, None]:
    """Write ``spans`` of ``text`` again; close the generator to cancel. At an empty span something is put in: a word, a
    sentence or a block, as the place wants it.

    Args:
        system: a key of SYSTEMS.
        seed: 0..2^32 - 1; the same seed gives the same steps. Candidate i has the seed that much higher.
        slots: canvas length of each span when nothing is known of the fill's length; by default the old length decides.
        length: "auto", "shorter", "same" or "longer" than the old text, or a number of tokens for each span; a span may have a
            wish of its own.
        candidates: fills that are written side by side, 1..16. All but the first are drawn at a temperature of at least
            VARIETY: otherwise they would be the same.
        begin: a canvas to go on from, such as that of an earlier run after some step.
        pins: words that a span must contain.
        prose: whether the text is prose; None leaves it to be guessed.
        language: of a program, as the fence of a code block names it.
        within: what of the spans is gone over, in order; None: all. The rest of them stays.
        accepts: whether a whole text will do: that it parses, say. Where whole fills are weighed, those with which it does come
            before all others. Equal ones say the same.
        kept: words of the spans that stay as they are where the run starts from the old words.
        evidence: nats that a change of old words must give beyond what any must, by the text before and after it.
        settings: the system's parameters (``SYSTEMS[system].parameters``): steps, temperature, strength and so on.

    Raises (at the call): InvalidRequest and its subclasses; UnsupportedModel where the model cannot start from a text.
    """
    trimmed = placed(text, spans, prose, language)
    recipe = preset(system).recipe(settings, denoiser.facts)
    strengths = tuple(strength_of(span, recipe.strength) for span in trimmed)
    recipe = _fitting(denoiser, recipe, seed, candidates, min(strengths))
    wished = wish(length)
    anything = all(span.only is None for span in trimmed)
    parted = within is not None and [part.place for part in inside(text, trimmed, within)] != trimmed
    plain = begin is None and not pins and slots is None and anything
    shared = {
        "system": system, "seed": seed, "length": length, "candidates": candidates, "prose": prose, "language": language,
        "accepts": accepts, "evidence": evidence, **settings,
    }  # fmt: skip
    if plain and (parted or too_long(denoiser.tokenizer, text, trimmed, denoiser.max_slots)):
        usual = denoiser.max_slots * (3 if min(strengths) > 0 else 6) // 8
        sizes = usual, denoiser.max_slots, prose, within if parted else None
        parts = cut(denoiser.tokenizer, text, sharing(trimmed, wished), *sizes)
        if not parts:
            raise NothingSelected("nothing of what is selected may be gone over; select something else")
        return composed(
            text, trimmed, parts,
            lambda text, part, at, moved: infill(
                denoiser, text, [part], kept=[(a + moved, b + moved) for a, b in kept], **shared,  # type: ignore[arg-type]
            ),
        )  # fmt: skip
    written = min(strengths) == 1
    kept = staying(text, trimmed, within, kept, afresh=written and bool(pins))
    if not written and denoiser.length_by == "judge" and not pins:
        asked = sharing(trimmed, wished)
        split = drawn(text, asked, strengths, kept, seed) if begin is None else gone_on(text, asked, begin)
        return joined(
            split, denoiser.tokenizer,
            lambda pieces, begin: infill(denoiser, text, pieces, begin=begin, **shared),  # type: ignore[arg-type]
        )  # fmt: skip
    context = context_of(
        text, trimmed, denoiser.tokenizer, denoiser.max_slots, slots, wished, denoiser.after, marks_stay=written
    )
    context = as_wished(denoiser, context, trimmed, wished, slots)
    context = permit(context, trimmed, denoiser.tokenizer, denoiser.max_slots, slots)
    if written and not pins:
        context = formed(context, denoiser.tokenizer, judged=denoiser.length_by == "judge", afresh=begin is None)
    context = replace(context, language=language)
    context = context if accepts is None else checked(context, text, trimmed, accepts)
    start = None
    if not written:
        context, start = started(denoiser, text, trimmed, context, strengths, kept)
        context = replace(context, gaps=tuple(replace(gap, evidence=evidence) for gap in context.gaps))
    if begin is not None:
        context = _sized(denoiser, context, begin)
    search = searches(denoiser, context) and slots is None and start is None and begin is None
    run = SystemRun(
        denoiser, context, trimmed, recipe, seed, candidates, start, search=search, strengths=strengths, begin=begin,
        pins=tuple(pins),
    )  # fmt: skip
    run.check()
    return run.steps()


def edit(
    denoiser: Denoiser,
    text: str,
    span: Span,
    instruction: str,
    *,
    system: str = "llada",
    seed: int = 0,
    slots: int | None = None,
    candidates: int = 1,
    begin: Beginning | None = None,
    prose: bool | None = None,
    accepts: Callable[[str], bool] | None = None,
    **settings: Value,
) -> Gen[EditStep, None, None]:
    """Rewrite one span as ``instruction`` says, or write at a caret. The denoiser is asked as in a chat and its answer is the
    canvas.

    Args:
        slots: canvas length where the canvas starts as masks; by default that of the old text and half as much again.
        settings: as for ``infill``; ``strength`` is 0 by default where the model can start from a text and was not taught to end
            an answer of its own, otherwise 1, and there are 32 steps.
        Others as for ``infill``.

    Raises (at the call): InvalidRequest and its subclasses; UnsupportedModel where the model cannot be told anything or cannot
    start from a text.
    """
    (trimmed,) = placed(text, [span], prose)
    known = {parameter.name for parameter in preset(system).parameters}
    revises = denoiser.revises and not denoiser.end_ids  # one that was taught to answer writes its answer
    usual: dict[str, Value] = {"strength": 0.0 if revises else 1.0, "steps": 32}
    asked = {name: value for name, value in usual.items() if name in known} | settings
    recipe = preset(system).recipe(asked, denoiser.facts)
    strength = strength_of(trimmed, recipe.strength)
    recipe = _fitting(denoiser, recipe, seed, candidates, strength)
    if denoiser.chat is None:
        raise UnsupportedModel(f"{denoiser.name} knows no chat turns, so it cannot be told what to do; use infill")
    if not instruction.strip() or len(instruction) > MAX_INSTRUCTION:
        raise InstructionLength(
            f"an instruction has 1..{MAX_INSTRUCTION} characters, this one has {len(instruction.strip())}; reword it"
        )
    source = text[trimmed.start : trimmed.end]
    count, most = size_of(denoiser.tokenizer, source), denoiser.max_slots * (3 if strength < 1 else 2) // 3
    if begin is None and slots is None and trimmed.only is None and count > most:
        shared = {"system": system, "seed": seed, "candidates": candidates, "prose": prose, "accepts": accepts}
        parts = cut(denoiser.tokenizer, text, [trimmed], most, most, prose)
        return composed(
            text, [trimmed], parts,
            lambda text, part, at, moved: edit(denoiser, text, part, instruction, **shared, **settings),  # type: ignore[arg-type]
        )  # fmt: skip
    if count > most:
        raise SpanTooLong(f"the selection is {count} tokens long and {most} can be edited; select less")
    start = start_of(denoiser, source) if strength < 1 else None
    if trimmed.caret is not None:
        size = slots or (most if not text.strip() else max(SENTENCE, trimmed.caret.slots))
        context = going_on(denoiser.chat, instruction, text[: trimmed.start], size)
    else:
        size = slots or spare(count) if start is None else len(start.slots)
        room = start is not None and denoiser.revises
        context = edit_context(denoiser.chat, instruction, source, size, roomy=room)
    context = permit(context, [trimmed], denoiser.tokenizer, denoiser.max_slots, slots)
    context = context if accepts is None else checked(context, text, [trimmed], accepts)
    if start is None and denoiser.end_ids and trimmed.only is None:
        context = replace(context, gaps=tuple(replace(gap, ends=True) for gap in context.gaps))
    reading = None if start is None else context_of(text, [trimmed], denoiser.tokenizer, denoiser.max_slots)
    if begin is not None:
        context = _sized(denoiser, context, begin)
    search = trimmed.only is not None and searches(denoiser, context) and begin is None
    run = SystemRun(denoiser, context, [trimmed], recipe, seed, candidates, start, reading, search, (strength,), begin)
    run.check()
    return run.steps()


def nll(denoiser: Denoiser, text: str, spans: Sequence[Span], fills: Sequence[str]) -> float:
    """Nats per token of finished fills in their text, as the model reads them: low is likely. Raises InvalidRequest."""
    trimmed = trim(text, spans, carets=True)
    context = context_of(text, trimmed, denoiser.tokenizer, denoiser.max_slots, after=denoiser.after)
    encoded = [
        tuple(denoiser.tokenizer.encode((" " if gap.leading_space else "") + fill))
        for gap, fill in zip(context.gaps, fills, strict=True)
    ]
    return denoiser.nll(context, encoded)


def _sized(denoiser: Denoiser, context: Context, begin: Beginning) -> Context:
    width = max(len(denoiser.tokenizer.pieces), denoiser.mask_id + 1, denoiser.null_id + 1)
    return sized(context, begin, width, exact=denoiser.length_by == "search")


def _fitting(denoiser: Denoiser, recipe: Recipe, seed: int, candidates: int, strength: float) -> Recipe:
    """The recipe for a model and the least strength of a span. Raises InvalidRequest, UnsupportedModel."""
    rule = recipe.sampler
    if strength == 0 and (rule.afresh or not rule.revises):  # what stands is weighed, all of it in every step
        editing = TokenEditing() if rule.afresh else TokenEditing(inner=rule)
        recipe = replace(recipe, sampler=editing, attention="bidirectional", noise="masks")
    if not 0 <= seed <= MAX_SEED:
        raise SeedOutOfRange(f"seed must be in 0..{MAX_SEED}, got {shown(seed)}")
    if not 1 <= candidates <= MAX_CANDIDATES:
        raise ParameterOutOfRange(f"candidates must be in 1..{MAX_CANDIDATES}, got {candidates}")
    if strength == 0 and not denoiser.revises:
        raise UnsupportedModel(
            f"{denoiser.name} cannot weigh words that stand; choose a strength above 0 and a system other than instant-edit"
        )
    return replace(recipe, temperature=replace(recipe.temperature, others=VARIETY if candidates > 1 else 0.0))
