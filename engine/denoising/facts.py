"""What a denoiser is, as far as rules, runs and the settings panel have to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.diffusion.attention import Attention


@dataclass(frozen=True, slots=True)
class Facts:
    """How the length of a fill comes about, and whether a model can leave a slot empty, is its ``length_by``."""

    uniform: int = 0
    """tokens that its noise was drawn from, all alike, where it was trained on random words in place of masks; 0: on masks"""
    reads_noise: bool = False
    """whether it reads what stands on an undecided slot; otherwise it reads a mask there"""
    hears_noise: bool = False
    """whether it is told how much is noise"""
    carries_over: bool = False
    """whether a written token is given: what it says of one is that token, or nothing that it was trained for"""
    at_once: bool = False
    """whether all is drawn before the first step: the steps reveal it, and none of them computes anything"""
    chooses: bool = False
    """whether fills are drawn before the first step, and every step looks at the canvas to choose among them"""
    judged: bool = False
    """whether a judge corrects what it proposes"""
    self_conditions: bool = False
    """whether it was trained to be fed its last scores"""
    orders: tuple[Attention, ...] = ()
    """kinds of attention by order of generation that it can answer by"""
    block: int = 0
    """slots that it writes together, counted from the first token it reads; 0: any"""
    usual: Mapping[str, Mapping[str, float | int]] = field(default_factory=dict)
    """settings that a checkpoint names itself, for each system"""
