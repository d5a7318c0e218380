"""Sampling rules, one file each. A rule decides which proposed tokens are written in a step."""

from engine.samplers.left_to_right import LeftToRight
from engine.samplers.low_confidence import LowConfidence
from engine.samplers.protocol import Sampler
from engine.samplers.random_order import RandomOrder
from engine.samplers.threshold import Threshold
from engine.samplers.token_editing import TokenEditing

SAMPLERS: dict[str, type[Sampler]] = {
    "low_confidence": LowConfidence,
    "random": RandomOrder,
    "threshold": Threshold,
    "left_to_right": LeftToRight,
    "token_editing": TokenEditing,
}

__all__ = ["SAMPLERS", "LeftToRight", "LowConfidence", "RandomOrder", "Sampler", "Threshold", "TokenEditing"]
