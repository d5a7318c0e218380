"""Runs in a style: what the engine is asked for."""

from __future__ import annotations

from collections.abc import Generator

import engine
from editor.code.parsing import breaks
from editor.errors import EditorError, prose_unknown
from editor.languages import PROSE, spoken
from editor.payload import Payload
from editor.runs.requests import Request
from editor.styles import styles
from engine import Denoiser, EditStep, Style, Ways


def wanted(request: Request, ways: Ways) -> list[Style | None]:
    """The style of every span of a request. Raises EditorError, also where the model at hand cannot do one."""
    names = request.styles or [""] * len(request.spans)
    usual = str(request.settings.get("style", ""))
    found = [styles.find(name or usual, request.language) if name or usual else None for name in names]
    for style in found:
        if style is not None and styles.way(ways, style) is None:
            raise EditorError("style_needs_model", f"the style {style.title!r} {styles.NEEDS_MODEL}")
    return found


def way(ways: Ways, name: str, wish: str) -> tuple[str, Denoiser]:
    """Who writes in a style. Raises EditorError, UnknownWay."""
    best = styles.way(ways, styles.find(name, None))
    return ways.choose("infill", best if wish == engine.AUTOMATIC and best is not None else wish)


def steps(
    denoiser: Denoiser, request: Request, wanted: list[Style | None], options: Payload
) -> Generator[EditStep, None, None]:
    """The engine's steps for a request with a style. Raises InvalidRequest, UnsupportedModel, EditorError."""
    if request.pins:
        raise EditorError("pins_and_style", "words cannot be pinned in a run with a style; leave one of both out")
    if any(span.only is not None for span in request.spans):
        raise EditorError(
            "only_and_style", "a span that may be something only cannot be written in a run with a style; leave one out"
        )
    wishes = {"style", "instruction", "way", "length"}
    given = {name: value for name, value in options.items() if name not in wishes}

    def accepts(text: str) -> bool:
        return not breaks(request.language, request.text, text)

    within = _prose(request) if request.language in PROSE else None
    return engine.restyle(denoiser, request.text, request.spans, wanted, accepts=accepts, within=within, **given)


def _prose(request: Request) -> list[engine.Block]:
    """What of the spans is English prose. Raises EditorError where nothing is: it says why."""
    first, last = min(span.start for span in request.spans), max(span.end for span in request.spans)
    found = engine.prose_of(request.text, first, last)
    if found is None:
        raise prose_unknown()
    within, others = found
    if others and not any(block.parts for block in within):
        names = spoken(code for _, _, code in others)
        raise EditorError(
            "style_not_english", f"styles are for English, and this is {names}; the text is left as it is"
        )
    return within
