"""The embedded model with a trainable writer on it: low-rank adapters (PEFT), or a full copy.

The reader is the base with the adapter off; it is never trained. The rows of MASK and NULL belong to the writer alone. They
are put in by hand in the forward pass: PEFT's own layers would copy the whole vocabulary matrix at every step.
"""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import PreTrainedModel

from engine.context.shared_attention import SharedKeys
from engine.errors import CheckpointMismatch
from engine.training.lean import TrainedBody

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class Student:
    """Answers the Network protocol of ``batches``. ``rank`` 0 trains a full copy."""

    rows: nn.Parameter
    """(2, H) of the two ids in ``special``"""
    _matrix: Tensor
    tuned: Any
    _core: Any
    _lean: TrainedBody | None = None
    """the passes of an adapter that is not compiled"""

    def __init__(self, base: PreTrainedModel, rank: int, mask_id: int, null_id: int, seed: int) -> None:
        self.rank = rank
        self.special = tuple(sorted((null_id, mask_id)))
        for parameter in base.parameters():
            parameter.requires_grad_(False)
        self.base: Any = base
        torch.manual_seed(seed)  # PEFT draws the first weights from the global generator
        if rank:
            config = LoraConfig(
                r=rank,
                lora_alpha=rank,
                target_modules=TARGETS,
                trainable_token_indices={"embed_tokens": list(self.special)},
                task_type="CAUSAL_LM",
            )
            with warnings.catch_warnings():  # PEFT asks by a name that transformers has replaced
                warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
                self.tuned = get_peft_model(base, config)
            self._core = self.tuned.base_model.model
            layer: Any = self._core.model.embed_tokens.token_adapter
            self._matrix = layer.base_layer.weight
            self.rows = layer.trainable_tokens_delta["default"]
            self._lean = TrainedBody(self._core.model)
        else:
            self.tuned = copy.deepcopy(base).float()
            self._core = self.tuned
            matrix: Any = self.base.get_input_embeddings()
            self._matrix = matrix.weight
            for parameter in self.tuned.model.parameters():
                parameter.requires_grad_(True)
            self.tuned.get_input_embeddings().weight.requires_grad_(False)
            self.rows = nn.Parameter(self._matrix[list(self.special)].float().clone())
        self.null_id, self.mask_id = null_id, mask_id
        with torch.no_grad():
            # The two ids were hardly trained and lie close together; start MASK as an average word, NULL as a pause.
            mean = self._matrix[100:20000].float().mean(0)
            for i, token in enumerate(self.special):
                drawn = torch.randn(mean.shape, generator=torch.Generator().manual_seed(seed + i)).to(mean.device)
                self.rows[i] = (mean + drawn * mean.std() * 0.5) if token == mask_id else self.rows[i] * 0.3

    def start(self, folder: Path) -> None:
        """Go on from a trained adapter. Raises CheckpointMismatch."""
        file = folder / "adapter_model.safetensors"
        try:
            held = load_file(file)
            own = get_peft_model_state_dict(self.tuned, save_embedding_layers=False) if self.rank else {}
            shapes = {name: w.shape for name, w in held.items()}
            if shapes != {name: w.shape for name, w in own.items()}:
                raise CheckpointMismatch(f"{folder} holds a writer of another shape; use its --rank, or --start none")
        except (OSError, SafetensorError) as error:
            raise CheckpointMismatch(
                f"{file} cannot be read ({error}); name a writer folder, or --start none"
            ) from error
        set_peft_model_state_dict(self.tuned, held)

    def compile(self) -> None:
        """Compile the library's pass of the writer. Shapes change from batch to batch, so they are compiled as unknowns."""
        self._lean = None
        self._core.model.compile(dynamic=True)

    def trainable(self) -> dict[str, nn.Parameter]:
        """Name -> parameter of all that is trained."""
        named = {n: p for n, p in self.tuned.named_parameters() if p.requires_grad}
        if not self.rank:
            named["rows"] = self.rows
        return named

    def _embed(self, ids: Tensor, writer: bool) -> Tensor:
        found = nn.functional.embedding(ids, self._matrix)
        if not writer:
            return found
        for i, token in enumerate(self.special):
            found = torch.where((ids == token)[..., None], self.rows[i].to(found.dtype), found)
        return found

    def _body(self, ids: Tensor, positions: Tensor, shared: SharedKeys, writer: bool) -> Tensor:
        if self._lean is not None:
            return self._lean(self._embed(ids, writer), positions, shared, adapted=writer)
        model = self._core.model if writer or self.rank else self.base.model
        out = model(
            inputs_embeds=self._embed(ids, writer), position_ids=positions, use_cache=False, shared=shared
        ).last_hidden_state
        assert isinstance(out, Tensor)
        return out

    @property
    def mixed(self) -> bool:
        """Whether its passes want torch's mixed precision; those of an adapter are in the base's precision throughout."""
        return self._lean is None

    @contextmanager
    def _frozen(self) -> Iterator[None]:
        with torch.no_grad():
            if self.rank and self._lean is None:
                with self.tuned.disable_adapter():
                    yield
            else:
                yield

    def read(self, ids: Tensor, positions: Tensor, shared: SharedKeys) -> None:
        with self._frozen():
            self._body(ids, positions, shared, writer=False)

    def guess(self, ids: Tensor, positions: Tensor, shared: SharedKeys) -> Tensor:
        with self._frozen():
            return self._body(ids, positions, shared, writer=False)

    def write(self, ids: Tensor, positions: Tensor, shared: SharedKeys) -> Tensor:
        return self._body(ids, positions, shared, writer=True)

    def head(self, hidden: Tensor, writer: bool) -> Tensor:
        if not writer:
            with torch.no_grad():
                return hidden @ self._matrix.T.to(hidden.dtype)
        scores = hidden @ self._matrix.T.to(hidden.dtype)
        null = (hidden @ self.rows[self.special.index(self.null_id)].to(hidden.dtype))[:, None]
        return torch.cat([scores[:, : self.null_id], null, scores[:, self.null_id + 1 :]], -1)

    def save(self, folder: Path, base_name: str) -> None:
        """Write what PEFT (or, for a full copy, transformers) loads."""
        if self.rank:
            self.tuned.peft_config["default"].base_model_name_or_path = base_name
            self.tuned.save_pretrained(str(folder), save_embedding_layers=False)
            file = folder / "adapter_model.safetensors"
            save_file({name: w.to(torch.bfloat16) for name, w in load_file(file).items()}, file, {"format": "pt"})
            return
        full = copy.deepcopy(self.tuned)
        with torch.no_grad():
            full.get_input_embeddings().weight[list(self.special)] = self.rows.to(full.dtype)
        full.to(torch.bfloat16).save_pretrained(str(folder))


def rank_of(folder: Path) -> int:
    """The rank of a trained adapter. Raises CheckpointMismatch."""
    file = folder / "adapter_config.json"
    try:
        return int(json.loads(file.read_text(encoding="utf-8"))["r"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointMismatch(f"{file} cannot be read ({error!r}); name a writer folder, or --start none") from error
