"""MDLM and SEDD: what their scores mean."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

import engine
from engine import Span
from engine.denoising.denoiser import Conditions
from engine.models.dit.mdlm import sigma_of
from tests.engine import tiny_dit
from tests.engine.families import family
from tests.engine.reference_dit import agrees, answered, canvas_of, case, everything, reference
from tests.engine.tiny_dit import MASK, WORDS

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."
EOT = WORDS - 1
FAMILIES = sorted(tiny_dit.CONFIGS)


def test_mdlm_reads_both_sides_and_hears_no_noise_level() -> None:
    d = family("mdlm")
    context, canvas = case(d, "ab", 3, "yz"), canvas_of({1: 66}, 3)
    scores = answered(d.condition(context), canvas, 0.9)[0]
    row = [EOT, *context.segments[0], MASK, 66, MASK, *context.segments[1]]
    wanted = reference(row, list(range(8)), everything(8))
    agrees(scores[[0, 2]], wanted[[3, 5]])
    assert torch.equal(scores, answered(d.condition(context), canvas, 0.1)[0])


def test_mdlm_carries_written_tokens_over_and_never_proposes_a_mask() -> None:
    d = family("mdlm")
    canvas = canvas_of({1: 66, 2: d.null_id}, 4)
    p = answered(d.condition(case(d, "ab", 4, "yz")), canvas)[0].softmax(-1)
    assert p.shape == (4, d.null_id + 1)
    assert p[1, 66] == 1 and p[2, d.null_id] == 1
    assert (p[:, MASK] == 0).all() and (p[:, EOT] == 0).all() and (p[[0, 3], d.null_id] == 0).all()
    assert torch.allclose(p.sum(-1), torch.ones(4))


def test_a_slot_that_holds_nothing_is_not_read() -> None:
    d = family("mdlm")
    with_gap = answered(d.condition(case(d, "ab", 4, "yz")), canvas_of({2: d.null_id}, 4))[0]
    without = answered(d.condition(case(d, "ab", 3, "yz")), canvas_of({}, 3))[0]
    assert torch.allclose(with_gap[[0, 1, 3]], without, atol=1e-5)


# ---- SEDD ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scaled", [True, False])
def test_sedd_gives_ratios_and_their_mass(tmp_path: Path, scaled: bool) -> None:
    """The published forward: log s = x - log(e^sigma - 1) - log(V - 1) where the output is scaled by sigma, else x."""
    d = engine.load(tiny_dit.write(tmp_path, "sedd", model={**tiny_dit.SEDD_MODEL, "scale_by_sigma": scaled}))
    context, t = case(d, "ab", 3, "yz"), 0.6
    timed = Conditions(level=lambda t: t)
    conditioned = d.condition(context, timed)
    assert not conditioned.normalised
    scores = answered(conditioned, canvas_of({1: 66}, 3), t)[0]
    sigma = -math.log(1 - (1 - 1e-3) * t)
    assert float(sigma_of(t)) == pytest.approx(sigma)
    x = reference([*context.segments[0], MASK, 66, MASK, *context.segments[1]], list(range(7)), everything(7), sigma)[
        [2, 4]
    ]
    log_s = x - math.log(math.exp(sigma) - 1) - math.log(WORDS) if scaled else x
    ratios = log_s[:, :MASK].exp().sum(-1)
    mass = scores[[0, 2]].double().exp().sum(-1)
    assert torch.allclose(mass, ratios * (math.exp(sigma) - 1), rtol=1e-4)
    agrees(scores[[0, 2]].log_softmax(-1), x)
    assert scores[1].exp().sum() == 1 and scores[1, 66] == 0
    assert not torch.allclose(scores, answered(d.condition(context, timed), canvas_of({1: 66}, 3), 0.3)[0])
    for end in (0.0, 1.0):
        assert torch.isfinite(answered(d.condition(context, timed), canvas_of({}, 3), end)[..., :MASK]).all()


@pytest.mark.parametrize(
    ("system", "settings", "hears"),
    [
        ("mercury", {}, "the canvas"),
        ("mercury", {"rule": "factor"}, "the canvas"),
        ("eso-b", {}, "the canvas"),
        ("llada", {"schedule": "cosine"}, "the canvas"),
        ("mercury", {"rule": "analytic", "scrapes": 0}, lambda t: t),
        ("mdlm", {"schedule": "loglinear"}, lambda t: t),
        ("mdlm", {"schedule": "cosine"}, lambda t: math.cos(math.pi / 2 * (1 - t))),
    ],
)
def test_sedd_hears_how_much_is_noise(monkeypatch: pytest.MonkeyPatch, system: str, settings: dict, hears) -> None:
    """The share of slots that are noisy, unless the time of the rule is a measure of it, by its own schedule."""
    d = family("sedd")
    told: list[torch.Tensor] = []
    network = d.masked.network

    def heard(*x, **more):
        told.append(torch.as_tensor(x[2]))
        return network(*x, **more)

    monkeypatch.setattr(d.masked, "network", heard)
    steps = [s for s in engine.infill(d, TEXT, [Span(4, 15)], system=system, steps=6, seed=2, length=8, **settings)]
    made = [step for step in steps if step.phase == "denoise"]
    assert len(told) >= 2
    for before, sigma in zip(made, told, strict=False):
        noisy = sum(slot.noisy for slot in before.spans[0].slots) / 8
        level = noisy if hears == "the canvas" else hears(before.t)
        assert float(sigma) == pytest.approx(float(sigma_of(level)), rel=1e-5), before.index


@pytest.mark.slow
def test_a_step_that_changed_nothing_costs_no_pass() -> None:
    """MDLM's cache (arXiv 2406.07524): at most a pass for every change, however many steps. A network that hears the time is
    asked in each."""
    steps = [
        step
        for step in engine.infill(
            family("mdlm"), TEXT, [Span(4, 15)], system="mdlm", remasking="none", steps=128, length=8
        )
        if step.phase == "denoise"
    ]
    writing = sum(any(slot.state == "n" for slot in step.spans[0].slots) for step in steps)
    assert writing <= 8 and steps[-1].nfe <= writing + 1 and steps[-1].index > 3 * writing
    *_, heard = engine.infill(family("sedd"), TEXT, [Span(4, 15)], system="mdlm", remasking="none", steps=40, length=8)
    assert heard.nfe == heard.index


def test_sedds_analytic_step_runs_on_its_mass() -> None:
    last = list(
        engine.infill(family("sedd"), TEXT, [Span(4, 9)], system="mercury", rule="analytic", temperature=1.0, steps=6)
    )[-1]
    assert last.done and all(slot.state in "ns" for slot in last.spans[0].slots)
