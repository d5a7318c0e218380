"""A run of a file that anybody may have written: every value is what it has to be before anything of it is kept."""

from __future__ import annotations

import re
from typing import Any

from editor.documents.files import fitting
from editor.documents.names import title_of
from editor.export.scenes import moments_of
from editor.languages import languages
from editor.runs.frames import candidate_of
from storage import Run

STATES = "munsrpx"
COUNTS = ("step", "steps", "nfe", "span", "spans", "from", "to")
PHASES = ("length", "read", "draft", "check", "denoise", "reveal")


def run_of(key: str, told: Any) -> tuple[Run, str, str]:
    """A run, and the title and the language of its document. Raises ValueError, TypeError, KeyError, EditorError."""
    if not re.fullmatch(r"[\w-]{1,64}", key, re.ASCII):
        raise ValueError(f"{key[:40]!r} is no id of a run")
    text, settings, result, frames = told["text"], told["settings"], told["result"], told["frames"]
    if not (isinstance(text, str) and isinstance(settings, dict) and isinstance(frames, list) and frames):
        raise ValueError("a run cannot be read")
    if not (isinstance(result, list) and all(isinstance(words, str) for words in result)):
        raise ValueError("what a run wrote cannot be read")
    fitting(text)
    for frame in frames:
        _check(frame, len(text))
    if not all(moments_of(frames, candidate) for candidate in {candidate_of(frame) for frame in frames}):
        raise ValueError("a run has no whole step")
    about = told["document"]
    known = {one.name for one in languages()}
    language = about["language"] if about["language"] in known else "plain"
    return Run(key, 0, text, settings, result, frames), title_of(str(about["title"])), language


def _check(frame: Any, length: int) -> None:
    for name in COUNTS:
        if type(frame[name]) is not int or frame[name] < 0:
            raise ValueError(f"{name} of a step is {str(frame[name])[:40]!r}")
    if not frame["from"] <= frame["to"] <= length or frame["span"] >= frame["spans"] or frame["phase"] not in PHASES:
        raise ValueError("a step is outside its text")
    if not all(isinstance(frame[name], int | float) for name in ("t", "seconds")):
        raise ValueError("the time of a step is no number")
    if type(frame["done"]) is not bool or type(frame.get("candidate", 0)) is not int:
        raise ValueError("a step cannot be read")
    for tok in frame["toks"]:
        if not (isinstance(tok, list) and len(tok) >= 4 and isinstance(tok[0], str) and isinstance(tok[3], list)):
            raise ValueError("a token cannot be read")
        if tok[1] not in tuple(STATES) or not (tok[2] is None or isinstance(tok[2], int | float)):
            raise ValueError("a token cannot be read")
