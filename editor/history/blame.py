"""Who wrote what: for every stretch of a text the revision that brought it in, for a run's words the step that wrote them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from editor.history import diffs
from storage import Revision, Run, Store, changed

KEPT = 64
"""revisions whose stretches are remembered"""
Stretch = tuple[int, str]
"""characters, and the revision that brought them in"""
Frame = dict[str, Any]


class Blame:
    """Stretches of revisions, each made from those of the one before it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: OrderedDict[str, list[Stretch]] = OrderedDict()

    def of(self, revision: str) -> list[Stretch]:
        """The stretches of a revision's text, in order. Raises RevisionNotFound, DatabaseDamaged."""
        line = [node.id for node in self.store.revisions.line(revision)]
        known = next((at for at, key in enumerate(line) if key in self._known), len(line))
        stretches = list(self._known[line[known]]) if known < len(line) else []
        for key in reversed(line[:known]):
            found = self.store.revisions.get(key)
            stretches = _moved(stretches, found.parent_text, found.text, key)
        self._known[revision] = stretches
        self._known.move_to_end(revision)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return stretches


def _moved(stretches: list[Stretch], old: str, new: str, key: str) -> list[Stretch]:
    """The stretches of a text that was changed: what is new came with ``key``."""
    start, end, begin, until = changed(old, new)
    pieces = [(0, old[:start]), *diffs.words(old[start:end], new[begin:until]), (0, old[end:])]
    out: list[Stretch] = []
    queue = list(reversed(stretches))
    for op, text in pieces:
        left = len(text)
        if op > 0:
            _add(out, left, key)
            continue
        while left:
            length, of = queue.pop()
            taken = min(length, left)
            if op == 0:
                _add(out, taken, of)
            if length > taken:
                queue.append((length - taken, of))
            left -= taken
    return out


def _add(out: list[Stretch], length: int, key: str) -> None:
    if length and out and out[-1][1] == key:
        out[-1] = (out[-1][0] + length, key)
    elif length:
        out.append((length, key))


@dataclass(frozen=True, slots=True)
class Written:
    """The step of a run that wrote a character."""

    candidate: int
    span: int
    step: int
    steps: int


def step_of(run: Run, revision: Revision, at: int) -> Written | None:
    """The step that wrote the character at a place of the revision that a run made; None where the run does not tell."""
    frames: list[Frame] = [dict(frame) for frame in run.frames]
    shift = 0
    for hunk in diffs.hunks(revision.parent_text, revision.text):
        begin = hunk.start + shift
        if begin <= at < begin + len(hunk.new):
            ends = (frame for frame in frames if frame.get("done"))
            tried = (_in_fill(frames, end, hunk.new, at - begin) for end in ends)
            return next((found for found in tried if found), None)
        shift += len(hunk.new) - len(hunk.old)
    return None


def _in_fill(frames: list[Frame], end: Frame, words: str, at: int) -> Written | None:
    """The step of a character of changed words, where the fill that a frame ends with has them: the last that wrote its token."""
    fill, toks = str(end["text"]), end["toks"]
    shown = "".join(str(tok[0]) for tok in toks)
    # The fill may have lost spaces at its ends, or got the text's own line ends.
    place = shown.find(words) if words in shown else fill.find(words) + max(0, shown.find(fill.strip()[:12]))
    if words not in fill and words not in shown:
        return None
    slot, length = 0, len(str(toks[0][0])) if toks else 0
    while slot + 1 < len(toks) and length <= place + at:
        slot += 1
        length += len(str(toks[slot][0]))
    candidate = int(end.get("candidate", 0))
    for frame in reversed(frames):
        mine = frame["span"] == end["span"] and int(frame.get("candidate", 0)) == candidate
        now = frame["toks"]
        if mine and slot < len(now) and now[slot][1] == "n" and now[slot][0] == toks[slot][0]:
            return Written(candidate, int(end["span"]), int(frame["step"]), int(end["step"]))
    return None
