"""MDLM (arXiv 2406.07524) and SEDD (arXiv 2310.16834): all of the text is read in every pass.

Written words are carried over: MDLM's parameterisation (SUBS) puts all probability on the token that stands, and SEDD's absorbing
noise has no way back from one. Neither was trained on what it says about a token that it sees, so both fill in and do not revise.

Shapes: N rows, S tokens, L slots, A positions asked for, V ids of the network.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.context.inputs import with_itself
from engine.context.window import WINDOW
from engine.denoising.denoiser import USUAL, Conditions, noise_level
from engine.denoising.facts import Facts
from engine.diffusion.canvas import Canvas
from engine.diffusion.objectives import log_masses
from engine.diffusion.schedules import LogLinear
from engine.models.dit.checkpoint import Published
from engine.models.dit.network import Dit
from engine.models.masked.denoiser import MaskedConditioned, MaskedDenoiser
from engine.models.masked.text import Frame, MaskedRow
from engine.text.allowed import NEVER
from engine.text.context import Context
from engine.text.tokenizer import Tokenizer

Level = float | Tensor
"""a noise level t in 0..1, or one for each row (N,)"""
LEAST_T = 1e-5
"""the end of time, where SEDD's published sampler stops: at 0 no mask is left to score"""


def alpha_of(t: Level, least: float = LogLinear().eps) -> Tensor:
    """(1,) or (N,) the share that is clean at a level of noise t; ``least`` is left at 1. Whatever the schedule: the network is
    told the noise, not the time."""
    return 1 - (1 - least) * torch.as_tensor(t, dtype=torch.float64).reshape(-1).clamp_min(LEAST_T)


def sigma_of(t: Level, least: float = LogLinear().eps) -> Tensor:
    """(1,) or (N,) total noise -log alpha; by default of the log-linear schedule that most of these networks were trained on."""
    return -alpha_of(t, least).log()


class DitNetwork:
    """A DiT network as a masked one. The mask is never an answer."""

    def __init__(
        self, network: Dit, mask_id: int, *, timed: bool, scaled: bool | None = None, least: float = LogLinear().eps
    ) -> None:
        """``scaled`` is SEDD's: see ``log_ratios``. None: the scores are logits. ``least``: see ``alpha_of``."""
        self.network = network
        self.mask_id = mask_id
        self.timed = timed
        self.scaled = scaled
        self.least = least
        self.device = network.device
        self.vocabulary = network.sizes.vocabulary

    def sigma(self, t: Level) -> Level:
        """What the network is told of the noise: nothing, where it was not trained to hear it."""
        return sigma_of(t, self.least) if self.timed else 0.0

    def __call__(self, ids: Tensor, there: Tensor, t: Level, at: Tensor) -> Tensor:
        visible = None if there.all() else with_itself(there[:, None].expand(-1, ids.shape[1], -1))
        positions = torch.arange(ids.shape[1], device=ids.device)
        scores = self.network(ids, positions, self.sigma(t), visible=visible, scored=at)[0]
        return self.answers(scores, t)

    def answers(self, scores: Tensor, t: Level) -> Tensor:
        """What the network's scores (N, A, V) of masked positions mean."""
        if self.scaled is not None:
            scores = log_ratios(scores, sigma_of(t, self.least), self.scaled)
        scores[..., self.mask_id] = NEVER
        return scores


def log_ratios(scores: Tensor, sigma: Tensor, scaled: bool) -> Tensor:
    """log s + log(e^sigma - 1) of SEDD's scores (N, A, V) at masked positions: log p where the ratios s are the true ones.

    A network whose output is scaled by sigma gives log s + log(e^sigma - 1) + log(V - 1), V with the mask.
    """
    if scaled:
        return scores - math.log(scores.shape[-1] - 1)
    return log_masses(scores, sigma)


class DitDenoiser(MaskedDenoiser):
    """A DiT network behind the Denoiser protocol, as MDLM and SEDD read a text."""

    network: DitNetwork

    def __init__(
        self, network: Dit, what: Published, tokenizer: Tokenizer, mask_id: int, name: str, *, window: int = WINDOW
    ) -> None:
        self.what = what
        self.masked = self._network(network, mask_id)
        # MDLM, UDLM and BD3-LM were trained on rows that all begin with the end of the text before, or a mark for it; the others
        # on rows cut anywhere.
        begins = what.family in ("mdlm", "udlm", "bd3lm")
        super().__init__(
            self.masked,
            tokenizer,
            name,
            mask_id=mask_id,
            frame=Frame((tokenizer.bos_id,) if begins else ()),
            positions=what.length,
            window=window,
            normalised=what.scaled is None,
        )

    def _network(self, network: Dit, mask_id: int) -> DitNetwork:
        return DitNetwork(network, mask_id, timed=self.what.timed, scaled=self.what.scaled, least=self.what.least)

    @property
    def facts(self) -> Facts:
        """SEDD's scores are ratios at a level of noise, also where its network does not hear it."""
        return Facts(carries_over=True, hears_noise=self.what.timed or self.what.scaled is False)

    def condition(self, context: Context, how: Conditions = USUAL) -> MaskedConditioned:
        return Carrying(self, context, how)


class Carrying(MaskedConditioned):
    """A denoiser bound to one text that leaves what is written as it is."""

    _d: DitDenoiser
    _canvas: Canvas
    _mass: Tensor

    @torch.no_grad()
    def logits(self, canvas: Canvas, t: float) -> Tensor:
        """Log-probabilities, or log-ratios as ``log_ratios`` has them; on written slots all is on what stands there."""
        self._canvas = canvas
        scores = super().logits(canvas, t)
        if not self.normalised:
            # What a rule forbids gives its share to the rest: how soon a slot is written is not the rules' business.
            scores += (self._mass - scores.logsumexp(-1))[..., None]
        scores[..., [self._d.mask_id, self._d.null_id]] = -torch.inf
        written, ids = (x.to(scores.device)[..., None] for x in (~canvas.noisy, canvas.ids))
        scores.masked_fill_(written, NEVER)
        return scores.scatter(-1, ids, torch.where(written, 0.0, scores.gather(-1, ids)))

    def _scores(self, row: MaskedRow, noisy: Tensor, t: float) -> Tensor:
        found = self._passed(row, noisy, noise_level(self._how, self._canvas, t))
        self._mass = found.logsumexp(-1)
        return found

    def _passed(self, row: MaskedRow, noisy: Tensor, t: Level) -> Tensor:
        """(N, L, V) of one pass."""
        self.nfe += 1
        return self._d.masked(row.ids, row.there, t, row.at)
