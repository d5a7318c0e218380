"""Named presets: how a run goes from noise to text."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import UnknownSystem
from engine.samplers import LeftToRight, LowConfidence, RandomOrder, Sampler, Threshold, TokenEditing


@dataclass(frozen=True, slots=True)
class System:
    """A preset: its key, what people read, and the rule it runs."""

    name: str
    title: str
    summary: str
    sampler: Sampler
    strength: float = 1.0
    """share of the old words that are scraped at first; 0 starts from the text as it stands"""


SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System(
            "llada",
            "LLaDA, low confidence",
            "Writes the words it is surest of first. Written words stay.",
            LowConfidence(),
        ),
        System(
            "llada-random", "LLaDA, random order", "Writes words in random order. Written words stay.", RandomOrder()
        ),
        System(
            "threshold",
            "Threshold",
            "Writes every word above a confidence bound at once: easy parts end early.",
            Threshold(),
        ),
        System("autoregressive", "Left to right", "The ordinary order, for comparison.", LeftToRight()),
        System(
            "instant-edit",
            "Instant edit",
            "Starts from your words and changes those it finds wrong; the rest stays.",
            TokenEditing(),
            strength=0.0,
        ),
    )
}


def system(name: str) -> System:
    """The preset of that name. Raises UnknownSystem."""
    if name not in SYSTEMS:
        raise UnknownSystem(f"no system is called {name!r}; choose one of {', '.join(SYSTEMS)}")
    return SYSTEMS[name]


def task(name: str, instruction: str | None = None) -> str:
    """Which of the tasks of ``ways`` a run is. Raises UnknownSystem."""
    return "edit" if instruction else "revise" if system(name).strength < 1 else "infill"
