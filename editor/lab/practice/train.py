"""Lesson 11: a model of letters, trained on the reader's own text while they watch."""

from __future__ import annotations

import math
from collections.abc import Generator as Gen
from pathlib import Path
from typing import cast

from editor.lab.shapes.figures import Axis, Board, Lines, Move, Number, Series, Table, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Press, Values
from engine import Parameter
from engine.study.guess import Progress
from engine.training.letters.network import SIZES
from engine.training.letters.training import LEAST, MOST, LetterTraining, written

TEXT = r"""
Here you train a masked diffusion model yourself, on your own text, in a minute and a half. It is tiny: its tokens are single
letters, and it knows nothing of the world but what you give it. Press *Train* and watch.

At first every letter is as likely as any other. With $V$ letters in the alphabet that costs

$$\log V \text{ nats a letter}$$

Then the same thing happens again and again. Take some rows of the text. Draw a **noise level** $t$ for each, hide $m$ of its $L$
letters, and let the network guess them. Its **loss** is the price of these guesses, weighed so that its mean is the bound on the
likelihood of the text:

$$\mathcal{L} = \frac{L}{m} \sum_{i \text{ hidden}} -\log Q(x_i)$$

The **gradient** says how each of the **weights** has to move to lower the loss. Move all a little; that was one step. The curve
shows the loss as it falls. First the model learns how often each letter comes, then which letters stand side by side, then
short words. Two level lines say what **counting** alone gives: how often each letter comes, and how often it comes behind the
letter before. Where the loss is below both, more was learnt than can be counted in a table.

The second line is the loss on text that was **kept back**: the last tenth, which the model never sees in training. While both
fall, it learns rules of your language. Where only the first falls, it learns your text by heart. Short texts and large models do
that.

Every few seconds the model writes a text out of nothing, one letter a step, in random order, and rather likely letters: at a
temperature of 0.6. It will look like your language from far away. Real models do the same, with a hundred thousand times the
weights and a million times the text.

*Size* is the only dial. A larger model could learn more, but each step takes longer, and in ninety seconds it makes fewer.
Stop when you like: what was learnt is kept until Palimpsest ends, and can be chosen as *Model* in the other lessons.
"""
EVERY = 6.0
"""seconds of work between two looks"""
SAMPLE = 96
"""letters that it writes"""
DESIGN = Path(__file__).resolve().parents[3] / "DESIGN.md"


def compute(desk: Desk, values: Values) -> Computation:
    text = desk.text.strip()
    notes = (
        [f"The text is longer: the model learns from its first {MOST} tokens, each a letter."]
        if len(text) > MOST
        else []
    )
    size, seconds = cast(int, values["size"]), float(cast(float, values["seconds"]))
    if values["train"]:
        with desk.shelf.alone():
            return (yield from _trained(desk, LetterTraining(text, size, seconds), notes))
    short = len(text) < LEAST
    if short:
        notes.append(
            f"The text has {len(text)} character{'s' * (len(text) != 1)}, and a model learns from at least {LEAST}: write or "
            "select more, or press Example."
        )
    kept = desk.shelf.latest
    if kept is not None:
        more = "" if short else " Train again for another text or size."
        notes.append(f"This is {kept.title}, which was trained here.{more}")
        return _board(kept.training, list(kept.samples), notes, again=True, still=short)
    if short:
        notes.append("What is shown is of the example.")
        text = DESIGN.read_text(encoding="utf-8")
    training = LetterTraining(text, size, seconds)
    sample = yield from _sample(training)
    return _board(training, [(0.0, sample)], notes, still=short)


def _trained(desk: Desk, training: LetterTraining, notes: list[str]) -> Computation:
    """Train, and show how far it is. What was learnt is kept from the first look on: the page that stops it asks for it at once,
    and may be heard before the training has stopped."""
    samples: list[tuple[float, str]] = []
    for moment in training.run(EVERY):
        yield round(training.spent), round(training.seconds)
        if moment is not None:
            desk.shelf.keep(training, samples)
            samples.append((moment.seconds, (yield from _sample(training))))
            yield _board(training, samples, notes, still=True)
    return _board(training, samples, notes, again=True)


def _sample(training: LetterTraining) -> Gen[Progress | Board, None, str]:
    found = ""
    # To who knows nothing letters say nothing of each other, so at first all are drawn at once.
    for shown in written(training.model("sample"), SAMPLE, training.steps, None if training.steps else 1):
        found = shown
        yield round(training.spent), round(training.seconds)
    return found


def _board(
    training: LetterTraining,
    samples: list[tuple[float, str]],
    notes: list[str],
    *,
    still: bool = False,
    again: bool = False,
) -> Board:
    """What was learnt so far; nothing is to be pressed where it is ``still`` being learnt, or cannot be."""
    moments, letters = training.moments, training.mask - 1
    at = [moment.seconds for moment in moments]
    last = moments[-1] if moments else None
    know_nothing = math.log(letters)
    levels = zip(
        ("knows nothing: log V", "counts letters", "counts pairs"), (know_nothing, *training.by_counting), strict=True
    )
    lines = [Series(name, [0, training.seconds], [level, level]) for name, level in levels]
    if len(moments) > 1:
        lines.append(Series("loss", at, [moment.loss for moment in moments], strong=True))
        if last is not None and last.held is not None:
            lines.append(Series("on what is kept back", at, [moment.held for moment in moments]))
    held = last.held if last is not None else None
    return Board(
        figures=(
            Lines("The loss as it learns", Axis("time of training", "s", low=0), Axis("loss, a letter", "nats", low=0), lines),
            Tokens(
                f"Written out of nothing after {samples[-1][0]:.0f} s" if samples else "Nothing is written yet",
                [Token(letter) for letter in (samples[-1][1] if samples else " ")],
            ),
        ),
        numbers=(
            Number("weights", training.weights, meaning="numbers that are trained"),
            Number("alphabet", letters, "letters", "V: those of the text, and one for all others"),
            Number("learns from", len(training.learnt), "letters"),
            Number("kept back", len(training.held), "letters", "the end of the text; short texts are learnt whole"),
            Number("steps", training.steps, meaning="each on a few rows, cut anywhere from the text"),
            Number("time", training.spent, "s", "of work; while others need the engine, the training waits"),
            Number("loss", last.loss if last else know_nothing, "nats a letter", "mean of the last seconds"),
            Number("kept back, loss", held, "nats a letter", "the bound on text that it never saw"),
            Number("by counting letters", training.by_counting[0], "nats a letter", "by how often each comes; on the same text"),
            Number("by counting pairs", training.by_counting[1], "nats a letter", "by the letter before as well"),
            Number("perplexity", math.exp(held if held is not None else last.loss if last else know_nothing),
                   meaning="between how many letters it hesitates"),
        ),
        tables=(Table("What it wrote as it learnt", ("seconds", "text"), [(round(s), text) for s, text in samples]),),
        notes=notes,
        moves=() if still else (Move("Train again" if again else "Train", {"train": True}, once=True),),
    )  # fmt: skip


LESSON = Lesson(
    name="train",
    title="Train one",
    summary="A model of your own text, trained in ninety seconds: one dial, the loss as it falls, and what it writes.",
    text=TEXT,
    example=DESIGN.read_text(encoding="utf-8"),
    controls=(
        Parameter("size", "Size", "Of the network: width and depth.", 3, 1, len(SIZES)),
        Parameter("seconds", "Seconds", "How long it is trained.", 90, 1, 90),
        Press("train", "Train", "Begin the training."),
    ),
    code=(
        ("engine/training/letters/training.py", "LetterTraining"), ("engine/training/letters/network.py", "sizes_of"),
        ("engine/diffusion/objectives.py", "any_order"), ("engine/models/dit/network.py", "Dit"),
    ),
    compute=compute,
    gives_way=True,
    of_its_own=True,
)  # fmt: skip
