"""Masked language models (RoBERTa, arXiv 1907.11692; ModernBERT, arXiv 2412.13663) as denoisers. They are masked diffusion models
of one noise level, and know nothing of how much is masked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForMaskedLM, AutoTokenizer, PreTrainedModel

from engine.models.loading.options import PLAIN, Loading
from engine.models.loading.pretrained import pretrained
from engine.models.masked.denoiser import MaskedDenoiser
from engine.models.masked.native import Words


class MlmNetwork:
    """An encoder of transformers as a Network."""

    def __init__(self, model: PreTrainedModel, pad_id: int) -> None:
        self.model = model
        self.device = model.device
        self.vocabulary = int(model.config.vocab_size)
        self._pad_id = pad_id

    def __call__(self, ids: Tensor, there: Tensor, t: float, at: Tensor) -> Tensor:
        read = ids.masked_fill(~there, self._pad_id)  # RoBERTa counts positions by what is not padding
        scores: Tensor = self.model(input_ids=read, attention_mask=there.long()).logits
        return scores.gather(1, at[..., None].expand(-1, -1, scores.shape[-1]))


def load_mlm(where: Path, device: str, options: Loading = PLAIN) -> MaskedDenoiser:
    """Raises ModelDamaged, UnsupportedModel, OutOfMemory."""
    words = Words.of(where, kind=AutoTokenizer)
    model = pretrained(AutoModelForMaskedLM, where, device, options)
    pad_id = words.mask_id if words.loaded.pad_token_id is None else int(words.loaded.pad_token_id)
    network, longest = MlmNetwork(model, pad_id), _positions(model, words.loaded)
    return words.denoiser(MaskedDenoiser, network, where, options, positions=longest)


def _positions(model: PreTrainedModel, loaded: Any) -> int:
    """The longest row: some embeddings of positions begin behind that of padding (RoBERTa's 514 are 512)."""
    embeddings = getattr(getattr(model.base_model, "embeddings", None), "position_embeddings", None)
    padding = getattr(embeddings, "padding_idx", None) if isinstance(embeddings, torch.nn.Embedding) else None
    longest = int(model.config.max_position_embeddings) - (0 if padding is None else padding + 1)
    return min(longest, int(loaded.model_max_length))
