"""Score entropy on one place, and SEDD's step by hand and by the sampler."""

from __future__ import annotations

import math

import pytest
import torch

from engine.diffusion.schedules import Geometric, LogLinear, NoiseSchedule
from engine.study import ratios

P = torch.tensor([0.7, 0.2, 0.1], dtype=torch.float64).log()
SCHEDULES = [LogLinear(), Geometric()]


def test_ratios_worked_by_hand() -> None:
    """alpha(1/2) = 1 - 0.999 / 2 = 0.5005 and e^sigma - 1 = 1 / alpha - 1."""
    found = ratios.ratios(P, 0, LogLinear(), 0.5, [0, 1, 2])
    odds = 1 / 0.5005 - 1
    assert found.sigma == pytest.approx(-math.log(0.5005))
    assert found.true_ratio == pytest.approx(1 / odds)
    assert found.scores == pytest.approx([0.7 / odds, 0.2 / odds, 0.1 / odds]) and found.mass == pytest.approx(1 / odds)
    # -alpha' / (1 - alpha) = 0.999 / 0.4995 = 2, times -log 0.7
    assert found.mdlm == pytest.approx(-2 * math.log(0.7))


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("t", [0.05, 0.5, 0.95])
def test_score_entropy_pays_what_masked_diffusion_pays(schedule: NoiseSchedule, t: float) -> None:
    found = ratios.ratios(P, 1, schedule, t, [])
    assert found.loss == pytest.approx(found.mdlm)


@pytest.mark.parametrize("ratio", [0.01, 1.0, 40.0])
def test_the_loss_is_never_negative_and_nothing_at_the_true_ratio_alone(ratio: float) -> None:
    scores, values = ratios.loss_curve(ratio)
    assert min(values) >= 0 and scores[values.index(min(values))] == pytest.approx(ratio)
    assert ratios.loss_at(ratio, ratio) == pytest.approx(0, abs=1e-12)
    assert ratios.loss_at(2, 1) == pytest.approx(
        1 - 2 * math.log(1) + 2 * (math.log(2) - 1)
    )  # s - r log s + r (log r - 1)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_sampler_writes_as_often_as_the_formula_says(schedule: NoiseSchedule) -> None:
    mass = ratios.ratios(P, 0, schedule, 0.6, []).mass
    step = ratios.analytic_step(schedule, mass, 0.6, 0.3, seed=1)
    deviation = math.sqrt(step.by_hand * (1 - step.by_hand) / step.draws)
    assert abs(step.counted - step.by_hand) < 4 * deviation
    # A model that is sure of its sum writes what the process would: (alpha_s - alpha_t) / (1 - alpha_t).
    alpha_t, alpha_s = (float(schedule.alpha(torch.tensor(u, dtype=torch.float64))) for u in (0.6, 0.3))
    assert step.by_hand == pytest.approx((alpha_s - alpha_t) / (1 - alpha_t))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_last_step_leaves_no_mask(schedule: NoiseSchedule) -> None:
    mass = ratios.ratios(P, 0, schedule, 0.6, []).mass
    last = ratios.analytic_step(schedule, mass, 0.6, 0.0, seed=1)
    assert last.by_hand == pytest.approx(1) and last.counted > 0.999


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_random_tokens_have_ratios_too_and_udlms_step_is_sedds(schedule: NoiseSchedule) -> None:
    found = ratios.uniform_ratios(P, 0, 2, schedule, 0.6, 0.3, [0, 1, 2])
    alpha = float(schedule.alpha(torch.tensor(0.6, dtype=torch.float64)))
    kept = [alpha * p + (1 - alpha) / 3 for p in (0.7, 0.2, 0.1)]
    assert found.scores == pytest.approx([k / kept[2] for k in kept]) and found.scores[2] == 1
    # The true token is 0: kept with alpha, or any of three.
    wrong = (1 - alpha) / 3
    assert found.true_ratios == pytest.approx([(alpha + wrong) / wrong, 1, 1])
    assert found.posterior == pytest.approx(found.analytic) and sum(found.posterior) == pytest.approx(1)
    # A model that knows the true token pays nothing.
    sure = torch.tensor([1.0, 0, 0], dtype=torch.float64).log()
    assert ratios.uniform_ratios(sure, 0, 2, schedule, 0.6, 0.3, []).loss == pytest.approx(0, abs=1e-9)
    assert found.loss > 0.1
