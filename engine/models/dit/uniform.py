"""UDLM (arXiv 2412.10193) and SEDD on the uniform graph (arXiv 2310.16834): the noise is random tokens, and there is no mask.

The network reads a text of which some tokens are wrong and is told how many, not which. So what stands on a noisy slot is read as
it is, and every token on the canvas gets an answer. UDLM says what a slot was at first, SEDD how much likelier the noisy text is
with another token there. Rules that know only masks get what it was at first from both.

Shapes: N rows, L slots, V tokens of the network, of which the noise is drawn, all alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.context.window import WINDOW
from engine.denoising.denoiser import USUAL, Conditions, noise_level
from engine.denoising.facts import Facts
from engine.diffusion import uniform
from engine.diffusion.canvas import Canvas, Said
from engine.diffusion.corruption import Uniform
from engine.diffusion.dice import Dice
from engine.models.dit.checkpoint import Published
from engine.models.dit.mdlm import DitDenoiser, DitNetwork, Level, alpha_of
from engine.models.dit.network import Dit
from engine.models.masked.denoiser import BATCH, MaskedConditioned
from engine.models.masked.text import Fill, Frame, MaskedRow, Text
from engine.text.allowed import Bans
from engine.text.context import Context
from engine.text.tokenizer import Tokenizer

LITTLE = 1e-30
"""a share that nothing is left of: its logarithm is still a number that can be told from what is forbidden"""


class UniformNetwork(DitNetwork):
    """A DiT network whose answers are as it says them."""

    def answers(self, scores: Tensor, t: Level) -> Tensor:
        return scores


class UniformDenoiser(DitDenoiser):
    """A network of uniform noise behind the Denoiser protocol."""

    def __init__(
        self, network: Dit, what: Published, tokenizer: Tokenizer, mask_id: int, name: str, *, window: int = WINDOW
    ) -> None:
        super().__init__(network, what, tokenizer, mask_id, name, window=window)
        self.ratios = self.what.scaled is not None
        self.normalised = True
        self.null_id = self.mask_id + 1  # neither is known to the network
        self.bans = Bans(tokenizer, self.null_id + 1, network.device, (mask_id, *self.frame.before))
        self.corruption = Uniform(torch.arange(self.network.vocabulary))

    def _network(self, network: Dit, mask_id: int) -> DitNetwork:
        return UniformNetwork(network, mask_id, timed=self.what.timed, least=self.what.least)

    @property
    def facts(self) -> Facts:
        return Facts(
            uniform=self.network.vocabulary,
            reads_noise=True,
            hears_noise=self.what.timed or self.what.scaled is not None,
        )

    def condition(self, context: Context, how: Conditions = USUAL) -> UniformConditioned:
        return UniformConditioned(self, context, how)

    def unconditional(self, context: Context) -> Context:
        """No text at all: there is no mask to hide it behind."""
        return replace(context, segments=((),) * len(context.segments))

    def text(self, context: Context) -> Text:
        frame = Frame() if not any(context.segments) else self.frame
        words = self.network.vocabulary
        return Text(self.fitted(context), frame, 0, self.null_id, self.network.device, raw=words)

    def nll(self, context: Context, fills: Sequence[Fill]) -> float:
        """Nats per token of the fills where each token is noise in turn: a pseudo-likelihood, as for masked models."""
        gaps = tuple(replace(gap, slots=len(fill)) for gap, fill in zip(context.gaps, fills, strict=True))
        tokens = torch.tensor([token for fill in fills for token in fill], device=self.network.device)
        if not len(tokens):
            return 0.0
        conditioned, total = self.condition(replace(context, gaps=gaps)), 0.0
        noise = self.corruption.noise(tokens[None], Dice([0]))
        for hidden in torch.eye(len(tokens), dtype=torch.bool, device=tokens.device).split(BATCH):
            ids = torch.where(hidden, noise, tokens)
            log_p = conditioned.clean(ids, hidden, 1 / len(tokens))
            total -= float(log_p[hidden].gather(-1, tokens[hidden.nonzero()[:, 1], None]).double().sum())
        return total / len(tokens)


class UniformConditioned(MaskedConditioned):
    """A denoiser of uniform noise bound to one text."""

    _d: UniformDenoiser
    _canvas: Canvas
    _ratios: Tensor | None = None
    _logits: Tensor

    @property
    def said(self) -> tuple[Said, ...]:
        """What the last logits were made of: themselves, or the ratios."""
        return (Said(self._logits if self._ratios is None else self._ratios, ratios=self._ratios is not None),)

    @torch.no_grad()
    def logits(self, canvas: Canvas, t: float) -> Tensor:
        """Log-probabilities of what each slot was at first."""
        self._canvas = canvas
        self._logits = super().logits(canvas, t)
        return self._logits

    def clean(self, ids: Tensor, noisy: Tensor, level: Level) -> Tensor:
        """(N, L, V) log-probabilities of what slots were at first, in one pass: nothing is forbidden."""
        return self._first(self._text.row(ids, noisy), level).log_softmax(-1)

    def _scores(self, row: MaskedRow, noisy: Tensor, t: float) -> Tensor:
        return self._first(row, noise_level(self._how, self._canvas, t))

    @torch.no_grad()
    def _first(self, row: MaskedRow, level: Level) -> Tensor:
        self.nfe += 1
        scores = self._d.masked(row.ids, row.there, level, row.at)
        if not self._d.ratios:
            return scores
        seen = row.ids.gather(1, row.at)
        self._ratios = scores.scatter(-1, seen[..., None], 0.0)  # that of the text as it stands over itself
        alpha = alpha_of(level, self._d.what.least).to(scores.device)[:, None, None]
        return uniform.at_level(self._ratios, alpha).clamp_min(LITTLE).log().float()
