"""Small denoisers of every family, for the laws that hold for all of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import product
from typing import Any

import pytest
import torch
from torch import nn

import engine
from engine.denoising.denoiser import Denoiser
from engine.models.causal.checkpoint import load_causal
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.writer.denoiser import WriterDenoiser
from engine.models.writer.joint import JointDenoiser
from engine.text.chat import ChatTurns
from engine.text.tokenizer import Vocabulary
from tests.engine import tiny, tiny_dit, tiny_masked


@cache
def _causal() -> CausalDenoiser:
    loaded = load_causal(tiny.write(tiny.folder(), "llama"), "cpu")
    denoiser = CausalDenoiser(loaded.reader.model.float(), loaded.tokenizer, "tiny", mask_id=2, null_id=1)
    denoiser.chat = ChatTurns(Vocabulary(loaded.tokenizer, mask_id=2, null_id=1, begin_id=3, end_id=4))
    return denoiser


def _writer(samples: int = 0) -> WriterDenoiser:
    causal = _causal()
    model = copy.deepcopy(causal.reader.model)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.05 * torch.randn(parameter.shape, generator=generator)
    return WriterDenoiser(causal, model, samples=samples)


def _diffusion_gemma() -> Denoiser:
    return engine.load(tiny.write_diffusion_gemma(tiny.folder(), 64), "cpu", options=engine.Loading(dtype="float32"))


FAMILIES: dict[str, Callable[[], Denoiser]] = {
    "scripted": engine.scripted,
    "causal": _causal,
    "writer": _writer,
    "writer-judge": lambda: _writer(samples=3),
    "joint": lambda: JointDenoiser(_causal(), _writer()),
    "diffusion_gemma": _diffusion_gemma,
    "mdlm": lambda: engine.load(tiny_dit.write(tiny.folder(), "mdlm"), device="cpu"),
    "sedd": lambda: engine.load(tiny_dit.write(tiny.folder(), "sedd"), device="cpu"),
    "udlm": lambda: engine.load(tiny_dit.write(tiny.folder(), "udlm"), device="cpu"),
    "sedd-uniform": lambda: engine.load(tiny_dit.write(tiny.folder(), "sedd-uniform"), device="cpu"),
    "bd3lm": lambda: engine.load(tiny_dit.write(tiny.folder(), "bd3lm"), device="cpu"),
    "esolm": lambda: engine.load(tiny_dit.write(tiny.folder(), "esolm"), device="cpu"),
    **{kind: partial(tiny_masked.loaded, kind) for kind in ("llada", "dreamon", "open-dcoder", "roberta")},
}


def quick(name: str, *others: str) -> bool:
    """Whether make quick tries it: the scripted one under every rule, and of the networks, which are kin, one under a rule
    that keeps what it wrote and under one that does not."""
    return name == "scripted" or name == "mdlm" and set(others) <= {"llada", "mercury"}


def everyone(*others: Sequence[str], among: Iterable[str] = FAMILIES, tried: Iterable[str] = ()) -> list[Any]:
    """Cases of a law for some families, with every combination of other names; ``tried``: those that make quick keeps to."""
    cases, kept = list(product(among, *others)), set(tried)
    first = [quick(*case) and (not kept or kept >= set(case[1:])) for case in cases]
    return [pytest.param(*case, marks=() if now else pytest.mark.slow) for case, now in zip(cases, first, strict=True)]


@cache
def family(name: str) -> Denoiser:
    return FAMILIES[name]()


def options(system: str, **wanted: object) -> dict:
    """Those of ``wanted`` (five steps, a middling temperature) that a system has."""
    has = {parameter.name for parameter in engine.SYSTEMS[system].parameters}
    return {name: value for name, value in ({"steps": 5, "temperature": 0.7} | wanted).items() if name in has}


@contextmanager
def passes(*models: nn.Module) -> Iterator[list[int]]:
    """Forward passes that really go through networks, counted by themselves."""
    made: list[int] = []
    cores = {id(core): core for core in (getattr(model, "base_model", model) for model in models)}
    hooks = [core.register_forward_hook(lambda *_: made.append(1)) for core in cores.values()]
    try:
        yield made
    finally:
        for hook in hooks:
            hook.remove()
