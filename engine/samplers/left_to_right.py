"""Write the leftmost slots first: the autoregressive order, alpha_0 = 0 of Eso-LM (arXiv 2506.01928)."""

from dataclasses import dataclass, field

import torch
from torch import Generator

from engine.canvas import Canvas, Decision, Proposal
from engine.samplers.protocol import Sampler
from engine.samplers.quota import write_best
from engine.schedules import Linear, NoiseSchedule


@dataclass(frozen=True, slots=True)
class LeftToRight(Sampler):
    schedule: NoiseSchedule = field(default_factory=Linear)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, rng: Generator) -> Decision:
        place = torch.arange(canvas.noisy.shape[-1], device=canvas.noisy.device, dtype=torch.float64)
        return write_best(canvas, -place.expand(canvas.noisy.shape), self.schedule, t, s)
