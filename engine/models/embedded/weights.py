"""Reading the embedded model's weights into the network that is its own."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from engine.models.lean.llama import Llama, LlamaConfig
from engine.models.loading import memory
from engine.models.loading.options import PLAIN, Loading, explained, title

HEAD = "lm_head.weight"
"""the same as the embedding, and in no file"""
LAID_OUT_ANEW = "_proj.weight"
"""ends the names of the matrices of layers"""


def read_own(where: Path, options: Loading = PLAIN) -> Llama | None:
    """The network in a folder, on the processor; None where it is no plain Llama in one file. Raises OutOfMemory,
    ModelDamaged."""
    config, file = LlamaConfig.of(memory.config_of(where)), where / "model.safetensors"
    if config is None or not file.is_file():
        return None
    dtype = options.torch_dtype("cpu")
    estimate = memory.Estimate.of(where, dtype, None, options.window)
    memory.check(estimate, title(where), "cpu")
    with explained(where, "cpu", estimate):
        with torch.device("meta"):
            model = Llama(config)
        weights = _read(file, dtype, options, f"{title(where)}: ")
        weights[HEAD] = weights.get("model.embed_tokens.weight", torch.empty(0))
        _check_whole({name: tuple(weight.shape) for name, weight in model.state_dict().items()}, weights)
        model.load_state_dict(weights, assign=True)
        model.tie()
    return model.requires_grad_(False).eval()


def _read(file: Path, dtype: torch.dtype, options: Loading, prefix: str) -> dict[str, Tensor]:
    weights = {}
    with safe_open(file, "pt") as opened:
        names = list(opened.keys())
        for done, name in enumerate(names):
            options.report(done / len(names), prefix + name)
            # What is laid out anew is read where it lies, in the file; a copy of the rest lets the file go when that is done.
            weights[name] = opened.get_tensor(name).to(dtype, copy=not name.endswith(LAID_OUT_ANEW))
    options.report(1.0, f"{prefix}all weights read")
    return weights


def _check_whole(wanted: dict[str, tuple[int, ...]], weights: dict[str, Tensor]) -> None:
    """Raises ValueError."""
    lacking = sorted(name for name, shape in wanted.items() if name not in weights or weights[name].shape != shape)
    if lacking:
        raise ValueError(f"it lacks {len(lacking)} weights, {lacking[0]} among them")
    more = sorted({*weights} - {*wanted})
    if more:
        raise ValueError(f"it holds {more[0]}, for which its config.json has no place")
