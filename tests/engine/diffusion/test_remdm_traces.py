"""The four rules of the published ReMDM sampler, as traces.

traces/remdm.json is data: ``mask`` is the probability with which each slot is a mask after the step from t to s, by
``_ddpm_caching_update`` of a copy of kuleshov-group/remdm (2189d81; cap, rescale, conf, loop; t_on 0.55, t_off 0.1, alpha_on 0.9)
in float64, from the ``noisy`` slots and the ``confidence`` that the others were written with. Their code is not here, and the
engine shares none of it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.diffusion.dice import Dice
from engine.samplers import Remdm
from tests.engine.diffusion.test_samplers import canvas, proposal

RECORDED = json.loads((Path(__file__).with_name("traces") / "remdm.json").read_text(encoding="utf-8"))
CHANCES = 2_000


class Thrown(Dice):
    """In each row all numbers are one of ``CHANCES`` that lie evenly."""

    def uniform(self, *shape: int) -> Tensor:
        even = (torch.arange(CHANCES, dtype=torch.float64) + 0.5) / CHANCES
        return even.view(-1, *[1] * len(shape)).expand(-1, *shape)


@pytest.mark.parametrize("trace", RECORDED, ids=lambda r: f"{r['remasking']} {r['eta']} {r['t']}-{r['s']}")
def test_a_step_of_remdm_scrapes_and_writes_as_theirs(trace: dict) -> None:
    rule = Remdm(trace["remasking"], eta=trace["eta"], loop_from=0.55, loop_to=0.1, held=0.9)
    at, noisy = canvas(trace["noisy"]), torch.tensor(trace["noisy"])
    given = proposal(len(trace["noisy"]), standing=trace["confidence"])
    made = rule.decide(at, given, trace["t"], trace["s"], Thrown([0]))
    assert made.accept.shape[0] == made.remask.shape[0] == CHANCES
    masked = torch.where(noisy, ~made.accept, made.remask).float().mean(0)
    torch.testing.assert_close(masked, torch.tensor(trace["mask"]), atol=1.5 / CHANCES, rtol=0)
