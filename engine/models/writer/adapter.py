"""The weights of a writer: an adapter on the embedded model, checked against it and merged; or a full copy."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.context.network import CausalNetwork
from engine.errors import ModelDamaged
from engine.models.lean.projections import Added, settle
from engine.models.loading.options import first_line

PREFIX = "base_model.model."
DOWN, UP = ".lora_A.weight", ".lora_B.weight"
ROWS = f"{PREFIX}model.embed_tokens.token_adapter.trainable_tokens_delta"


def merged(base: CausalNetwork, folder: Path, *, late: bool = False) -> CausalNetwork:
    """The writer as a model of its own: a copy of the base with the adapter of ``folder`` added, or the full copy there. ``late``
    leaves the adding to ``quicken``: until then the layers are the base's, and their changes stand beside.

    Reads PEFT's files without PEFT, whose import and merge cost more than the rest of the start. Raises ModelDamaged.
    """
    model: CausalNetwork
    try:
        if (folder / "config.json").is_file():
            from engine.models.causal.checkpoint import read_weights  # transformers is slow to import

            model = read_weights(folder, str(base.device), base.dtype)
            _check_shapes(model, base)
            return model
        config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "adapter_model.safetensors", device=str(base.device))
        _check_adapter(base, config, weights)
        model = _changed(base, config, weights)
        if not late:
            settle(model)
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RuntimeError,
        SafetensorError,
    ) as error:
        raise ModelDamaged(
            f"the writer in {folder} cannot be loaded ({first_line(error)}); restore it from the repository"
        ) from error
    return model.eval()


def _changed(base: CausalNetwork, config: dict[str, Any], weights: dict[str, Tensor]) -> Any:
    """A copy of a model, what an adapter says beside its layers."""
    scale = config["lora_alpha"] / config["r"]
    adapted = {name.removeprefix(PREFIX).removesuffix(DOWN): name for name in weights if name.endswith(DOWN)}
    shared = {id(weight): weight for weight in (base.get_submodule(target).weight for target in adapted)}
    model: Any = copy.deepcopy(base, dict(shared))
    for target, down in adapted.items():
        model.get_submodule(target).change = Added(weights[down.replace("lora_A", "lora_B")], weights[down], scale)
    with torch.no_grad():
        embedding: Any = model.get_input_embeddings()
        embedding.weight[config["trainable_token_indices"]["embed_tokens"]] = weights[ROWS].to(embedding.weight.dtype)
    return model


def _check_shapes(model: CausalNetwork, base: CausalNetwork) -> None:
    """Raises ValueError where a full copy is one of another network."""
    found, wanted = ({name: tuple(p.shape) for name, p in one.named_parameters()} for one in (model, base))
    for name in sorted({*found, *wanted}):
        if found.get(name) != wanted.get(name):
            raise ValueError(
                f"{name} is {found.get(name)} and {wanted.get(name)} in the embedded model: it is of another"
            )


def _check_adapter(base: CausalNetwork, config: dict[str, Any], weights: dict[str, Tensor]) -> None:
    """Every module that the adapter is for has both of its weights, in the shapes of this base, and there is nothing else.
    Raises ValueError, KeyError, TypeError."""
    wanted: dict[str, tuple[int, ...]] = {}
    for name, module in base.named_modules():
        if isinstance(module, torch.nn.Linear) and name.rpartition(".")[2] in config["target_modules"]:
            wanted[f"{PREFIX}{name}{DOWN}"] = (config["r"], module.in_features)
            wanted[f"{PREFIX}{name}{UP}"] = (module.out_features, config["r"])
    tokens = config["trainable_token_indices"]["embed_tokens"]
    embedding: Any = base.get_input_embeddings()
    rows, width = embedding.weight.shape
    if not all(0 <= token < rows for token in tokens):
        raise ValueError(f"it has tokens that the embedded model does not have: {max(tokens)} of {rows}")
    wanted[ROWS] = (len(tokens), width)
    for name in sorted({*wanted, *weights}):
        found = tuple(weights[name].shape) if name in weights else None
        if found != wanted.get(name):
            raise ValueError(f"{name.removeprefix(PREFIX)} is {found} where {wanted.get(name)} fits the embedded model")
