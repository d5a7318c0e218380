"""Drawing particles: fills left to right as one batch, every cut a candidate, the best cuts judged by the text after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Generator, Tensor

from engine.context.reader import Reader
from engine.denoising.denoiser import Draft
from engine.judging.healing import NO_MERGES, Healing, begun, behind
from engine.judging.judge import begins, goes_on, judge
from engine.models.causal.choosing import first_tokens, next_tokens, spread, usual
from engine.models.causal.cuts import Cuts, Cutting
from engine.models.causal.held import HeldRows, choices
from engine.models.causal.particles import TOPS, Fill, Pool, Tops, Written, guesses, said
from engine.text.allowed import Allowed
from engine.text.context import Context


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


class Draws(Cutting, Protocol):
    """What drawing has to know of its denoiser."""

    drawing: Drawing
    healing: Healing

    def behind(self, after: tuple[int, ...], more: bool = False) -> tuple[tuple[int, ...], Tensor | None]:
        """What is judged of the text after a gap, and the tokens with which it may end there."""
        ...


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
    lead = min(2, len(prompt))  # tokens of the text before that the rows begin with
    branch = reader.branch(prompt[:-lead], 1)
    known = branch.extend(torch.tensor([prompt[-lead:]], device=device))
    # No token goes on from a word across the space behind it.
    onsets = NO_MERGES if gap.leading_space or lead < 2 else d.healing.before(prompt)
    first = begun(known[:, -1], known[:, 0], prompt[-1], onsets)
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
    cuts = Cuts(d, gap, written, d.healing.after(after), cost, held, d.drawing.kept)
    for slot, token in enumerate(written):
        free = log_p
        log_p = allowed.restrict(log_p, slot) if held is None else held.restrict(log_p, slot)
        top = log_p.topk(TOPS, -1)
        tops_ids.append(top.indices)
        tops_p.append(top.values.exp())
        # A particle filter: rows on which what stands there follows well go on in the place of the others.
        filters = token is not None and held is None and None in written[slot + 1 :]
        filters = filters and (slot == cuts.last_fixed or written[slot + 1] is None)
        if not filters:  # its rows are others afterwards
            cuts.heal(columns, tokens, score, free, log_p)
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
            if filters:
                picked = spread(agreed, n, rng)
                branch.pick(picked)
                score, agreed, log_p = score[picked], torch.zeros_like(agreed), log_p[picked]
                tokens, columns, tops_ids, tops_p = (
                    [rows[picked] for rows in found] for found in (tokens, columns, tops_ids, tops_p)
                )
        cuts.add(columns, tokens, score, begins(log_p, after, ends))
        yield Draft(
            "draft", slot + 1, gap.slots + 1, guesses(torch.stack(columns, 1), score.clamp_min(-1e4), gap.slots)
        )
        if (d.drawing.pruned and cuts.settled(score)) or (held is not None and not held.alive.any()):
            break
    if not cuts:  # every slot was written NULL: the fill is empty, and nothing can be drawn
        empty = torch.zeros((0, TOPS))
        pool.add((d.null_id,) * gap.slots, float(begins(log_p, after, ends)[0]), Tops(empty.long(), empty.double()))
        return
    kept = cuts.best(d.drawing.pruned)
    rows = torch.tensor([cut.row for cut in kept], device=device)
    lengths = torch.tensor([lead + cut.run for cut in kept], device=device)
    rest = goes_on(branch, rows, lengths, behind(after, [cut.across for cut in kept], device), ends).cpu()
    ids, p = torch.stack(tops_ids, 1).cpu(), torch.stack(tops_p, 1).double().cpu()  # (N, slots, TOPS)
    for cut, more in zip(kept, rest.tolist(), strict=True):
        tops = Tops(ids[cut.row, : cut.slots], p[cut.row, : cut.slots])
        text = d.tokenizer.decode([i for i in cut.fill if i != d.null_id])
        pool.add(cut.fill, cut.worth + more, tops, said(text))
    yield Draft("draft", gap.slots + 1, gap.slots + 1)


def _weigh_choices(
    d: Draws, reader: Reader, context: Context, index: int, prompt: Fill, pool: Pool, fills: Sequence[Fill]
) -> Iterator[Draft]:
    """The particles are the choices, each weighed from both sides: no length, and no place, has a say in it."""
    after, ends = d.behind(context.segments[index + 1], more=index + 1 < len(context.gaps))
    plain = [tuple(token for token in fill if token != d.null_id) for fill in fills]
    none = torch.zeros((0, TOPS))
    for fill, short, score in zip(
        fills,
        plain,
        judge(reader.branch(prompt[:-1], len(fills)), prompt[-1], plain, after, ends, d.healing.after(after)),
        strict=True,
    ):
        pool.add(fill, score, Tops(none.long(), none.double()), said(d.tokenizer.decode(list(short))))
    yield Draft("draft", 1, 1)
