"""Lesson 7: the order of Eso-LM, who sees whom in it, and what need not be computed twice."""

from __future__ import annotations

from typing import cast

from editor.lab.shapes.figures import Axis, Board, Lines, Mark, Matrix, Number, Series, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values
from engine import Parameter
from engine.study.orders import OrderedRun, StepPass, ordered_run

TEXT = r"""
Masked diffusion writes in any order and computes everything again in every step. A left-to-right model writes one token at
a time and keeps what it computed. **Eso-LM** is both, with one dial: $\alpha_0$, the share that diffusion writes. The rest
follows from left to right.

At $\alpha_0 = 1$ it is masked diffusion, at $\alpha_0 = 0$ a left-to-right model. In between it first scatters some words
over the text, several in a step, and then fills the gaps, one in a step.

$$\alpha(t) = \alpha_0 (1 - t)$$

The matrix shows who may look at whom. A dark cell means: the token of this row sees the token of this column. Rows are the
tokens that this step really runs. Move *Step* and watch. Then change *Arranged by*: in the order of generation the pattern
becomes a plain triangle. This is the trick. The text is not read from left to right, but *in the order in which it was
written*.

In **variant A** clean tokens see each other in both directions. That helps the quality, but when a new token comes, all the
others have seen something new: everything clean is run again, as long as diffusion writes. In **variant B** a token sees
only what was written before it. Nothing that comes later changes it, so its keys and values are kept, exactly and for good.
Columns with a star are kept: nobody computes them in this step.

The last figure counts the tokens that each step runs. Without a cache it is all $L$ of them, so $T \cdot L$ in $T$ steps.
In B every token is run twice: once as a mask that is due, once when it has just become clean. The authors report up to 65
*times* less time on 8,192 tokens (not 65 per cent, as one often reads; arXiv 2506.01928).
"""
MOST = 40
"""tokens"""


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST, least=2)
    size, alpha_0 = len(text), cast(float, values["alpha_0"])
    steps, seed = cast(int, values["steps"]), cast(int, values["seed"])
    runs = {
        "eso-a": ordered_run(size, "eso-a", alpha_0, steps, seed),
        "eso-b": ordered_run(size, "eso-b", alpha_0, steps, seed),
    }
    run: OrderedRun = runs[str(values["variant"])]
    step = min(cast(int, values["step"]), len(run.passes))
    now = run.passes[step - 1]
    yield from ()
    written = run.order[: sum(len(one.due) for one in run.passes[: step - 1])]
    return Board(
        figures=(
            _matrix(now, run, text.pieces, by_order=values["arranged"] == "order"),
            Tokens(
                f"Step {step} of {len(run.passes)}: {'left to right' if now.sequential else 'diffusion'}",
                [_token(at, piece, now, written) for at, piece in enumerate(text.pieces)],
            ),
            Lines(
                "Tokens that each step runs", Axis("step"), Axis("work", "tokens", low=0, high=float(size)),
                [
                    Series("A", numbered(runs["eso-a"]), runs["eso-a"].work, strong=values["variant"] == "eso-a"),
                    Series("B", numbered(runs["eso-b"]), runs["eso-b"].work, strong=values["variant"] == "eso-b"),
                    Series("no cache", numbered(run), [size] * len(run.passes)),
                ],
                marks=(Mark(step, len(now.queries), f"step {step}"),), rules=(step,),
            ),
        ),
        numbers=(
            Number("written by diffusion", run.diffused, "tokens", f"of {size}, in this draw"),
            Number("steps", len(run.passes), meaning="those of diffusion that wrote something, and one for each of the rest"),
            Number("run in this step", len(now.queries), "tokens", "clean ones that are not kept, and the masks that are due"),
            Number("kept", now.kept, "tokens", "whose keys and values are found in the cache"),
            Number("A, in all", sum(runs["eso-a"].work), "tokens", "run over all steps"),
            Number("B, in all", sum(runs["eso-b"].work), "tokens", "run over all steps"),
            Number("without a cache", size * len(run.passes), "tokens", "all of the text in every step"),
        ),
        notes=notes,
        bounds={"step": (1, len(run.passes))},
    )  # fmt: skip


def numbered(run: OrderedRun) -> list[int]:
    """The numbers of its steps."""
    return list(range(1, len(run.passes) + 1))


def _matrix(now: StepPass, run: OrderedRun, pieces: tuple[str, ...], *, by_order: bool) -> Matrix:
    columns = run.order if by_order else list(range(len(pieces)))
    place = {token: at for at, token in enumerate(columns)}
    rows = sorted(range(len(now.queries)), key=lambda i: place[now.queries[i]])
    key = {token: at for at, token in enumerate(now.keys)}
    kept = set(now.keys[: now.kept])
    return Matrix(
        f"Who sees whom, in the order of {'generation' if by_order else 'the text'}",
        [f"{now.queries[i] + 1} {pieces[now.queries[i]].strip()}" for i in rows],
        [f"{token + 1} {pieces[token].strip()}{' *' if token in kept else ''}" for token in columns],
        [[float(now.visible[i][key[token]]) if token in key else 0.0 for token in columns] for i in rows],
        Axis("sees"), across="key", down="query", binary=True,
    )  # fmt: skip


def _token(at: int, piece: str, now: StepPass, written: list[int]) -> Token:
    if at in now.due:
        return Token(piece, "picked", note=f"{piece!r} is written in this step")
    return Token(piece, "clean", note="written before") if at in written else Token("", "mask", note=f"{piece!r} later")


LESSON = Lesson(
    name="eso-lm",
    title="Eso-LM",
    summary="One dial from diffusion to left to right; who sees whom, and what is kept.",
    text=TEXT,
    example="The cat is lying on the rug, and the dog would like to lie there too.",
    controls=(
        Parameter("alpha_0", "Alpha 0", "Share that diffusion writes; the rest follows left to right.", 0.5, 0, 1),
        Parameter(
            "variant", "Variant", "A sees more, B keeps more.", "eso-b", choices=(("eso-a", "Eso-LM A"), ("eso-b", "Eso-LM B"))
        ),
        Parameter("step", "Step", "The step that the matrix shows.", 4, 1, 2 * MOST),
        Parameter(
            "arranged", "Arranged by", "Rows and columns of the matrix.", "text",
            choices=(("text", "Place in the text"), ("order", "Order of generation")),
        ),
        Parameter("steps", "Steps of diffusion", "In so many steps diffusion writes its share.", 6, 1, MOST),
        Parameter("seed", "Draw", "Another number, another order.", 1, 0, 999),
    ),
    code=(
        ("engine/diffusion/attention.py", "visibility"), ("engine/context/ordered.py", "OrderedPasses"),
        ("engine/samplers/eso.py", "Eso"), ("engine/study/orders.py", "ordered_run"),
    ),
    compute=compute,
    passes=False,
)  # fmt: skip
