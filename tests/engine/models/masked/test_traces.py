"""The published samplers of LLaDA, Fast-dLLM and Dream, as traces of the tiny checkpoints of tests/engine/tiny_masked.py.

traces/reference.json is data: the canvas after every step of generate.py of ML-GSAI/LLaDA (41760b9), of llada/generate.py of
NVlabs/Fast-dLLM (f6b35ec), and of Dream's generation_utils (its three orders), kept to the tokens that a fill may hold. Of
Fast-dLLM: threshold, factor without its slip, which writes the last two slots together however unsure they are, and the dual
cache on one block; of several it runs one at a time, where this engine runs the whole canvas. Their code is not here, and the
engine shares none of it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from engine.context.dual_cache import DualCache
from engine.denoising.guidance import Guided
from engine.denoising.loop import denoise, propose
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.diffusion.temperature import Temperature
from engine.models.masked.denoiser import MaskedDenoiser
from engine.samplers import Blocks, Factor, LowConfidence, Sampler, Threshold
from engine.samplers.low_confidence import Sureness, sureness
from engine.text.context import Context, Gap
from tests.conftest import some
from tests.engine import tiny_masked

RECORDED = json.loads((Path(__file__).with_name("traces") / "reference.json").read_text(encoding="utf-8"))
SLOTS = 12
NEVER_AGAIN = 1_000
"""passes until the text's keys are computed once more: more than a run makes"""
ORDERS: dict[str, Sureness] = {"maskgit_plus": "confidence", "topk_margin": "margin", "entropy": "entropy"}


def context_of(d: MaskedDenoiser) -> Context:
    return Context((tuple(d.tokenizer.encode("Once upon")), ()), (Gap(SLOTS, multiline=True, exact=True),))


def canvas_of(ids: list[int], mask_id: int) -> Canvas:
    canvas = torch.tensor([ids])
    noisy = canvas == mask_id
    return Canvas(canvas, noisy, torch.zeros_like(noisy))


def named(trace: dict) -> str:
    return " ".join(f"{name} {value}" for name, value in trace.items() if name not in ("canvases", "family") and value)


QUICK = [trace for trace in RECORDED if trace["steps"] < 12]
"""those of few steps"""


@pytest.mark.parametrize("trace", some([t for t in RECORDED if t["family"] == "llada"], *QUICK), ids=named)
def test_llada_and_fast_dllm_token_for_token(trace: dict) -> None:
    d = tiny_masked.loaded("llada").cached(DualCache(NEVER_AGAIN if "cache" in trace else 0))
    rule: Sampler = LowConfidence()
    if trace["threshold"]:
        rule = Threshold(trace["threshold"])
    if trace["factor"]:
        rule = Factor(trace["factor"])
    if trace["block"] < SLOTS:
        rule = Blocks(length=trace["block"], inner=rule)
    conditioned = d.condition(context_of(d))
    if trace["guidance"]:
        # All of the prompt is hidden in their unconditional branch, the tokens around a text too.
        conditioned = Guided(conditioned, d.condition(d.unconditional(context_of(d))), trace["guidance"])
    heat = Temperature(trace["temperature"], trace["temperature"])
    start = canvas_of([d.mask_id] * SLOTS, d.mask_id)
    loop = denoise(conditioned, d.corruption, start, rule, trace["steps"], Dice([trace["seed"]]), temperature=heat)
    assert [step.canvas.ids[0].tolist() for step in loop] == trace["canvases"]


@pytest.mark.parametrize("trace", [t for t in RECORDED if t["family"] == "dream"], ids=named)
def test_dreams_orders_token_for_token(trace: dict) -> None:
    """From each of its canvases the same tokens come next, as many as it wrote. (How many is Dream's own: it rounds down.)"""
    d = tiny_masked.loaded("dream")
    conditioned = d.condition(context_of(d))
    before = [d.mask_id] * SLOTS
    for after in trace["canvases"]:
        canvas = canvas_of(before, d.mask_id)
        proposal, _ = propose(conditioned.logits(canvas, 0.5), canvas, 0.0, Dice([0]))
        chosen = [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        ranked = sureness(proposal, ORDERS[trace["alg"]]).masked_fill(~canvas.noisy, -torch.inf)[0]
        assert sorted(ranked.topk(len(chosen)).indices.tolist()) == chosen
        assert proposal.ids[0, chosen].tolist() == [after[i] for i in chosen]
        before = after
    assert d.mask_id not in before


def test_the_traces_differ() -> None:
    """What the rules write differs, so that a wrong one would be seen."""
    assert len({json.dumps(trace["canvases"]) for trace in RECORDED}) == len(RECORDED)
