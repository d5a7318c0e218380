"""Loading causal checkpoints of transformers, and checking that the shared context is exact on them."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.utils import logging as transformers_logging

from engine.cache import Reader
from engine.errors import ModelDamaged, ModelMissing, UnsupportedModel
from engine.models.causal import CausalDenoiser
from engine.shared_attention import ATTENTION
from engine.tokenizer import Tokenizer


def precision(device: str) -> torch.dtype:
    """bfloat16 where the hardware multiplies it natively: twice as fast here, with the same cloze score. Else float32."""
    if device != "cpu":
        return torch.bfloat16
    features = torch.cpu.get_capabilities()
    return torch.bfloat16 if features.get("avx512_bf16") or features.get("amx_bf16") else torch.float32


def read_weights(where: Path, device: str, dtype: torch.dtype | None = None) -> PreTrainedModel:
    """A causal model in evaluation mode, in the device's precision unless one is named. ``where`` is a folder or a hub name."""
    transformers_logging.disable_progress_bar()
    try:
        model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
            where if where.is_dir() else str(where),
            dtype=dtype or precision(device),
            attn_implementation=ATTENTION,
            device_map=device,
        )
    except OSError as error:
        kind = ModelDamaged if where.is_dir() else ModelMissing
        raise kind(f"{where} cannot be loaded: {_line(error)}") from error
    except Exception as error:  # safetensors, json and shape errors have no common parent
        raise ModelDamaged(f"{where} cannot be loaded: {_line(error)}; fetch it again") from error
    return model.eval()


def check_exact(model: PreTrainedModel, name: str, tolerance: float) -> None:
    """Compare a pass on a cached context with one without. Raises UnsupportedModel where they differ."""
    rng = torch.Generator().manual_seed(0)
    size = int(model.config.get_text_config().vocab_size)
    ids = torch.randint(size, (2, 10), generator=rng)
    ids[1, :6] = ids[0, :6]
    try:
        cached = Reader(model)
        prompt = tuple(ids[0, :6].tolist())
        list(cached.read(prompt))
        ours = cached.branch(prompt, 2).extend(ids[:, 6:].to(model.device))
        theirs = Reader(model, cached=False).branch(prompt, 2).extend(ids[:, 6:].to(model.device))
    except (TypeError, KeyError, AttributeError, RuntimeError, IndexError) as error:
        raise UnsupportedModel(
            f"{name} does not run on the shared context ({_line(error)}); use another checkpoint"
        ) from error
    error_ = float((ours.exp() - theirs.exp()).abs().max())
    if not error_ <= tolerance:
        raise UnsupportedModel(
            f"{name}: its attention differs from the shared context's by {error_:.2g}; use another checkpoint"
        )


def load_causal(where: Path, device: str) -> CausalDenoiser:
    """Any causal checkpoint of transformers with a fast tokenizer, as a denoiser."""
    model = read_weights(where, device)
    try:
        loaded = AutoTokenizer.from_pretrained(where if where.is_dir() else str(where), use_fast=True)
        backend = loaded.backend_tokenizer
    except Exception as error:
        raise ModelDamaged(f"{where} has no usable tokenizer: {_line(error)}; a tokenizer.json is needed") from error
    bos = next((i for i in (loaded.bos_token_id, loaded.eos_token_id) if i is not None), 0)
    check_exact(model, where.name, 1e-4 if model.dtype == torch.float32 else 2e-2)
    return CausalDenoiser(model, Tokenizer(backend, frozenset(loaded.all_special_ids), bos), where.name)


def _line(error: BaseException) -> str:
    """The first line of an error's text."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]
