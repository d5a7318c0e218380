"""How likely a writer finds held-out text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from engine.context.shared_attention import SharedKeys
from engine.diffusion.objectives import perplexity
from engine.evaluation.ways import Amounts, Scores
from engine.models.embedded.palimpsest import ASSETS, vocabulary_of
from engine.models.writer.denoiser import WriterDenoiser
from engine.training.batches import Batch, read
from engine.training.examples.corpus import Corpus, CorpusTexts
from engine.training.examples.tasks import ExampleSizes
from engine.training.heldout import heldout_batches, heldout_nll

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""noise levels over which the bound is averaged"""


class Merged:
    """The reader and a merged writer as the Network of ``batches``."""

    def __init__(self, writer: WriterDenoiser) -> None:
        self._reader: Any = writer.causal.reader.model
        self._writer: Any = writer.model

    def read(self, ids: torch.Tensor, positions: torch.Tensor, shared: SharedKeys) -> None:
        self._reader.base_model(input_ids=ids, position_ids=positions, use_cache=False, shared=shared)

    def _hidden(self, model: Any, ids: torch.Tensor, positions: torch.Tensor, shared: SharedKeys) -> torch.Tensor:
        out = model.base_model(input_ids=ids, position_ids=positions, use_cache=False, shared=shared)
        assert isinstance(out.last_hidden_state, torch.Tensor)
        return out.last_hidden_state

    def write(self, ids: torch.Tensor, positions: torch.Tensor, shared: SharedKeys) -> torch.Tensor:
        return self._hidden(self._writer, ids, positions, shared)

    def guess(self, ids: torch.Tensor, positions: torch.Tensor, shared: SharedKeys) -> torch.Tensor:
        return self._hidden(self._reader, ids, positions, shared)

    def head(self, hidden: torch.Tensor, writer: bool) -> torch.Tensor:
        head = (self._writer if writer else self._reader).get_output_embeddings()
        found = head(hidden)
        assert isinstance(found, torch.Tensor)
        return found


def likelihood(writer: WriterDenoiser, heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Scores]:
    """Nats per masked token at each level, the bound on the perplexity of a canvas, and the base's own perplexity on the
    same tokens, left to right."""
    d, network = writer.causal, Merged(writer)
    vocabulary = vocabulary_of(ASSETS)
    corpus = Corpus(CorpusTexts(np.zeros(0, np.uint16)), CorpusTexts(np.zeros(0, np.uint16)), (), tuple(heldout))
    sizes = ExampleSizes(context=512)
    at = heldout_nll(network, heldout_batches(corpus, vocabulary, sizes, amounts.windows), d.mask_id)
    batches = heldout_batches(corpus, vocabulary, sizes, amounts.windows, LEVELS)
    bound = heldout_nll(network, batches, d.mask_id, LEVELS)
    for kind in sorted({kind for kind, _ in batches}):
        row: Scores = {"score": "likelihood", "kind": kind, "way": "writer"}
        row |= {name.removeprefix(f"{kind} "): value for name, value in at.items() if name.startswith(kind)}
        # ``any_order`` per token: L / m times the sum over m masked slots is L times their mean.
        row["bound, perplexity"] = perplexity(sum(bound[f"{kind} {t:g}"] for t in LEVELS) / len(LEVELS))
        base = [_left_to_right(network, batch) for name, batch in batches if name == kind]
        row["base left to right, perplexity"] = perplexity(float(torch.cat(base).mean()))
        yield row


@torch.inference_mode()
def _left_to_right(network: Merged, batch: Batch) -> torch.Tensor:
    """Cross-entropy of the true tokens by the untouched model. The text after the canvas is hidden from it."""
    rows = len(batch.ids) // len(batch.context)
    first = slice(None, None, rows)
    shared = read(network, batch)
    target, scoring, positions = batch.target[first], batch.scoring[first], batch.positions[first]
    q = positions.shape[1]
    ids = batch.ids[first].clone()
    ids.scatter_(1, (scoring + 1).clamp_max(q - 1), target.clamp_min(0))
    causal = torch.ones(q, q, dtype=torch.bool).tril().expand(len(ids), -1, -1)
    assert shared.context_visible is not None
    starts = positions.min(1, keepdim=True).values + 1
    seen = shared.context_visible & (batch.context_positions < starts)
    hidden = network.guess(ids, positions, SharedKeys(shared.context, None, causal, positions, positions, seen))
    scores = network.head(hidden.gather(1, scoring[..., None].expand(-1, -1, hidden.shape[-1])), writer=False).float()
    return torch.nn.functional.cross_entropy(scores.flatten(0, 1), target.flatten(), reduction="none")
