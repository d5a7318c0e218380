"""The published samplers of MDLM, SEDD (both graphs), UDLM and Eso-LM, as traces of the checkpoints of tests/engine/tiny_dit.py.

traces/reference.json is data. ``steps``: the distribution of one step from a canvas, the likeliest tokens of each slot, by
``q_xs`` of kuleshov-group/mdlm, graph_lib and sampling of louaaron/Score-Entropy-Discrete-Diffusion (0605786: analytic, Euler,
denoising) and ``_compute_posterior`` of UDLM's repository, also guided. ``runs``: whole runs, with the noise of Dice where they
draw. Recorded on the network of reference_dit.py in float64, kept to the tokens that a fill may hold. Their code is not here, and
the engine shares none of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.denoising.denoiser import Conditions
from engine.denoising.guidance import Guided
from engine.denoising.loop import denoise, propose
from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import accepting, share
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import LogLinear
from engine.diffusion.temperature import Temperature
from engine.samplers import Analytic, UniformReverse
from engine.text.allowed import NEVER
from engine.text.context import Context, Gap
from tests.engine.families import family
from tests.engine.tiny_dit import MASK

RECORDED = json.loads((Path(__file__).with_name("traces") / "reference.json").read_text(encoding="utf-8"))
TIMED = Conditions(level=lambda t: t)


def context_of(name: str, before: str = "Once upon", after: str = " a time", slots: int = 10) -> Context:
    d = family(name)
    segments = tuple(d.tokenizer.encode(before)), tuple(d.tokenizer.encode(after))
    return Context(segments, (Gap(slots, multiline=True, exact=True),))


def canvas_of(trace: dict) -> Canvas:
    noisy = torch.tensor([trace["noisy"]])
    return Canvas(torch.tensor([trace["ids"]]), noisy, torch.zeros_like(noisy))


def listed(p: list) -> Iterator[tuple[int, int, float]]:
    """(slot, token, probability)."""
    return ((slot, token, value) for slot, tops in enumerate(p) for token, value in tops)


def steps(*rules: str) -> list:
    found = [trace for trace in RECORDED["steps"] if trace["rule"] in rules]
    return [pytest.param(t, id=f"{t['family']} {t['rule']} {t['t']}-{t['s']}") for t in found]


@pytest.mark.parametrize("trace", [p for p in steps("ancestral", "analytic", "euler") if "stay" in p.values[0]])
def test_a_step_of_masks_is_theirs(trace: dict) -> None:
    """How likely a slot stays a mask, and what is written if not."""
    d = family(trace["family"])
    canvas, t, s = canvas_of(trace), trace["t"], trace["s"]
    conditioned = d.condition(context_of(trace["family"]), TIMED)
    logits = conditioned.logits(canvas, t)
    proposal, _ = propose(logits, canvas, 1.0, Dice([0]), normalised=conditioned.normalised)
    if trace["rule"] == "ancestral":
        leaves = torch.full_like(proposal.mass, share(LogLinear(), t, s))
    else:
        leaves = written(Analytic(euler=trace["rule"] == "euler"), proposal, canvas, t, s)
    p = logits.double().softmax(-1)[0]
    noisy = canvas.noisy[0]
    stay = torch.tensor(trace["stay"], dtype=torch.float64).clamp_min(0)
    assert torch.allclose((1 - leaves[0]).clamp_min(0)[noisy], stay[noisy], atol=2e-4, rtol=1e-3)
    for slot, token, value in listed(trace["p"]):
        if noisy[slot]:
            own = p[slot, token] * (leaves[0, slot] if trace["rule"] == "ancestral" else 1)
            assert float(own) == pytest.approx(value, rel=2e-3, abs=1e-5)


def written(rule: Analytic, proposal: Proposal, canvas: Canvas, t: float, s: float) -> Tensor:
    """(B, L) the probability with which the rule writes: the least number of chance that it does not write at, by halving."""
    low, high = (torch.full_like(proposal.mass, edge) for edge in (0.0, 1.0))

    class Fixed(Dice):
        def uniform(self, *shape: int) -> Tensor:
            return (low + high) / 2

    dice = Fixed([0])
    for _ in range(30):
        accept = rule.decide(canvas, proposal, t, s, dice).accept
        middle = (low + high) / 2
        low, high = torch.where(accept, middle, low), torch.where(accept, high, middle)
    return low


@pytest.mark.parametrize(
    "trace", [p for p in steps("posterior", "guided", "analytic", "euler") if "stay" not in p.values[0]]
)
def test_a_step_of_uniform_noise_is_theirs(trace: dict) -> None:
    d = family(trace["family"])
    context, canvas, t, s = context_of(trace["family"]), canvas_of(trace), trace["t"], trace["s"]
    conditioned = d.condition(context, TIMED)
    if trace["rule"] == "guided":
        conditioned = Guided(conditioned, d.condition(d.unconditional(context), TIMED), 1.0)
    barred = conditioned.logits(canvas, t) <= NEVER / 2
    rule = UniformReverse(d.facts.uniform, LogLinear(), trace["rule"] == "euler")
    p = rule.step(tuple(replace(said, barred=barred) for said in conditioned.said), canvas.ids, t, s)
    p = (p / p.sum(-1, keepdim=True))[0]
    for slot, token, value in listed(trace["p"]):
        # Without the text the first slot may hold other tokens, which is a rule of fills and none of theirs.
        if value > 1e-6 and (slot or trace["rule"] != "guided"):
            assert float(p[slot, token]) == pytest.approx(value, rel=5e-3, abs=1e-5)


@pytest.mark.parametrize("trace", RECORDED["runs"][:3], ids=lambda t: f"{t['family']} {t['rule']}")
def test_a_whole_run_of_uniform_noise_is_theirs(trace: dict) -> None:
    d, dice = family(trace["family"]), Dice([trace["seed"]])
    rule = UniformReverse(d.facts.uniform, LogLinear(), trace["rule"] == "euler")
    noisy = torch.ones(1, 10, dtype=torch.bool)
    start = Canvas(d.corruption.noise(torch.zeros(1, 10, dtype=torch.long), dice), noisy, ~noisy)
    conditioned = d.condition(context_of(trace["family"]), Conditions(level=rule.level))
    loop = denoise(conditioned, d.corruption, start, rule, trace["steps"], dice, temperature=Temperature(1.0, 1.0))
    assert [step.canvas.ids[0].tolist() for step in loop] == trace["canvases"]


@dataclass(frozen=True, slots=True)
class Given(Sampler):
    """Turns that are given."""

    order: Tensor
    turn: Tensor
    sequential: Tensor

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        return replace(canvas, order=self.order, turn=self.turn, sequential=self.sequential), int(self.turn.max()) + 1

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return accepting(canvas.due)


@pytest.mark.parametrize("trace", RECORDED["runs"][3:], ids=lambda t: f"{t['diffused']} of 12 by diffusion")
def test_a_whole_run_of_eso_lm_b_is_theirs(trace: dict) -> None:
    """``generate_samples`` on nothing at all, in the order and the groups that it drew, taking the likeliest."""
    d = family("esolm")
    order, turn = (torch.tensor([trace[name]]) for name in ("order", "turn"))
    rule = Given(order, turn, order >= trace["diffused"])
    start = Canvas(torch.full((1, 12), MASK), torch.ones(1, 12, dtype=torch.bool), torch.zeros(1, 12, dtype=torch.bool))
    conditioned = d.condition(context_of("esolm", "", "", 12), Conditions(attention="eso-b"))
    made = [step for step in denoise(conditioned, d.corruption, start, rule, 1, Dice([0])) if step.phase == "denoise"]
    assert [step.canvas.ids[0].tolist() for step in made] == trace["canvases"]
