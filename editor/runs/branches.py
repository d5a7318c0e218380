"""Going on from a step of an earlier run: what stood on its canvas, and its steps so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from editor.errors import EditorError
from editor.payload import whole, wholes
from editor.runs.frames import DECIDED, Frame, candidate_of
from engine import Beginning, Placed

NOISY = ("m", "u", "r")


def moment(frames: Sequence[Frame], step: int, candidate: int) -> list[Frame]:
    """The frames of one candidate right after a step: one per span. Raises EditorError."""
    mine = [f for f in frames if candidate_of(f) == candidate and f["phase"] in DECIDED and f["step"] <= step]
    if not mine or step < 0:
        raise EditorError("no_such_step", f"that run has no step {step} of candidate {candidate + 1} to go on from")
    spans = int(mine[-1]["spans"])
    return mine[-spans:]


def beginning(frames: Sequence[Frame], request: dict[str, Any]) -> Beginning:
    """The canvas that ``request`` asks for: {"step", "candidate", "pin": [span, slot, token]}. Raises EditorError, PinUnfit."""
    last = moment(frames, whole(request, "step"), whole(request, "candidate", 0))
    if any(len(tok) < 5 for frame in last for tok in frame["toks"]):
        raise EditorError(
            "old_run", "that run was made by an older version, which did not keep enough to go on from it"
        )
    spans = tuple(
        tuple(
            Placed(
                None if state in NOISY else int(token),
                frozen=state == "p",
                confidence=float(confidence),
                alternatives=tuple((int(other), float(p)) for _, p, other in alternatives),
            )
            for _, state, confidence, alternatives, token in frame["toks"]
        )
        for frame in last
    )
    begin = Beginning(spans, behind=int(last[0]["step"]) / max(1, int(last[0]["steps"])))
    if request.get("pin") is not None:
        begin = begin.pinned(*wholes("pin", request["pin"], 3))
    return begin


def before(frames: Sequence[Frame], request: dict[str, Any], run: str, candidates: int) -> list[Frame]:
    """The steps that lie behind, as the first of the new run, for each of its candidates."""
    step, candidate = whole(request, "step"), whole(request, "candidate", 0)
    kept: list[Frame] = []
    group: list[Frame] = []
    for frame in frames:
        if candidate_of(frame) != candidate or frame["step"] > step or frame["done"]:
            continue
        group.append({**{key: value for key, value in frame.items() if key != "candidate"}, "run": run})
        if len(group) == frame["spans"]:
            for number in range(candidates):
                kept += [{**f, "candidate": number} for f in group] if candidates > 1 else group
            group = []
    return kept
