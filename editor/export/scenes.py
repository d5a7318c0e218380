"""What an export shows of a run: the text around its spans, its moments, and what was set."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import engine
from editor.errors import EditorError
from editor.languages import PROSE
from editor.runs.frames import REVEAL, WRITTEN, Frame, candidate_of, stays
from storage import Run

AROUND, FEW, LINES = 420, 24, 5
PHASES = {
    "length": "looking for the length",
    "read": "reading the text before",
    "draft": "drawing proposals",
    "check": "checking the words",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """``pieces`` are texts, and numbers of spans where their tokens stand; a moment has one frame for every span."""

    pieces: tuple[str | int, ...]
    moments: tuple[tuple[Frame, ...], ...]
    settings: dict[str, Any]
    code: bool

    @property
    def system(self) -> engine.System | None:
        """What wrote; None where this version does not know it any more."""
        return engine.SYSTEMS.get(str(self.settings.get("system")))

    def facts(self) -> dict[str, Any]:
        """The settings with titles for names, and the parameters of the system."""
        way = str(self.settings.get("way", ""))
        titles = {"way": engine.TITLES.get(way, way)} | ({"system": self.system.title} if self.system else {})
        parameters = [{**asdict(p), "kind": p.kind} for p in self.system.parameters] if self.system else []
        return {**self.settings, **titles, "parameters": parameters}


def scene_of(run: Run, language: str, candidate: int = 0) -> Scene:
    """Raises EditorError where the run has no such candidate."""
    moments = moments_of(run.frames, candidate)
    code = language not in PROSE
    spans = [(int(frame["from"]), int(frame["to"])) for frame in moments[0]]
    return Scene(tuple(cut(run.text, spans, code)), tuple(moments), dict(run.settings), code)


def moments_of(frames: list[Frame], candidate: int = 0) -> list[tuple[Frame, ...]]:
    """Frames of one candidate, grouped: what was to be seen at one time."""
    mine = [frame for frame in frames if candidate_of(frame) == candidate]
    if not mine:
        known = sorted({candidate_of(frame) for frame in frames})
        there = f"choose one of {known[0]}..{known[-1]}" if known else "it has no steps"
        raise EditorError("unknown_candidate", f"the run has no candidate {candidate}; {there}", 404)
    moments: list[dict[int, Frame]] = []
    for frame in mine:
        if frame["span"] == 0 or not moments:
            moments.append({})
        moments[-1][int(frame["span"])] = frame
    whole = max(len(moment) for moment in moments)
    return [tuple(moment[i] for i in range(whole)) for moment in moments if len(moment) == whole]


def cut(text: str, spans: list[tuple[int, int]], code: bool) -> list[str | int]:
    """A text with numbers in place of its spans; far from them it is left out."""
    around = max(FEW, AROUND // len(spans))
    pieces: list[str | int] = []
    at = 0
    for i, (start, end) in enumerate(spans):
        between = text[at:start]
        if not i:
            pieces.append(_tail(between, around, code).lstrip("\n"))
        elif len(between) > 2 * around:
            ends = _head(between, around, code).removesuffix(" …"), _tail(between, around, code).removeprefix("…")
            pieces.append("\n…\n".join(ends))
        else:
            pieces.append(between)
        pieces.append(i)
        at = end
    pieces.append(_head(text[at:], around, code).rstrip("\n"))
    return [piece for piece in pieces if piece != ""]


def _tail(text: str, around: int, code: bool) -> str:
    """The end of a text: of prose the paragraph, of code a few lines."""
    near = text[-around:]
    whole = len(near) == len(text)
    if code:
        rows = near.split("\n")
        return "\n".join(rows[0 if whole or len(rows) == 1 else 1 :][-LINES:])
    _, gap, paragraph = near.rpartition("\n\n")
    return paragraph if gap or whole else "…" + (near.partition(" ")[2] or near)


def _head(text: str, around: int, code: bool) -> str:
    """The beginning of a text, likewise."""
    near = text[:around]
    whole = len(near) == len(text)
    if code:
        rows = near.split("\n")
        return "\n".join(rows[: len(rows) if whole or len(rows) == 1 else -1][:LINES])
    paragraph, gap, _ = near.partition("\n\n")
    return paragraph if gap or whole else (near.rpartition(" ")[0] or near) + " …"


def label(moment: tuple[Frame, ...]) -> str:
    """What a moment is, in words."""
    frame = moment[0]
    many = f"{frame['step']} step{'' if frame['step'] == 1 else 's'}"
    if frame["phase"] == REVEAL:
        return f"drawn at once, revealed in {many}" if frame["done"] else f"revealed, {many}"
    if frame["done"]:
        return f"done after {many}"
    if frame["phase"] in PHASES:
        return PHASES[frame["phase"]]
    if not frame["step"]:
        return "scraped"
    return f"step {frame['step']}" + (f" of at most {frame['steps']}" if frame["steps"] > 1 else "")


def figures(moment: tuple[Frame, ...]) -> str:
    """Forward passes, seconds and mean confidence so far."""
    frame = moment[0]
    sure = [tok[2] for each in moment for tok in each["toks"] if tok[1] in WRITTEN and not stays(tok)]
    return f"{frame['nfe']} NFE, {frame['seconds']:.2f} s" + (f", {round(fmean(sure) * 100)} % sure" if sure else "")
