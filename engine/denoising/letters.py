"""No letter is cut, whatever writes it: where a character takes several tokens, what a step wrote is looked at together with all
that is written, and written otherwise where no whole letters can come of it.

Shapes: B rows, L slots, V tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import torch
from torch import Tensor

from engine.denoising.limit import Limit
from engine.text.context import Context, Gap
from engine.text.only.letters import of_letters
from engine.text.only.tokens import TokenMachine
from engine.text.places.characters import Characters, assigned, characters_of
from engine.text.places.neighbourhood import Neighbourhood
from engine.text.tokenizer import Tokenizer

KEPT = 8


@dataclass(frozen=True, slots=True)
class WholeLetters:
    """The gaps of a run that may be anything: (first slot, slot behind it, whole letters: those of the text, or all)."""

    null_id: int
    gaps: tuple[tuple[int, int, Callable[[bool], Limit | None]], ...]
    delicate: Tensor
    """(V,) bool: tokens that may be a part of a letter"""
    plain: Tensor
    """(V,) bool: tokens that are text"""

    @classmethod
    def of(cls, context: Context, tokenizer: Tokenizer, null_id: int) -> WholeLetters | None:
        """None where no token is a part of a letter."""
        if not tokenizer.delicate.any():
            return None
        known = partial(_characters, context, tokenizer)
        found = tuple(
            (start, end, partial(_limit, tokenizer, null_id, gap, known))
            for gap, (start, end) in zip(context.gaps, context.ranges(), strict=True)
            if gap.only is None
        )
        return cls(null_id, found, tokenizer.delicate, tokenizer.plain)

    def mended(self, scores: Tensor, ids: Tensor, decided: Tensor, written: Tensor) -> Tensor:
        """(B, L) the tokens, with others in place of some that were ``written`` where those that are ``decided`` (both (B, L)
        bool) cannot be parts of whole letters. Where no others would do either they stay. Tokens that are no text, such as the
        end of an answer, are parts of nothing."""
        made, known = ids.clone(), ids < len(self.plain)
        number = torch.where(known, ids, 0).cpu()
        suspect = known.cpu() & self.delicate[number] & decided.cpu()
        decided = decided & (known & self.plain[number].to(ids.device) | (ids == self.null_id))
        for start, end, limit_of in self.gaps:
            for row in range(len(ids)):
                if not suspect[row, start:end].any():
                    continue
                here, fixed, new = (x[row, start:end].cpu() for x in (ids, decided, written))
                found = _mended(limit_of, scores[row, start:end].cpu(), here, fixed, new)
                if found is not None:
                    made[row, start:end] = torch.where(new, found, here).to(made.device)
        return made


def _mended(
    limit_of: Callable[[bool], Limit | None], scores: Tensor, ids: Tensor, decided: Tensor, written: Tensor
) -> Tensor | None:
    """The likeliest tokens (m,) of a gap that are whole letters with all that is decided beside what was written, of the text's
    own where there are such; None where what stands there will do, or nothing would."""
    standing = ids.tolist()

    def fitting(open_: list[bool]) -> Limit | None:
        """The first that fits. That of all letters is large, and not made where the text's own will do."""
        limits = (limit for limit in map(limit_of, (False, True)) if limit is not None)
        return next((limit for limit in limits if limit.fits(standing, open_)), None)

    if fitting((~decided).tolist()) is not None:
        return None
    open_ = (~decided | written).tolist()
    limit = fitting(open_)
    if limit is None:
        return None
    said = limit.said(limit.known(standing, open_), scores, written, written)
    return torch.tensor(limit.whole(said, None))


def _characters(context: Context, tokenizer: Tokenizer) -> Characters:
    """Those of the text around all gaps."""
    text = tokenizer.decode([token for segment in context.segments for token in segment])
    return characters_of(Neighbourhood(text, "", ""))


def _limit(tokenizer: Tokenizer, null_id: int, gap: Gap, known: Callable[[], Characters], every: bool) -> Limit | None:
    characters = None if every else known() if gap.place is None else gap.place.characters
    return _limit_of(tokenizer, characters, null_id, gap.exact, gap.roomy)


@lru_cache(maxsize=KEPT)
def _limit_of(
    tokenizer: Tokenizer, characters: Characters | None, null_id: int, exact: bool, roomy: bool
) -> Limit | None:
    machine = _machine_of(tokenizer, characters)
    return None if machine is None else Limit(machine, null_id, exact=exact, roomy=roomy)


@lru_cache(maxsize=KEPT)
def _machine_of(tokenizer: Tokenizer, characters: Characters | None) -> TokenMachine | None:
    return of_letters(tokenizer.spelling, assigned() if characters is None else characters.spelt())
