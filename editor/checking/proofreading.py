"""Weak spots as the page asks for them: what could be better in a paragraph, how likely its words are, what to leave alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

import engine
from editor.checking.english import english
from editor.code.parsing import breaks, unchecked
from editor.documents.texts import Texts
from editor.errors import EditorError
from editor.languages import PROSE, language_named
from editor.limits import WORD
from editor.payload import Payload, flag, name_of, text_of, whole
from editor.runs.jobs import Turns
from engine import Denoiser, Span, Spot, Ways
from storage import Store

PAUSE = 0.01
"""seconds between two looks whether the engine is free"""
NOTHING = {"spots": [], "stale": False, "skipped": [], "other": ""}
Stop = Callable[[], bool]
T = TypeVar("T")


class Proofreading:
    """Calls on the text as it stands. Each takes and gives a payload."""

    def __init__(self, ways: Ways, turns: Turns, store: Store, texts: Texts) -> None:
        self.ways = ways
        self._texts = texts
        self.store = store
        self._turns = turns
        self._newest: dict[tuple[str, str], object] = {}
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "check": self.check, "heat": self.heat, "ignore": self.ignore, "dictionary": self.dictionary,
        }  # fmt: skip

    @property
    def offered(self) -> bool:
        """Whether the model can weigh words that stand."""
        return "revise" in self.ways.best and self._denoiser.revises

    @property
    def _denoiser(self) -> Denoiser:
        return self.ways.choose("revise")[1]

    def check(self, payload: Payload) -> Payload:
        """The weak spots between two code points of a text. ``stale``: something newer was asked for; ``skipped``: what
        is too long to be read; ``other``: the languages in it that are not checked; ``unchecked``: what is over the budget, of
        which
        nobody can tell what is prose."""
        text, span = self._asked(payload)
        language = language_named(payload, "prose")
        if unchecked(language, text):
            return {**NOTHING, "unchecked": True}
        (span,) = engine.trim(text, [span])
        skipped = _ranges(engine.unread(text, span))
        document = whole(payload, "document", 0)
        known = set(self.store.documents.get(document).dictionary if document else ())
        where = english(language, text, span)
        if where is None:
            return {**NOTHING, "unchecked": True}
        if not where.parts:
            return {**NOTHING, "skipped": skipped, "other": where.other}
        known |= where.names
        within = [Span(start, end) for start, end in where.parts]
        span = Span(max(span.start, within[0].start), min(span.end, within[-1].end))

        def work(should_stop: Stop) -> list[Spot]:
            return engine.check(self._denoiser, text, span, within=within, known=known, should_stop=should_stop)

        spots = self._in_turn("check", payload, work)
        if spots is None:
            return {"spots": [], "stale": True}
        if language not in PROSE:
            spots = [spot for spot in spots if not breaks(language, text, changed(text, spot))]
        shown = [{**asdict(s), "from": s.start, "to": s.end, "probability": round(s.probability, 4)} for s in spots]
        return {"spots": shown, "stale": False, "skipped": skipped, "other": where.other}

    def heat(self, payload: Payload) -> Payload:
        """[from, to, probability] of every word between two code points of a text, and those too long to be read."""
        text, span = self._asked(payload)

        def work(should_stop: Stop) -> list[tuple[int, int, float]]:
            return engine.heat(self._denoiser, text, span, should_stop=should_stop)

        words = self._in_turn("heat", payload, work)
        shown = [(a, b, round(p, 4)) for a, b, p in words or ()]
        return {"words": shown, "stale": words is None, "skipped": _ranges(engine.unread(text, span))}

    def ignore(self, payload: Payload) -> Payload:
        """Put a word into a document's dictionary; with ``ignored`` false take it out again."""
        word = " ".join(text_of(payload, "word").split())
        if not 0 < len(word) <= WORD:
            raise EditorError("bad_word", f"a word has 1..{WORD} characters, this one has {len(word)}; select one word")
        words = self.store.documents.ignore(whole(payload, "document"), word, flag(payload, "ignored", True))
        return {"dictionary": list(words)}

    def dictionary(self, payload: Payload) -> Payload:
        return {"dictionary": list(self.store.documents.get(whole(payload, "document")).dictionary)}

    def _asked(self, payload: Payload) -> tuple[str, Span]:
        return self._texts.of(payload), Span(whole(payload, "from"), whole(payload, "to"))

    def _in_turn(self, kind: str, payload: Payload, work: Callable[[Stop], T]) -> T | None:
        """Do ``work`` while the engine is free. A run interrupts it, and it is done anew behind the run; None once the same page
        has asked for something newer of the kind."""
        key, mine = (kind, name_of(payload, "page", "")), object()
        self._newest[key] = mine
        stopped = False

        def should_stop() -> bool:
            nonlocal stopped
            stopped = stopped or self._turns.wanted or self._newest.get(key) is not mine
            return stopped

        try:
            while self._newest.get(key) is mine:
                if not self._turns.try_enter():
                    time.sleep(PAUSE)
                    continue
                try:
                    found, stopped = None, False
                    found = work(should_stop)
                finally:
                    self._turns.leave()
                if not stopped:
                    return found
            return None
        finally:
            if self._newest.get(key) is mine:
                del self._newest[key]


def changed(text: str, spot: Spot) -> str:
    """The text with a suggestion taken."""
    return text[: spot.start] + spot.new + text[spot.end :]


def _ranges(spans: list[Span]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]
