"""The whole of Gemini's rule on DiffusionGemma against recorded traces of the library's own ``generate`` (oracle.py)."""

from __future__ import annotations

import json

import pytest
import torch

from engine.denoising.denoiser import Conditions
from engine.denoising.loop import denoise
from engine.diffusion.dice import Dice
from engine.diffusion.temperature import Temperature
from engine.samplers import Blocks, RenoisingEntropyBound
from tests.conftest import some
from tests.engine.models.gemma import oracle

RECORDED = json.loads(oracle.TRACES.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def denoiser():
    return oracle.network()


def ours(denoiser, settings: dict, rule) -> list:
    heat = Temperature(settings["t_max"], settings["t_min"])
    dice = Dice([settings["seed"]])
    conditioned = denoiser.condition(oracle.context_of(denoiser), Conditions(self_conditioning=True, temperature=heat))
    loop = denoise(
        conditioned,
        denoiser.corruption,
        oracle.begin(denoiser, dice),
        rule,
        settings["steps"],
        dice,
        temperature=heat,
    )
    return [step for step in loop if step.phase == "denoise"]


@pytest.mark.parametrize("trace", some(RECORDED), ids=lambda trace: f"T {trace['settings']['t_max']}")
def test_every_canvas_is_that_of_the_library(denoiser, trace: dict) -> None:
    """Whatever the temperatures, with the scores fed back that tokens were drawn from; it also ends where the library ends."""
    settings = trace["settings"]
    steps = ours(denoiser, settings, RenoisingEntropyBound(settings["bound"], settings["confident"]))
    assert len(steps) == len(trace["canvases"])
    assert [step.canvas.ids[0].tolist() for step in steps[:-1]] == trace["canvases"][:-1]
    assert steps[-1].canvas.ids[0].tolist() == trace["result"]


def test_one_trace_ends_early() -> None:
    assert any(len(trace["canvases"]) < trace["settings"]["steps"] for trace in RECORDED)


@pytest.mark.slow
def test_a_block_as_long_as_the_canvas_is_no_block(denoiser) -> None:
    """Its result is the likeliest canvas and not the last draw, and it ends early where the rule does."""
    for trace in RECORDED:
        settings = trace["settings"]
        rule = Blocks(length=oracle.SLOTS, inner=RenoisingEntropyBound(settings["bound"], settings["confident"]))
        steps = ours(denoiser, settings, rule)
        assert len(steps) == len(trace["canvases"]) and steps[-1].canvas.ids[0].tolist() == trace["result"]


def test_what_the_checkpoint_names_is_the_default(denoiser) -> None:
    usual = denoiser.facts.usual["gemini"]
    assert usual["steps"] == 48 and (usual["temperature_start"], usual["temperature_end"]) == (0.8, 0.4)
    config = denoiser.model.generation_config
    config.t_max, config.max_denoising_steps = 1.25, 7
    try:
        usual = denoiser.facts.usual["gemini"]
        assert usual["steps"] == 7 and usual["temperature_start"] == 1.25 and torch.is_tensor(denoiser.noise)
    finally:
        config.t_max = config.max_denoising_steps = None
