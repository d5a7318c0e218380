"""Drawing particles: fills left to right as one batch, every cut a candidate, the best cuts judged by the text after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Generator, Tensor

from engine.context.reader import Reader
from engine.denoising.denoiser import Draft
from engine.judging.judge import begins, goes_on, judge
from engine.models.causal.choosing import first_tokens, next_tokens, spread, usual
from engine.models.causal.held import HeldRows, choices
from engine.models.causal.particles import (
    BROKEN,
    DOUBT,
    FAULT,
    TOPS,
    Fill,
    Pool,
    Tops,
    Written,
    guesses,
    length_prior,
    said,
)
from engine.text.allowed import Allowed, Bans
from engine.text.context import Context, Gap
from engine.text.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Drawing:
    """How particles are drawn and judged."""

    rows: int = 24
    """fills drawn at once; row 0 is greedy"""
    temperature: float = 0.6
    """on held-out code 0.9 finds less (character F1 0.578 against 0.587 on 47 spans)"""
    prose: float = 0.7
    """that of prose"""
    spelt: float = 0.35
    """that where letters take several tokens: at more a word soon goes astray within its letters"""
    kept: int = 24
    """cuts that the text after is read for"""
    judged: int = 16
    """tokens of the text after that are read"""
    pruned: bool = True
    """whether drawing stops when no later cut can be among the kept, and only those are judged: for measuring what it saves"""


class Draws(Protocol):
    """What drawing has to know of its denoiser."""

    drawing: Drawing
    null_id: int
    bans: Bans
    tokenizer: Tokenizer

    def behind(self, after: tuple[int, ...], more: bool = False) -> tuple[tuple[int, ...], Tensor | None]:
        """What is judged of the text after a gap, and the tokens with which it may end there."""
        ...


@dataclass(frozen=True, slots=True)
class Cut:
    """The first slots of a drawn row, the rest NULL."""

    row: int
    slots: int
    tokens: int
    fill: Fill
    log_p: float
    """log p(fill | before) + log prior(length), less what it loses for its faults"""
    first: float
    """log p(first token after | before, fill)"""


def draw(
    d: Draws,
    reader: Reader,
    context: Context,
    index: int,
    prompt: Fill,
    pool: Pool,
    written: Written,
    rng: Generator,
    cost: float,
) -> Iterator[Draft]:
    """Fill ``pool`` with judged particles that agree with ``written``. One forward pass between any two yields.

    Args:
        cost: nats of a token of this text, on average.
    """
    gap = context.gaps[index]
    if gap.only is not None and gap.only.choices:
        if found := choices(gap, d.tokenizer, d.null_id, written):
            yield from _weigh_choices(d, reader, context, index, prompt, pool, found)
            return
        gap = replace(gap, only=None)  # somebody's own words stand there
    after, ends = d.behind(context.segments[index + 1], more=index + 1 < len(context.gaps))
    n, device = d.drawing.rows, reader.model.device
    heat = d.drawing.prose if gap.place is not None and gap.place.prose else d.drawing.temperature
    heat = min(heat, d.drawing.spelt) if gap.place is not None and gap.place.spelt else heat
    branch = reader.branch(prompt[:-1], 1)
    first = branch.extend(torch.tensor([[prompt[-1]]], device=device))[:, -1]
    log_p = first.expand(n, -1)  # (N, V), alike until the rows differ
    branch.pick(torch.zeros(n, dtype=torch.long, device=device))
    allowed = Allowed(d.bans, context, gap, prompt[-1])
    held = None if gap.only is None else HeldRows(gap, d.tokenizer, d.null_id, written, n)
    if held is not None and gap.only is not None and gap.only.form and not held.fits:
        held = None  # words of several fills stand there, or somebody's own: a form is no reason to refuse them
    score, agreed = torch.zeros(n, device=device), torch.zeros(n, device=device)
    tokens: list[Tensor] = []  # drawn tokens, (N,) per step
    columns: list[Tensor] = []  # what stands on each slot, (N,)
    tops_ids, tops_p = [], []
    cuts: dict[Fill, Cut] = {}
    last_fixed = max((slot for slot, token in enumerate(written) if token not in (None, d.null_id)), default=-1)
    for slot, token in enumerate(written):
        free = log_p
        log_p = allowed.restrict(log_p, slot) if held is None else held.restrict(log_p, slot)
        top = log_p.topk(TOPS, -1)
        tops_ids.append(top.indices)
        tops_p.append(top.values.exp())
        if token == d.null_id:
            columns.append(torch.full((n,), d.null_id, device=device))
        else:
            if token is not None:
                chosen = torch.full((n,), token, device=device)
            elif not tokens:
                chosen = first_tokens(log_p[0], n, rng, usual(gap, d.tokenizer))
                chosen = chosen if held is None else held.begun(chosen, log_p)
            else:
                chosen = next_tokens(log_p, torch.stack(tokens, 1), heat, rng)
            # What the user wrote is not weighed by the rules of a fill, and what a span may be makes none of it likelier.
            step = (log_p if token is None and held is None else free).gather(-1, chosen[:, None]).squeeze(-1)
            score, agreed = score + step, agreed if token is None else agreed + step
            if held is not None:
                held.take(chosen, slot)
                score = score.masked_fill(~held.alive.to(device), -torch.inf)
            tokens.append(chosen)
            columns.append(chosen)
            log_p = branch.extend(chosen[:, None])[:, -1]
            if token is not None and held is None and (slot == last_fixed or written[slot + 1] is None):
                # A particle filter: rows on which what stands there follows well go on in the place of the others.
                picked = spread(agreed, n, rng)
                branch.pick(picked)
                score, agreed, log_p = score[picked], torch.zeros_like(agreed), log_p[picked]
                tokens, columns, tops_ids, tops_p = (
                    [rows[picked] for rows in found] for found in (tokens, columns, tops_ids, tops_p)
                )
        if slot >= last_fixed and tokens:
            _cut(cuts, columns, tokens, score, begins(log_p, after, ends), gap, d, slot + 1, written, cost, held)
        yield Draft(
            "draft", slot + 1, gap.slots + 1, guesses(torch.stack(columns, 1), score.clamp_min(-1e4), gap.slots)
        )
        if (d.drawing.pruned and _settled(cuts, score, d.drawing.kept)) or (held is not None and not held.alive.any()):
            break
    if not cuts:  # every slot was written NULL: the fill is empty, and nothing can be drawn
        empty = torch.zeros((0, TOPS))
        pool.add((d.null_id,) * gap.slots, float(begins(log_p, after, ends)[0]), Tops(empty.long(), empty.double()))
        return
    kept = _best(cuts, d, gap)
    rows = torch.tensor([cut.row for cut in kept], device=device)
    lengths = torch.tensor([cut.tokens + 1 for cut in kept], device=device)
    rest = goes_on(branch, rows, lengths, after, ends).cpu()
    ids, p = torch.stack(tops_ids, 1).cpu(), torch.stack(tops_p, 1).double().cpu()  # (N, slots, TOPS)
    for cut, more in zip(kept, rest.tolist(), strict=True):
        tops = Tops(ids[cut.row, : cut.slots], p[cut.row, : cut.slots])
        text = d.tokenizer.decode([i for i in cut.fill if i != d.null_id])
        pool.add(cut.fill, cut.log_p + cut.first + more, tops, said(text))
    yield Draft("draft", gap.slots + 1, gap.slots + 1)


def _weigh_choices(
    d: Draws, reader: Reader, context: Context, index: int, prompt: Fill, pool: Pool, fills: Sequence[Fill]
) -> Iterator[Draft]:
    """The particles are the choices, each weighed from both sides: no length, and no place, has a say in it."""
    after, ends = d.behind(context.segments[index + 1], more=index + 1 < len(context.gaps))
    plain = [tuple(token for token in fill if token != d.null_id) for fill in fills]
    none = torch.zeros((0, TOPS))
    for fill, short, score in zip(
        fills, plain, judge(reader.branch(prompt[:-1], len(fills)), prompt[-1], plain, after, ends), strict=True
    ):
        pool.add(fill, score, Tops(none.long(), none.double()), said(d.tokenizer.decode(list(short))))
    yield Draft("draft", 1, 1)


def _cut(
    cuts: dict[Fill, Cut],
    columns: list[Tensor],
    tokens: list[Tensor],
    score: Tensor,
    first: Tensor,
    gap: Gap,
    d: Draws,
    slots: int,
    written: Written,
    cost: float,
    held: HeldRows | None,
) -> None:
    """Note the rows as they stand now as candidates."""
    if any(token not in (None, d.null_id) for token in written[slots:]) or gap.exact and slots < gap.slots:
        return
    if len(tokens) < min(gap.least, sum(token != d.null_id for token in written)):
        return
    prior = length_prior(len(tokens), gap, cost)
    blank = d.bans("blank")
    rows = torch.stack(columns, 1).tolist()
    ends_blank = blank[tokens[-1]].tolist()
    whole_rows = [True] * len(rows) if held is None else held.whole
    for row, (fill, log_p, end) in enumerate(zip(rows, score.tolist(), first.tolist(), strict=True)):
        whole = (*fill, *(d.null_id,) * (gap.slots - slots))
        fits = whole_rows[row] and (not ends_blank[row] or slots == gap.slots or held is not None)
        if fits and whole not in cuts:
            plain = [token for token in fill if token != d.null_id]
            cuts[whole] = Cut(row, slots, len(tokens), whole, log_p + prior - penalty(d.tokenizer, gap, plain), end)


def placed(scores: Sequence[float], fills: Sequence[Fill], gap: Gap, cost: float, tokenizer: Tokenizer) -> list[float]:
    """What the judge says of fills, with their length, what their place does not bear, and whether the text bears them."""
    return [
        score + length_prior(len(fill), gap, cost) - penalty(tokenizer, gap, fill) - _broken(tokenizer, gap, fill)
        for fill, score in zip(fills, scores, strict=True)
    ]


def penalty(tokenizer: Tokenizer, gap: Gap, tokens: Sequence[int]) -> float:
    """Nats that a fill loses for what its place does not bear, and for what speaks against it."""
    if gap.place is None:
        return 0.0
    text = _seen(tokenizer, gap, tokens)
    return FAULT * len(gap.place.faults(text)) + DOUBT * len(gap.place.doubts(text))


def _broken(tokenizer: Tokenizer, gap: Gap, tokens: Sequence[int]) -> float:
    """Nats that a fill loses where the text will not do with it."""
    return 0.0 if gap.accepts is None or gap.accepts(_seen(tokenizer, gap, tokens)) else BROKEN


def _seen(tokenizer: Tokenizer, gap: Gap, tokens: Sequence[int]) -> str:
    """A fill as it comes to stand in its text."""
    text = tokenizer.decode(list(tokens))
    return text.removeprefix(" ") if gap.leading_space else text


def _settled(cuts: dict[Fill, Cut], score: Tensor, kept: int) -> bool:
    """Whether no later cut can rank among the kept: its score is at most the row's log p so far."""
    if len(cuts) < kept:
        return False
    ranked = sorted((cut.log_p + cut.first for cut in cuts.values()), reverse=True)
    return ranked[kept - 1] > float(score.max())


def _best(cuts: dict[Fill, Cut], d: Draws, gap: Gap) -> list[Cut]:
    """The cuts to judge: the best by everything known so far; where there are any, only those that say something and end
    on a whole character, and before all others those with which the text will do."""
    ranked = sorted(cuts.values(), key=lambda cut: -(cut.log_p + cut.first))
    texts = [d.tokenizer.decode([i for i in cut.fill if i != d.null_id]) for cut in ranked]
    whole = [cut for cut, text in zip(ranked, texts, strict=True) if text.strip() and "\ufffd" not in text]
    kept = d.drawing.kept if d.drawing.pruned else len(ranked)
    return _accepted(whole or ranked, d, gap, kept)[:kept]


def _accepted(ranked: list[Cut], d: Draws, gap: Gap, kept: int) -> list[Cut]:
    """The cuts with which the text will do, as many as are kept, and behind them the others."""
    if gap.accepts is None:
        return ranked
    good: list[Cut] = []
    bad: list[Cut] = []
    for at, cut in enumerate(ranked):
        if len(good) == kept or at == gap.accepts.tries:
            break
        lost = _broken(d.tokenizer, gap, [token for token in cut.fill if token != d.null_id])
        (bad if lost else good).append(replace(cut, log_p=cut.log_p - lost))
    return [*good, *bad, *ranked[len(good) + len(bad) :]]
