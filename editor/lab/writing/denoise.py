"""Lesson 4: a run step by step, and when one could stop."""

from __future__ import annotations

from typing import cast

from editor.lab.shapes.figures import (
    Axis,
    Bars,
    Board,
    Figure,
    Lines,
    Mark,
    Matrix,
    Number,
    Series,
    Table,
    Token,
    Tokens,
)
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, part_of, within
from engine import SYSTEMS, Denoiser, Parameter, note
from engine.study.sample import Sample
from engine.study.writing.watching import Look, WatchedMoment, WatchedRun, watched

TEXT = r"""
Now put the parts together. A few words of your text become masks, and the model guesses **all of them at once**: one
probability for every token in every open place. Then a *rule* decides which guesses are written. What it leaves open is
guessed again in the next step, with more to read. Move *Step* and watch.

The systems of this program differ in this rule.

**LLaDA** has a plan: in $T$ steps it writes about $L / T$ of the $L$ places each time, the surest first. Sure can mean
a high probability or a low **entropy**; the *Order* can also be left to chance. What is written stays. **Mercury** has
no plan but a threshold: all that is at least so sure is written, and at least the surest place. Easy parts end early.
What turns out doubtful is scraped again. **Gemini Diffusion** starts from random words. In every step it decides anew,
for every place, what to keep: as many of the surest places as stay together under an entropy bound. **Eso-LM** draws
the order before it begins; no guess changes it.

The bars show what the rule looked at. The matrix shows all four on the same words: the number of the step in which each
place got the token that stayed.

**When could we stop?** After some steps the model is sure of all that is left, and one may write everything and save
the rest. It is tempting to look at the *mean* probability of the open places. But a mean hides things. Better is the
**gate**, the least sure open place:

$$\text{gate}_k = \min_{i\ \text{open}}\ \max_y\ p(x_i = y \mid x_k)$$

The gate is never above the mean, so it opens later. Move the *line* and compare: the numbers say at which step each of
them would have stopped, and how many words would then be others than those of the whole run. Prophet's rule, which this
program has as *Early commit*, looks at the mean lead of the likeliest token over the next, and asks for less lead the
later it is.
"""
RUNNERS = ("llada", "mercury", "gemini", "eso-b")
MOST = 96
"""tokens of text around the words"""
WORDS = 24
"""tokens that are written at the most"""
ORDERS = (("low_confidence", "Surest first"), ("entropy", "Least entropy first"), ("random", "Random"))


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST)
    denoiser, system = desk.guesser, str(values["system"])
    start = within(values["at"], text)
    end = min(len(text), start + cast(int, values["tokens"]))
    runs: dict[str, WatchedRun] = {}
    for number, name in enumerate(RUNNERS):
        given = _settings(name, values)
        running = watched(denoiser, text, [(start, end)], name, seed=cast(int, values["seed"]), **given)
        key = ("denoise", denoiser.name, text.ids, start, end, name, values["seed"], *given.items())
        runs[name] = yield from part_of(desk.once(running, *key), number, len(RUNNERS))
    run = runs[system]
    step = min(cast(int, values["step"]), len(run.moments))
    said = note(SYSTEMS[system], denoiser)
    return Board(
        figures=(
            _canvas(text, start, end, run, step),
            _looked_at(text, denoiser, start, run.moments[step - 1].look, _measure(system, values)),
            _gate(run, step, cast(float, values["stop"])),
            _orders(runs, start),
        ),
        numbers=_numbers(run, run.moments[step - 1], cast(float, values["stop"])),
        tables=(_steps(run, denoiser), _systems(runs)),
        notes=[*notes, *([f"{denoiser.name}: {said}"] if said else [])],
        bounds={"at": (1, len(text)), "step": (1, len(run.moments))},
    )


def _settings(system: str, values: Values) -> dict[str, float | int | str]:
    """What the lesson sets on a system."""
    own = {parameter.name for parameter in SYSTEMS[system].parameters}
    return {name: values[name] for name in ("steps", "order", "tau") if name in own}  # type: ignore[misc]


def _measure(system: str, values: Values) -> str:
    """What the rule of a system goes by."""
    if system == "gemini" or system == "llada" and values["order"] == "entropy":
        return "entropy"
    return "chance" if system == "eso-b" or system == "llada" and values["order"] == "random" else "confidence"


def _canvas(text: Sample, start: int, end: int, run: WatchedRun, step: int) -> Figure:
    """The text after a step."""
    moment = run.moments[step - 1]
    tokens = [Token(piece) for piece in text.pieces]
    for at, slot in enumerate(moment.slots):
        written, scraped = moment.look.written[at], moment.look.scraped[at]
        did = "scraped again in this step" if scraped else "written in this step" if written else ""
        state = "noise" if slot.state == "u" else "mask" if slot.noisy else "picked" if written else "clean"
        said = did or ("still open" if slot.noisy else f"written before, probability {slot.confidence:.2f}")
        tokens[start + at] = Token("" if state == "mask" else slot.text, state, note=f"{slot.text!r} {said}")
    count = sum(moment.look.written)
    return Tokens(
        f"{SYSTEMS[run.system].title}, after step {step} of {len(run.moments)}: {count} of {end - start} written now",
        tokens, picks="at", picked=start,
    )  # fmt: skip


def _looked_at(text: Sample, denoiser: Denoiser, start: int, look: Look, measure: str) -> Figure:
    """The open places, in the order in which the rule prefers them."""
    pieces = denoiser.tokenizer.pieces
    open_ = [at for at, is_open in enumerate(look.open) if is_open]
    by = look.entropy if measure == "entropy" else look.confidence
    if measure != "chance":
        open_.sort(key=lambda at: by[at] if measure == "entropy" else -by[at])
    names = [
        f"{'✓ ' if look.written[at] else ''}{start + at + 1} {pieces[look.ids[at]]!r}"
        for at in open_
        if look.ids[at] < len(pieces)
    ]
    why = {
        "entropy": "the rule goes from the least entropy on",
        "confidence": "the rule goes from the surest on",
        "chance": "the order was drawn; the rule does not look at this",
    }[measure]
    axis = Axis("entropy", "nats", low=0) if measure == "entropy" else Axis("probability", low=0, high=1)
    shown = [by[at] for at in open_ if look.ids[at] < len(pieces)]
    return Bars(
        f"Guesses for the open places; {why}", axis, names, [("of the proposed token", shown)],
        what="place and token (✓: written now)",
    )  # fmt: skip


def _gate(run: WatchedRun, step: int, line: float) -> Figure:
    looks = [moment.look for moment in run.moments]
    x = list(range(1, len(looks) + 1))
    gate = looks[step - 1].gate
    marks = [Mark(step, gate, "gate now")] if gate is not None else []
    return Lines(
        "How sure is the model of what is open?", Axis("step", low=1, high=float(max(2, len(x)))),
        Axis("probability of the likeliest token", low=0, high=1),
        [
            Series("gate: least sure open place", x, [look.gate for look in looks], strong=True),
            Series("mean of the open places", x, [look.mean for look in looks]),
            Series("line of the early stop", [1, max(2, len(x))], [line, line]),
        ],
        marks=marks, rules=(step,),
    )  # fmt: skip


def _orders(runs: dict[str, WatchedRun], start: int) -> Figure:
    width = len(next(iter(runs.values())).start)
    return Matrix(
        "The step in which each place got its token, four systems", [SYSTEMS[name].title for name in runs],
        [str(start + at + 1) for at in range(width)], [[float(n) for n in run.last_written()] for run in runs.values()],
        Axis("step", low=0), across="place", down="system",
    )  # fmt: skip


def _numbers(run: WatchedRun, now: WatchedMoment, line: float) -> list[Number]:
    def stopped(name: str, found: tuple[int, int] | None) -> list[Number]:
        at, others = found if found is not None else (None, None)
        return [
            Number(f"{name}: step", at, meaning=f"{len(run.moments)} steps in all; a dash: it never comes"),
            Number(f"{name}: other words", others, "tokens", "that would not be those of the whole run"),
        ]

    return [
        Number("written now", sum(now.look.written), "tokens", "in this step"),
        Number("gate", now.look.gate, meaning="probability of the likeliest token on the least sure open place"),
        Number("mean", now.look.mean, meaning="the same, on average over the open places"),
        *stopped("stop by the gate", run.stop(lambda look: (look.gate or 0.0) >= line)),
        *stopped("stop by the mean", run.stop(lambda look: (look.mean or 0.0) >= line)),
        *stopped("Prophet's rule", run.stop(lambda look: look.commits)),
        Number("passes", run.nfe, "forward passes", "of this run, with those that read the text"),
    ]


def _steps(run: WatchedRun, denoiser: Denoiser) -> Table:
    def pieces(slots: list[bool], moment: WatchedMoment) -> str:
        return " ".join(repr(slot.text) for slot, here in zip(moment.slots, slots, strict=True) if here and slot.text)

    rows = [
        (number, sum(m.look.open), pieces(m.look.written, m), sum(m.look.scraped), m.look.gate, m.look.mean)
        for number, m in enumerate(run.moments, 1)
    ]
    return Table(
        f"{SYSTEMS[run.system].title}, step by step", ("step", "open", "written", "scraped", "gate", "mean"), rows
    )


def _systems(runs: dict[str, WatchedRun]) -> Table:
    rows = [(SYSTEMS[name].title, len(run.moments), run.nfe, run.text) for name, run in runs.items()]
    return Table("Four systems on the same words", ("system", "steps", "passes", "wrote"), rows)


LESSON = Lesson(
    name="denoise",
    title="Denoise",
    summary="Step through a run: which places, in which order, why; and when one could have stopped.",
    text=TEXT,
    example=(
        "The capital of France is Paris, and the capital of Germany is Berlin. The capital of Italy is Rome, and the capital "
        "of Spain is Madrid."
    ),
    controls=(
        Parameter(
            "system", "System", "Whose run is shown.", "llada",
            choices=tuple((name, SYSTEMS[name].title) for name in RUNNERS),
        ),
        Parameter("step", "Step", "The step that the figures show.", 2, 1, 32),
        Parameter("at", "First token", "Where the writing begins; a click on a token does the same.", 12, 1, MOST),
        Parameter("tokens", "Tokens", "So many are written again.", 8, 1, WORDS),
        Parameter("steps", "Steps", "Decisions at the most.", 6, 1, 32),
        Parameter("order", "Order", "What LLaDA writes first.", "low_confidence", choices=ORDERS, when=("system", ("llada",))),
        Parameter("tau", "Threshold", "What Mercury calls sure.", 0.9, 0.05, 1, when=("system", ("mercury",))),
        Parameter("stop", "Line", "How sure the gate or the mean must be for an early stop.", 0.5, 0, 1),
        Parameter("seed", "Seed", "The same seed gives the same run.", 0, 0, 999),
    ),
    code=(
        ("engine/denoising/loop.py", "denoise"), ("engine/samplers/low_confidence.py", "LowConfidence"),
        ("engine/samplers/threshold.py", "Threshold"), ("engine/samplers/entropy_bound.py", "RenoisingEntropyBound"),
        ("engine/samplers/eso.py", "Eso"), ("engine/samplers/early_commit.py", "EarlyCommit"),
        ("engine/study/writing/watching.py", "watched"),
    ),
    compute=compute,
)  # fmt: skip
