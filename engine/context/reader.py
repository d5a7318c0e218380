"""The exact context cache: the text before a span is encoded once and shared by every row, step and system.

A causal model's text never attends to what comes after it, so its keys and values do not depend on the canvas: they are
exact, not an approximation to be refreshed.

Shapes: P context tokens, N rows, S tokens a row has so far, q new tokens, K key heads, D head size, V vocabulary.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.context.network import CausalNetwork
from engine.context.shared_attention import SharedKeys

CHUNK = 64
"""Context tokens encoded per forward pass: small enough to be interrupted quickly, and to be encoded again."""
WIDE = 256
"""the same elsewhere than on a CPU, where a pass of few takes as long"""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """An encoded text: its tokens and, per layer, their keys and values (1, K, P, D)."""

    ids: tuple[int, ...]
    layers: list[tuple[Tensor, Tensor]]
    end: int
    """the position behind the last token: more than their number where gaps were left"""

    def cut(self, length: int) -> Encoded:
        """The first ``length`` tokens of a text without gaps, or of the last segment of one with gaps. A view, no copy."""
        layers = [(k[:, :, :length], v[:, :, :length]) for k, v in self.layers]
        return Encoded(self.ids[:length], layers, self.end - len(self.ids) + length)


NOTHING = Encoded((), [], 0)


class Branch(Protocol):
    """N rows that continue one context, each with its own tokens."""

    device: torch.device

    def extend(self, ids: Tensor) -> Tensor:
        """Append ids (N, q) to the rows; log-probabilities (N, q, V) of what follows each."""
        ...

    def pick(self, rows: Tensor) -> None:
        """Go on with rows (N,) in the place of all, each as often as it is named."""
        ...

    def weigh(self, ids: Tensor, cuts: Tensor) -> tuple[Tensor, Tensor]:
        """Append ids (N, q): log-probability (N, q - 1) of each after those before it, and (N, C, V) of what follows the
        first ``cuts[n, c]`` of them."""
        ...

    def probe(self, rows: Tensor, cuts: Tensor, ids: Tensor, ends: Tensor | None = None) -> Tensor:
        """Log-probability (R, m - 1) of ids[..., 1:] after the first cuts[r] own tokens of row rows[r] and ids[..., 0]; ids is
        (m,), or (R, m) where each has tokens of its own. That of the first itself is known from ``extend``. With ``ends``, (V,)
        bool, one more column: that any of those tokens follows the last. Appends nothing."""
        ...


class Reader:
    """Encodes contexts with a causal model and keeps the last few.

    Chunks begin at multiples of their size and are passes of that size, the last one, too: a part of it stays as it is, and where
    it goes on otherwise it is encoded again. So a context depends on its tokens alone, and not on what was read before: passes of
    other sizes add up in another order, of which rounding to eight bits makes other words.

    ``cached=False`` runs the whole text in every pass with the model's own attention: the baseline of the benchmarks and
    the reference of the tests.
    """

    def __init__(self, model: CausalNetwork, *, cached: bool = True, keep: int = 2, chunk: int | None = None) -> None:
        self.model = model
        self.cached = cached
        self.nfe = 0
        self._keep = keep
        self._chunk = chunk or (CHUNK if model.device.type == "cpu" else WIDE)
        self._contexts: list[Encoded] = []

    def session(self) -> Reader:
        """The same reader with a count of its own: contexts are shared, forward passes are those of the session."""
        other = copy.copy(self)  # the list of contexts is one and the same
        other.nfe = 0
        return other

    @torch.inference_mode()
    def forward(self, ids: Tensor, positions: Tensor, shared: SharedKeys | None) -> Tensor:
        """One forward pass: log-probabilities (N, q, V), float32."""
        return self.scores(ids, positions, shared).float().log_softmax(-1)

    @torch.inference_mode()
    def scores(self, ids: Tensor, positions: Tensor, shared: SharedKeys | None) -> Tensor:
        """One forward pass: scores (N, q, V) in the model's precision, not normalised."""
        self.nfe += 1
        extra = {} if shared is None else {"shared": shared}
        logits: Tensor = self.model(input_ids=ids, position_ids=positions, use_cache=False, **extra).logits
        return logits

    def read(self, ids: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Encode a context, chunk by chunk, yielding (tokens done, tokens in all) after each pass. Whole chunks that an encoded
        context has in common with ``ids`` from the start are not computed again."""
        if not self.cached:
            return
        best = self._longest(ids)
        known = 0 if best is None else _common(best.ids, ids)
        if known < len(ids):
            known -= known % self._chunk
        done = start = best.cut(known) if best is not None and known else NOTHING
        # Once any part is known the context replaces the one it grew from, unless that one is longer and may come back.
        for done in self.grow(start, ids[known:], known, self._chunk):
            self._remember(done)
            yield len(done.ids), len(ids)
        if done is start:
            self._remember(best)

    def grow(self, context: Encoded, ids: tuple[int, ...], position: int, least: int = 0) -> Iterator[Encoded]:
        """Encode ``ids`` behind a context, chunk by chunk, yielding the longer context after each pass. ``position`` is that
        of the first of them: it may leave a gap, where a canvas lies. No pass has fewer tokens than ``least``."""
        for at in range(0, len(ids), self._chunk):
            context = self._grow(context, ids[at : at + self._chunk], position + at, least)
            yield context

    def forget(self) -> None:
        """Drop every context."""
        self._contexts.clear()

    def context(self, ids: tuple[int, ...]) -> Encoded:
        """The context ``ids``, which must have been read."""
        found = self._longest(ids) if ids else NOTHING
        assert found is not None and found.ids[: len(ids)] == ids, "read the context first"
        return found.cut(len(ids))

    def _longest(self, ids: tuple[int, ...]) -> Encoded | None:
        return max(self._contexts, key=lambda c: _common(c.ids, ids), default=None)

    def _remember(self, context: Encoded | None) -> None:
        """Most recently used last; a context that another one begins with is not kept twice."""
        if context is None:
            return
        others = [c for c in self._contexts if c is not context and c.ids != context.ids[: len(c.ids)]]
        self._contexts[:] = [*others, context][-self._keep :]

    def _grow(self, context: Encoded, chunk: tuple[int, ...], at: int, least: int) -> Encoded:
        """In a pass of ``least`` tokens at least: what it is filled up with is seen by none of the chunk, and not kept."""
        q = max(len(chunk), least)
        device = self.model.device
        ids = torch.tensor([chunk + chunk[-1:] * (q - len(chunk))], device=device)
        positions = torch.arange(at, at + q, device=device).clamp_max(at + len(chunk) - 1)[None]
        visible = torch.ones(q, q, dtype=torch.bool, device=device).tril()[None]
        shared = SharedKeys(context.layers, None, visible, positions, positions)
        self.nfe += 1
        with torch.inference_mode():
            # The head is not needed here, and on a small model it is a fifth of the work.
            self.model.base_model(input_ids=ids, position_ids=shared.positions, use_cache=False, shared=shared)
        return Encoded(context.ids + chunk, _append(context.layers, shared.new, len(chunk)), at + len(chunk))

    def branch(self, ids: tuple[int, ...], rows: int) -> Branch:
        """N rows after the context ``ids``, which must have been read."""
        if not self.cached:
            return PlainBranch(self, ids, rows)
        return CachedBranch(self, self.context(ids), rows)


def _append(
    old: list[tuple[Tensor, Tensor]] | None, new: dict[int, tuple[Tensor, Tensor]], size: int | None = None
) -> list[tuple[Tensor, Tensor]]:
    """Keys and values of ``old`` with those of one forward pass, or of its first ``size`` tokens, behind them, per layer."""
    fresh = [(k[:, :, :size], v[:, :, :size]) for k, v in (new[layer] for layer in range(len(new)))]
    if not old:
        return fresh
    return [(torch.cat([a, c], 2), torch.cat([b, d], 2)) for (a, b), (c, d) in zip(old, fresh, strict=True)]


def _common(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    """Length of the common beginning."""
    n = min(len(a), len(b))
    if a[:n] == b[:n]:
        return n
    return next(i for i in range(n) if a[i] != b[i])


class CachedBranch:
    """A branch on a shared context: a pass costs its new tokens only."""

    def __init__(self, reader: Reader, context: Encoded, rows: int) -> None:
        self._reader = reader
        self.device = reader.model.device
        self._context = context
        self._rows = rows
        self._own: list[tuple[Tensor, Tensor]] | None = None

    @property
    def _length(self) -> int:
        return 0 if self._own is None else self._own[0][0].shape[2]

    def extend(self, ids: Tensor) -> Tensor:
        return self._extended(ids).float().log_softmax(-1)

    def pick(self, rows: Tensor) -> None:
        if self._own is not None:
            self._own = [(k[rows], v[rows]) for k, v in self._own]

    def weigh(self, ids: Tensor, cuts: Tensor) -> tuple[Tensor, Tensor]:
        return _weighed(self._extended(ids), ids, cuts)

    def _extended(self, ids: Tensor) -> Tensor:
        """Append ids (N, q) to the rows: scores (N, q, V)."""
        n, q = ids.shape
        s, p = self._length, self._context.end
        visible = torch.ones(q, s + q, dtype=torch.bool, device=ids.device).tril(s).expand(n, -1, -1)
        positions = torch.arange(p + s, p + s + q, device=ids.device).expand(n, -1)
        own_positions = torch.arange(p, p + s + q, device=ids.device).expand(n, -1)
        shared = SharedKeys(self._context.layers, self._own, visible, positions, own_positions)
        out = self._reader.scores(ids, positions, shared)
        self._own = _append(self._own, shared.new)
        return out

    def probe(self, rows: Tensor, cuts: Tensor, ids: Tensor, ends: Tensor | None = None) -> Tensor:
        assert self._own is not None, "nothing has been appended yet"
        m, s, p = ids.shape[-1], self._length, self._context.end
        ids = ids.expand(len(rows), -1)
        own = [(k[rows], v[rows]) for k, v in self._own]
        kept = torch.arange(s, device=ids.device) < cuts[:, None]  # (R, S)
        fresh = torch.ones(m, m, dtype=torch.bool, device=ids.device).tril()
        visible = torch.cat([kept[:, None].expand(-1, m, -1), fresh.expand(len(rows), -1, -1)], 2)
        positions = p + cuts[:, None] + torch.arange(m, device=ids.device)
        own_positions = torch.cat([torch.arange(p, p + s, device=ids.device).expand(len(rows), -1), positions], 1)
        shared = SharedKeys(self._context.layers, own, visible, positions, own_positions)
        # Entry j predicts token j + 1; token 0 is predicted by the last token of the cut.
        return _picked(self._reader.scores(ids, positions, shared), ids, ends)


class PlainBranch:
    """The same branch without any cache: every pass runs context and rows from the start."""

    def __init__(self, reader: Reader, context: tuple[int, ...], rows: int) -> None:
        self._reader = reader
        self.device = reader.model.device
        self._ids = torch.tensor(context, dtype=torch.long, device=reader.model.device).expand(rows, -1)
        self._start = len(context)

    def _run(self, ids: Tensor) -> Tensor:
        positions = torch.arange(ids.shape[1], device=ids.device).expand(ids.shape[0], -1)
        return self._reader.scores(ids, positions, None)

    def extend(self, ids: Tensor) -> Tensor:
        self._ids = torch.cat([self._ids, ids], 1)
        return self._run(self._ids)[:, -ids.shape[1] :].float().log_softmax(-1)

    def pick(self, rows: Tensor) -> None:
        self._ids = self._ids[rows]

    def weigh(self, ids: Tensor, cuts: Tensor) -> tuple[Tensor, Tensor]:
        self._ids = torch.cat([self._ids, ids], 1)
        return _weighed(self._run(self._ids)[:, -ids.shape[1] :], ids, cuts)

    def probe(self, rows: Tensor, cuts: Tensor, ids: Tensor, ends: Tensor | None = None) -> Tensor:
        lengths, m = self._start + cuts, ids.shape[-1]
        ids = ids.expand(len(rows), -1)
        batch = torch.zeros(len(rows), int(lengths.max()) + m, dtype=torch.long, device=ids.device)
        for r, (row, length) in enumerate(zip(rows.tolist(), lengths.tolist(), strict=True)):
            batch[r, :length] = self._ids[row, :length]
            batch[r, length : length + m] = ids[r]
        out = self._run(batch)
        at = lengths[:, None] + torch.arange(m, device=ids.device)
        return _picked(out.gather(1, at[..., None].expand(-1, -1, out.shape[-1])), ids, ends)


def _weighed(scores: Tensor, ids: Tensor, cuts: Tensor) -> tuple[Tensor, Tensor]:
    """What ``weigh`` gives, from the scores (N, q, V) of what follows each of its tokens."""
    rows = torch.arange(len(ids), device=ids.device)[:, None]
    return _followed(scores[:, :-1], ids[:, 1:]), scores[rows, cuts - 1].float().log_softmax(-1)


def _picked(scores: Tensor, ids: Tensor, ends: Tensor | None) -> Tensor:
    """What a probe gives, from the scores (R, m, V) of what follows each of its tokens."""
    found = _followed(scores[:, :-1], ids[:, 1:])
    if ends is None:
        return found
    return torch.cat([found, scores[:, -1:].float().log_softmax(-1)[..., ends].logsumexp(-1)], 1)


def _followed(scores: Tensor, ids: Tensor) -> Tensor:
    """(R, m) log-probability of ids (R, m) by scores (R, m, V), row by row: all in float32 would be the largest tensor of a
    pass."""
    found = [row.float().log_softmax(-1).gather(-1, i[:, None]).squeeze(-1) for row, i in zip(scores, ids, strict=True)]
    return torch.stack(found) if found else scores.new_zeros(ids.shape, dtype=torch.float32)
