"""Traces of transformers' own ``generate`` for DiffusionGemma, on a tiny network with random weights, as data.

    .venv/bin/python -m tests.engine.models.gemma.oracle

writes traces/generate.json: the canvas after every step and what it ends with. The network is made from a seed, and what is
random in ``generate`` (its first canvas, its noise, its draws) comes from ``Dice``, so that the engine can be asked for the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest import mock

import torch
from torch import Tensor
from transformers import LogitsProcessor, LogitsProcessorList
from transformers.models.diffusion_gemma import generation_diffusion_gemma as library

import engine
from engine.denoising.denoiser import Conditions
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.models.gemma.diffusion_gemma import DiffusionGemmaDenoiser
from engine.text.allowed import NEVER
from engine.text.context import Context, Gap
from tests.engine import tiny

TRACES = Path(__file__).with_name("traces") / "generate.json"
SLOTS, PROMPT = 32, "Once upon a time"
SETTINGS: list[dict[str, float]] = [
    {"seed": 1, "steps": 8, "t_max": 0.8, "t_min": 0.4, "bound": 4.0, "confident": 0.005},
    {"seed": 2, "steps": 8, "t_max": 1.5, "t_min": 0.9, "bound": 0.1, "confident": 0.005},
    {"seed": 3, "steps": 6, "t_max": 0.3, "t_min": 0.1, "bound": 20.0, "confident": 0.005},
    {"seed": 4, "steps": 24, "t_max": 0.3, "t_min": 0.15, "bound": 50.0, "confident": 6.0},
]  # fmt: skip
"""temperatures of the checkpoint and others; the last one ends early"""


@cache
def network() -> DiffusionGemmaDenoiser:
    """A calm one: what random layers add is turned down, so that a canvas can settle."""
    loaded = engine.load(
        tiny.write_diffusion_gemma(tiny.folder(), SLOTS), "cpu", options=engine.Loading(dtype="float32")
    )
    assert isinstance(loaded, DiffusionGemmaDenoiser)
    with torch.no_grad():  # random ones would blow rounding up from step to step
        for name, parameter in loaded.model.named_parameters():
            if "self_condition" in name:
                parameter *= 0.15
            elif "post" in name and "norm" in name:
                parameter *= 0.6
    return loaded


def context_of(denoiser: DiffusionGemmaDenoiser) -> Context:
    return Context((tuple(denoiser.tokenizer.encode(PROMPT)), ()), (Gap(SLOTS, multiline=True, exact=True),))


def begin(denoiser: DiffusionGemmaDenoiser, dice: Dice) -> Canvas:
    noisy = torch.ones(1, SLOTS, dtype=torch.bool)
    return Canvas(denoiser.corruption.noise(torch.zeros(1, SLOTS, dtype=torch.long), dice), noisy, ~noisy)


@contextmanager
def thrown(denoiser: DiffusionGemmaDenoiser, dice: Dice, seen: list[list[int]]) -> Iterator[None]:
    """``generate`` with its chances from ``dice``; the canvas after every step goes into ``seen``."""

    def canvas(sampler: object, batch_size: int, device: torch.device) -> Tensor:
        return denoiser.corruption.noise(torch.zeros(batch_size, SLOTS, dtype=torch.long), dice)

    def drawn(probabilities: Tensor, num_samples: int) -> Tensor:
        noise = dice.exponential([len(probabilities)], denoiser.width)[:, : probabilities.shape[-1]]
        return (probabilities.double().log() - noise.log()).argmax(-1, keepdim=True)

    usual = library.EntropyBoundSampler.renoise_canvas

    def renoised(sampler: object, accepted: Tensor, step: int) -> Tensor:
        made: Tensor = usual(sampler, accepted, step)
        seen.append(made[0].tolist())
        return made

    with (
        mock.patch.object(library.EntropyBoundSampler, "initialize_canvas", canvas),
        mock.patch.object(library.EntropyBoundSampler, "renoise_canvas", renoised),
        mock.patch.object(torch, "multinomial", drawn),
    ):
        yield


def generated(denoiser: DiffusionGemmaDenoiser, settings: Mapping[str, float]) -> dict[str, object]:
    """One run of the library's own loop, kept to the tokens that the engine may write."""
    context, dice = context_of(denoiser), Dice([int(settings["seed"])])
    seen: list[list[int]] = []
    first = begin(denoiser, Dice([0]))
    conditioned = denoiser.condition(context, Conditions())
    list(conditioned.draft(first))
    never = conditioned.logits(first, 1.0)[..., : denoiser.size] <= NEVER / 2

    class Barred(LogitsProcessor):
        def __call__(self, ids: Tensor, scores: Tensor, cur_step: Tensor) -> Tensor:  # type: ignore[override]
            return scores.masked_fill(never, -torch.inf)

    prompt = torch.tensor([[denoiser.tokenizer.bos_id, *context.segments[0]]])
    config = library.DiffusionGemmaGenerationConfig(
        max_new_tokens=SLOTS, max_denoising_steps=int(settings["steps"]), t_max=settings["t_max"], t_min=settings["t_min"],
        confidence_threshold=settings["confident"], stability_threshold=1, disable_compile=True,
        sampler_config=library.EntropyBoundSamplerConfig(settings["bound"]),
    )  # fmt: skip
    with thrown(denoiser, dice, seen):
        made = denoiser.model.generate(
            prompt, generation_config=config, logits_processor=LogitsProcessorList([Barred()])
        )
    return {"canvases": seen, "result": made.sequences[0, -SLOTS:].tolist()}


def main() -> None:
    denoiser = network()
    traces = [{"settings": settings, **generated(denoiser, settings)} for settings in SETTINGS]
    TRACES.parent.mkdir(exist_ok=True)
    TRACES.write_text(json.dumps(traces) + "\n", encoding="utf-8")
    print([len(trace["canvases"]) for trace in traces])  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
