"""What is done before a run is asked for: what it would begin with, and what puts it on a level with others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.denoising.denoiser import Conditions, Denoiser
from engine.text.context import Context
from engine.text.permitted import formed, permit
from engine.text.spans import Span, checked, context_of, placed
from engine.text.wishes import Wish, wish


def prepare(
    denoiser: Denoiser,
    text: str,
    spans: Sequence[Span],
    should_stop: Callable[[], bool],
    *,
    seed: int = 0,
    length: Wish | str = "auto",
    prose: bool | None = None,
    language: str = "",
    accepts: Callable[[str], bool] | None = None,
) -> None:
    """Do what ``infill`` would begin with, ahead of need. Raises InvalidRequest."""
    context = _usual(denoiser, text, placed(text, spans, prose, language), length, language, accepts)
    denoiser.prepare(context, seed, should_stop)


def level(
    denoiser: Denoiser,
    text: str,
    spans: Sequence[Span],
    *,
    seed: int = 0,
    length: Wish | str = "auto",
    prose: bool | None = None,
    language: str = "",
    accepts: Callable[[str], bool] | None = None,
) -> None:
    """Before runs are compared: read the text, and let go of what ``prepare`` drew, so that none has a start over the others.
    Raises InvalidRequest."""
    trimmed = placed(text, spans, prose, language)
    denoiser.warm(text, lambda: False, trimmed[0].start)
    # What was prepared is used once.
    denoiser.condition(_usual(denoiser, text, trimmed, length, language, accepts), Conditions(seed=seed))


def _usual(
    denoiser: Denoiser,
    text: str,
    spans: Sequence[Span],
    length: Wish | str,
    language: str,
    accepts: Callable[[str], bool] | None,
) -> Context:
    """The context of a run with nothing set but a length."""
    wished = wish(length)
    context = context_of(
        text, spans, denoiser.tokenizer, denoiser.max_slots, None, wished, denoiser.after, marks_stay=True
    )
    context = replace(permit(context, spans, denoiser.tokenizer, denoiser.max_slots, None), language=language)
    context = formed(context, denoiser.tokenizer, judged=denoiser.length_by == "judge")
    return context if accepts is None else checked(context, text, spans, accepts)
