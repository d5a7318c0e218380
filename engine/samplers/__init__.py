"""Sampling rules, one file each. A rule decides which proposed tokens are written in a step; it never sees a model.

May import: engine.diffusion.
"""

from engine.diffusion.sampler import Sampler
from engine.samplers.ancestral import Analytic, Ancestral, FirstHitting, UniformReverse
from engine.samplers.blocks import Blocks
from engine.samplers.correcting import Correcting, Remasking
from engine.samplers.early_commit import EarlyCommit
from engine.samplers.entropy_bound import EntropyBound, RenoisingEntropyBound
from engine.samplers.eso import Eso
from engine.samplers.left_to_right import LeftToRight
from engine.samplers.low_confidence import LowConfidence
from engine.samplers.random_order import RandomOrder
from engine.samplers.remdm import Remdm
from engine.samplers.threshold import Anchors, Factor, Threshold
from engine.samplers.token_editing import TokenEditing

SAMPLERS: dict[str, type[Sampler]] = {
    "low_confidence": LowConfidence,
    "random": RandomOrder,
    "threshold": Threshold,
    "factor": Factor,
    "entropy_bound": EntropyBound,
    "renoising_entropy_bound": RenoisingEntropyBound,
    "ancestral": Ancestral,
    "analytic": Analytic,
    "remdm": Remdm,
    "correcting": Correcting,
    "remasking": Remasking,
    "token_editing": TokenEditing,
    "eso": Eso,
    "left_to_right": LeftToRight,
    "blocks": Blocks,
    "first_hitting": FirstHitting,
    "early_commit": EarlyCommit,
    "anchors": Anchors,
    "uniform_reverse": UniformReverse,
}

__all__ = [
    "SAMPLERS", "Analytic", "Anchors", "Ancestral", "Blocks", "Correcting", "EarlyCommit", "EntropyBound", "Eso", "Factor",
    "FirstHitting", "LeftToRight", "LowConfidence", "RandomOrder", "Remasking", "Remdm", "RenoisingEntropyBound", "Sampler",
    "Threshold", "TokenEditing", "UniformReverse",
]  # fmt: skip
