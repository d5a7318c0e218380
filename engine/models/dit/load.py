"""Published checkpoints of MDLM, UDLM, SEDD, BD3-LM and Eso-LM as denoisers."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.context.window import WINDOW
from engine.errors import OutOfMemory, UnsupportedModel
from engine.models.dit.bd3lm import BlockDenoiser
from engine.models.dit.checkpoint import Published, mask_of, published, read_network, read_tokenizer
from engine.models.dit.esolm import EsoDenoiser
from engine.models.dit.mdlm import DitDenoiser
from engine.models.dit.uniform import UniformDenoiser
from engine.models.loading import memory
from engine.models.loading.fit import check_lossless
from engine.models.loading.options import PLAIN, Loading, title


def load_dit(folder: Path, device: str, options: Loading = PLAIN) -> DitDenoiser:
    """A folder as it was published, with a tokenizer.json beside it. On a CPU in float32 unless another precision is asked for.

    Raises ModelMissing, ModelDamaged, UnsupportedModel, OutOfMemory.
    """
    name, what = title(folder), published(folder)
    if options.quantisation is not None or options.device_map is not None:
        raise UnsupportedModel(
            f"{name} is small and runs whole, on one device; leave --quantisation and --device-map away"
        )
    dtype = torch.float32 if options.dtype == "auto" and device == "cpu" else options.torch_dtype(device)
    estimate = memory.Estimate.of(folder, dtype, None, options.window)
    memory.check(estimate, name, device)
    tokenizer = read_tokenizer(folder, what)
    check_lossless(tokenizer, name, "GPT-2's")
    mask_id = mask_of(what, tokenizer, folder)
    options.report(0.0, f"{name}: reading weights")
    try:
        network = read_network(folder, what.sizes, device, dtype)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemory(memory.advice(estimate, name, device)) from error
    options.report(1.0, f"{name}: all weights read")
    return _kind(what)(network, what, tokenizer, mask_id, name, window=options.window or WINDOW)


def _kind(what: Published) -> type[DitDenoiser]:
    if what.ordered is not None:
        return EsoDenoiser
    if what.uniform:
        return UniformDenoiser
    return DitDenoiser if what.block is None else BlockDenoiser
