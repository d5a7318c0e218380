"""Lesson 10: what stands behind a gap says as much as what stands before it."""

from __future__ import annotations

import math
from collections.abc import Generator as Gen
from collections.abc import Sequence
from typing import Any, cast

from editor.lab.shapes.figures import Axis, Bars, Board, Figure, Number, Table, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, part_of, within
from engine import Denoiser, Parameter
from engine.study.guess import Progress, near
from engine.study.sample import Sample
from engine.study.writing import sides as study
from engine.study.writing.sides import SIDES, Judged, Side

TEXT = r"""
Most text is written in the middle of other text. You mend a word in a sentence that goes on, you put a line before
another one. What comes *behind* the gap says as much as what comes before it.

A **left-to-right** model multiplies probabilities, and each of them looks back only:

$$p(x) = \prod_i p(x_i \mid x_{<i})$$

It completes the line after. It cannot complete the line before, since it never learned $p(x_i \mid x_{>i})$. A **masked
diffusion** model is trained on every set of masks, so one network answers for the left side, for the right side, and
for both.

Choose a gap. The bars show what the network thinks of its first place when the right side is hidden, when the left side
is hidden, and when both are shown. Take *The line before*: on the left there is nothing, and only the right can help.
In *The line after* it is the other way round.

The second chart does this with every token of your text and asks for its price, $-\log p$. Look where the two bars of a
token differ: there the right side knew something. On average seeing both sides must help, if the model is good, because
knowing more never makes a surprise larger:

$$H(x_i \mid x_{<i},\ x_{>i}) \le H(x_i \mid x_{<i})$$

For a single token it can be otherwise: the text may be an odd one.

**How a left-to-right model is helped.** It can still *weigh* a finished fill $f$ by both sides. It asks how likely the
fill is after the text before, and how likely the text behind is after both:

$$\log p(f \mid \text{before}) + \log p(\text{behind} \mid \text{before}, f)$$

The last chart shows both parts for your own words and for what was written with a side hidden. A fill that never saw
the right side may be cheap in the first part and pay in the second. The judge of this program works like this: several
fills are drawn, and the one that both parts like best is taken. It needs luck, or many draws, to find a good one.
Diffusion can aim.
"""
MOST = 14
"""tokens: each is three rows of a pass"""
NAMES: dict[Side, str] = {"left": "left side only", "right": "right side only", "both": "both sides"}
PLACES = (("between", "Words between"), ("before", "The line before"), ("after", "The line after"))
SHOWN = 6


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST, least=2)
    denoiser, size = desk.guesser, len(text)
    count = min(cast(int, values["tokens"]), size - 1)
    start = {"between": min(within(values["at"], text), size - count), "before": 0, "after": size - count}[
        str(values["place"])
    ]
    end = start + count
    key = ("both sides", denoiser.name, text.ids)
    views = [(start, study.hidden(size, start, end, side)) for side in SIDES]
    seen = yield from part_of(desk.once(study.seen_from(denoiser, text, views), *key, start, end), 0, 6)
    prices = yield from part_of(desk.once(study.prices(denoiser, text), *key, "prices"), 1, 6)
    fills: dict[str, tuple[int, ...]] = {"your words": text.ids[start:end]}
    for number, side in enumerate(SIDES, 2):
        run = study.filled(denoiser, text, start, end, side, cast(int, values["seed"]))
        run_key = (*key, start, end, side, values["seed"])
        fills[NAMES[side]] = yield from part_of(desk.once(run, *run_key), number, 6)
    written = tuple(fills.values())
    weighed = _read(denoiser, text, (start, end), written)
    judged = yield from part_of(desk.once(weighed, *key, start, end, written), 5, 6)
    if not judged:
        notes = [
            *notes,
            f"{denoiser.name} has no reader from left to right, so no fill is weighed. The embedded model has one.",
        ]
    if any(math.isinf(price) for every in prices.values() for price in every):
        notes = [
            *notes,
            f"{denoiser.name} never writes some token of this text; its price is infinite, and left out of the means.",
        ]
    words = {
        name: denoiser.tokenizer.decode([i for i in ids if i < denoiser.tokenizer.size]) for name, ids in fills.items()
    }
    means = {side: _mean(every) for side, every in prices.items()}
    return Board(
        figures=(
            _gap(text, start, end), _guesses(denoiser, text.ids[start], dict(zip(SIDES, seen, strict=True)), start),
            _prices(text, prices), *([_weighed(words, judged)] if judged else []),
        ),
        numbers=(
            *(Number(NAMES[side], means[side], "nats a token", "mean price of the tokens of the text") for side in SIDES),
            Number("the right side saves", _less(means["left"], means["both"]), "nats a token", "left side only, less both"),
            *(Number(f"your word, {NAMES[side]}", float(row[text.ids[start]].exp()), meaning="its probability")
              for side, row in zip(SIDES, seen, strict=True)),
        ),
        tables=(_fills(words, judged),),
        notes=notes,
        bounds={"at": (1, size), "tokens": (1, size - 1)},
    )  # fmt: skip


def _read(
    denoiser: Denoiser, text: Sample, gap: tuple[int, int], fills: Sequence[tuple[int, ...]]
) -> Gen[Progress, None, list[Judged]]:
    """What the judge says of fills; yields before it reads them."""
    yield 0, 1
    return study.judged(denoiser, text, *gap, list(fills))


def _mean(nats: list[float]) -> float | None:
    finite = [one for one in nats if math.isfinite(one)]
    return sum(finite) / len(finite) if finite else None


def _less(more: float | None, less: float | None) -> float | None:
    return None if more is None or less is None else more - less


def _gap(text: Sample, start: int, end: int) -> Figure:
    tokens = [
        Token("" if start <= at < end else piece, "mask" if start <= at < end else "clean", note=piece)
        for at, piece in enumerate(text.pieces)
    ]
    title = f"Token {end} is hidden" if end == start + 1 else f"Tokens {start + 1} to {end} are hidden"
    return Tokens(title, tokens, picks="at", picked=start)


def _guesses(denoiser: Denoiser, true: int, rows: dict[Side, Any], start: int) -> Figure:
    """The likeliest tokens by any view, and the true one."""
    shown = [true]
    for side in ("both", "left", "right"):
        shown += [i for i in near(rows[side], true, SHOWN // 2) if i not in shown]
    names = [repr(piece) for piece in (denoiser.tokenizer.shown([i])[0] for i in shown)]
    names[0] = f"your word {names[0]}"
    return Bars(
        f"What may stand on place {start + 1}", Axis("probability", low=0), names,
        [(NAMES[side], [float(row[i].exp()) for i in shown]) for side, row in rows.items()],
    )  # fmt: skip


def _prices(text: Sample, prices: dict[Side, list[float]]) -> Figure:
    names = [f"{at + 1} {piece.strip() or repr(piece)}" for at, piece in enumerate(text.pieces)]
    groups = [
        (NAMES[side], [one if math.isfinite(one) else None for one in prices[side]])
        for side in cast(tuple[Side, ...], ("left", "both"))
    ]
    return Bars("What each token of the text costs", Axis("price", "nats", low=0), names, groups)


def _weighed(words: dict[str, str], judged: list[Judged]) -> Figure:
    return Bars(
        "The fills, weighed from left to right", Axis("price", "nats", low=0),
        [f"{name}: {_short(said)}" for name, said in words.items()],
        [("the fill, after what stands before", [one.before for one in judged]),
         ("the text behind, after both", [one.behind for one in judged])],
        what="fill",
    )  # fmt: skip


def _short(words: str) -> str:
    said = " ".join(words.split())
    return said if len(said) < 18 else said[:17] + "…"


def _fills(words: dict[str, str], judged: list[Judged]) -> Table:
    known = [(one.before, one.behind, one.before + one.behind) for one in judged]
    parts = known if judged else [(None, None, None)] * len(words)
    rows = [(name, said, *part) for (name, said), part in zip(words.items(), parts, strict=True)]
    return Table(
        "What was written into the gap", ("seen", "words", "fill, nats", "text behind, nats", "together"), rows,
        "A dash: the model has no judge.",
    )  # fmt: skip


LESSON = Lesson(
    name="both-sides",
    title="Both sides",
    summary="The same gap with the right side hidden and shown, and why a left-to-right model needs help.",
    text=TEXT,
    example="He took the bread out of the oven and let it cool.",
    controls=(
        Parameter("place", "Gap", "Where it lies.", "between", choices=PLACES),
        Parameter(
            "at", "First token", "Where it begins; a click on a token does the same.", 8, 1, MOST, when=("place", ("between",))
        ),
        Parameter("tokens", "Tokens", "So many are hidden and written again.", 1, 1, MOST - 1),
        Parameter("seed", "Seed", "The same seed gives the same words.", 0, 0, 999),
    ),
    code=(
        ("engine/judging/judge.py", "judge"), ("engine/denoising/correction.py", "correct"),
        ("engine/models/writer/layout.py", "layout"), ("engine/study/writing/sides.py", "prices"),
        ("engine/study/writing/sides.py", "judged"),
    ),
    compute=compute,
)  # fmt: skip
