"""Lesson 12: the reader guesses what a rule writes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from editor.lab.practice.playing import (
    Played,
    Rule,
    called,
    canvas,
    outside,
    question,
    reason,
    results,
    round_by_round,
    score,
    verdict,
)
from editor.lab.shapes.figures import Board, Move
from editor.lab.shapes.lesson import Answers, Computation, Desk, Lesson, Values, within
from engine import SYSTEMS, Parameter
from engine.study.writing.quizzing import played, rounds_of
from engine.study.writing.watching import watched

TEXT = r"""
You have seen how a text is written out of masks. Now you play against the rule. A few words of your text are hidden,
and the model begins to write. Before every step you are asked two questions.

**Which place is written next?** Click on a mask, or press its number. One point if the rule writes this place now.

**And what is written there?** Choose one of the words that the model finds likeliest; their order is shuffled. One point for
the word that the rule writes. It may be another one than yours: the model does not know your text, it guesses, too.

Then you see why. *LLaDA* writes the place where the model is surest, or the one with the least **entropy**: so look for
places where the words around leave no choice, such as the second half of a name, or a full stop. A place with masks on
both sides is rarely first. *Mercury* writes everything that is sure enough, often several places at once; any of them counts.
*Gemini Diffusion* begins with wrong words and keeps what fits together. *Left to right* needs no thought. *Random*,
*MDLM* and *Eso-LM* go by lot, so nobody can know the place.

How good is your score? The figure has two others beside it. Somebody who guesses **blindly** among $o$ open places, of
which $w$ are written, and then among $c$ words, gets on average

$$\frac{w}{o} + \frac{1}{c}$$

points a round. Somebody who **sees the numbers** of the model takes the place with the highest probability, and there the
likeliest word. Under *LLaDA, surest first* that is always right, but where a letter takes several tokens. Under a random order
it helps with the words and not with the places. Two points a round are the most there is.

Play the same words again with another *Rule*. Where you were better than the numbers, you knew the rule; where you were
better than blind, you read both sides, as the model does.
"""
MOST = 96
"""tokens of text around the words"""
WORDS = 8
"""places at the most"""


RULES: dict[str, Rule] = {
    "surest": Rule("LLaDA, surest first", "llada", "low_confidence", because="the surest place first"),
    "entropy": Rule("LLaDA, least entropy first", "llada", "entropy", "entropy", "the place with the least entropy first"),
    "random": Rule("LLaDA, random order", "llada", "random", "lot", "places by lot; it looks at no probability"),
    "left-to-right": Rule("Left to right", "autoregressive", by="lot", because="from left to right; it looks at no probability"),
    "mercury": Rule("Mercury", "mercury", because="all that is sure enough, and at least the surest place"),
    "gemini": Rule(
        "Gemini Diffusion", "gemini", by="entropy",
        because="as many places, from the least entropy on, as stay together under a bound",
    ),
    "mdlm": Rule("MDLM", "mdlm", by="lot", because="places by chance; it looks at no probability"),
    "eso-b": Rule("Eso-LM B", "eso-b", by="lot", because="places in an order that was drawn before it began"),
}  # fmt: skip


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST, least=2)
    denoiser, rule = desk.guesser, RULES[str(values["rule"])]
    start, apart = within(values["at"], text), cast(int, values["apart"])
    hidden = tuple(range(start, len(text), apart))[: cast(int, values["tokens"])]
    given = _settings(rule, len(hidden))
    running = watched(denoiser, text, _holes(hidden), rule.system, seed=cast(int, values["seed"]), **given)
    key = ("quiz", denoiser.name, text.ids, hidden, rule.system, values["seed"], *given.items())
    run = yield from desk.once(running, *key)
    rounds = rounds_of(run, cast(int, values["seed"]), lambda token: called(denoiser, token), text.ids)
    answers, slots = cast(tuple[int, ...], values["answers"]), {at + 1: slot for slot, at in enumerate(hidden)}
    game = played(rounds, [n - 1 if at % 2 else slots.get(n, -1) for at, n in enumerate(answers)])
    play = Played(text, hidden, rule, game, denoiser, answers[: game.taken])
    if game.taken < len(answers):
        notes = [*notes, f"Answer {game.taken + 1} fits no question of this run, so the quiz goes on from there."]
    return _board(play, values, notes)


def _holes(hidden: Sequence[int]) -> list[tuple[int, int]]:
    """(start, end) of the stretches of tokens that lie side by side."""
    holes: list[tuple[int, int]] = []
    for at in hidden:
        side_by_side = bool(holes) and holes[-1][1] == at
        holes[-1:] = [(holes[-1][0], at + 1)] if side_by_side else [*holes[-1:], (at, at + 1)]
    return holes


def _settings(rule: Rule, count: int) -> dict[str, float | int | str]:
    """A place a step, where a rule can be told so."""
    own = {parameter.name for parameter in SYSTEMS[rule.system].parameters}
    many = 16 * count if rule.system == "eso-b" else count  # it draws a time for each place: few share one of many
    asked: dict[str, float | int | str | bool] = {
        "steps": many, "order": rule.order, "remasking": "none", "first_hitting": True, "alpha_0": 1.0,
    }  # fmt: skip
    return {name: value for name, value in asked.items() if name in own}


def _board(play: Played, values: Values, notes: Sequence[str]) -> Board:
    """All that may be seen now: what was asked and answered, and nothing that comes later."""
    game = play.game
    said = [question(play)]
    if game.answers:
        said.insert(0, verdict(play, game.answers[-1]))
    over = game.now is None
    return Board(
        figures=(canvas(play), *([reason(play, game.answers[-1])] if game.answers else []), score(game)),
        numbers=results(game),
        tables=(round_by_round(play),) if game.answers else (),
        notes=[*notes, *said],
        moves=_moves(play, values),
        bounds={"at": (1, len(play.text))},
        text="" if over else "".join(outside(play)),
    )


def _moves(play: Played, values: Values) -> list[Move]:
    """A button for each answer there is; then to begin again, or somewhere else."""
    game, given = play.game, list(play.given)
    moves: list[Move] = []
    if game.now is not None and game.asks_word:
        choices = game.now.choices[game.answers[-1].asked]
        moves = [Move(play.word(token), {"answers": [*given, n]}) for n, token in enumerate(choices, 1)]
    elif game.now is not None:
        moves = [Move(f"Place {play.place(at)}", {"answers": [*given, play.place(at)]}) for at in game.now.open]
    if game.now is None:
        on = play.hidden[-1] + 2 if play.hidden[-1] + 1 < len(play.text) else 1
        moves.append(Move("The next words", {"at": on, "answers": []}))
        names = list(RULES)
        other = names[(names.index(str(values["rule"])) + 1) % len(names)]
        moves.append(Move(f"The same words: {RULES[other].title}", {"rule": other, "answers": []}))
    if given:
        moves.append(Move("Begin again", {"answers": []}))
    return moves


LESSON = Lesson(
    name="quiz",
    title="Quiz",
    summary="Guess which place is written next, and what; your points beside those of the rule.",
    text=TEXT,
    example=(
        "In spring the days grow longer and the snow melts on the hills. The birds come back from the south, and in the garden "
        "the first flowers open."
    ),
    controls=(
        Parameter(
            "rule", "Rule", "Whom you play against.", "surest", choices=tuple((name, rule.title) for name, rule in RULES.items())
        ),
        Parameter("at", "First token", "Where the hidden words begin.", 4, 1, MOST),
        Parameter("tokens", "Tokens", "So many are hidden.", 5, 2, WORDS),
        Parameter("apart", "Apart", "From one hidden token to the next; 1: they stand side by side.", 3, 1, 6),
        Parameter("seed", "Seed", "Another number, other chances and another order of the words.", 0, 0, 999),
        Answers("answers", "Answers", "A place and a word for each round.", most=2 * WORDS),
    ),
    code=(
        ("engine/denoising/loop.py", "denoise"), ("engine/samplers/low_confidence.py", "LowConfidence"),
        ("engine/samplers/threshold.py", "Threshold"), ("engine/samplers/random_order.py", "RandomOrder"),
        ("engine/study/writing/watching.py", "watched"), ("engine/study/writing/quizzing.py", "rounds_of"),
    ),
    compute=compute,
)  # fmt: skip
