"""Named presets: how a run goes from noise to text. The algorithms of four systems, each with what can be set on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.denoising.facts import Facts
from engine.diffusion.attention import Attention
from engine.diffusion.schedules import Cosine, Geometric, Linear, LogLinear, NoiseSchedule
from engine.diffusion.temperature import Temperature
from engine.errors import UnknownSystem, shown
from engine.samplers import (
    Analytic,
    Ancestral,
    Blocks,
    Correcting,
    EntropyBound,
    Eso,
    Factor,
    LeftToRight,
    LowConfidence,
    RandomOrder,
    Remasking,
    Remdm,
    RenoisingEntropyBound,
    Sampler,
    Threshold,
    TokenEditing,
)
from engine.systems.parameters import (
    ALPHA_0,
    BLOCKS,
    CONFIDENT,
    ENTROPY,
    ETA,
    FACTOR,
    GUIDANCE,
    MAX_TEMPERATURE,
    REMASKING,
    SCHEDULE,
    SELF_CONDITIONING,
    STEPS,
    STRENGTH,
    TAU,
    TEMPERATURE,
    Parameter,
    Values,
    checked,
    only,
    with_default,
)

SCHEDULES: dict[str, Callable[[], NoiseSchedule]] = {
    "linear": Linear, "cosine": Cosine, "loglinear": LogLinear, "geometric": Geometric,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """A system with its settings: everything a run needs besides the text, the model and the seed."""

    sampler: Sampler
    steps: int = 1
    temperature: Temperature = field(default_factory=Temperature)
    noise: Literal["masks", "uniform"] = "masks"
    attention: Attention = "bidirectional"
    guidance: float = 0.0
    strength: float = 1.0
    """share of the old words that are scraped at first; 0 starts from the text as it stands"""
    self_conditioning: bool = False


@dataclass(frozen=True, slots=True)
class System:
    """A preset: its key, what people read, what can be set, and the rule it runs."""

    name: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    rule: Callable[[Values, Facts], Sampler]
    attention: Attention = "bidirectional"
    noise: Literal["masks", "uniform"] = "masks"

    @property
    def strength(self) -> float:
        """The usual one."""
        return float(next((p.default for p in self.parameters if p.name == "strength"), 1.0))

    def settings(self, facts: Facts) -> tuple[Parameter, ...]:
        """The parameters, with the defaults that a checkpoint names itself."""
        usual = facts.usual.get(self.name, {})
        return tuple(with_default(p, usual[p.name]) if p.name in usual else p for p in self.parameters)

    def noise_on(self, facts: Facts) -> Literal["masks", "uniform"]:
        """What undecided slots hold: random words only where they are read."""
        return self.noise if facts.reads_noise else "masks"

    def recipe(self, given: Mapping[str, object], facts: Facts = Facts()) -> Recipe:  # noqa: B008 - it is frozen
        """The run that these settings describe on a model: what it names itself is its default, and what changes nothing on it is
        checked and left. Raises InvalidRequest and its subclasses."""
        values: Any = checked(self.name, self.settings(facts), given)
        sampler = self.rule(values, facts)
        if facts.block or values.get("block_length"):
            sampler = Blocks(length=values.get("block_length") or facts.block, inner=sampler)
        start = values.get("temperature_start", values.get("temperature", 0.0))
        return Recipe(
            sampler,
            steps=values.get("steps", 1),
            temperature=Temperature(start, values.get("temperature_end", start)),
            noise=self.noise_on(facts),
            attention=self.attention,
            guidance=values.get("guidance", 0.0),
            strength=values.get("strength", 1.0),
            self_conditioning=values.get("self_conditioning", False),
        )


ORDER = Parameter(
    "order",
    "Order",
    "Which words are written first.",
    "low_confidence",
    choices=(("low_confidence", "Surest first"), ("random", "Random")),
)
RULE = Parameter(
    "rule",
    "Rule",
    "What a step writes: words above a fixed confidence, as many as stay sure together, as many as stay under an entropy, or "
    "SEDD's analytic step.",
    "threshold",
    choices=(
        ("threshold", "Threshold"), ("factor", "Factor"), ("entropy_bound", "Entropy bound"), ("analytic", "Analytic (SEDD)"),
    ),
)  # fmt: skip
FLOOR = Parameter(
    "floor",
    "Correction floor",
    "A written word that falls below this is scraped when another clears the threshold.",
    0.05,
    0,
    1,
)
SCRAPES = Parameter("scrapes", "Corrections", "How often one slot may be scraped again; 0: never.", 2, 0, 16)
MOST_CLEAN = Parameter(
    "held", "Loop level", "Share that is written while the loop goes on.", 0.9, 0.1, 0.99, when=("remasking", ("loop",))
)
EDIT = Parameter(
    "threshold", "Edit threshold", "Probability from which on a word is written over another.", 0.9, 0.05, 1
)
SUSPICION = Parameter("suspicion", "Suspicion", "The same where the judge looks over every change.", 0.2, 0.01, 1)
HOT = Parameter(
    "temperature_start", "First temperature", "How freely words are drawn in the first step.", 0.8, 0, MAX_TEMPERATURE
)
COOL = Parameter("temperature_end", "Last temperature", "The same in the last step.", 0.4, 0, MAX_TEMPERATURE)


def _schedule(values: Values) -> NoiseSchedule:
    return SCHEDULES[str(values["schedule"])]()


def _llada(values: Values, facts: Facts) -> Sampler:
    rule = {"low_confidence": LowConfidence, "random": RandomOrder}[str(values["order"])]
    return rule(schedule=_schedule(values))


def _mercury(v: Any, facts: Facts) -> Sampler:
    rules: dict[str, Callable[[], Sampler]] = {
        "threshold": lambda: Threshold(v["tau"]),
        "factor": lambda: Factor(v["factor"]),
        "entropy_bound": lambda: EntropyBound(v["entropy_bound"]),
        "analytic": Analytic,
    }
    inner = rules[v["rule"]]()
    if not v["scrapes"] or facts.at_once:  # what is drawn at once was judged as a whole
        return inner
    return (
        Remasking(v["scrapes"], inner) if facts.carries_over else Correcting(v["floor"], v["tau"], v["scrapes"], inner)
    )


def _mdlm(v: Any, facts: Facts) -> Sampler:
    schedule = _schedule(v)
    if v["remasking"] == "none":
        return Ancestral(schedule)
    return Remdm(v["remasking"], v["eta"], held=v["held"], schedule=schedule)


USUAL = (STEPS, TEMPERATURE)
AROUND = (STRENGTH, BLOCKS, GUIDANCE)
SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System(
            "llada",
            "LLaDA",
            "Writes the words it is surest of first, or words in random order. Written words stay.",
            (*USUAL, ORDER, SCHEDULE, *AROUND),
            _llada,
        ),
        System(
            "mercury",
            "Mercury",
            "From coarse to fine: every step writes what is sure, so easy parts end early; doubtful words are scraped again.",
            (
                *USUAL,
                RULE,
                TAU,
                only(FACTOR, RULE, "factor"),
                only(ENTROPY, RULE, "entropy_bound"),
                FLOOR,
                SCRAPES,
                *AROUND,
            ),
            _mercury,
        ),
        System(
            "gemini",
            "Gemini Diffusion",
            "Starts from random words. Every step decides afresh which to keep, so any word can change until the end.",
            (STEPS, HOT, COOL, ENTROPY, CONFIDENT, SELF_CONDITIONING, *AROUND),
            lambda v, _: RenoisingEntropyBound(float(v["entropy_bound"]), float(v["stop_entropy"])),
            noise="uniform",
        ),
        System(
            "mdlm",
            "MDLM, ReMDM",
            "The reverse process itself: words appear by chance, and with remasking they vanish by chance too.",
            (STEPS, with_default(TEMPERATURE, 1.0), SCHEDULE, REMASKING, ETA, MOST_CLEAN, *AROUND),
            _mdlm,
        ),
        System(
            "eso-a",
            "Eso-LM A",
            "A draft by diffusion, the rest left to right. Written words see one another.",
            (*USUAL, ALPHA_0, *AROUND),
            lambda v, _: Eso(float(v["alpha_0"])),
            attention="eso-a",
        ),
        System(
            "eso-b",
            "Eso-LM B",
            "The same, but words see only what was written before them, so nothing is computed twice.",
            (*USUAL, ALPHA_0, *AROUND),
            lambda v, _: Eso(float(v["alpha_0"])),
            attention="eso-b",
        ),
        System(
            "autoregressive",
            "Left to right",
            "One word after the other, for comparison.",
            (TEMPERATURE, *AROUND),
            lambda v, _: LeftToRight(),
            attention="eso-b",
        ),
        System(
            "instant-edit",
            "Instant edit",
            "Starts from your words and changes those it finds wrong; the rest stays.",
            (*USUAL, with_default(STRENGTH, 0.0), EDIT, SUSPICION),
            lambda v, _: TokenEditing(float(v["threshold"]), float(v["suspicion"])),
        ),
    )
}


def system(name: str) -> System:
    """The preset of that name. Raises UnknownSystem."""
    if name not in SYSTEMS:
        raise UnknownSystem(f"no system is called {shown(name)}; choose one of {', '.join(SYSTEMS)}")
    return SYSTEMS[name]


def task(name: str, instruction: str | None = None, strength: float | None = None) -> str:
    """Which of the tasks of ``ways`` a run is. Raises UnknownSystem."""
    share = system(name).strength if strength is None else strength
    return "edit" if instruction else "revise" if share == 0 else "infill"
