"""Lesson 6: ratios in place of probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from editor.lab.shapes.figures import Axis, Bars, Board, Lines, Mark, Number, Series, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, within
from engine import Parameter
from engine.study import guess, ratios
from engine.study.noise import schedule_of

TEXT = r"""
A model need not learn probabilities. It can learn **ratios**: how many times likelier is the text with the word $y$ in this place
than the text as it stands, with a mask there?

$$s(y) \approx \frac{p(x \text{ with } y)}{p(x \text{ with the mask})}$$

SEDD works like this, and Mercury is built on the same idea. Ratios are enough to walk backwards through the noise, and nobody has
to sum over all texts.

Let $\sigma(t) = -\log \alpha(t)$ be the total noise. The first figure shows the ratios of the model for the hidden word. They are
its probabilities divided by $e^{\sigma} - 1$. The true ratio is $1 / (e^{\sigma} - 1)$ for the true word and 0 for all others.

How wrong are the scores? **Score entropy** measures it. For one ratio $r$ and one score $s$ it is

$$s - r \log s + r(\log r - 1)$$

Look at the curve. It is never below zero, and it touches zero only at $s = r$. Far too small a score is punished without
limit: the logarithm does that. A squared error would not, and could even ask for negative ratios. Summed over all words and
weighted by the noise, it bounds the log-likelihood. Compare the last two numbers: for the same draw it is *the same number* as
the weighted cross-entropy of masked diffusion. Two roads, one place.

**The analytic step.** From level $t$ to $s$, with $d = \sigma(t) - \sigma(s)$, a masked place is written with the probability

$$P(y) = (e^{d} - 1)\, s(y)$$

and stays masked with what is left. We compute it by hand, and then let the engine's own sampler decide on twenty thousand masked
places and count. At the last step, $s = 0$, the share of the mask is dropped and everything is written. This is **Tweedie's**
denoising step.

**Random tokens.** Now let another word stand in the place of the lost one. Then every word has a ratio to the word that is seen,
also the wrong ones, and the score entropy sums over all of them. The step back needs no mask either: it says how likely each word
stood there at $s$. UDLM computes it from probabilities and SEDD from ratios. Compare the bars: they are the same.
"""
MOST = 64
"""tokens"""


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST)
    at, t = within(values["at"], text), cast(float, values["t"])
    s = t * (1 - cast(float, values["back"]))
    schedule = schedule_of(str(values["schedule"]))
    denoiser = desk.guesser
    log_p = yield from desk.scores(text, at)
    true = text.ids[at]
    tops = [i for i, _, _ in guess.priced(log_p, true).tops]
    found = ratios.ratios(log_p, true, schedule, t, tops)
    step = ratios.analytic_step(schedule, found.mass, t, s, cast(int, values["seed"]))
    last = ratios.analytic_step(schedule, found.mass, t, 0.0, cast(int, values["seed"]))
    own = found.scores[tops.index(true)]
    if own == 0:
        notes = [*notes, f"{denoiser.name} gives the true token no probability here, so its loss is infinite."]
    marks = [Mark(found.true_ratio, 0.0, "s = r")]
    x, y = ratios.loss_curve(found.true_ratio)
    if x[0] <= own <= x[-1]:
        marks.append(Mark(own, ratios.loss_at(found.true_ratio, own), "the model"))
    if values["noise"] == "uniform":
        seen = ratios.stranger(denoiser.tokenizer, cast(int, values["seed"]))
        asked = list(dict.fromkeys([*tops, seen]))
        size = denoiser.tokenizer.size
        random = ratios.uniform_ratios(log_p[:size].log_softmax(-1), true, seen, schedule, t, s, asked)
        return _random(random, asked, asked.index(true), seen, desk, text.pieces, at, s, notes)
    names = [repr(piece) for piece in denoiser.tokenizer.shown(tops)]
    factor = math.expm1(step.distance)
    return Board(
        figures=(
            Bars(
                f"Ratios for token {at + 1}", Axis("ratio p(y) / p(mask)", low=0), names,
                [("model s(y)", found.scores), ("true ratio r", [found.true_ratio * (i == true) for i in tops])],
            ),
            Tokens(
                f"Token {at + 1} is hidden",
                [Token("" if i == at else piece, "mask" if i == at else "clean", note=piece)
                 for i, piece in enumerate(text.pieces)],
                picks="at", picked=at,
            ),
            Lines(
                f"Score entropy for r = {found.true_ratio:.4g}", Axis("score s", log=True), Axis("loss", low=0),
                [Series("s - r log s + r (log r - 1)", x, y, strong=True)], marks=marks,
            ),
            Bars(
                f"One analytic step, from t = {t:g} to s = {s:.3g}", Axis("probability", low=0, high=1),
                [*names, "still a mask"],
                [("by hand: (e^d - 1) s(y)", [*(factor * one for one in found.scores), 1 - step.by_hand])],
            ),
        ),
        numbers=(
            Number("sigma(t)", found.sigma, meaning="total noise, -log alpha(t)"),
            Number("r", found.true_ratio, meaning="true ratio of the true word, 1 / (e^sigma - 1)"),
            Number("s(true)", own, meaning="the model's ratio for the true word"),
            Number("written, by hand", step.by_hand, meaning="(e^d - 1) times the sum of all s(y)"),
            Number("written, by the engine", step.counted, meaning=f"share of {step.draws:,} masked places"),
            Number("last step, by hand", last.by_hand, meaning="at s = 0 (Tweedie)"),
            Number("last step, by the engine", last.counted, meaning="everything is written"),
            Number("weighted score entropy", found.loss, "nats", "what SEDD pays for this place"),
            Number("weighted cross-entropy", found.mdlm, "nats", "what masked diffusion pays for it"),
        ),
        notes=notes,
        bounds={"at": (1, len(text))},
    )  # fmt: skip


def _random(
    found: ratios.UniformRatios,
    asked: list[int],
    true: int,
    seen: int,
    desk: Desk,
    pieces: Sequence[str],
    at: int,
    s: float,
    notes: list[str],
) -> Board:
    """The same place with a random token on it. ``true``: the number of the true one among those that were asked for."""
    tokenizer = desk.guesser.tokenizer
    stands = tokenizer.pieces[seen]
    names = [
        repr(piece) + (" (seen)" if i == seen else "") for i, piece in zip(asked, tokenizer.shown(asked), strict=True)
    ]
    return Board(
        figures=(
            Bars(
                f"Ratios to the token that is seen, {stands!r}", Axis("ratio p(y) / p(seen)", low=0), names,
                [("model s(y)", found.scores), ("true ratio", found.true_ratios)],
            ),
            Tokens(
                f"Another token stands in place {at + 1}",
                [Token(stands if i == at else piece, "noise" if i == at else "clean", note=piece)
                 for i, piece in enumerate(pieces)],
                picks="at", picked=at,
            ),
            Bars(
                f"What stood there at s = {s:.3g}", Axis("probability", low=0, high=1), names,
                [("UDLM, from probabilities", found.posterior), ("SEDD, from ratios", found.analytic)],
            ),
        ),
        numbers=(
            Number("sigma(t)", found.sigma, meaning="total noise, -log alpha(t)"),
            Number("s(true)", found.scores[true], meaning="the model's ratio for the true word"),
            Number("true ratio", found.true_ratios[true], meaning="what it should be"),
            Number("true at s, UDLM", found.posterior[true], meaning="probability of the true word at s"),
            Number("true at s, SEDD", found.analytic[true], meaning="the same by the engine's own rule"),
            Number("weighted score entropy", found.loss, "nats", "what SEDD and UDLM pay for this place"),
        ),
        notes=notes,
        bounds={"at": (1, len(pieces))},
    )  # fmt: skip


LESSON = Lesson(
    name="score-entropy",
    title="Score entropy",
    summary="Ratios instead of probabilities: their loss, one analytic step by hand, and Tweedie's last step.",
    text=TEXT,
    example="The cat is lying on the rug, and the dog would like to lie there too.",
    controls=(
        Parameter("at", "Hidden token", "Place of the token that is hidden; a click on it does the same.", 4, 1, MOST),
        Parameter(
            "noise", "Noise", "What stands where the word was lost.", "masks",
            choices=(("masks", "Masks"), ("uniform", "Random tokens")),
        ),
        Parameter("t", "Noise level t", "Where the step begins.", 0.5, 0.01, 0.99),
        Parameter("back", "Step back", "How far s lies before t, as a share of t; 1 is the last step.", 0.5, 0, 1),
        Parameter(
            "schedule", "Schedule", "How the noise grows.", "loglinear",
            choices=(("loglinear", "Log-linear"), ("geometric", "Geometric")),
        ),
        Parameter("seed", "Draw", "Another number, other draws of the sampler, and another token that stands there.", 0, 0, 999),
    ),
    code=(
        ("engine/diffusion/objectives.py", "score_entropy"), ("engine/diffusion/objectives.py", "log_scores"),
        ("engine/diffusion/objectives.py", "sedd"), ("engine/samplers/ancestral.py", "Analytic"),
        ("engine/diffusion/uniform.py", "log_ratios"), ("engine/diffusion/uniform.py", "analytic"),
    ),
    compute=compute,
)  # fmt: skip
