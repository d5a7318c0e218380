"""Dream 7B, Dream-Coder, DreamOn and DiffuCoder (arXiv 2508.15487, 2509.01142, 2602.01326, 2506.20639): Qwen2's network and
names, run in both directions with the autoregressive shift kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerFast, Qwen2Tokenizer

from engine.models.loading.options import PLAIN, Loading
from engine.models.masked.a2d import decoder
from engine.models.masked.native import NativeDenoiser, Words, settings
from engine.models.masked.network import NativeNetwork
from engine.models.masked.text import Frame

TRAINED = 2048
"""tokens of the texts that Dream was trained on; its config repeats Qwen2's 131072"""
EXPAND, DELETE = "<|expand|>", "<|delete|>"
"""DreamOn's names of its length tokens"""


def load_dream(where: Path, device: str, options: Loading = PLAIN) -> NativeDenoiser:
    """Raises ModelDamaged, UnsupportedModel, OutOfMemory."""
    # Dream ships Qwen2's tokenizer in Python of its own; the files are Qwen2's.
    kind = PreTrainedTokenizerFast if (where / "tokenizer.json").is_file() else Qwen2Tokenizer
    words = Words.of(where, "<|mask|>", kind=kind)
    expand_id, delete_id = lengths_of(where, words.loaded)
    begin, end = words.loaded.bos_token_id, words.loaded.eos_token_id
    model = decoder(where, device, "qwen2", options)
    return words.denoiser(
        NativeDenoiser,
        NativeNetwork(model, shifted=True),
        where,
        options,
        # DreamOn was trained on whole snippets, which end.
        frame=Frame(() if begin is None else (begin,), () if expand_id is None or end is None else (end,)),
        positions=min(TRAINED, int(model.config.max_position_embeddings)),
        expand_id=expand_id,
        delete_id=delete_id,
    )


def lengths_of(where: Path, loaded: Any) -> tuple[int | None, int | None]:
    """(expand, delete) of DreamOn, from its settings or else its vocabulary; a model that can expand and names no token for
    delete deletes by its end of text, which is how DreamOn 7B was trained. (None, None) for the others."""
    vocabulary = loaded.get_vocab()
    found = []
    for field, name in (("expand_token_id", EXPAND), ("delete_token_id", DELETE)):
        told = [settings(where, file).get(field) for file in ("config.json", "generation_config.json")]
        found.append(next((i for i in (*told, vocabulary.get(name)) if i is not None), None))
    expand_id, delete_id = found
    if expand_id is None:
        return None, None
    end = loaded.eos_token_id
    return int(expand_id), end if delete_id is None else int(delete_id)
