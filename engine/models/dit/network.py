"""The network of MDLM, SEDD, BD3-LM and Eso-LM: a transformer over tokens whose blocks are modulated by the noise level.

All four publish the same layout under the same names (DiT's adaptive layer norm, arXiv 2212.09748, with rotary positions,
arXiv 2104.09864), so one module loads them. Theirs needs flash-attn or compiled flex attention; this one is plain torch.

Shapes: N rows, Q inputs, S inputs kept from earlier passes, H heads, D head size, W width, V vocabulary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.context.inputs import Layers

FREQUENCIES = 256
"""numbers that a noise level is spelled out in"""
PERIOD = 10_000.0
"""slowest wave of positions and of noise levels"""


@dataclass(frozen=True, slots=True)
class DitSizes:
    """The sizes of a network."""

    vocabulary: int
    """ids it reads and scores, the mask among them"""
    width: int
    heads: int
    blocks: int
    condition: int
    """width of what the noise level becomes"""
    modulated: bool = True
    """whether the noise level modulates the blocks (adaLN); BD3-LM can do without"""


class Norm(nn.Module):
    """Layer norm with a scale and no shift."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return functional.layer_norm(x.float(), x.shape[-1:]).to(x.dtype) * self.weight


class Embedding(nn.Module):
    """(N, Q) -> (N, Q, W)."""

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Parameter(torch.empty(vocabulary, width))

    def forward(self, ids: Tensor) -> Tensor:
        return self.embedding[ids]


class NoiseLevel(nn.Module):
    """(N,) -> (N, condition): a number as cosines and sines of falling frequency, then two layers."""

    def __init__(self, condition: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(FREQUENCIES, condition), nn.SiLU(), nn.Linear(condition, condition))

    def forward(self, sigma: Tensor) -> Tensor:
        half = FREQUENCIES // 2
        waves = torch.exp(-math.log(PERIOD) / half * torch.arange(half, device=sigma.device, dtype=torch.float32))
        angles = sigma.float()[:, None] * waves
        last = self.mlp[2].weight
        assert isinstance(last, Tensor)
        level: Tensor = self.mlp(torch.cat([angles.cos(), angles.sin()], -1).to(last.dtype))
        return functional.silu(level)


class Rotary(nn.Module):
    """The angles of positions. Computed here for any positions at all: they may have gaps and stand in any order."""

    inv_freq: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("inv_freq", PERIOD ** -(torch.arange(0, size, 2).float() / size))

    def forward(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """(N, Q) -> cosines and sines (N, 1, Q, D), the second half of D as the first."""
        angles = positions[:, None, :, None].float() * self.inv_freq.float()
        angles = torch.cat([angles, angles], -1)
        return angles.cos(), angles.sin()


def turned(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
    """Queries or keys (N, H, Q, D) at their positions: number i of a head turns together with number i + D / 2."""
    cos, sin = (part.to(x.dtype) for part in rotary)
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat([-second, first], -1) * sin


class DitBlock(nn.Module):
    """Attention and two layers, each added to what came in."""

    def __init__(self, sizes: DitSizes) -> None:
        super().__init__()
        width = sizes.width
        self.heads = sizes.heads
        self.norm1 = Norm(width)
        self.attn_qkv = nn.Linear(width, 3 * width, bias=False)
        self.attn_out = nn.Linear(width, width, bias=False)
        self.norm2 = Norm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width))
        if sizes.modulated:
            self.adaLN_modulation = nn.Linear(sizes.condition, 6 * width)
        self.modulated = sizes.modulated

    def forward(
        self,
        x: Tensor,
        level: Tensor | None,
        rotary: tuple[Tensor, Tensor],
        visible: Tensor | None,
        past: tuple[Tensor, Tensor] | None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        if level is None:
            mixed, new = self._attend(self.norm1(x), rotary, visible, past)
            x = x + mixed
            return x + self.mlp(self.norm2(x)), new
        # Shift, scale and gate of either half.
        a, b, c, d, e, f = self.adaLN_modulation(level)[:, None].chunk(6, -1)
        mixed, new = self._attend(self.norm1(x) * (1 + b) + a, rotary, visible, past)
        x = x + c * mixed
        return x + f * self.mlp(self.norm2(x) * (1 + e) + d), new

    def _attend(
        self,
        x: Tensor,
        rotary: tuple[Tensor, Tensor],
        visible: Tensor | None,
        past: tuple[Tensor, Tensor] | None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        n, q, width = x.shape
        query, key, value = self.attn_qkv(x).view(n, q, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        query, key = turned(query, rotary), turned(key, rotary)
        keys, values = key, value
        if past is not None:
            keys, values = (
                torch.cat([old.expand(n, -1, -1, -1), new], 2) for old, new in zip(past, (key, value), strict=True)
            )
        seen = None if visible is None else visible[:, None]
        mixed = functional.scaled_dot_product_attention(query, keys, values, attn_mask=seen)
        return self.attn_out(mixed.transpose(1, 2).reshape(n, q, width)), (key, value)


class Output(nn.Module):
    """(N, Q, W) -> (N, Q, V)."""

    def __init__(self, sizes: DitSizes) -> None:
        super().__init__()
        self.norm_final = Norm(sizes.width)
        self.linear = nn.Linear(sizes.width, sizes.vocabulary)
        if sizes.modulated:
            self.adaLN_modulation = nn.Linear(sizes.condition, 2 * sizes.width)

    def forward(self, x: Tensor, level: Tensor | None) -> Tensor:
        x = self.norm_final(x)
        if level is not None:
            shift, scale = self.adaLN_modulation(level)[:, None].chunk(2, -1)
            x = x * (1 + scale) + shift
        scores: Tensor = self.linear(x)
        return scores


class Dit(nn.Module):
    """Scores of tokens. Submodules are named as in the published weights."""

    def __init__(self, sizes: DitSizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.vocab_embed = Embedding(sizes.vocabulary, sizes.width)
        if sizes.modulated:
            self.sigma_map = NoiseLevel(sizes.condition)
        self.rotary_emb = Rotary(sizes.width // sizes.heads)
        self.blocks = nn.ModuleList(DitBlock(sizes) for _ in range(sizes.blocks))
        self.output_layer = Output(sizes)

    @property
    def device(self) -> torch.device:
        return self.vocab_embed.embedding.device

    def forward(
        self,
        ids: Tensor,
        positions: Tensor,
        sigma: float | Tensor = 0.0,
        *,
        visible: Tensor | None = None,
        past: Layers | None = None,
        scored: Tensor | None = None,
    ) -> tuple[Tensor, Layers]:
        """(scores (N, Q or K, V) in float32, keys and values of these inputs).

        Args:
            ids: (N, Q).
            positions: (N, Q) or (Q,).
            sigma: total noise, the network's own measure of time; one number, or one for each row (N,).
            visible: (N, Q, S + Q) bool, which inputs an input sees, those of ``past`` first; None: all.
            past: keys, turned to their positions already, and values of inputs that came before.
            scored: (K,) or (N, K) the inputs to score, V numbers each; None: all.
        """
        level = None
        if self.sizes.modulated:
            level = self.sigma_map(torch.as_tensor(sigma, dtype=torch.float32, device=ids.device).reshape(-1))
        x = self.vocab_embed(ids)
        rotary = self.rotary_emb(positions.expand(ids.shape))
        new: Layers = []
        for index, block in enumerate(self.blocks):
            x, made = block(x, level, rotary, visible, None if past is None else past[index])
            new.append(made)
        if scored is not None:
            x = x[torch.arange(len(x), device=x.device)[:, None], scored.expand(len(x), -1)]
        return self.output_layer(x, level).float(), new
