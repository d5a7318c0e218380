"""Runs that proofread: what the engine is asked for."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import engine
from editor.checking.english import covered
from editor.code.parsing import breaks
from editor.runs.requests import Request
from engine import Denoiser, EditStep


def proofread(denoiser: Denoiser, request: Request, options: dict[str, Any]) -> Generator[EditStep, None, None]:
    """The engine's steps for a request: its English prose is gone over, and the words of the dictionary and the names of the
    code around are left alone. Raises InvalidRequest, UnsupportedModel, EditorError."""
    language, text = request.language, request.text
    where = covered(language, text, request.spans)

    def accepts(changed: str) -> bool:
        return not breaks(language, text, changed)

    own = {
        "begin": request.begin, "pins": request.pins, "accepts": accepts, "known": sorted({*request.known, *where.names}),
        "within": where.parts,
    }  # fmt: skip
    return engine.proofread(denoiser, text, request.spans, **{**options, **own})
