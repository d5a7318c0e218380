"""The embedded model: SmolLM2-135M-Instruct, untouched, as reader and judge, and a writer on its cache where one is shipped.

The tokenizer is in the repository; the weights are fetched once by ``python -m engine.models.fetch``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from transformers import PreTrainedModel

from engine.denoiser import Denoiser
from engine.errors import ModelDamaged, ModelMissing
from engine.models.causal import CausalDenoiser
from engine.models.checkpoint import read_weights
from engine.models.writer import WriterDenoiser, merged
from engine.tokenizer import Tokenizer, Vocabulary
from engine.ways import TASKS, Ways

NAME = "SmolLM2-135M"
RESERVED = frozenset(range(17))
MASK, NULL, END_OF_TEXT = 16, 10, 0
BEGIN, END = 1, 2
"""of a chat turn"""
ASSETS = Path(__file__).resolve().parents[2] / "assets" / "model"


def read_base(assets: Path, device: str, dtype: torch.dtype | None = None) -> PreTrainedModel:
    """The base weights, in the device's precision unless one is named. Raises ModelMissing, ModelDamaged."""
    from engine.models.fetch import (
        check,
    )  # here, so that ``python -m engine.models.fetch`` is not imported before it runs

    base = assets / "base"
    if not base.is_dir():
        raise ModelMissing(f"the embedded model is not in {base}; run: python -m engine.models.fetch")
    check(base)
    return read_weights(base, device, dtype)


def vocabulary_of(assets: Path) -> Vocabulary:
    """The shipped tokenizer and its reserved ids. Raises ModelDamaged."""
    tokenizer = assets / "tokenizer.json"
    if not tokenizer.is_file():
        raise ModelDamaged(f"{tokenizer} is missing; restore it from the repository")
    return Vocabulary(Tokenizer.from_file(tokenizer, RESERVED, END_OF_TEXT), MASK, NULL, BEGIN, END)


def load_causal_base(assets: Path, device: str) -> CausalDenoiser:
    """The untouched model as reader, proposer and judge. Raises ModelMissing, ModelDamaged."""
    vocabulary = vocabulary_of(assets)
    causal = CausalDenoiser(read_base(assets, device), vocabulary.tokenizer, NAME, mask_id=MASK, null_id=NULL)
    causal.vocabulary = vocabulary
    return causal


def read_writer(causal: CausalDenoiser, folder: Path, samples: int = 0) -> WriterDenoiser:
    """A trained writer on that model. Raises ModelDamaged."""
    return WriterDenoiser(causal, merged(causal.reader.model, folder), samples=samples)


SAMPLES = 8
"""joint proposals of the writer among which the judge chooses at each step"""


def load(assets: Path, device: str) -> Ways:
    """The embedded model from ``assets/model``: the causal model with its judge, and the writer where one is shipped.
    ``ways.json`` says which measured best at what. Raises ModelMissing, ModelDamaged."""
    causal = load_causal_base(assets, device)
    folder = assets / "writer"
    if not folder.is_dir():
        return Ways.only(causal)
    writer = read_writer(causal, folder)
    ways: dict[str, Denoiser] = {
        "causal": causal,
        "writer": writer,
        "writer-judge": WriterDenoiser(causal, writer.model, samples=SAMPLES),
    }
    return Ways(ways, best_of(assets / "ways.json", ways))


def best_of(file: Path, ways: Mapping[str, Denoiser]) -> dict[str, str]:
    """The best way for each task, as ``python -m engine.evaluate --choose`` wrote it. Raises ModelDamaged."""
    try:
        best = json.loads(file.read_text(encoding="utf-8"))
        wrong = {task: way for task, way in best.items() if task not in TASKS or way not in ways}
    except (OSError, ValueError, AttributeError) as error:
        raise ModelDamaged(f"{file} cannot be read ({error}); restore it from the repository") from error
    if wrong or "infill" not in best:
        raise ModelDamaged(f"{file} names {wrong or 'no way to infill'}; restore it from the repository")
    return dict(best)
