"""Checkpoints that bring Python code of their own and are of no family known here, run as plain masked denoisers.

Their code builds the network; all that is asked of it is scores for the ids of a text. What else has to be known of it is
measured once, when it is loaded: that it reads both ways, and whether it can leave padding out.

Whether the code may run at all is decided before (``hub.check_code``).
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor

from engine.context.window import WINDOW
from engine.errors import UnsupportedModel
from engine.models.causal.checkpoint import read_tokenizer
from engine.models.loading.fit import check_tokenizer
from engine.models.loading.hub import config_of
from engine.models.loading.options import PLAIN, Loading, first_line, title
from engine.models.loading.pretrained import pretrained
from engine.models.masked.denoiser import MaskedDenoiser
from engine.models.masked.native import frame_of
from engine.models.masked.text import Frame
from engine.text.chat import TemplateChat, ends_of
from engine.text.tokenizer import Tokenizer

CLASSES = ("AutoModelForMaskedLM", "AutoModelForCausalLM", "AutoModel")
"""keys of auto_map, the one whose network surely has a head first"""
TIMES = ("timesteps", "timestep", "sigma", "t")
"""what forward calls the noise level, where it insists on one"""
LENGTHS = ("max_position_embeddings", "max_sequence_length", "n_positions", "model_length")
"""what a config calls the longest text"""
TOLERANCE = 1e-3


class RemoteNetwork:
    """A network by its forward alone: input_ids -> logits (see masked.Network).

    Args:
        shift: whether the output at i - 1 scores position i, as in networks made from causal ones.
    """

    def __init__(self, model: Any, name: str, *, shift: bool) -> None:
        """Raises UnsupportedModel where it gives no scores or reads one way only."""
        self.device: torch.device = model.device
        self._model, self._name, self._shift = model, name, shift
        known = inspect.signature(model.forward).parameters
        self._time = next((n for n in TIMES if n in known and known[n].default is inspect.Parameter.empty), None)
        self._masks = False
        self.vocabulary = int(model.config.get_text_config().vocab_size)
        self._check("attention_mask" in known)

    def __call__(self, ids: Tensor, there: Tensor, t: float, at: Tensor) -> Tensor:
        if there.all() or self._masks:
            scores = self._scores(ids, None if there.all() else there, t)
        else:  # it would read the padding: every row by itself
            alone = [self._scores(row[kept][None], None, t)[0] for row, kept in zip(ids, there, strict=True)]
            scores = torch.nn.utils.rnn.pad_sequence(alone, batch_first=True)
        at = (at - 1).clamp_min(0) if self._shift else at
        return scores.gather(1, at[..., None].expand(-1, -1, scores.shape[-1]))

    def _scores(self, ids: Tensor, there: Tensor | None, t: float) -> Tensor:
        """(N, S, V) of one forward pass."""
        more: dict[str, Any] = {} if there is None else {"attention_mask": there.long()}
        if self._time is not None:
            more[self._time] = torch.full((len(ids),), t, device=ids.device)
        out = self._model(input_ids=ids, **more)
        found = out if isinstance(out, Tensor) else getattr(out, "logits", None)
        if found is None and isinstance(out, tuple):
            found = out[0]
        if not isinstance(found, Tensor):
            raise UnsupportedModel(f"{self._name}: its forward gives no logits but {type(out).__name__}; use another")
        return found

    def _check(self, masks: bool) -> None:
        ids = torch.arange(1, 9, device=self.device)[None] % self.vocabulary
        other = ids.clone()
        other[0, -1] = 0
        try:
            with torch.no_grad():
                scores, changed = self._scores(ids, None, 0.5), self._scores(other, None, 0.5)
        except UnsupportedModel:
            raise
        except Exception as error:  # code of others raises what it likes
            raise UnsupportedModel(
                f"{self._name} does not run as input_ids -> logits ({first_line(error)}); use another checkpoint"
            ) from error
        if scores.shape[:2] != ids.shape or scores.shape[-1] < self.vocabulary:
            raise UnsupportedModel(
                f"{self._name}: its forward gives {tuple(scores.shape)} for 8 tokens, not scores of {self.vocabulary} tokens on "
                "each; use another checkpoint"
            )
        self.vocabulary = int(scores.shape[-1])
        if torch.equal(scores[0, :-2], changed[0, :-2]):
            raise UnsupportedModel(
                f"{self._name}: what comes later does not change its scores, so it writes left to right only; use another"
            )
        if masks:
            self._masks = self._leaves_padding_out(ids, scores)

    def _leaves_padding_out(self, ids: Tensor, scores: Tensor) -> bool:
        """Whether attention_mask keeps padding unread."""
        there = torch.ones(1, ids.shape[1] + 3, dtype=torch.bool, device=self.device)
        there[0, ids.shape[1] :] = False
        try:
            with torch.no_grad():
                padded = self._scores(torch.nn.functional.pad(ids, (0, 3), value=1), there, 0.5)
        except Exception:  # some take a mask of another shape
            return False
        return torch.allclose(padded[:, : ids.shape[1]].float(), scores.float(), atol=TOLERANCE)


def load_remote(where: Path, device: str, options: Loading = PLAIN) -> MaskedDenoiser:
    """From a folder whose code may run. Raises UnsupportedModel, ModelDamaged, OutOfMemory."""
    name, config = title(where), config_of(where)
    known = next((key for key in CLASSES if key in config["auto_map"]), None)
    if known is None:
        raise UnsupportedModel(
            f"{name}: its auto_map has {', '.join(config['auto_map'])} and none of {', '.join(CLASSES)}; use another checkpoint"
        )
    loaded = read_tokenizer(where, remote_code=True)
    mask_id = next(
        (i for i in (loaded.mask_token_id, config.get("mask_token_id"), config.get("mask_id")) if i is not None), None
    )
    if mask_id is None:
        raise UnsupportedModel(
            f"{name} names no mask token, neither in its tokenizer nor as mask_token_id in config.json; add it there"
        )
    model = pretrained(getattr(transformers, known), where, device, options, trust_remote_code=True)
    check_tokenizer(loaded, where, int(model.config.get_text_config().vocab_size))
    ours = config.get("palimpsest")
    shift = bool(ours.get("shift", False)) if options.shift is None and isinstance(ours, dict) else bool(options.shift)
    begins = (loaded.bos_token_id, loaded.cls_token_id, loaded.eos_token_id)
    bos = next((int(i) for i in begins if i is not None), -1)
    tokenizer = Tokenizer(loaded.backend_tokenizer, frozenset(loaded.all_special_ids), bos)
    frame = _frame(loaded, bos if shift else -1)
    denoiser = MaskedDenoiser(
        RemoteNetwork(model, name, shift=shift),
        tokenizer,
        name,
        mask_id=int(mask_id),
        frame=frame,
        positions=next((int(config[key]) for key in LENGTHS if config.get(key)), None),
        window=options.window or WINDOW,
    )
    denoiser.chat = chat = TemplateChat.of(loaded, tokenizer, keep_bos=not frame.before)
    denoiser.end_ids = ends_of(chat, loaded.eos_token_id, tokenizer.special_ids)
    return denoiser


def _frame(loaded: Any, first: int) -> Frame:
    """What the tokenizer puts around every text; ``first`` where it puts nothing before, unless that is -1."""
    found = frame_of(loaded)
    return Frame(found.before or ((first,) if first >= 0 else ()), found.after)
