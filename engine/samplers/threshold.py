"""Write every slot whose confidence reaches a bound, and at least the best one (Fast-dLLM, arXiv 2505.22618)."""

from dataclasses import dataclass

from torch import Generator

from engine.canvas import Canvas, Decision, Proposal
from engine.samplers.protocol import Sampler
from engine.samplers.quota import accepting


@dataclass(frozen=True, slots=True)
class Threshold(Sampler):
    tau: float = 0.9

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, rng: Generator) -> Decision:
        confidence = proposal.confidence.masked_fill(~canvas.noisy, -1.0)
        best = confidence == confidence.amax(-1, keepdim=True)
        first_best = best & (best.cumsum(-1) == 1)
        return accepting(canvas.noisy & ((confidence >= self.tau) | first_best))
