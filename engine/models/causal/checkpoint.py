"""Loading causal checkpoints of transformers, and checking that the shared context is exact on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

from engine.context.reader import Reader
from engine.context.window import WINDOW
from engine.errors import ModelDamaged, UnsupportedModel
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.loading.attention import ATTENTION
from engine.models.loading.fit import check_tokenizer
from engine.models.loading.options import PLAIN, Loading, first_line, title
from engine.models.loading.pretrained import pretrained
from engine.text.chat import TemplateChat
from engine.text.tokenizer import Tokenizer

ROUNDING = 0.1
"""how far exact attention may be off in 16 bits or with quantised weights: see check_exact"""


def read_weights(
    where: Path, device: str, dtype: torch.dtype | None = None, options: Loading = PLAIN
) -> PreTrainedModel:
    """A causal model in evaluation mode. ``dtype`` goes before the precision of ``options``. Errors as for ``pretrained``."""
    more = {} if dtype is None else {"dtype": dtype}
    return pretrained(AutoModelForCausalLM, where, device, options, attn_implementation=ATTENTION, **more)


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
            f"{name} does not run on the shared context ({first_line(error)}); use another checkpoint"
        ) from error
    # Half the sum of differences, on average over positions: the share of choices that come out otherwise. Rounding to bfloat16
    # moves single probabilities by several hundredths and this by 0.04; a token that is not seen moves it by 0.2 and more.
    error_ = float((ours.exp() - theirs.exp()).abs().sum(-1).mean()) / 2
    if not error_ <= tolerance:
        raise UnsupportedModel(
            f"{name}: its attention differs from the shared context's by {error_:.2g}; use another checkpoint"
        )


def load_causal(where: Path, device: str, options: Loading = PLAIN) -> CausalDenoiser:
    """Any causal checkpoint of transformers with a fast tokenizer, as a denoiser."""
    model = read_weights(where, device, options=options)
    loaded = read_tokenizer(where)
    check_tokenizer(loaded, where, int(model.config.get_text_config().vocab_size))
    bos = next((i for i in (loaded.bos_token_id, loaded.eos_token_id) if i is not None), 0)
    exact = model.dtype == torch.float32 and options.quantisation is None
    check_exact(model, title(where), 1e-4 if exact else ROUNDING)
    tokenizer = Tokenizer(loaded.backend_tokenizer, frozenset(loaded.all_special_ids), bos)
    denoiser = CausalDenoiser(model, tokenizer, title(where), window=options.window or WINDOW)
    denoiser.chat = TemplateChat.of(loaded, tokenizer, keep_bos=False)
    return denoiser


def read_tokenizer(where: Path, *, remote_code: bool = False, kind: Any = AutoTokenizer) -> Any:
    """The tokenizer of transformers in a folder, which must be a fast one. Raises ModelDamaged.

    Args:
        kind: the class that reads it; a class that is named asks nothing of the network's type, which may be unknown.
    """
    try:
        loaded = kind.from_pretrained(where, use_fast=True, trust_remote_code=remote_code)
        assert loaded.backend_tokenizer is not None
    except Exception as error:
        raise ModelDamaged(
            f"{where} has no usable tokenizer: {first_line(error)}; a tokenizer.json is needed"
        ) from error
    return loaded
