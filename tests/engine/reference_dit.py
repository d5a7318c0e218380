"""The network of the DiT families once more, from its description alone, and small canvases to ask it about."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from engine.diffusion.canvas import Canvas
from engine.models.dit.mdlm import DitDenoiser
from engine.text.context import Context, Gap
from tests.engine import tiny_dit
from tests.engine.tiny_dit import BLOCKS, HEADS, MASK, WIDTH


def reference(
    ids: list[int], positions: list[int], visible: Tensor, sigma: float = 0.0, *, adaln: bool = True
) -> Tensor:
    """(Q, V) of the published description, one input at a time and one head at a time."""
    w = {name: weight.double() for name, weight in tiny_dit.weights(adaln=adaln).items()}

    def norm(x: Tensor, weight: Tensor) -> Tensor:
        return (x - x.mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + 1e-5).sqrt() * weight

    def turn(x: Tensor, position: int) -> Tensor:
        size, out = WIDTH // HEADS, x.tolist()  # plain numbers, of which none takes a tensor of its own
        for j in range(size // 2):
            angle = position / 10_000 ** (2 * j / size)
            a, b = out[j], out[j + size // 2]
            out[j], out[j + size // 2] = (
                a * math.cos(angle) - b * math.sin(angle),
                b * math.cos(angle) + a * math.sin(angle),
            )
        return torch.tensor(out, dtype=x.dtype)

    c = None
    if adaln:
        waves = [math.exp(-math.log(10_000) * i / 128) * sigma for i in range(128)]
        spelled = torch.tensor([math.cos(v) for v in waves] + [math.sin(v) for v in waves], dtype=torch.float64)
        c = functional.silu(w["sigma_map.mlp.0.weight"] @ spelled + w["sigma_map.mlp.0.bias"])
        c = functional.silu(w["sigma_map.mlp.2.weight"] @ c + w["sigma_map.mlp.2.bias"])
    x = w["vocab_embed.embedding"][ids]
    for i in range(BLOCKS):
        b = {name.removeprefix(f"blocks.{i}."): weight for name, weight in w.items() if name.startswith(f"blocks.{i}.")}
        zero, one = torch.zeros(WIDTH, dtype=torch.float64), torch.ones(WIDTH, dtype=torch.float64)
        parts = [zero, zero, one, zero, zero, one]
        if c is not None:
            parts = list((b["adaLN_modulation.weight"] @ c + b["adaLN_modulation.bias"]).chunk(6))
        shift, scale, gate, shift2, scale2, gate2 = parts
        h = norm(x, b["norm1.weight"]) * (1 + scale) + shift
        q, k, v = (h @ b["attn_qkv.weight"].T).chunk(3, -1)
        mixed = torch.zeros_like(x)
        for head in range(HEADS):
            at = slice(head * WIDTH // HEADS, (head + 1) * WIDTH // HEADS)
            qs = torch.stack([turn(row[at], p) for row, p in zip(q, positions, strict=True)])
            ks = torch.stack([turn(row[at], p) for row, p in zip(k, positions, strict=True)])
            scores = (qs @ ks.T / math.sqrt(WIDTH // HEADS)).masked_fill(~visible, -torch.inf)
            mixed[:, at] = scores.softmax(-1) @ v[:, at]
        x = x + gate * (mixed @ b["attn_out.weight"].T)
        h = norm(x, b["norm2.weight"]) * (1 + scale2) + shift2
        h = functional.gelu(h @ b["mlp.0.weight"].T + b["mlp.0.bias"], approximate="tanh") @ b["mlp.2.weight"].T
        x = x + gate2 * (h + b["mlp.2.bias"])
    x = norm(x, w["output_layer.norm_final.weight"])
    if c is not None:
        shift, scale = (w["output_layer.adaLN_modulation.weight"] @ c + w["output_layer.adaLN_modulation.bias"]).chunk(
            2
        )
        x = x * (1 + scale) + shift
    return x @ w["output_layer.linear.weight"].T + w["output_layer.linear.bias"]


def everything(size: int) -> Tensor:
    return torch.ones(size, size, dtype=torch.bool)


def agrees(scores: Tensor, wanted: Tensor) -> None:
    """Whether log-probabilities (L, V') are those of logits (L, V) among the tokens that may be written."""
    may = scores[:, : wanted.shape[1]] > -1e8
    assert (may.sum(-1) > 100).all() and not may[:, MASK].any()
    wanted = wanted.masked_fill(~may, -torch.inf).log_softmax(-1)
    assert torch.allclose(scores[:, : wanted.shape[1]].double()[may], wanted[may], atol=1e-4)


def case(d: DitDenoiser, before: str, slots: int, after: str) -> Context:
    return Context((tuple(d.tokenizer.encode(before)), tuple(d.tokenizer.encode(after))), (Gap(slots),))


def canvas_of(written: dict[int, int], slots: int, **more: list[int]) -> Canvas:
    """One row, with what is written on some slots."""
    ids = torch.tensor([[written.get(i, MASK) for i in range(slots)]])
    noisy = torch.tensor([[i not in written for i in range(slots)]])
    return Canvas(ids, noisy, torch.zeros_like(noisy), **{name: torch.tensor([value]) for name, value in more.items()})


def answered(conditioned, canvas: Canvas, t: float = 0.5) -> Tensor:
    for _ in conditioned.draft(canvas):
        pass
    return conditioned.logits(canvas, t)
