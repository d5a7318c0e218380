"""Noise schedules: alpha(t) is the share of tokens still clean, alpha(0) = 1 and alpha(1) = 0 (nearly, for LogLinear and
Geometric; Partial begins at alpha_0)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.errors import ParameterOutOfRange, shown


class NoiseSchedule(Protocol):
    """alpha and its derivative, for t in 0..1 of any shape."""

    def alpha(self, t: Tensor) -> Tensor: ...

    def alpha_dot(self, t: Tensor) -> Tensor: ...


def alpha_at(schedule: NoiseSchedule, t: float) -> float:
    return float(schedule.alpha(torch.tensor(t, dtype=torch.float64)))


def noise_at(schedule: NoiseSchedule, t: float) -> float:
    """The share that is noise at time t, of what is noise at t = 1."""
    return (1 - alpha_at(schedule, t)) / (1 - alpha_at(schedule, 1.0))


def rate_at(schedule: NoiseSchedule, t: float) -> float:
    """sigma'(t) of the total noise sigma = -log alpha."""
    at = torch.tensor(t, dtype=torch.float64)
    return float(-schedule.alpha_dot(at) / schedule.alpha(at).clamp_min(1e-300))


def time_of(schedule: NoiseSchedule, alpha: float) -> float:
    """The time at which a share ``alpha`` is clean, by halving: every schedule falls."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if alpha_at(schedule, middle) > alpha else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class Linear:
    """alpha = 1 - t (LLaDA, arXiv 2502.09992; MDLM, arXiv 2406.07524)."""

    def alpha(self, t: Tensor) -> Tensor:
        return 1 - t

    def alpha_dot(self, t: Tensor) -> Tensor:
        return -torch.ones_like(t)


@dataclass(frozen=True, slots=True)
class Cosine:
    """alpha = 1 - cos(pi / 2 (1 - t)) (MaskGIT, arXiv 2202.04200). MDLM's own cosine is another, cos(pi / 2 t)."""

    def alpha(self, t: Tensor) -> Tensor:
        return 1 - torch.cos(math.pi / 2 * (1 - t))

    def alpha_dot(self, t: Tensor) -> Tensor:
        return -math.pi / 2 * torch.sin(math.pi / 2 * (1 - t))


@dataclass(frozen=True, slots=True)
class LogLinear:
    """sigma = -log(1 - (1 - eps) t), so alpha = exp(-sigma) = 1 - (1 - eps) t (SEDD, arXiv 2310.16834)."""

    eps: float = 1e-3

    def alpha(self, t: Tensor) -> Tensor:
        return 1 - (1 - self.eps) * t

    def alpha_dot(self, t: Tensor) -> Tensor:
        return torch.full_like(t, self.eps - 1)


@dataclass(frozen=True, slots=True)
class Geometric:
    """sigma = low^(1 - t) high^t - low, alpha = exp(-sigma) (SEDD's geometric noise, shifted so that alpha(0) = 1)."""

    low: float = 1e-3
    high: float = 20.0

    def _sigma(self, t: Tensor) -> Tensor:
        return self.low ** (1 - t) * self.high**t

    def alpha(self, t: Tensor) -> Tensor:
        return torch.exp(self.low - self._sigma(t))

    def alpha_dot(self, t: Tensor) -> Tensor:
        return -math.log(self.high / self.low) * self._sigma(t) * self.alpha(t)


@dataclass(frozen=True, slots=True)
class Partial:
    """alpha = alpha_0 (1 - t): at t = 0 a share 1 - alpha_0 is masked, for the left to right phase (Eso-LM, arXiv 2506.01928)."""

    alpha_0: float

    def __post_init__(self) -> None:
        if not 0 <= self.alpha_0 <= 1:
            raise ParameterOutOfRange(f"alpha_0, the share that diffusion writes, must be in 0..1, got {self.alpha_0}")

    def alpha(self, t: Tensor) -> Tensor:
        return self.alpha_0 * (1 - t)

    def alpha_dot(self, t: Tensor) -> Tensor:
        return torch.full_like(t, -self.alpha_0)


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """Straight lines between points that are spread evenly over t: a schedule that somebody drew. Raises ParameterOutOfRange
    where it does not begin at 1, end at 0 and fall, or stay, on its way."""

    points: tuple[float, ...]

    def __post_init__(self) -> None:
        falls = all(0 <= b <= a <= 1 for a, b in zip(self.points, self.points[1:], strict=False))
        if len(self.points) < 2 or self.points[0] != 1 or self.points[-1] != 0 or not falls:
            raise ParameterOutOfRange(
                f"a schedule begins at 1, never rises and ends at 0, and these points do not: {shown(self.points)}"
            )

    def _parts(self, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Where each straight part begins, its slope, and how far t is in it."""
        points = torch.tensor(self.points, dtype=t.dtype, device=t.device)
        at = t * (len(self.points) - 1)
        part = at.floor().long().clamp(0, len(self.points) - 2)
        return points[part], points[part + 1] - points[part], at - part

    def alpha(self, t: Tensor) -> Tensor:
        start, slope, along = self._parts(t)
        return start + slope * along

    def alpha_dot(self, t: Tensor) -> Tensor:
        return self._parts(t)[1] * (len(self.points) - 1)
