"""Tiny random-weight checkpoints of masked models, with the settings, weight names and tokenizer files of the published ones."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    BertConfig,
    LlamaConfig,
    ModernBertConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen3Config,
    RobertaConfig,
)

import engine
from engine.diffusion.canvas import Canvas
from engine.models.masked.denoiser import MaskedDenoiser
from engine.text.context import Context, Gap
from tests.engine import tiny

LETTERS = sorted(pre_tokenizers.ByteLevel.alphabet())
SIZES = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4)
DECODER = dict(**SIZES, num_key_value_heads=2, max_position_embeddings=512)
KINDS = ("llada", "dream", "dreamon", "a2d-qwen3", "a2d-qwen2", "a2d-llama", "open-dcoder", "roberta", "modernbert")
NATIVE = KINDS[:7]
FEW = ("llada", "dreamon", "roberta")
"""for make quick: one that is read as it is, one that is shifted and grows, and an encoder"""
SHIFTED = ("dream", "dreamon", "open-dcoder")
SPARE = 5
"""rows of the embedding beyond the tokenizer, as the published ones have"""


@cache
def folder(kind: str) -> Path:
    return write(tiny.folder(), kind)


@cache
def loaded(kind: str) -> MaskedDenoiser:
    """In float32, on processors that would use less too."""
    denoiser = engine.load(folder(kind), "cpu", options=engine.Loading(dtype="float32"))
    assert isinstance(denoiser, MaskedDenoiser)
    return denoiser


def write(folder: Path, kind: str, *, mask: bool = True) -> Path:
    """A checkpoint folder. ``mask=False`` leaves out whatever says which token is the mask."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    if kind == "llada":
        return _llada(folder, mask)
    if kind.startswith("dream"):
        return _dream(folder, kind, mask)
    if kind in ("roberta", "modernbert"):
        return _encoder(folder, kind)
    return _renamed(folder, kind, mask)


def context_of(denoiser: MaskedDenoiser, *parts: str | int, **known: object) -> Context:
    """Texts and gaps (a number of slots) by turns."""
    segments = tuple(tuple(denoiser.tokenizer.encode(part)) for part in parts[::2])
    return Context(segments, tuple(Gap(slots, **known) for slots in parts[1::2]))


def masks(denoiser: MaskedDenoiser, rows: list[list[int | None]]) -> Canvas:
    """Canvases with some slots written; None is noisy."""
    ids = torch.tensor([[denoiser.mask_id if i is None else i for i in row] for row in rows])
    noisy = torch.tensor([[i is None for i in row] for row in rows])
    return Canvas(ids, noisy, torch.zeros_like(noisy))


def _byte_level(special: list[str]) -> Backend:
    """One token per byte, the special ones behind, as Qwen2 and Dream have it."""
    backend = Backend(models.BPE(vocab={token: i for i, token in enumerate(LETTERS)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(special)
    return backend


def _random(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Weights large enough that the order of tokens and positions matters for what comes out."""
    for name, parameter in model.named_parameters():
        torch.nn.init.normal_(parameter, mean=float(parameter.ndim == 1 and "norm" in name.lower()), std=_spread(name))
    return {name: weight.contiguous() for name, weight in model.state_dict().items()}


def _spread(name: str) -> float:
    return (
        0.5
        if any(part in name for part in ("embed_tokens", "wte", "lm_head", "transformer.ff_out", "decoder"))
        else 0.25
    )


def _json(folder: Path, file: str, content: dict[str, Any]) -> None:
    (folder / file).write_text(json.dumps(content), encoding="utf-8")


def _llada(folder: Path, mask: bool) -> Path:
    """The names of modeling_llada: OLMo's, with the three projections apart."""
    special = ["<|startoftext|>", "<|endoftext|>", "<|mdm_mask|>"]
    backend = _byte_level(special)
    start, end, masked = (backend.token_to_id(token) for token in special)
    PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=special[0], eos_token=special[1]).save_pretrained(
        folder
    )
    size, rows = backend.get_vocab_size(), backend.get_vocab_size() + SPARE
    config = {
        "activation_type": "silu", "alibi": False, "alibi_bias_max": 8.0, "architectures": ["LLaDAModelLM"],
        "attention_dropout": 0.0, "attention_layer_norm": False, "attention_layer_norm_with_affine": True,
        "auto_map": {"AutoConfig": "configuration_llada.LLaDAConfig", "AutoModel": "modeling_llada.LLaDAModelLM"},
        "bias_for_layer_norm": False, "block_group_size": 1, "block_type": "llama", "d_model": 32,
        "embedding_dropout": 0.0, "embedding_size": rows, "eos_token_id": end, "flash_attention": False,
        "include_bias": False, "include_qkv_bias": False, "init_device": "meta", "input_emb_norm": False,
        "layer_norm_type": "rms", "layer_norm_with_affine": True, "mask_token_id": masked, "max_sequence_length": 512,
        "mlp_hidden_size": 64, "mlp_ratio": 4, "model_type": "llada", "multi_query_attention": None, "n_heads": 4,
        "n_kv_heads": 2, "n_layers": 2, "pad_token_id": end, "precision": "amp_bf16", "residual_dropout": 0.0,
        "rms_norm_eps": 1e-05, "rope": True, "rope_full_precision": True, "rope_theta": 500000.0,
        "scale_logits": False, "use_cache": False, "vocab_size": size, "weight_tying": False,
    }  # fmt: skip
    if not mask:
        del config["mask_token_id"]
    _json(folder, "config.json", config)
    shapes = {
        "model.transformer.wte": (rows, 32),
        "model.transformer.ff_out": (rows, 32),
        "model.transformer.ln_f": (32,),
    }
    for layer in range(2):
        block = f"model.transformer.blocks.{layer}."
        shapes |= {f"{block}{name}": (32, 32) for name in ("q_proj", "attn_out")}
        shapes |= {f"{block}{name}": (16, 32) for name in ("k_proj", "v_proj")}
        shapes |= {f"{block}{name}": (64, 32) for name in ("ff_proj", "up_proj")}
        shapes |= {f"{block}ff_out": (32, 64)} | {f"{block}{name}": (32,) for name in ("attn_norm", "ff_norm")}
    weights = {
        f"{name}.weight": float(len(shape) == 1) + _spread(name) * torch.randn(shape) for name, shape in shapes.items()
    }
    names = sorted(weights)
    halves = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for file, part in halves.items():
        save_file({name: weights[name] for name in part}, folder / file, metadata={"format": "pt"})
    index = {name: file for file, part in halves.items() for name in part}
    _json(folder, "model.safetensors.index.json", {"metadata": {}, "weight_map": index})
    return folder


def _dream(folder: Path, kind: str, mask: bool) -> Path:
    """Qwen2's names; a tokenizer of vocab.json and merges.txt with a class that only Dream's own code has."""
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|beginoftext|>"]
    special += (["<|mask|>"] if mask else []) + (["<|expand|>"] if kind == "dreamon" else [])
    ids = {token: len(LETTERS) + i for i, token in enumerate(special)}
    _json(folder, "vocab.json", {token: i for i, token in enumerate(LETTERS)})
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    flags = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
    tokenizer = {
        "added_tokens_decoder": {str(i): {"content": token, **flags} for token, i in ids.items()},
        "auto_map": {"AutoTokenizer": ["tokenization_dream.DreamTokenizer", None]},
        "tokenizer_class": "DreamTokenizer", "bos_token": "<|beginoftext|>", "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>", "errors": "replace", "unk_token": None, "model_max_length": 131072,
    }  # fmt: skip
    _json(folder, "tokenizer_config.json", tokenizer | ({"mask_token": "<|mask|>"} if mask else {}))
    config = {
        "architectures": ["DreamModel"], "attention_dropout": 0.0, "model_type": "Dream", "hidden_act": "silu",
        "auto_map": {"AutoConfig": "configuration_dream.DreamConfig", "AutoModel": "modeling_dream.DreamModel"},
        "bos_token_id": ids["<|beginoftext|>"], "eos_token_id": ids["<|endoftext|>"], "full_attn_mask": True,
        "initializer_range": 0.02, "max_window_layers": 1, "pad_token_id": ids["<|endoftext|>"], "rms_norm_eps": 1e-06,
        "rope_scaling": None, "rope_theta": 1000000.0, "sliding_window": None, "tie_word_embeddings": False,
        "torch_dtype": "bfloat16", "use_cache": True, "use_mrope": False, "use_sliding_window": False,
        "vocab_size": len(LETTERS) + len(special) + SPARE, **DECODER,
    }  # fmt: skip
    _json(folder, "config.json", config | ({"mask_token_id": ids["<|mask|>"]} if mask else {}))
    if kind == "dreamon":
        _json(
            folder,
            "generation_config.json",
            {"expand_token_id": ids["<|expand|>"], "delete_token_id": ids["<|endoftext|>"]},
        )
    model = AutoModelForCausalLM.from_config(Qwen2Config(**DECODER, vocab_size=config["vocab_size"]))
    save_file(_random(model), folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def _renamed(folder: Path, kind: str, mask: bool) -> Path:
    """A decoder of transformers that only calls itself otherwise, or not even that."""
    architecture = "qwen2" if kind == "open-dcoder" else kind.removeprefix("a2d-")
    token = "[MASK]" if kind == "open-dcoder" else "<|mask|>"
    backend = _byte_level(["<|endoftext|>", "<|im_end|>", *([token] if mask else [])])
    loaded = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|endoftext|>", pad_token="<|endoftext|>")
    if mask:
        loaded.mask_token = token
    loaded.save_pretrained(folder)
    made = {
        "llama": lambda sizes: LlamaConfig(**sizes, eos_token_id=backend.token_to_id("<|endoftext|>")),
        "qwen2": lambda sizes: Qwen2Config(**sizes, use_sliding_window=True, sliding_window=4, max_window_layers=0),
        "qwen3": lambda sizes: Qwen3Config(**sizes, head_dim=8, tie_word_embeddings=True),
    }[architecture]
    model = AutoModelForCausalLM.from_config(made({**DECODER, "vocab_size": backend.get_vocab_size() + SPARE}))
    _random(model)
    model.save_pretrained(folder)
    if kind != "open-dcoder":
        config = json.loads((folder / "config.json").read_text())
        name = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"}[architecture]
        _json(folder, "config.json", config | {"model_type": kind, "architectures": [f"A2D{name}LMHeadModel"]})
    return folder


def _encoder(folder: Path, kind: str) -> Path:
    special = (
        ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        if kind == "roberta"
        else ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"]
    )
    backend = Backend(models.BPE(vocab={token: i for i, token in enumerate(special + LETTERS)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(special)
    backend.post_processor = processors.TemplateProcessing(
        single=f"{special[0]} $A {special[2]}", special_tokens=[(special[0], 0), (special[2], 2)]
    )
    names = dict(pad_token=special[1], mask_token=special[4], cls_token=special[0], sep_token=special[2])
    PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=126, **names).save_pretrained(folder)
    sizes = dict(**SIZES, vocab_size=len(special + LETTERS), pad_token_id=1)
    config: Any = (
        RobertaConfig(**sizes, max_position_embeddings=128, type_vocab_size=1)
        if kind == "roberta"
        else ModernBertConfig(
            **sizes,
            max_position_embeddings=128,
            local_attention=8,
            bos_token_id=0,
            eos_token_id=2,
            cls_token_id=0,
            sep_token_id=2,
        )
    )
    model = AutoModelForMaskedLM.from_config(config)
    _random(model)
    model.save_pretrained(folder)
    return folder


def word_piece(folder: Path) -> Path:
    """A BERT, whose tokenizer folds case."""
    folder.mkdir(parents=True, exist_ok=True)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [*"abcdefghijklmnopqrstuvwxyz.,()'"]
    words = special + letters + [f"##{letter}" for letter in letters]
    backend = Backend(models.WordPiece(vocab={word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer()
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece()
    backend.add_special_tokens(special)
    PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", unk_token="[UNK]", mask_token="[MASK]"
    ).save_pretrained(folder)
    config = BertConfig(**SIZES, vocab_size=len(words), max_position_embeddings=128)
    AutoModelForMaskedLM.from_config(config).save_pretrained(folder)
    return folder
