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
    Anchors,
    Blocks,
    Correcting,
    EarlyCommit,
    EntropyBound,
    Eso,
    Factor,
    FirstHitting,
    LeftToRight,
    LowConfidence,
    RandomOrder,
    Remasking,
    Remdm,
    RenoisingEntropyBound,
    Sampler,
    Threshold,
    TokenEditing,
    UniformReverse,
)
from engine.samplers.low_confidence import Sureness
from engine.systems.parameters import (
    ALPHA_0,
    BLOCKS,
    CONFIDENT,
    COOL,
    EARLY,
    EDIT,
    ENTROPY,
    ETA,
    FACTOR,
    FIRST,
    FLOOR,
    GUIDANCE,
    HOT,
    MOST_CLEAN,
    ORDER,
    RELAXED,
    REMASKING,
    RULE,
    SCHEDULE,
    SCRAPES,
    SELF_CONDITIONING,
    STEPS,
    STRENGTH,
    SUSPICION,
    TAU,
    TEMPERATURE,
    TOP_K,
    TOP_P,
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
        if values.get("early_commit") and not sampler.holds:
            early = values["early_commit"]
            sampler = EarlyCommit((7.5 * early, 5.0 * early, 2.5 * early), sampler)
        if facts.block or values.get("block_length"):
            sampler = Blocks(length=values.get("block_length") or facts.block, inner=sampler)
        start = values.get("temperature_start", values.get("temperature", 0.0))
        if values.get("rule") in DRAWN:  # SEDD's steps draw from the ratios
            start = 1.0
        return Recipe(
            sampler,
            steps=values.get("steps", 1),
            temperature=Temperature(
                start,
                values.get("temperature_end", start),
                top_p=values.get("top_p", 1.0),
                top_k=values.get("top_k", 0),
            ),
            noise=self.noise_on(facts),
            attention=self.attention,
            guidance=values.get("guidance", 0.0),
            strength=values.get("strength", 1.0),
            self_conditioning=values.get("self_conditioning", False),
        )


DRAWN = ("analytic", "euler")
SURENESS: dict[str, Sureness] = {"low_confidence": "confidence", "margin": "margin", "entropy": "entropy"}
"""which rules of Mercury draw at temperature 1, and LLaDA's orders as a sampler knows them"""


def _schedule(values: Values) -> NoiseSchedule:
    return SCHEDULES[str(values["schedule"])]()


def _llada(values: Any, facts: Facts) -> Sampler:
    if values["order"] == "random":
        return RandomOrder(schedule=_schedule(values))
    return LowConfidence(_schedule(values), SURENESS[values["order"]])


def _mercury(v: Any, facts: Facts) -> Sampler:
    if facts.uniform and v["rule"] in DRAWN:
        return UniformReverse(facts.uniform, euler=v["rule"] == "euler")
    rules: dict[str, Callable[[], Sampler]] = {
        "threshold": lambda: Threshold(v["tau"]),
        "factor": lambda: Factor(v["factor"]),
        "entropy_bound": lambda: EntropyBound(v["entropy_bound"]),
        "analytic": Analytic,
        "euler": lambda: Analytic(euler=True),
        "anchors": lambda: Anchors(v["tau"], v["relaxed"]),
    }
    inner = rules[v["rule"]]()
    if not v["scrapes"] or facts.at_once:  # what is drawn at once was judged as a whole
        return inner
    return (
        Remasking(v["scrapes"], inner) if facts.carries_over else Correcting(v["floor"], v["tau"], v["scrapes"], inner)
    )


def _mdlm(v: Any, facts: Facts) -> Sampler:
    schedule = _schedule(v)
    if facts.uniform:
        return UniformReverse(facts.uniform, schedule)
    if v["remasking"] == "none":
        return FirstHitting() if v["first_hitting"] else Ancestral(schedule)
    return Remdm(v["remasking"], v["eta"], held=v["held"], schedule=schedule)


USUAL = (STEPS, TEMPERATURE, TOP_P, TOP_K)
AROUND = (STRENGTH, BLOCKS, GUIDANCE)
SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System(
            "llada",
            "LLaDA",
            "Writes the words it is surest of first, or words in random order. Written words stay.",
            (*USUAL, ORDER, SCHEDULE, EARLY, *AROUND),
            _llada,
        ),
        System(
            "mercury",
            "Mercury",
            "From coarse to fine: every step writes what is sure, so easy parts end early; doubtful words are scraped again.",
            (
                STEPS,
                only(TEMPERATURE, RULE, "threshold", "factor", "entropy_bound", "anchors"),
                TOP_P,
                TOP_K,
                RULE,
                TAU,
                RELAXED,
                only(FACTOR, RULE, "factor"),
                only(ENTROPY, RULE, "entropy_bound"),
                FLOOR,
                SCRAPES,
                EARLY,
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
            (STEPS, with_default(TEMPERATURE, 1.0), TOP_P, TOP_K, SCHEDULE, REMASKING, FIRST, ETA, MOST_CLEAN, *AROUND),
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
            (TEMPERATURE, TOP_P, TOP_K, *AROUND),
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
