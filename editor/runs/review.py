"""A proposal under review: its candidates, their changes one by one, and what of them is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache

from editor.answers import told
from editor.code.parsing import breaks, unchecked
from editor.documents.files import fitting, settled
from editor.errors import EditorError
from editor.history import diffs
from editor.payload import Malformed, Payload, listed, name_of, text_of, whole, wholes
from editor.runs.frames import candidate_of
from editor.runs.requests import ranges_of, strange
from storage import Run, Saved, Store

Fills = list[str]
"""The text of every span of one candidate."""


def fills(run: Run) -> list[Fills]:
    """What every candidate of a run wrote."""
    found: dict[int, Fills] = {}
    for frame in run.frames:
        if frame.get("done"):
            found.setdefault(candidate_of(frame), []).append(str(frame["text"]))
    return [found[number] for number in sorted(found)]


def replaced(text: str, spans: Sequence[tuple[int, int]], new: Sequence[str]) -> str:
    """``text`` with other words in its spans, which are in order. Raises EditorError where they do not fit."""
    try:
        return diffs.spliced(text, ((start, end, fill) for (start, end), fill in zip(spans, new, strict=True)))
    except ValueError as error:
        raise EditorError("stale_accept", f"span {error}; run it again") from error


def standing(run: Run, text: str) -> int:
    """The candidate whose words stand in a text that a run changed; 0 where those of none do, as where changes of several were
    picked. Outside of the spans the text may be another than the run's."""
    spans, found = spans_of(run), fills(run)
    for number, new in enumerate(found):
        if replaced(run.text, spans, new) == text:
            return number
    # The longest first: one may be a part of another.
    longest = sorted(range(len(found)), key=lambda number: -sum(map(len, found[number])))
    return next((number for number in longest if _in_order(found[number], text)), 0)


def _in_order(words: Fills, text: str) -> bool:
    at = 0
    for one in words:
        at = text.find(one, at)
        if at < 0:
            return False
        at += len(one)
    return True


def spans_of(run: Run) -> list[tuple[int, int]]:
    """Where a run wrote, in its own text."""
    last = run.frames[-1]
    count = int(str(last["spans"]))
    return [(int(str(frame["from"])), int(str(frame["to"]))) for frame in run.frames[-count:]]


class Review:
    """Calls on proposals. Each takes and gives a payload."""

    def __init__(self, store: Store, english: bool = False) -> None:
        """``english``: whether the model was taught little else."""
        self.store = store
        self._english = english
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "review": self.review, "accept": self.accept, "keep": self.keep, "discard": self.discard,
            "branches": self.branches, "kept_candidate": self.kept_candidate,
        }  # fmt: skip

    def review(self, payload: Payload) -> Payload:
        """Every candidate: its texts, its changes, whether it breaks code that parsed, and whether an earlier one is the same.
        ``unchecked``: the code is over the parser's budget, so nobody can tell what breaks it. ``other``: the languages in it
        that the model seldom gets right."""
        run = self.store.runs.get(name_of(payload, "run"))
        language = self.store.documents.get(run.document_id).language
        spans, all_fills = spans_of(run), fills(run)
        candidates = []
        for number, new in enumerate(all_fills):
            hunks = [
                [asdict(hunk) for hunk in diffs.hunks(run.text[start:end], fill)]
                for (start, end), fill in zip(spans, new, strict=True)
            ]
            candidates.append(
                {
                    "texts": new,
                    "hunks": hunks,
                    "breaks": breaks(language, run.text, replaced(run.text, spans, new)),
                    "same": all_fills.index(new) if all_fills.index(new) < number else None,
                }
            )
        other = strange(language, run.text, spans) if self._english else ""
        return {"candidates": candidates, "unchecked": unchecked(language, run.text), "other": other}

    def _chosen(self, run: Run, before: str, spans: Sequence[tuple[int, int]], payload: Payload) -> Fills:
        """What is to stand in each span: a candidate as it is, or some changes of several."""
        found = fills(run)
        if len(spans) != len(found[0]):
            raise EditorError("stale_accept", f"the run wrote {len(found[0])} spans, not {len(spans)}; run it again")
        for (start, end), (old_start, old_end) in zip(spans, spans_of(run), strict=True):
            if before[start:end] != run.text[old_start:old_end]:
                raise EditorError(
                    "stale_accept", f"what stands at {start}..{end} is not what the run read; run it again"
                )
        candidate = whole(payload, "candidate", 0)
        try:
            picks = [wholes("a change", pick, 3) for pick in listed(payload, "picks", [])]
            if min(candidate, 0, *(number for pick in picks for number in pick)) < 0:
                raise ValueError("they are counted from 0")
            if payload.get("picks") is None:
                return found[candidate]
            olds = [before[start:end] for start, end in spans]
            hunks = cache(lambda candidate, span: diffs.hunks(olds[span], found[candidate][span]))
            chosen: list[list[diffs.Hunk]] = [[] for _ in spans]
            for candidate, span, hunk in picks:
                chosen[span].append(hunks(candidate, span)[hunk])
            return [diffs.apply(old, picked) for old, picked in zip(olds, chosen, strict=True)]
        except (ValueError, IndexError, Malformed) as error:
            raise EditorError("stale_accept", f"these changes do not fit together ({error}); choose again") from error

    def accept(self, payload: Payload) -> Payload:
        """Put a candidate, or the picked changes [[candidate, span, change], ...], into the document as one revision."""
        before, run = fitting(text_of(payload, "before")), self.store.runs.get(name_of(payload, "run"))
        spans, number, base = ranges_of(payload), whole(payload, "document"), name_of(payload, "base")
        text = replaced(before, spans, self._chosen(run, before, spans, payload))
        before, text = (settled(self.store, number, written) for written in (before, text))
        saved: Saved = self.store.edits.accept(number, base, before, text, run.id)
        return {**asdict(saved), "text": text}

    def keep(self, payload: Payload) -> Payload:
        """Every candidate as a branch of its own beside the head; the document stays as it is."""
        before, run = fitting(text_of(payload, "before")), self.store.runs.get(name_of(payload, "run"))
        spans = ranges_of(payload)
        texts = list(dict.fromkeys(replaced(before, spans, new) for new in fills(run)))
        kept = self.store.edits.keep(whole(payload, "document"), name_of(payload, "base"), before, texts, run.id)
        return {"revisions": kept}

    def kept_candidate(self, payload: Payload) -> Payload:
        """Which candidate of a run a revision of it has, the latest where none is named; the first of a run that has none."""
        run = self.store.runs.get(name_of(payload, "run"))
        wanted = name_of(payload, "revision", "") or next(
            (one.id for one in self.store.documents.history(run.document_id) if one.run == run.id), ""
        )
        if not wanted or not run.frames:
            return {"candidate": 0}
        return {"candidate": standing(run, self.store.revisions.get(wanted).text)}

    def discard(self, payload: Payload) -> Payload:
        self.store.runs.discard(name_of(payload, "run"))
        return {}

    def branches(self, payload: Payload) -> Payload:
        """The runs that branch off one another around a run, the first one first."""
        found = self.store.runs.family(name_of(payload, "run"))
        return {"runs": [told(run) for run in found]}
