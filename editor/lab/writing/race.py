"""Lesson 8: diffusion against left to right, by the same weights."""

from __future__ import annotations

from typing import cast

from editor.lab.shapes.figures import Axis, Bars, Board, Figure, Lines, Number, Series, Table, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, part_of
from engine import SYSTEMS, Denoiser, Parameter, Span
from engine.study.sample import Sample
from engine.study.speed import Measured, measured
from engine.study.writing import costs, racing
from engine.study.writing.racing import ONE_WAY

TEXT = r"""
Two runners, the same legs. Both write the words in the middle of your text with **the same weights**, from the same
start: the text around has been read, and nothing is prepared. One writes from left to right, one token a pass. The
other diffuses: it writes several tokens in a pass, in $T$ steps.

The cost of a run is a product:

$$\text{seconds} = \text{passes} \times (a + b \cdot \text{work of a pass})$$

**Passes** are what papers call NFE, the number of function evaluations. From left to right there are $N$ of them for
$N$ tokens. Diffusion needs $\min(T, N)$, however long the answer is: this is its promise. **Tokens a pass** is the
same, seen the other way: 1, and $N / T$.

**The work of a pass** is the other side. From left to right a pass runs one or two tokens, since all before is kept.
Diffusion runs the whole canvas every time, all $N$ places. On small canvases it does not matter: a processor spends its
time on reading the weights ($a$), and $N$ tokens come nearly free. On long ones the work counts ($b$), and a diffusion
with few steps per token wins less than its passes promise.

**The first word.** From left to right the first word stands after one pass, and it is final. Diffusion shows words
early, too, but anywhere, and a system that scrapes may take them back: most readers wait for the whole answer. The
first figure shows both: how many tokens stand after how many seconds.

The second figure has the time to the whole answer. Points up to the longest are measured now; the lines go on by the
formula, with $a$ and $b$ fitted to what was measured. They assume that the number of steps stays as you set it. Is that
fair? With few steps for many tokens quality suffers (see *Factorisation*). Set *Steps* as high as the number of tokens,
and the promise is gone.
"""
MOST = 256
"""tokens of text around the words"""
LANES = ("llada", "mercury", "gemini", "eso-b")
FAR = [2**n for n in range(13)]
"""tokens for which the formula is drawn: up to 4,096"""


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST, least=3)
    denoiser = desk.guesser
    system, steps, seed = str(values["system"]), cast(int, values["steps"]), cast(int, values["seed"])
    longest = min(cast(int, values["longest"]), len(text) - 2, denoiser.max_slots)
    lengths = sorted({max(1, longest // part) for part in (4, 2, 1)})
    plan = [(name, count) for count in lengths for name in (system, ONE_WAY)]
    found: list[tuple[Measured, int]] = []
    if costs.sizes_of(denoiser) is None:
        notes = [*notes, f"The sizes of {denoiser.name} are not known, so the work of a pass is counted in tokens."]
    for number, (name, count) in enumerate(plan):
        if found and name == system:  # both have run so many tokens
            yield _board(text, denoiser, found, steps, notes)
        given = steps if name != ONE_WAY else None
        run = measured(denoiser, text.text, _span(text, count), name, seed=seed, steps=given, length=count)
        found.append(((yield from part_of(run, number, len(plan))), count))
    return _board(text, denoiser, found, steps, notes)


def _board(text: Sample, denoiser: Denoiser, found: list[tuple[Measured, int]], steps: int, notes: list[str]) -> Board:
    """The races that were run."""
    longest, lengths = found[-1][1], sorted({count for _, count in found})
    around, sizes = len(text) - longest, costs.sizes_of(denoiser)
    pace = racing.pace(found, steps, around, sizes)
    last = {run.system: run for run, _ in found[-2:]}
    formula = {name: [pace.seconds(name, n, steps, around, sizes) for n in FAR] for name in last}
    return Board(
        figures=(
            _timeline(last, longest),
            _growth(found, formula),
            _bars("Forward passes", "passes", found, lengths, lambda run: float(run.nfe)),
            _bars("Tokens a pass", "tokens", found, lengths, lambda run: run.tokens / run.nfe if run.nfe else None),
            _words(text, longest),
        ),
        numbers=_numbers(last, formula, pace),
        tables=(_measured(found),),
        notes=notes,
    )


def _span(text: Sample, count: int) -> Span:
    """So many tokens in the middle of a text, in characters."""
    start = (len(text) - count) // 2
    first, last = (len("".join(text.pieces[:at])) for at in (start, start + count))
    return Span(first, last)


def _title(system: str) -> str:
    return SYSTEMS[system].title


def _timeline(last: dict[str, Measured], longest: int) -> Figure:
    """How many tokens stand after how many seconds."""
    series = []
    for name, run in last.items():
        x, y = [0.0], [0.0]
        for seconds, seen in run.timeline:
            x += [seconds, seconds]
            y += [y[-1], float(seen)]
        series.append(Series(_title(name), [*x, run.seconds], [*y, y[-1]], strong=name != ONE_WAY))
    return Lines(
        f"The race: {longest} tokens, as they appear",
        Axis("time", "s", low=0),
        Axis("tokens that stand", "tokens", low=0),
        series,
    )


def _growth(found: list[tuple[Measured, int]], formula: dict[str, list[float]]) -> Figure:
    series = []
    for name in formula:
        runs = [(count, run.seconds) for run, count in found if run.system == name]
        series.append(Series(f"{_title(name)}, measured", [n for n, _ in runs], [s for _, s in runs], strong=True))
    series += [Series(f"{_title(name)}, formula", FAR, seconds) for name, seconds in formula.items()]
    return Lines("Time to the whole answer", Axis("length", "tokens", log=True), Axis("time", "s", log=True), series)


def _bars(title: str, unit: str, found: list[tuple[Measured, int]], lengths: list[int], of: object) -> Figure:
    assert callable(of)
    names = list(dict.fromkeys(run.system for run, _ in found))
    groups = [
        (_title(name), [of(run) for count in lengths for run, size in found if (run.system, size) == (name, count)])
        for name in names
    ]
    return Bars(title, Axis(title.lower(), unit, low=0), [f"{n} tokens" for n in lengths], groups, what="length")


def _words(text: Sample, longest: int) -> Figure:
    start = (len(text) - longest) // 2
    tokens = [
        Token(piece, "picked" if start <= at < start + longest else "clean") for at, piece in enumerate(text.pieces)
    ]
    return Tokens("The words that both wrote again, in the longest race", tokens)


def _numbers(last: dict[str, Measured], formula: dict[str, list[float]], pace: racing.Pace) -> list[Number]:
    found = []
    for name, run in last.items():
        title = _title(name)
        found += [
            Number(f"{title}: passes", run.nfe, "NFE", "those that write and those that read what is new"),
            Number(f"{title}: tokens a pass", run.tokens / run.nfe if run.nfe else None),
            Number(f"{title}: first word", run.first_word, "s", "until something stands that people can see"),
            Number(f"{title}: whole answer", run.seconds, "s"),
        ]
    mine, other = formula.values()
    first = next((n for n, a, b in zip(FAR, mine, other, strict=True) if a < b), None)
    found += [
        Number("diffusion is ahead from", first, "tokens", "by the formula; a dash: not up to 4,096"),
        Number("a", 1000 * pace.each, "ms a pass", "fitted: what every pass costs"),
        Number(f"at {FAR[-1]:,} tokens", other[-1] / mine[-1] if mine[-1] else None, "times",
               "as long from left to right as by diffusion, by the formula"),
    ]  # fmt: skip
    return found


def _measured(found: list[tuple[Measured, int]]) -> Table:
    rows = [
        (_title(run.system), count, run.tokens, run.nfe, run.tokens / run.nfe if run.nfe else None, run.first_word, run.seconds,
         run.text)
        for run, count in found
    ]  # fmt: skip
    return Table(
        "What was measured now",
        ("system", "asked for", "tokens", "passes", "tokens/pass", "first word, s", "whole, s", "wrote"), rows,
    )  # fmt: skip


LESSON = Lesson(
    name="race",
    title="Race",
    summary="Diffusion against left to right on the same weights: passes, seconds, first word, and how they grow.",
    text=TEXT,
    example=(
        "We went out early, before the fishing boats came in, and met nobody but a grey heron that stood in the "
        "shallow water and did not move until we were quite near."
    ),
    controls=(
        Parameter(
            "system", "Diffusion", "Who runs against left to right.", "llada",
            choices=tuple((name, SYSTEMS[name].title) for name in LANES),
        ),
        Parameter("longest", "Tokens", "Of the longest race; a half and a quarter of it are run as well.", 16, 4, 64),
        Parameter("steps", "Steps", "Decisions of diffusion at the most, T.", 4, 1, 64),
        Parameter("seed", "Seed", "The same seed gives the same words.", 0, 0, 999),
    ),
    code=(
        ("engine/study/speed.py", "measured"), ("engine/samplers/left_to_right.py", "LeftToRight"),
        ("engine/denoising/loop.py", "denoise"), ("engine/context/ordered.py", "OrderedPasses"),
        ("engine/study/writing/racing.py", "pace"), ("engine/study/writing/costs.py", "Sizes"),
    ),
    compute=compute,
)  # fmt: skip
