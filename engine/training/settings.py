"""How a writer is trained."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import TrainingError
from engine.training.examples.tasks import ExampleSizes, Shares


@dataclass(frozen=True, slots=True)
class Settings:
    """One training run. The defaults are the CPU preset: small windows with several noisy canvases each, for reading a context is
    dear, and mostly infilling, which takes the most tokens to learn."""

    tokens: int | None = 1_500_000
    """canvas tokens to train on; None: until ``minutes`` are over"""
    minutes: float | None = None
    rank: int = 32
    """of the adapter; 0 trains a full copy of the base"""
    learning_rate: float = 7e-4
    warmup: float = 0.03
    """share of the run"""
    decay: float = 0.1
    """the learning rate at the end, as a share"""
    ema: float = 0.998
    windows: int = 5
    """contexts in a batch"""
    accumulate: int = 2
    """batches in a step"""
    sizes: ExampleSizes = field(default_factory=lambda: ExampleSizes(context=192, slots=64, rows=6))
    shares: Shares = field(
        default_factory=lambda: Shares(
            infill=0.72, carry_on=0.05, edit=0.05, revise=0.18, code=0.35, from_text=0.9, alone=0.6, human=0.25
        )
    )
    precision: str = "no"
    """accelerate's mixed precision: "no" (float32) or "bf16" """
    workers: int = 0
    """processes that prepare batches"""
    checkpoint_minutes: float = 3.0
    heldout_steps: int = 200
    """steps between held-out scores"""
    seed: int = 0
    compile: bool = False

    def __post_init__(self) -> None:
        budgets = [budget for budget in (self.tokens, self.minutes) if budget is not None]
        if not budgets or min(budgets) <= 0:
            raise TrainingError(
                f"a budget of {self.tokens} tokens and {self.minutes} minutes never ends; name one that is more than 0"
            )
        if min(self.windows, self.accumulate, self.heldout_steps) < 1:
            raise TrainingError(
                f"windows, accumulate and heldout_steps must be 1 or more, not {self.windows}, {self.accumulate}, "
                f"{self.heldout_steps}"
            )


PRESETS = {
    "cpu": Settings(),
    "gpu": Settings(
        tokens=300_000_000,
        minutes=22,
        learning_rate=1.2e-3,
        windows=128,
        accumulate=1,
        sizes=ExampleSizes(context=512, slots=96, rows=4),
        shares=Shares(
            infill=0.64, carry_on=0.08, edit=0.07, revise=0.21, code=0.4, from_text=0.9, alone=0.5, human=0.4, noise=0.12,
            attention={"bidirectional": 0.82, "causal": 0.04, "eso-a": 0.07, "eso-b": 0.07},
        ),
        precision="bf16",
        workers=14,
        heldout_steps=500,
    ),
}  # fmt: skip
"""A GPU has time for longer contexts and canvases; 128 contexts with 4 canvases each are about 20k canvas tokens a step."""
