"""A place in a text and the faults of what is written there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from engine.text.kinds import emoji, phrases, questions, salutations
from engine.text.places import characters, keys, lines, marks, repetition, sentences
from engine.text.places.characters import Characters
from engine.text.places.form import form, spelt
from engine.text.places.marks import Onset
from engine.text.places.neighbourhood import AROUND, Beside, Neighbourhood

RULES: dict[str, Callable[[Neighbourhood, str], bool]] = {
    "lines": lines.too_few,
    "indentation": lines.ill_indented,
    "lead": lines.wrong_lead,
    "line ends": lines.wrong_line_ends,
    "separators": lines.wrong_separators,
    "start": marks.wrong_start,
    "end": marks.wrong_end,
    "sentences": sentences.wrong_number,
    "unfinished": sentences.dangles,
    "question": sentences.wrong_question,
    "no sentence": sentences.no_sentence,
    "brackets": marks.unbalanced,
    "comments": lines.commented,
    "repeats itself": repetition.repeats_itself,
    "repeats the text": repetition.repeats_around,
    "repeats a name": keys.repeats_key,
    "copies": keys.copies,
    "strange": repetition.strange,
    "does nothing": repetition.does_nothing,
    "loses a name": repetition.loses,
    "characters": characters.foreign,
    "letters": characters.cut_letters,
}
"""what can be wrong with a fill"""
DOUBTS: dict[str, Callable[[Neighbourhood, str], bool]] = {
    "nothing new": repetition.says_nothing_new,
    "strangers": sentences.strangers,
    "no verb": sentences.no_verb,
    "other phrase": sentences.other_phrase,
    "unknown names": repetition.calls_unknown,
    "leaves": repetition.stays,
    "unused names": repetition.forgets,
    "other kind": keys.other_kind,
}
"""what a fill may be and seldom is where it is worth accepting"""


@dataclass(frozen=True)
class Place(Neighbourhood):
    """Where something is written. Equal places ask for the same."""

    @classmethod
    def of(
        cls,
        text: str,
        start: int,
        end: int,
        head: str = "",
        tail: str = "",
        code: bool = False,
        beside: Beside | None = None,
    ) -> Place:
        """``head`` and ``tail`` come to stand between the fill and the text around."""
        before, after = text[max(0, start - AROUND) : start] + head, tail + text[end : end + AROUND]
        return cls(before, text[start:end], after, code or beside is not None, beside)

    @property
    def characters(self) -> Characters:
        """What the text around is written with."""
        return characters.characters_of(self)

    @cached_property
    def start(self) -> Onset:
        """What a fill may begin with."""
        return marks.start_of(self, lines.lead(self.lines[0]) if self.starts_line else "")

    @cached_property
    def form(self) -> str:
        """What a fill has to look like, as a pattern; "" where that is anybody's guess."""
        return form(self, self.characters, self.start.fits)

    @cached_property
    def openings(self) -> list[str]:
        """What begins others of its kind: of a question, words that ask; of a phrase, words that open one; of a line of code,
        names of it that stand around it, and the lines beside it, the nearest first."""
        if self.prose:
            asked = self.after.lstrip()[:1] == "?" and marks.begins_sentence(self)
            return questions.openings(self.old) if asked else phrases.openings(self.old, self.before + self.after)
        if not self.starts_line:
            return []
        lines = zip_longest(self.below, self.above, fillvalue="")
        return [*repetition.subjects(self)[:2], *(line.strip() for pair in lines for line in pair if line.strip())]

    @cached_property
    def spelt(self) -> bool:
        """Whether letters that take several tokens stand around."""
        return spelt(self)

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """All that may stand there, where that is little: another greeting or closing of a letter, another emoji."""
        around = self.before, self.old, self.after
        return () if self.beside is not None else salutations.instead(*around) or emoji.instead(*around)

    def faults(self, fill: str) -> list[str]:
        """What is wrong with a fill, by the names of RULES."""
        return [name for name, wrong in RULES.items() if wrong(self, fill)]

    def doubts(self, fill: str) -> list[str]:
        """What speaks against a fill, by the names of DOUBTS."""
        return [name for name, speaks in DOUBTS.items() if speaks(self, fill)]
