"""The ways in which one model can write, and which of them is best at what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.denoising.denoiser import Denoiser
from engine.errors import UnknownWay, shown

AUTOMATIC = "auto"
TASKS = ("infill", "revise", "edit")
"""scraped words are written again; the words that stand are revised; a text is changed as an instruction says"""
TITLES = {
    "joint": "causal + writer + judge",
    "causal": "causal + judge",
    "writer": "writer",
    "writer-judge": "writer + judge",
    "diffusion_gemma": "DiffusionGemma",
    "remote": "code of its own",
    "mdlm": "MDLM",
    "udlm": "UDLM",
    "sedd": "SEDD",
    "bd3lm": "BD3-LM",
    "esolm": "Eso-LM",
    "masked": "masked diffusion",
}


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Ways:
    """Denoisers that share one model's weights. ``best`` names one for each task that some of them can do."""

    denoisers: Mapping[str, Denoiser]
    best: Mapping[str, str]
    english: bool = False
    """whether the model was taught little but English"""
    rest: Callable[[], None] = _nothing
    """what is left of loading: the first runs do what they need of it, and are there sooner where it was called before"""

    @classmethod
    def only(cls, denoiser: Denoiser, name: str = "causal", english: bool = False) -> Ways:
        """A model with one way of writing."""
        able = {"infill": True, "revise": denoiser.revises, "edit": denoiser.chat is not None}
        return cls({name: denoiser}, {task: name for task in TASKS if able[task]}, english)

    @property
    def default(self) -> Denoiser:
        """The one that fills in."""
        return self.denoisers[self.best["infill"]]

    @property
    def stepwise(self) -> str:
        """Who writes where systems are compared: one whose words come about step by step, and by the rule alone, so that another
        rule writes other words; the one that fills in where there is none."""
        found = (n for n, d in self.denoisers.items() if not (d.facts.at_once or d.facts.chooses or d.facts.judged))
        return next(found, self.best["infill"])

    def choose(self, task: str, wish: str = AUTOMATIC) -> tuple[str, Denoiser]:
        """(name, denoiser) for a run: the one wished for, else the best at the task. Where none is good at it the default
        answers, and says itself what it cannot do. Raises UnknownWay."""
        names = (AUTOMATIC, *self.denoisers)
        if wish not in names:
            raise UnknownWay(f"this model cannot write by {shown(wish)}; choose one of {', '.join(names)}")
        name = self.best.get(task, self.best["infill"]) if wish == AUTOMATIC else wish
        return name, self.denoisers[name]
