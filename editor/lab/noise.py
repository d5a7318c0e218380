"""Lesson 1: the forward process."""

from __future__ import annotations

from typing import cast

from editor.lab.shapes.figures import Axis, Bars, Board, Lines, Mark, Number, Series, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Points, Values, within
from engine import Parameter
from engine.study import noise as study

TEXT = r"""
Imagine that somebody rubs words out of your text, one after another, until nothing is left. A diffusion model learns to
write them back. First we need the rubbing out itself: the **forward process**, which needs no model at all.

Time $t$ goes from 0, your clean text, to 1, nothing but noise. The **schedule** $\alpha(t)$ says how much is still clean:
every token is kept with probability $\alpha(t)$, each one on its own, without looking at the others.

$$q(x_t \mid x_0) = \alpha(t)\,\delta_{x_0} + (1 - \alpha(t))\,\pi$$

Here $\pi$ is the noise. With **masks** a token that is lost becomes an empty place. With **random tokens** another word stands
there, and nobody can see which words are true. Move the slider $t$ and watch. Then change the schedule: the curve tells you
how fast the words go (linear and log-linear differ by a thousandth). Choose *Drawn* and pull the curve with the mouse to make
one of your own.

Now go backwards. Suppose we know the true word $x_0$ and see $x_t$. What stood there a little earlier, at $s < t$? Bayes' rule
gives the **posterior**. For a masked place it is very simple:

$$q(x_s = x_0 \mid x_t = \text{mask}, x_0) = \frac{\alpha(s) - \alpha(t)}{1 - \alpha(t)}$$

With the rest of the probability the place is still a mask. A word that can be seen under mask noise was never touched. With
random tokens it is less simple: the word that you see may be true or false, so both have a share. A model has to guess
$x_0$, and then it takes exactly this step, from $t$ to $s$, again and again. Click on a token to see its own posterior.
"""
SCHEDULES = (
    ("linear", "Linear"), ("cosine", "Cosine"), ("loglinear", "Log-linear"), ("geometric", "Geometric"), (study.DRAWN, "Drawn"),
)  # fmt: skip
POINTS = 9
MOST = 120
"""tokens"""


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST)
    tokenizer = desk.ways.default.tokenizer
    t, name, noise = cast(float, values["t"]), str(values["schedule"]), str(values["noise"])
    points, at = cast(tuple[float, ...], values["points"]), within(values["at"], text)
    s = t * (1 - cast(float, values["back"]))
    schedule = study.schedule_of(name, points)
    alpha, alpha_dot, weight = study.level(schedule, t)
    drawn = study.noised(text, tokenizer, schedule, t, noise, cast(int, values["seed"]))
    q = study.backward(schedule, tokenizer, noise, t, s, drawn.ids[at], text.ids[at])
    lost = sum(drawn.noisy)
    tokens = [
        Token(
            "" if piece is None else piece,
            "mask" if piece is None else "noise" if noisy and i != true else "clean",
            note=f"{original!r} at first",
        )
        for piece, noisy, i, true, original in zip(
            drawn.pieces, drawn.noisy, drawn.ids, text.ids, text.pieces, strict=True
        )
    ]
    curves = [
        Series(title, *study.curve(study.schedule_of(one, points)), strong=one == name) for one, title in SCHEDULES
    ]
    seen = drawn.pieces[at]
    draws = "points" if name == study.DRAWN else ""
    shares: dict[str, float] = {f"true: {text.pieces[at]!r}": q.true}
    if noise == "masks":
        shares["mask"] = q.mask
    else:
        if drawn.ids[at] != text.ids[at]:
            shares[f"seen: {seen!r}"] = q.seen
        shares["any other"] = q.others
    yield from ()
    return Board(
        figures=(
            Tokens(f"The text at t = {t:g}", tokens, picks="at", picked=at),
            Lines(
                "How much is clean", Axis("t, noise level", low=0, high=1),
                Axis("alpha, share that is clean", low=0, high=1), curves,
                marks=(Mark(t, alpha, f"t = {t:g}"), Mark(s, q.alpha_s, f"s = {s:.3g}")), rules=(t,), draws=draws,
            ),
            Bars(
                f"What token {at + 1} was at s = {s:.3g}", Axis("probability", low=0, high=1), list(shares),
                [("q(x_s | x_t, x_0)", list(shares.values()))], what="token at s",
            ),
        ),
        numbers=(
            Number("alpha(t)", alpha, meaning="share of tokens that is clean, on average"),
            Number("alpha'(t)", alpha_dot, meaning="how fast that share changes"),
            Number("weight", weight, meaning="-alpha'(t) / (1 - alpha(t)): what a masked token counts in the bound"),
            Number("noisy here", lost, "tokens", f"of {len(text)}; {(1 - alpha) * len(text):.4g} are expected"),
            Number("alpha(s)", q.alpha_s, meaning="the same share at the lower level s"),
            Number("true at s", q.true, meaning="posterior probability that the true token stood there at s"),
        ),
        notes=notes,
        bounds={"at": (1, len(text))},
    )  # fmt: skip


LESSON = Lesson(
    name="noise",
    title="Noise",
    summary="Rub words out of your text: schedules, masks and random words, and the way back.",
    text=TEXT,
    example="The cat is lying on the rug, and the dog would like to lie there too.",
    controls=(
        Parameter("t", "Noise level t", "0 is the clean text, 1 is all noise.", 0.5, 0, 1),
        Parameter("schedule", "Schedule", "How fast the words go.", "linear", choices=SCHEDULES),
        Parameter(
            "noise", "Noise", "What stands where a word was lost.", "masks",
            choices=(("masks", "Masks"), ("uniform", "Random tokens")),
        ),
        Points(
            "points", "Drawn curve", "Pull the points of the curve with the mouse, or set each here.",
            (1.0, 0.99, 0.95, 0.85, 0.65, 0.4, 0.2, 0.08, 0.0), when=("schedule", (study.DRAWN,)),
        ),
        Parameter("at", "Token", "Place of the token whose past is shown; a click on it does the same.", 2, 1, MOST),
        Parameter("back", "Step back", "How far s lies before t, as a share of t.", 0.5, 0, 1),
        Parameter("seed", "Draw", "Another number, another choice of words.", 3, 0, 999),
    ),
    code=(
        ("engine/diffusion/objectives.py", "mask"), ("engine/diffusion/schedules.py", "Cosine"),
        ("engine/diffusion/posterior.py", "posterior"), ("engine/diffusion/uniform.py", "posterior"),
        ("engine/study/noise.py", "noised"),
    ),
    compute=compute,
    passes=False,
)  # fmt: skip
