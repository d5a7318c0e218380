"""Tiny random-weight checkpoints of the DiT families, as they are published."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models, pre_tokenizers
from torch import Tensor

WIDTH, HEADS, BLOCKS, CONDITION, LENGTH = 32, 4, 2, 16, 64
WORDS = 257
"""the tokenizer's: every byte, and the end of text behind them as in GPT-2"""
MASK = WORDS
BLOCK = 4

SIZES = {
    "vocab_size": WORDS + 1, "model_length": LENGTH, "hidden_dim": WIDTH, "cond_dim": CONDITION, "n_blocks": BLOCKS,
    "n_heads": HEADS, "dropout": 0.1, "time_conditioning": False,
}  # fmt: skip
SEDD_MODEL = {
    "name": "tiny", "type": "ddit", "hidden_size": WIDTH, "cond_dim": CONDITION, "length": LENGTH, "n_blocks": BLOCKS,
    "n_heads": HEADS, "scale_by_sigma": True, "dropout": 0.1,
}  # fmt: skip
CONFIGS = {
    "mdlm": {"model_type": "mdlm", "architectures": ["MDLM"], **SIZES},
    "bd3lm": {
        "model_type": "bd3lm",
        "architectures": ["BD3LM"],
        **SIZES,
        "block_size": BLOCK,
        "cross_attn": True,
        "attn_backend": "flex",
        "adaln": True,
        "var_min": True,
        "sampling_eps_min": 0.001,
        "sampling_eps_max": 0.999,
    },
    "esolm": {
        "model_type": "EsoLM",
        **{k: v for k, v in SIZES.items() if k not in ("hidden_dim", "time_conditioning")},
        "hidden_size": WIDTH,
        "mask_index": MASK,
    },
    "sedd": {
        "ngpus": 8,
        "tokens": WORDS,
        "graph": {"type": "absorb", "file": "data"},
        "model": SEDD_MODEL,
        "noise": {"type": "loglinear", "sigma_min": 1e-4, "sigma_max": 20},
    },
    "udlm": {
        "model_type": "udlm",
        "architectures": ["UDLM"],
        **SIZES,
        "time_conditioning": True,
        "cfg": False,
        "cfg_num_classes": -1,
    },
}
CONFIGS["sedd-uniform"] = {
    **CONFIGS["sedd"], "graph": {"type": "uniform", "file": "data"}, "model": {**SEDD_MODEL, "scale_by_sigma": False},
}  # fmt: skip


def weights(prefix: str = "", *, adaln: bool = True, seed: int = 0, size: int = WORDS + 1) -> dict[str, Tensor]:
    """Weights under their published names, large enough that everything matters for what comes out."""
    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int, scale: float = 0.2) -> Tensor:
        return scale * torch.randn(*shape, generator=generator)

    found = {"vocab_embed.embedding": random(size, WIDTH, scale=0.5)}
    found["rotary_emb.inv_freq"] = 1.0 / 10_000 ** (torch.arange(0, WIDTH // HEADS, 2).float() / (WIDTH // HEADS))
    if adaln:
        found |= {"sigma_map.mlp.0.weight": random(CONDITION, 256), "sigma_map.mlp.0.bias": random(CONDITION)}
        found |= {"sigma_map.mlp.2.weight": random(CONDITION, CONDITION), "sigma_map.mlp.2.bias": random(CONDITION)}
    for i in range(BLOCKS):
        block = {
            "norm1.weight": 1 + random(WIDTH), "attn_qkv.weight": random(3 * WIDTH, WIDTH),
            "attn_out.weight": random(WIDTH, WIDTH), "norm2.weight": 1 + random(WIDTH),
            "mlp.0.weight": random(4 * WIDTH, WIDTH), "mlp.0.bias": random(4 * WIDTH),
            "mlp.2.weight": random(WIDTH, 4 * WIDTH), "mlp.2.bias": random(WIDTH),
        }  # fmt: skip
        if adaln:
            block |= {
                "adaLN_modulation.weight": random(6 * WIDTH, CONDITION),
                "adaLN_modulation.bias": random(6 * WIDTH),
            }
        found |= {f"blocks.{i}.{name}": weight for name, weight in block.items()}
    found |= {
        "output_layer.norm_final.weight": 1 + random(WIDTH),
        "output_layer.linear.weight": random(size, WIDTH),
    }
    found |= {"output_layer.linear.bias": random(size)}
    if adaln:
        found |= {"output_layer.adaLN_modulation.weight": random(2 * WIDTH, CONDITION)}
        found |= {"output_layer.adaLN_modulation.bias": random(2 * WIDTH)}
    return {prefix + name: weight for name, weight in found.items()}


def tokenizer(folder: Path) -> None:
    """tokenizer.json, a token for every byte."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Backend(models.BPE(vocab={token: i for i, token in enumerate(letters)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(["<|endoftext|>"])
    assert backend.get_vocab_size() == WORDS
    backend.save(str(folder / "tokenizer.json"))


def write(folder: Path, family: str, *, old: bool = False, **changes: object) -> Path:
    """A checkpoint folder with a tokenizer beside it. ``old``: pytorch_model.bin in place of safetensors."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {**CONFIGS[family], **changes}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    tokenizer(folder)
    size = WORDS if family == "sedd-uniform" else WORDS + 1
    made = weights("" if "graph" in config else "backbone.", adaln=bool(config.get("adaln", True)), size=size)
    if family == "bd3lm":  # published beside the network's weights
        made |= {"sampling_eps_min": torch.tensor(1e-3), "sampling_eps_max": torch.tensor(1.0)}
    if old:
        torch.save(made, folder / "pytorch_model.bin")
    else:
        save_file(made, folder / "model.safetensors")
    return folder
