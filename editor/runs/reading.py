"""What the page asks the engine beside runs: work ahead of need, and how likely a text is."""

from __future__ import annotations

from collections.abc import Callable

import engine
from editor.documents.texts import Texts
from editor.errors import EditorError
from editor.languages import language_named
from editor.payload import Payload, listed, texts_of, whole, wholes
from editor.runs.ahead import Ahead
from editor.runs.jobs import Turns
from editor.runs.requests import settings_of, spans_of, strange, written_in
from engine import Denoiser, Ways

Choose = Callable[[Payload], tuple[str, Denoiser]]
"""who writes with these settings, by name"""


class Reading:
    """Calls on the engine. Each takes and gives a payload."""

    def __init__(self, ways: Ways, turns: Turns, way: Choose, texts: Texts) -> None:
        self.ways = ways
        self._texts = texts
        self._turns = turns
        self._way = way
        self.ahead = Ahead(turns)
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "warm": self.warm, "prepare": self.prepare, "level": self.level, "nll": self.nll,
            "tokens": self.tokens,
        }  # fmt: skip

    def warm(self, payload: Payload) -> Payload:
        """Encode a text in the background, up to the cursor if it is known."""
        text, position = self._texts.of(payload), whole(payload, "cursor", None)
        self.ahead.ask(lambda should_stop: self.ways.default.warm(text, should_stop, position))
        return {}

    def prepare(self, payload: Payload) -> Payload:
        """Do what a run would begin with, in the background, while its settings are still being chosen. ``other``: the languages
        there that the model seldom gets right."""
        settings = settings_of(payload)
        _, denoiser = self._way(settings)
        text, spans, language = self._texts.of(payload), spans_of(payload), language_named(payload, "plain")
        asked = {"seed": settings["seed"], "length": settings["length"], **written_in(language)}

        def work(should_stop: Callable[[], bool]) -> None:
            try:
                engine.prepare(denoiser, text, spans, should_stop, **asked)
            except engine.InvalidRequest:  # the run itself will say so, if it is asked for
                return

        self.ahead.ask(work)
        where = [(span.start, span.end) for span in spans]
        return {"other": strange(language, text, where) if self.ways.english else ""}

    def level(self, payload: Payload) -> Payload:
        """Before each run of a race: no run has a start over the others."""
        settings = settings_of(payload)
        _, denoiser = self._way(settings)
        text, spans = self._texts.of(payload), spans_of(payload)
        asked = {"seed": settings["seed"], "length": settings["length"], **written_in(language_named(payload, "plain"))}
        self._turns.enter(lambda: False)
        try:
            engine.level(denoiser, text, spans, **asked)
        finally:
            self._turns.leave()
        return {}

    def nll(self, payload: Payload) -> Payload:
        """How likely the model finds finished fills, in nats per token."""
        text, spans = self._texts.of(payload), spans_of(payload)
        fills = texts_of(payload, "fills")
        if len(fills) != len(spans):
            raise EditorError("one_fill_each", f"{len(spans)} spans need as many fills, got {len(fills)}")
        self._turns.enter(lambda: False)
        try:
            return {"nll": round(engine.nll(self.ways.default, text, spans, fills), 4)}
        finally:
            self._turns.leave()

    def tokens(self, payload: Payload) -> Payload:
        """How many tokens a text has, or its ``ranges``, each on a line. Counting goes on while a run does."""
        text = self._texts.of(payload)
        ranges = [wholes("a range", pair, 2) for pair in listed(payload, "ranges", [])]
        if ranges:
            text = "\n".join(text[max(0, start) : max(0, end)] for start, end in ranges)
        return {"tokens": len(self.ways.default.tokenizer.encode(text))}
