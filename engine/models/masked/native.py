"""Decoders of transformers run in both directions: the published masked diffusion models without their own Python files.

LLaDA is Llama's network under other names, Dream and its kin are Qwen2's, A2D's are Qwen2's, Qwen3's and Llama's. What makes
them diffusion models is that nothing is hidden from attention, and, where an autoregressive model was trained further, that
the shift stayed: the output at i - 1 scores position i.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from engine.context.dual_cache import Cached, DualCache
from engine.context.window import WINDOW
from engine.denoising.denoiser import USUAL, Conditions
from engine.errors import UnsupportedModel
from engine.models.causal.checkpoint import read_tokenizer
from engine.models.loading.attention import ATTENTION
from engine.models.loading.fit import check_lossless, check_tokenizer
from engine.models.loading.hub import settings_of
from engine.models.loading.options import PLAIN, Loading, title
from engine.models.loading.pretrained import pretrained
from engine.models.masked.denoiser import MaskedConditioned, MaskedDenoiser
from engine.models.masked.network import NativeNetwork
from engine.models.masked.text import Frame, MaskedRow
from engine.text.chat import TemplateChat, ends_of
from engine.text.context import Context
from engine.text.tokenizer import Tokenizer

Masked = TypeVar("Masked", bound=MaskedDenoiser)


class NativeDenoiser(MaskedDenoiser):
    """A masked denoiser that can keep the keys of the text for some passes (see dual_cache.py)."""

    network: NativeNetwork
    cache = DualCache()

    def cached(self, policy: DualCache) -> NativeDenoiser:
        """The same denoiser with that cache."""
        other = copy.copy(self)
        other.cache = policy
        return other

    def condition(self, context: Context, how: Conditions = USUAL) -> MaskedConditioned:
        if not self.cache.refresh:
            return MaskedConditioned(self, context, how)
        return CachedConditioned(self, context, how, Cached(self.network, self.cache))


class CachedConditioned(MaskedConditioned):
    """A masked denoiser bound to one text whose keys are kept. ``divergence`` and ``nfe`` are the cache's."""

    def __init__(self, denoiser: NativeDenoiser, context: Context, how: Conditions, cached: Cached) -> None:
        super().__init__(denoiser, context, how)
        self.cached = cached

    def _scores(self, row: MaskedRow, noisy: Tensor, t: float) -> Tensor:
        found = self.cached.scores(row.ids, row.there, row.at, row.gone, noisy)
        self.nfe, self.divergence = self.cached.nfe, self.cached.divergence
        return found


def read_bidirectional(
    architecture: Any,
    where: Path,
    device: str,
    config: Any,
    options: Loading = PLAIN,
    *,
    names: Mapping[str, str] | None = None,
) -> PreTrainedModel:
    """The weights of a checkpoint in a decoder of transformers, in evaluation mode. They are read shard by shard straight into
    their places, so no second copy of them is ever held.

    Args:
        architecture: a class of transformers with a head.
        config: that of the architecture, made from the checkpoint's.
        names: regular expressions of the checkpoint's weight names and what stands for each in the architecture.

    Raises as ``pretrained``.
    """
    mapping = {"key_mapping": dict(names)} if names else {}
    return pretrained(architecture, where, device, options, config=config, attn_implementation=ATTENTION, **mapping)


def settings(where: Path, file: str = "config.json") -> dict[str, Any]:
    """A JSON file of a checkpoint; nothing where there is none. Raises ModelDamaged."""
    return settings_of(where / file) if (where / file).is_file() else {}


@dataclass(frozen=True, slots=True)
class Words:
    """What a checkpoint says of its text: its tokenizer, its mask, and what stands around every text."""

    loaded: Any
    """the tokenizer of transformers"""
    tokenizer: Tokenizer
    mask_id: int
    frame: Frame

    @classmethod
    def of(cls, where: Path, *masks: str, kind: Any = PreTrainedTokenizerFast) -> Words:
        """From a folder.

        Args:
            masks: what a token may be called that nothing says is the mask.
            kind: the class of transformers that reads the tokenizer.

        Raises ModelDamaged, UnsupportedModel.
        """
        loaded = read_tokenizer(where, kind=kind)
        return cls(loaded, tokenizer_of(loaded, title(where)), mask_id_of(where, loaded, *masks), frame_of(loaded))

    def denoiser(
        self,
        kind: type[Masked],
        network: Any,
        where: Path,
        options: Loading,
        *,
        frame: Frame | None = None,
        **more: Any,
    ) -> Masked:
        """The network as a denoiser; ``more`` as for MaskedDenoiser."""
        check_tokenizer(self.loaded, where, network.vocabulary)
        frame, window = self.frame if frame is None else frame, options.window or WINDOW
        made = kind(network, self.tokenizer, title(where), mask_id=self.mask_id, frame=frame, window=window, **more)
        if isinstance(made, NativeDenoiser):
            made.cache = DualCache(options.refresh, options.drift)
        made.chat = chat = TemplateChat.of(self.loaded, self.tokenizer, keep_bos=not frame.before)
        if made.length_by == "search":  # one that has length tokens ends its answer by them
            made.end_ids = ends_of(chat, self.loaded.eos_token_id, self.tokenizer.special_ids)
        return made


def frame_of(loaded: Any) -> Frame:
    """What a tokenizer itself puts around a text."""
    framed, bare = (
        loaded.backend_tokenizer.encode("a").ids,
        loaded.backend_tokenizer.encode("a", add_special_tokens=False).ids,
    )
    for start in range(len(framed) - len(bare) + 1):
        if framed[start : start + len(bare)] == bare:
            return Frame(tuple(framed[:start]), tuple(framed[start + len(bare) :]))
    return Frame()


def tokenizer_of(loaded: Any, name: str) -> Tokenizer:
    """A tokenizer whose special tokens are those of the checkpoint and its markers ("<...>"). Raises UnsupportedModel where it is
    not lossless: the text outside a span would come back changed."""
    added = loaded.added_tokens_decoder
    marks = {i for i, t in added.items() if t.special or t.content.startswith("<") and t.content.endswith(">")}
    first = next((i for i in (loaded.bos_token_id, loaded.eos_token_id) if i is not None), -1)
    tokenizer = Tokenizer(loaded.backend_tokenizer, frozenset({*loaded.all_special_ids, *marks}), first)
    check_lossless(tokenizer, name, "RoBERTa's or ModernBERT's")
    return tokenizer


def mask_id_of(where: Path, loaded: Any, *names: str) -> int:
    """The id of MASK: from config.json, from the tokenizer, or that of a token called so. Raises UnsupportedModel."""
    vocabulary = loaded.get_vocab()
    found = (
        settings(where).get("mask_token_id"),
        getattr(loaded, "mask_token_id", None),
        settings(where, "generation_config.json").get("mask_token_id"),
        *(vocabulary.get(name) for name in names),
    )
    known = next((i for i in found if i is not None), None)
    if known is None:
        raise UnsupportedModel(
            f"{title(where)} does not say which token is its mask; add mask_token_id to its config.json, or mask_token to its "
            "tokenizer_config.json"
        )
    return int(known)
