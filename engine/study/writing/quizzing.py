"""A run as a quiz: which slot does the rule write next, and what? And how far come those who see the numbers, or nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.runs.steps import Slot
from engine.study.writing.watching import Look, WatchedRun

CHOICES = 4
"""words to choose from"""
EACH = 2
"""points that a round has: one for the place, one for the word"""


@dataclass(frozen=True, slots=True)
class Round:
    """A step in which something is written, as two questions."""

    step: int
    """its number in the run, from 1"""
    look: Look
    after: tuple[Slot, ...]
    open: tuple[int, ...]
    """slots that are noise before it: one of them is to be guessed"""
    written: tuple[int, ...]
    """those of them that the rule writes, the surest first"""
    choices: dict[int, tuple[int, ...]]
    """for each of those the tokens to choose from: the one that is written and the likeliest others, shuffled"""

    @property
    def known(self) -> bool:
        """Whether the scores of all open slots were asked for; a rule that fixed its turns asks for those whose turn it is."""
        return all(self.look.open[at] for at in self.open)

    def asked(self, place: int) -> int:
        """The slot whose word is asked for, after a guess of the place."""
        return place if place in self.written else self.written[0]

    def points(self, place: int, word: int) -> int:
        """Of somebody who guesses a slot and then a token."""
        return (place in self.written) + (word == self.after[self.asked(place)].token)

    @property
    def blind(self) -> float:
        """The points of somebody who knows nothing, on average."""
        words = sum(1 / len(self.choices[self.asked(place)]) for place in self.open)
        return (len(self.written) + words) / len(self.open)

    @property
    def seer(self) -> int | None:
        """The points of somebody who sees the probabilities and takes the surest place and the likeliest word; None where they
        are not all known."""
        if not self.known:
            return None
        place = max(self.open, key=lambda at: self.look.top[at])
        return self.points(place, self.look.best[self.asked(place)])


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody said in one round."""

    round: Round
    place: int
    word: int | None = None
    """a token; None: not yet"""

    @property
    def asked(self) -> int:
        return self.round.asked(self.place)

    @property
    def points(self) -> int:
        return self.round.points(self.place, -1 if self.word is None else self.word)


@dataclass(frozen=True, slots=True)
class Game:
    """A quiz as far as it was played."""

    rounds: Sequence[Round]
    answers: tuple[Answered, ...]
    taken: int
    """how many of the numbers that were answered make sense"""

    @property
    def asks_word(self) -> bool:
        return bool(self.answers) and self.answers[-1].word is None

    @property
    def done(self) -> tuple[Answered, ...]:
        """Rounds that were answered wholly."""
        return self.answers[:-1] if self.asks_word else self.answers

    @property
    def now(self) -> Round | None:
        """The round that is asked; None when the quiz is over."""
        return self.rounds[len(self.done)] if len(self.done) < len(self.rounds) else None


def rounds_of(run: WatchedRun, seed: int, name: Callable[[int], str], spare: Iterable[int] = ()) -> list[Round]:
    """The rounds of a run. ``spare`` are tokens to choose from where the model has too few; no two choices have one name."""
    found = []
    before, spares = run.start, list(spare)
    for step, moment in enumerate(run.moments, 1):
        look = moment.look
        open_ = tuple(at for at, slot in enumerate(before) if slot.noisy)
        written = [at for at in open_ if look.written[at] and not moment.slots[at].noisy]
        written.sort(key=lambda at: -look.confidence[at])
        if written:
            likely = [token for at in open_ for _, _, token in moment.slots[at].alternatives]
            choices = {
                at: _choices(moment.slots[at], [*likely, *spares], name, random.Random(f"{seed} {step} {at}"))
                for at in written
            }
            found.append(Round(step, look, moment.slots, open_, tuple(written), choices))
        before = moment.slots
    return found


def _choices(slot: Slot, spare: Sequence[int], name: Callable[[int], str], dice: random.Random) -> tuple[int, ...]:
    """What stands on a slot and the likeliest others. Neither their number nor their order says which it is."""
    called = {name(slot.token): slot.token}
    for token in [*(token for _, _, token in slot.alternatives), *spare]:
        if len(called) < CHOICES:
            called.setdefault(name(token), token)
    found = sorted(called.values())
    dice.shuffle(found)
    return tuple(found)


def played(rounds: Sequence[Round], numbers: Sequence[int]) -> Game:
    """A quiz answered with ``numbers``: of each round a slot and then one of the choices, counted from 0. It ends at the first
    that nobody could have given."""
    answers: list[Answered] = []
    for taken, number in enumerate(numbers):
        game = Game(rounds, tuple(answers), taken)
        if game.now is None:
            return game
        if not game.asks_word:
            if number not in game.now.open:
                return game
            answers.append(Answered(game.now, number))
            continue
        choices = game.now.choices[answers[-1].asked]
        if not 0 <= number < len(choices):
            return game
        answers[-1] = Answered(game.now, answers[-1].place, choices[number])
    return Game(rounds, tuple(answers), len(numbers))
