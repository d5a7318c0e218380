"""The embedded model: SmolLM2-135M-Instruct, untouched, as reader and judge.

Its tokenizer is shipped; the weights are fetched once by ``python -m engine.models.fetch``. A writer adapter will be a
second Denoiser that shares this reader.
"""

from __future__ import annotations

from pathlib import Path

from engine.errors import ModelDamaged, ModelMissing
from engine.models.causal import CausalDenoiser
from engine.models.checkpoint import read_weights
from engine.tokenizer import Tokenizer

NAME = "SmolLM2-135M"
RESERVED = frozenset(range(17))
MASK, NULL, END_OF_TEXT = 16, 10, 0


def load(assets: Path, device: str) -> CausalDenoiser:
    """The embedded model from ``assets/model``. Raises ModelMissing, ModelDamaged."""
    from engine.models.fetch import (
        check,
    )  # here, so that ``python -m engine.models.fetch`` is not imported before it runs

    tokenizer, base = assets / "tokenizer.json", assets / "base"
    if not tokenizer.is_file():
        raise ModelDamaged(f"{tokenizer} is missing; restore it from the repository")
    if not base.is_dir():
        raise ModelMissing(f"the embedded model is not in {base}; run: python -m engine.models.fetch")
    check(base)
    model = read_weights(base, device)
    return CausalDenoiser(
        model, Tokenizer.from_file(tokenizer, RESERVED, END_OF_TEXT), NAME, mask_id=MASK, null_id=NULL
    )
