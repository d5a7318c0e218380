"""Lesson 9: what need not be computed twice."""

from __future__ import annotations

from typing import cast

from editor.lab.shapes.figures import Axis, Board, Figure, Lines, Number, Series, Table
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, part_of
from engine import Parameter
from engine.study.writing import costs as study
from engine.study.writing.costs import Drift, Sizes, Timed

TEXT = r"""
In every step the network looks at the whole text: your document, of $n$ tokens, and the canvas of $m$ places in it.
Only the canvas changes. Must the document be computed again each time?

**Full recomputation** does so. Every token sees every other, so when a word on the canvas changes, all inner states
change a little. A step runs all $n$ tokens. The first part of its cost grows with $n$, attention with its square:

$$F(r, k) = 2\,\ell\,r\,(w + 2 d k) + 2 h m$$

Here $r$ tokens are run, each sees $k$ keys, and $m$ places are scored; $\ell$ is the number of layers, $w$ the weights
of one, $d$ the width of its attention and $h$ the weights of the head. Full recomputation has $r = k = n$.

The **dual cache** says: they change *little*. It keeps the keys and values of the document from a full step and runs
the canvas alone, $r = m + 1$, on keys that slowly go stale. After some steps (*Refresh*) comes a full one again. This
is an approximation. The last figure measures it: a canvas in your text is written word by word, each step with kept
keys and once more with fresh ones, and the height is the largest difference of a probability. It is 0 where the keys
are fresh.

An **exact cache** needs another network: one in which the document *never* looks at the canvas. Then its keys cannot
change, and they are computed once and for all. The model that comes with this program is made so. The document is read
left to right, as in a causal model, and only the canvas looks at everything. Its step costs what a step of the dual
cache costs between two refreshes, and is off by nothing.

For the first two kinds we run the same weights with nothing hidden: times and drift are real, but the words would be
poor, since the model was not trained to read so. Compare the slopes: both scales are logarithmic, so a straight line
that is twice as steep grows with the square.
"""
MOST = 48
"""tokens in which the drift is measured"""
SLOTS = 6
"""places of the canvas"""
KINDS = {"full": "full recomputation", "dual": "dual cache, on average", "exact": "exact cache"}
SHORTEST = 32
LONGEST = 131_072
"""tokens up to which the formula is drawn"""


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST, least=3)
    denoiser = desk.guesser
    refresh, longest = cast(int, values["refresh"]), cast(int, values["longest"])
    slots = min(SLOTS, len(text) - 2)
    network, sizes = study.network_of(denoiser), study.sizes_of(denoiser)
    lengths = [SHORTEST * 2**n for n in range(12) if SHORTEST * 2**n <= longest]
    times: list[Timed] = []
    drifts: list[Drift] = []
    if network is None:
        notes = [*notes, f"{denoiser.name} has no keys that could be kept, so nothing is measured; its steps are counted. "
                 "The embedded model and masked diffusion models of transformers (--model) have them."]  # fmt: skip
    else:
        parts = len(lengths) + 1
        key = ("caching", denoiser.name, text.ids, slots)
        for number, length in enumerate(lengths):
            one = study.timed(denoiser, text, length, slots)
            times.append((yield from part_of(desk.once(one, *key, "timed", length), number, parts)))
            if len(times) > 1:
                yield _board(times, [], sizes, slots, refresh, notes)
        drift = study.drifts(denoiser, text, slots, refresh)
        drifts = yield from part_of(desk.once(drift, *key, refresh), len(lengths), parts)
        notes = [*notes, f"Times are of texts of up to {lengths[-1]} tokens"
                 + (", yours over and over." if lengths[-1] > len(text) else ".")]  # fmt: skip
        if times[0].exact is None:
            notes = [
                *notes,
                f"{denoiser.name} reads everything in both directions, so no exact cache is possible for it.",
            ]
    return _board(times, drifts, sizes, slots, refresh, notes)


def _board(
    times: list[Timed], drifts: list[Drift], sizes: Sizes | None, slots: int, refresh: int, notes: list[str]
) -> Board:
    return Board(
        figures=_figures(times, drifts, sizes, slots, refresh),
        numbers=_numbers(times, drifts, sizes, slots, refresh),
        tables=(_measured(times),) if times else (),
        notes=notes,
    )


def _figures(times: list[Timed], drifts: list[Drift], sizes: Sizes | None, slots: int, refresh: int) -> list[Figure]:
    figures: list[Figure] = []
    x = [one.length for one in times]
    if times:
        means = _means(times, refresh)
        figures.append(
            Lines(
                "Milliseconds of a step, measured here", Axis("document", "tokens", log=True), Axis("time", "ms", log=True),
                [Series(KINDS[kind], x, means[kind], strong=kind == "full") for kind in KINDS if means[kind]],
            )
        )  # fmt: skip
    lengths = [16 * 2**n for n in range(14) if 16 * 2**n <= LONGEST]
    if sizes is not None:
        series = [
            Series(
                name, lengths, [study.step_flops(sizes, kind, n, slots, refresh) / 1e9 for n in lengths], kind == "full"
            )
            for kind, name in KINDS.items()
        ]
        axis = Axis("work", "thousand million operations", log=True)
        figures.append(Lines("Work of a step, by the formula", Axis("document", "tokens", log=True), axis, series))
    else:
        counted = [
            Series(name, lengths, [study.runs(kind, n, slots, refresh) for n in lengths], kind == "full")
            for kind, name in KINDS.items()
        ]
        axis = Axis("work", "tokens", log=True)
        figures.append(Lines("Tokens that a step runs", Axis("document", "tokens", log=True), axis, counted))
    if drifts:
        steps = list(range(1, len(drifts) + 1))
        figures.append(
            Lines(
                f"What the dual cache is off by, refreshed every {refresh} steps", Axis("step"),
                Axis("largest difference of a probability", low=0),
                [Series("off by", steps, [one.off for one in drifts], strong=True)],
            )
        )  # fmt: skip
    return figures


def _means(times: list[Timed], refresh: int) -> dict[str, list[float]]:
    """Milliseconds of each kind; of the dual cache the mean over a full step and those on kept keys."""
    return {
        "full": [1000 * one.full for one in times],
        "dual": [1000 * (one.full + (refresh - 1) * one.dual) / refresh for one in times],
        "exact": [1000 * one.exact for one in times if one.exact is not None],
    }


def _numbers(times: list[Timed], drifts: list[Drift], sizes: Sizes | None, slots: int, refresh: int) -> list[Number]:
    far = 4096
    found = [Number("canvas", slots, "places", "in the middle of the text")]
    for kind, name in KINDS.items():
        meaning = f"on average, in a text of {far:,} tokens"
        found.append(Number(f"{name}: run", study.runs(kind, far, slots, refresh), "tokens a step", meaning))
    if sizes is not None:
        ratio = study.step_flops(sizes, "full", far, slots, refresh) / study.step_flops(
            sizes, "exact", far, slots, refresh
        )
        found.append(Number("full against exact", ratio, "times the work", f"in a text of {far:,} tokens"))
    if times and times[-1].reading is not None:
        found.append(
            Number("reading once", 1000 * times[-1].reading, "ms", "before the first exact step, of the longest text")
        )
    if drifts:
        worst = max(drifts, key=lambda one: one.off)
        found += [
            Number("off by at most", worst.off, meaning=f"{worst.age} steps after the keys were computed"),
            Number("other guesses", sum(one.others for one in drifts), "places",
                   f"of {sum(one.open for one in drifts)} open ones had another likeliest token"),
        ]  # fmt: skip
    return found


def _measured(times: list[Timed]) -> Table:
    rows = [
        (one.length, *(None if s is None else 1000 * s for s in (one.full, one.dual, one.exact, one.reading)))
        for one in times
    ]
    return Table(
        "Milliseconds, measured now", ("tokens", "full step", "canvas on kept keys", "exact step", "reading once"), rows
    )


LESSON = Lesson(
    name="caching",
    title="Caching",
    summary="Compute everything again, keep what changes little, or keep what cannot change: what a step costs.",
    text=TEXT,
    example=(
        "We went out early, before the fishing boats came in, and met nobody but a grey heron that stood in the "
        "shallow water and did not move until we were quite near."
    ),
    controls=(
        Parameter("refresh", "Refresh", "Steps for which the dual cache keeps its keys; 1: it keeps none.", 4, 1, 16),
        Parameter(
            "longest", "Longest text", "Tokens of the longest text that is measured. Long ones take their time.", 256, 64, 1024
        ),
    ),
    code=(
        ("engine/context/dual_cache.py", "Cached"), ("engine/context/dual_cache.py", "DualCache"),
        ("engine/context/reader.py", "Reader"), ("engine/models/writer/surroundings.py", "Surroundings"),
        ("engine/study/writing/costs.py", "step_flops"), ("engine/study/writing/costs.py", "drifts"),
    ),
    compute=compute,
)  # fmt: skip
