"""Lesson 5: the loss at each noise level, and the bound that their mean is."""

from __future__ import annotations

from typing import cast

from editor.lab.shapes.figures import Axis, Bars, Board, Lines, Number, Series, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, part_of
from engine import Parameter
from engine.study import likelihood as study
from engine.study.sample import Sample

TEXT = r"""
How likely does the model find your text? A left-to-right model can say it exactly: it multiplies the probabilities of all
words, one after another. A diffusion model cannot. It could write the same text in very many orders, and nobody can add
them all up. But it has a **bound**.

Mask a part $t$ of the text, ask for the masked words, and add up what they cost. Do it at every noise level. With few masks
there is much to read and little to guess. With many masks each word costs more: look at the curve. A draw with few masks
says little about the whole text, so it counts more. Its weight is $1/t$:

$$-\log p(x) \le \int_0^1 \frac{1}{t}\, E\Big[\sum_{i\ \text{masked}} -\log p(x_i \mid x_t)\Big]\, dt$$

The right side is called **NELBO**, the negative of the evidence lower bound. It is what the model was trained to make
small. In a text of $L$ tokens about $t L$ are masked, so the weight turns the sum into $L$ times the *mean* over masked
words. That is why the curve shows nats for a masked word: the area under it is the bound, for one word of the text.

Divide by the number of tokens and take the exponential, and you have a bound on the **perplexity**: as if the model had to
choose among so many equally likely words each time. More draws make the estimate better; another seed shows how much it
still moves.

The last figure asks *the same network* from left to right: all words before are known, all others masked. This is exact for
that one order. Every order has its own price, and the bound is their mean. A model that learned all orders pays for it:
compare the two perplexities.
"""
MOST = 24
"""tokens: each is a pass from left to right"""


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST, least=2)
    denoiser, samples = desk.guesser, cast(int, values["draws"])
    scores = study.canvas_scores(denoiser, text)
    seed, key = cast(int, values["seed"]), ("likelihood", denoiser.name, text.ids)
    drawn = desk.once(study.bound(scores, text, denoiser.mask_id, samples, seed), *key, samples, seed)
    bound = yield from part_of(drawn, 0, 2)
    if bound.infinite:
        notes = [*notes, f"{bound.infinite} draws hold a token that {denoiser.name} never writes; they are left out."]
    yield _board(text, bound, None, notes)
    one_way = yield from part_of(desk.once(study.one_way(scores, text, denoiser.mask_id), *key), 1, 2)
    return _board(text, bound, one_way, notes)


def _board(text: Sample, bound: study.Bound, one_way: list[float] | None, notes: list[str]) -> Board:
    """What is known: the bound, and the price from left to right where it is computed, too."""
    size, sequential = len(text), sum(one_way) if one_way is not None else None
    prices: list[float | None] = list(one_way) if one_way is not None else [None] * size
    tokens = [
        Token(piece, value=nats, note=repr(piece) if nats is None else f"{piece!r}: {nats:.3g} nats")
        for piece, nats in zip(text.pieces, prices, strict=True)
    ]
    t, each = [loss.t for loss in bound.losses], [loss.each for loss in bound.losses]
    return Board(
        figures=(
            Lines(
                "The loss at each noise level", Axis("t, share of tokens that is masked", low=0, high=1),
                Axis("loss for a masked token", "nats", low=0),
                [Series("one draw", t, each, strong=True), Series("mean: the bound", [0, 1], [bound.mean, bound.mean])],
            ),
            Bars(
                "What each draw adds to the bound", Axis("nats, for the whole text", low=0),
                [f"{loss.masked} of {size} masked" for loss in bound.losses],
                [("sum over the masked tokens", [loss.nats for loss in bound.losses]),
                 ("times 1 / t", [loss.nats / loss.t for loss in bound.losses])],
                what="draw",
            ),
            Tokens("From left to right, what each token costs", tokens, value=Axis("price", "nats")),
        ),
        numbers=(
            Number("NELBO", bound.mean * size, "nats", "bound on -log p of the whole text: the mean of all draws"),
            Number("for a token", bound.mean, "nats", "the area under the curve"),
            Number("perplexity, bound", study.perplexity(bound.mean), meaning="exp of that"),
            Number("left to right", sequential, "nats", "-log p of the whole text in this one order"),
            Number("perplexity, left to right", None if sequential is None else study.perplexity(sequential / size),
                   meaning="by the same weights"),
        ),
        notes=notes,
    )  # fmt: skip


LESSON = Lesson(
    name="likelihood",
    title="Likelihood",
    summary="The loss at each noise level, the weight 1/t, and the bound that diffusion has instead of a likelihood.",
    text=TEXT,
    example="The cat is lying on the rug, and the dog would like to lie there too.",
    controls=(
        Parameter("draws", "Draws", "Noise levels that are tried, spread evenly; each is a pass.", 16, 2, 64),
        Parameter("seed", "Draw", "Another number, other words are masked.", 0, 0, 999),
    ),
    code=(
        ("engine/diffusion/objectives.py", "nelbo"), ("engine/diffusion/objectives.py", "any_order"),
        ("engine/diffusion/objectives.py", "perplexity"), ("engine/study/likelihood.py", "level_losses"),
    ),
    compute=compute,
)  # fmt: skip
