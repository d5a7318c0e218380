"""Steps of an edit as frames: the one schema of the page, the stored traces and the HTTP stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import EditStep, Slot, SpanState

Frame = dict[str, Any]
REVEAL = "reveal"
"""the phase of a step that shows what was drawn before the first one: nothing was computed for it"""
WRITTEN = ("n", "s", "p")
"""states of a slot that holds something: written now, earlier, or pinned"""
DECIDED = ("check", "denoise", REVEAL)
"""phases of steps in which something was written"""


def candidate_of(frame: Frame) -> int:
    """Which candidate a frame shows; one that names none shows the first."""
    return int(frame.get("candidate", 0))


def held(token: list[Any]) -> bool:
    """Whether a slot holds words: those are what a candidate's confidence is the mean of."""
    return token[1] in WRITTEN and bool(token[0].strip()) and not stays(token)


def stays(token: list[Any]) -> bool:
    """Whether a slot is a word that stood there and stays: its id numbers a word and no token, and nobody weighed it."""
    return not token[2] and len(token) > 4 and token[4] is not None and token[4] < 0


def written(span: SpanState) -> str:
    """The fill as the engine gives it."""
    return span.text


def frames(step: EditStep, run: str, seconds: float, fill: Callable[[SpanState], str] = written) -> list[Frame]:
    """One frame per span and candidate. Offsets are code points of the text as sent; the last frames carry the ``fill``."""
    out: list[Frame] = []
    if step.aside:
        return out
    for candidate, row in enumerate(step.candidates):
        for index, span in enumerate(row):
            frame: Frame = {
                "run": run,
                "step": step.index,
                "steps": step.steps,
                "phase": REVEAL if step.revealed else step.phase,
                "t": round(step.t, 6),
                "nfe": step.nfe,
                "span": index,
                "spans": len(row),
                "from": span.start,
                "to": span.end,
                "toks": [token(slot) for slot in span.slots],
                "done": step.done,
                "seconds": round(seconds, 3),
            }
            if len(step.candidates) > 1:
                frame["candidate"] = candidate
            if step.progress != (0, 0):
                frame["progress"] = list(step.progress)
            if step.parts != (0, 0):
                frame["parts"] = list(step.parts)
            if step.divergence is not None:
                frame["divergence"] = round(step.divergence, 6)
            if step.done:
                frame["text"] = fill(span)
                frame["length"] = {"tokens": span.tokens, "why": span.why}
            out.append(frame)
    return out


def token(slot: Slot) -> list[Any]:
    """[text, state, confidence, [[alternative, probability, id], ...], id]; the id of a noisy slot is null."""
    alternatives = [[text, round(p, 4), number] for text, p, number in slot.alternatives]
    return [slot.text, slot.state, slot.confidence, alternatives, None if slot.noisy else slot.token]
