"""Tiny random-weight checkpoints of real architectures."""

from __future__ import annotations

import atexit
import hashlib
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from tokenizers import Tokenizer
from transformers import (
    DiffusionGemmaConfig,
    DiffusionGemmaForBlockDiffusion,
    DiffusionGemmaTextConfig,
    Gemma4VisionConfig,
    GPT2Config,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    PreTrainedTokenizerFast,
    Qwen3Config,
)
from transformers.models.auto import AutoModelForCausalLM

from engine.models.embedded.fetch import MANIFEST
from engine.models.embedded.palimpsest import ASSETS
from engine.models.scripted import byte_tokenizer

SMALL = dict(
    hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=1024, vocab_size=259,
)  # fmt: skip
CHATML = (
    "{% for message in messages %}{{ '<null>' + message['role'] + '\\n' + message['content'] + '<mask>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<null>assistant\\n' }}{% endif %}"
)
CONFIGS = {
    "llama": LlamaConfig(**SMALL),
    "qwen3": Qwen3Config(**SMALL, head_dim=8),
    "mistral-sliding": MistralConfig(**SMALL, sliding_window=7),
    "gpt2": GPT2Config(n_embd=32, n_layer=2, n_head=4, n_positions=1024, vocab_size=259),
}


def folder() -> Path:
    """A new folder for a checkpoint that several tests use. It is gone when the tests have ended."""
    made = TemporaryDirectory(prefix="palimpsest-tiny-")
    atexit.register(made.cleanup)
    return Path(made.name)


def write(folder: Path, family: str) -> Path:
    """A checkpoint folder as save_pretrained writes it, tokenizer and all."""
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(CONFIGS[family])
    # Weights large enough that the order of tokens and positions matters for what comes out.
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder)
    backend: Tokenizer = byte_tokenizer().backend
    PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|endoftext|>").save_pretrained(folder)
    return folder


def write_diffusion_gemma(folder: Path, canvas_length: int = 32) -> Path:
    """A DiffusionGemma of hidden size 32: two sliding layers that reach five tokens back, and a full one."""
    torch.manual_seed(0)
    text = DiffusionGemmaTextConfig(
        vocab_size=259, hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, global_head_dim=16, num_global_key_value_heads=1, sliding_window=6,
        layer_types=["sliding_attention", "sliding_attention", "full_attention"], num_experts=4, top_k_experts=2,
        moe_intermediate_size=16, max_position_embeddings=512, pad_token_id=0, eos_token_id=0, bos_token_id=0,
    )  # fmt: skip
    vision = Gemma4VisionConfig(
        hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, head_dim=8,
    )  # fmt: skip
    config = DiffusionGemmaConfig(text_config=text, vision_config=vision, canvas_length=canvas_length)
    model = DiffusionGemmaForBlockDiffusion(config)
    for name, parameter in model.named_parameters():
        if "norm" not in name:
            torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder)
    backend: Tokenizer = byte_tokenizer().backend
    PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<|endoftext|>", eos_token="<|endoftext|>", chat_template=CHATML
    ).save_pretrained(folder)
    return folder


def assets(folder: Path) -> Path:
    """A folder like assets/model with a random base of hidden size 32, and no writer."""
    for file in ("tokenizer.json", "MODEL_CARD.md", "NOTICE"):
        shutil.copyfile(ASSETS / file, folder / file)
    torch.manual_seed(0)
    sizes = {**SMALL, "vocab_size": 49152}
    model = LlamaForCausalLM(LlamaConfig(**sizes, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder / "base")
    files = {
        file.name: {"bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in (folder / "base").iterdir()
    }
    (folder / "base" / MANIFEST).write_text(json.dumps({"files": files}), encoding="utf-8")
    return folder
