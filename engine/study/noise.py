"""The forward process on a text, and its posterior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator

from engine.diffusion import objectives
from engine.diffusion.posterior import MASKS, posterior
from engine.diffusion.quota import alphas
from engine.diffusion.schedules import DrawnCurve, NoiseSchedule
from engine.errors import ParameterOutOfRange, shown
from engine.study.sample import Sample
from engine.systems.presets import SCHEDULES
from engine.text.tokenizer import Tokenizer

DRAWN = "drawn"


def schedule_of(name: str, points: Sequence[float] = (1.0, 0.0)) -> NoiseSchedule:
    """A schedule by name: one of SCHEDULES, or "drawn" through ``points``. Raises ParameterOutOfRange."""
    if name == DRAWN:
        return DrawnCurve(tuple(points))
    if name not in SCHEDULES:
        raise ParameterOutOfRange(
            f"no schedule is called {shown(name)}; choose one of {', '.join([*SCHEDULES, DRAWN])}"
        )
    return SCHEDULES[name]()


def curve(schedule: NoiseSchedule, points: int = 101) -> tuple[list[float], list[float]]:
    """(t, alpha(t)) at evenly spread levels."""
    t = torch.linspace(0, 1, points, dtype=torch.float64)
    return t.tolist(), schedule.alpha(t).tolist()


def level(schedule: NoiseSchedule, t: float) -> tuple[float, float, float]:
    """alpha, its derivative and the weight of the bound, -alpha' / (1 - alpha), at one level."""
    at = torch.tensor(t, dtype=torch.float64)
    return float(schedule.alpha(at)), float(schedule.alpha_dot(at)), float(objectives.bound_weight(schedule, at))


@dataclass(frozen=True, slots=True)
class Noised:
    """A text at one noise level."""

    noisy: list[bool]
    pieces: list[str | None]
    """what stands on each token; None for a mask"""
    ids: list[int]
    """its ids; V, one more than the highest, for a mask"""


def noised(text: Sample, tokenizer: Tokenizer, schedule: NoiseSchedule, t: float, noise: str, seed: int) -> Noised:
    """One draw of q(x_t | x_0). With one seed more noise covers what less noise covered."""
    ids, size = torch.tensor([text.ids]), tokenizer.size
    noisy = objectives.mask(ids, torch.tensor([t], dtype=torch.float64), schedule, Generator().manual_seed(seed))[0]
    if noise == MASKS:
        shown_ids = torch.where(noisy, size, ids[0])
    else:
        # Uniform noise may draw the true token again: such a token is noise, and looks clean.
        ordinary = tokenizer.ordinary
        drawn = ordinary[torch.randint(len(ordinary), noisy.shape, generator=Generator().manual_seed(seed + 1))]
        shown_ids = torch.where(noisy, drawn, ids[0])
    found = shown_ids.tolist()
    pieces = [
        None if i == size else text.pieces[at] if not noisy[at] else tokenizer.pieces[i] for at, i in enumerate(found)
    ]
    return Noised(noisy.tolist(), pieces, found)


@dataclass(frozen=True, slots=True)
class Backward:
    """q(x_s | x_t, x_0) of one token."""

    alpha_s: float
    true: float
    """probability of the true token"""
    mask: float
    seen: float
    """of the wrong token that is seen; 0 where the true one or a mask is"""
    others: float
    """of all other tokens together"""


def backward(
    schedule: NoiseSchedule, tokenizer: Tokenizer, noise: str, t: float, s: float, seen: int, start: int
) -> Backward:
    """The posterior of one token at level s, from the id that is seen at t (V for a mask) and its true id."""
    alpha_t, alpha_s = alphas(schedule, t, s)
    size = tokenizer.size
    q = posterior(noise, alpha_t, alpha_s, seen, start, size)
    wrong = float(q[seen]) if seen not in (start, size) else 0.0
    true, masked = float(q[start]), float(q[size])
    return Backward(alpha_s, true, masked, wrong, max(0.0, float(q.sum()) - true - masked - wrong))
