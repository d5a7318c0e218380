"""A text with sites as people see it: its words, what is scraped, and what is written so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.denoising.denoiser import Denoiser
from engine.edits.restyling.site import Site
from engine.runs.steps import Candidate, EditStep, Slot, SpanState


@dataclass(slots=True)
class Written:
    """What was decided for one candidate."""

    now: dict[Site, str] = field(default_factory=dict)
    """written in this step"""
    before: dict[Site, str] = field(default_factory=dict)
    """written earlier"""

    def settle(self) -> None:
        self.before.update(self.now)
        self.now.clear()

    def all(self) -> dict[Site, str]:
        return {**self.before, **self.now}


Guesses = Mapping[Site, Sequence[tuple[str, float]]]
"""What may stand at sites, with probabilities, the likeliest first."""


class Board:
    """One span. ``start`` is its first character in the text as given."""

    def __init__(self, denoiser: Denoiser, source: str, start: int) -> None:
        self._d = denoiser
        self._source = source
        self._start = start

    def step(
        self, index: int, steps: int, phase: str, sites: Sequence[Site], rows: Sequence[Written], guesses: Guesses, nfe: int,
        progress: tuple[int, int] = (0, 0), done: bool = False, why: str = "",
    ) -> EditStep:  # fmt: skip
        drawn: tuple[Candidate, ...] = tuple((self._span(sites, row, guesses, done, why),) for row in rows)
        t = 1 - index / steps if steps else 0.0
        return EditStep(index, steps, phase, 0.0 if done else t, drawn[0], nfe, done, progress, drawn)

    def _span(self, sites: Sequence[Site], row: Written, guesses: Guesses, done: bool, why: str) -> SpanState:
        slots: list[Slot] = []
        at = 0
        places = [(place, site) for site in sites for place in site.places]
        for (a, b), site in sorted(places, key=lambda at: at[0]):
            slots += self._slots(self._source[at:a], "s", 1.0, ())
            at = b
            ranked = guesses.get(site, ())
            if site in row.now or site in row.before:
                text = row.now.get(site, row.before.get(site, ""))
                chance = next((p for guess, p in ranked if guess == text), 1.0)
                slots += self._slots(text, "n" if site in row.now else "s", chance, ranked)
            elif done:
                slots += self._slots(self._source[a:b], "s", 1.0, ranked)
            else:  # scraped: as many masks as words stood there, one where something is put in
                old = self._slots(self._source[a:b], "m", 0.0, ()) or [Slot("", "m", 0.0, (), self._d.mask_id, False)]
                old[0] = Slot("", "m", 0.0, self._ranked(ranked), self._d.mask_id, False)
                slots += old
        slots += self._slots(self._source[at:], "s", 1.0, ())
        text = "".join(slot.text for slot in slots)
        length = sum(not slot.noisy for slot in slots)
        return SpanState(self._start, self._start + len(self._source), tuple(slots), text, length, why if done else "")

    def _slots(self, text: str, state: str, confidence: float, guesses: Sequence[tuple[str, float]]) -> list[Slot]:
        """Slots of a piece of text: its tokens, and characters that take several tokens on the last of them."""
        slots: list[Slot] = []
        tokens, masked = self._d.tokenizer.encode(text), state == "m"
        for token, shown in zip(tokens, self._d.tokenizer.shown(tokens), strict=True):
            ranked = self._ranked(guesses) if not slots else ()
            slots.append(
                Slot("", state, 0.0, ranked, self._d.mask_id, False)
                if masked
                else Slot(shown, state, round(confidence, 4), ranked, token, False)
            )
        return slots

    def _ranked(self, guesses: Sequence[tuple[str, float]]) -> tuple[tuple[str, float, int], ...]:
        return tuple((text, p, next(iter(self._d.tokenizer.encode(text)), self._d.null_id)) for text, p in guesses)
