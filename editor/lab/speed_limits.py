"""Lesson 13: what is claimed, with its source and date, beside what this machine does."""

from __future__ import annotations

from typing import cast

from editor.lab.shapes.figures import Axis, Bars, Board, Number, Table, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, part_of
from engine import SYSTEMS, Denoiser, Parameter, Span
from engine.study.sample import Sample
from engine.study.speed import Measured, measured

TEXT = r"""
How fast can such a model be? The table shows what four teams said of theirs, with the source and the date. Read it with care.
These are numbers from the makers, on their own machines and their own tasks, and each of them counts something else.

A speed in tokens a second is a product:

$$\frac{\text{tokens}}{\text{second}} = \frac{\text{tokens}}{\text{pass}} \times \frac{\text{passes}}{\text{second}}$$

The second part is **your machine**: its processor and the size of the model. The first part is **the method**. A left-to-right
model writes one token a pass, always. A diffusion model may write several, and pays with quality when they do not fit together
(see *Factorisation*). So compare tokens a pass between methods, and never tokens a second between machines.

Our own numbers are in the chart. We scraped some words of your text and let each system write them again, one after another,
from the same start, with nothing prepared. A system with many steps is slow here even when its method is good: move *Steps* and
see how the picture turns.

**One correction.** Texts about Eso-LM often say that it is "up to 65 per cent" faster than masked diffusion without a cache. The
authors report up to **65 times**, for texts of 8,192 tokens with as many steps as tokens, and three to four times faster than
block diffusion. At such lengths the cost of a step decides. Plain masked diffusion runs all $L$ tokens in each of $T$ steps,
so $T \cdot L$ tokens in all; with an exact cache every token is run about once.
"""
CLAIMS = Table(
    "What was said",
    ("model", "claim", "measured on", "source", "date"),
    [
        ("Gemini Diffusion", "1,000 to 2,000 tokens/s; 600 to 1,300 in answers of 1 to 3 s", "Google's machines, not said",
         "Google DeepMind, announcement", "2025-05-20"),
        ("Gemini Flash, left to right", "about 272 tokens/s", "the same", "as quoted beside it", "2025-05"),
        ("Mercury Coder Mini", "1,109 tokens/s", "one NVIDIA H100", "Inception Labs, arXiv 2506.17298", "2025-06-17"),
        ("Mercury Coder Small", "737 tokens/s", "one NVIDIA H100", "Inception Labs, arXiv 2506.17298", "2025-06-17"),
        ("GPT-4o Mini, left to right", "about 59 tokens/s", "a service", "as quoted by Inception Labs", "2025-06-17"),
        ("LLaDA 8B", "no speed given; far fewer passes than tokens are possible", "-", "arXiv 2502.09992", "2025-02-14"),
        ("Eso-LM B", "up to 65 times (not per cent) faster than masked diffusion without a cache", "8,192 tokens, as many steps",
         "NVIDIA and Cornell, arXiv 2506.01928", "2025-06-02"),
    ],
    "Numbers of their makers, quoted; nothing of this was measured here.",
)  # fmt: skip
RACED = ("llada", "mercury", "gemini", "eso-b", "autoregressive")
MOST = 256
"""tokens of text around the words"""


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST, least=3)
    count, steps, seed = (cast(int, values[name]) for name in ("tokens", "steps", "seed"))
    count = min(count, len(text) - 2)
    start = (len(text) - count) // 2
    ends = [len("".join(text.pieces[:at])) for at in (start, start + count)]
    span = Span(ends[0], ends[1])
    denoiser = desk.ways.default if values["who"] == "fills" else desk.guesser
    found: list[Measured] = []
    for number, system in enumerate(RACED):
        own = {parameter.name for parameter in SYSTEMS[system].parameters}
        run = measured(denoiser, text.text, span, system, seed=seed, steps=steps if "steps" in own else None)
        if found:
            yield _board(text, (start, count), denoiser, found, notes)
        found.append((yield from part_of(run, number, len(RACED))))
    return _board(text, (start, count), denoiser, found, notes)


def _board(text: Sample, where: tuple[int, int], denoiser: Denoiser, found: list[Measured], notes: list[str]) -> Board:
    """``where``: the first token that was written again, and how many."""
    start, count = where
    titles = [SYSTEMS[run.system].title for run in found]
    written = range(start, start + count)
    tokens = [
        Token(piece, "picked", note="written again") if at in written else Token(piece)
        for at, piece in enumerate(text.pieces)
    ]
    return Board(
        figures=(
            Bars("This machine, tokens a second", Axis("speed", "tokens/s", low=0), titles,
                 [("measured now", [run.speed for run in found])], what="system"),
            Bars("Tokens a pass: the method alone", Axis("tokens a forward pass", low=0), titles,
                 [("measured now", [run.tokens / run.nfe if run.nfe else None for run in found])], what="system"),
            Tokens("The words that each system wrote again", tokens),
        ),
        numbers=(
            Number("model", denoiser.name, meaning="who wrote"),
            Number("device", denoiser.device, meaning="where it ran"),
            Number("fastest", max(run.speed for run in found), "tokens/s", "of the systems above"),
        ),
        tables=(
            Table(
                "What was measured now",
                ("system", "tokens", "passes", "seconds", "tokens/s", "tokens/pass", "first word, s", "wrote"),
                [(title, run.tokens, run.nfe, run.seconds, run.speed, run.tokens / run.nfe if run.nfe else None,
                  run.first_word, run.text) for title, run in zip(titles, found, strict=True)],
            ),
            CLAIMS,
        ),
        notes=notes,
    )  # fmt: skip


LESSON = Lesson(
    name="speed-limits",
    title="Speed limits",
    summary="What the makers claim, with source and date, beside what this machine does with your words.",
    text=TEXT,
    example=(
        "We went out early, before the fishing boats came in, and met nobody but a grey heron that stood in the "
        "shallow water and did not move until we were quite near."
    ),
    controls=(
        Parameter("tokens", "Tokens", "How many tokens in the middle of the text are written again.", 8, 1, 64),
        Parameter("steps", "Steps", "Decisions of those systems that have a number of steps.", 8, 1, 64),
        Parameter(
            "who", "Who writes", "The way that fills in here, or the network that was trained on masks.", "masks",
            choices=(("masks", "Network for masks"), ("fills", "What fills in")),
        ),
        Parameter("seed", "Seed", "The same seed gives the same words.", 0, 0, 999),
    ),
    code=(
        ("engine/study/speed.py", "measured"), ("engine/edits/infilling.py", "infill"),
        ("engine/denoising/loop.py", "denoise"), ("engine/systems/presets.py", "SYSTEMS"),
    ),
    compute=compute,
)  # fmt: skip
