"""The network of letters: MDLM's, without the noise level, in five sizes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.dit.checkpoint import Published
from engine.models.dit.mdlm import DitDenoiser
from engine.models.dit.network import Dit, DitSizes
from engine.text.tokenizer import Tokenizer

SIZES = ((32, 2), (64, 2), (96, 3), (128, 4), (192, 6))
"""width and blocks, from the smallest on"""
HEAD = 32
"""numbers of a head"""
LENGTH = 128
"""letters of a row, the one that begins it among them"""


def sizes_of(size: int, vocabulary: int) -> DitSizes:
    """``size`` counts from 1."""
    width, blocks = SIZES[size - 1]
    return DitSizes(vocabulary, width, width // HEAD, blocks, condition=1, modulated=False)


def fresh(sizes: DitSizes, seed: int) -> Dit:
    """A network that knows nothing: every letter is as likely as any other."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Dit(sizes)
        nn.init.normal_(network.vocab_embed.embedding, std=0.5)
        for block in network.blocks:
            for last in (block.attn_out.weight, block.mlp[2].weight):  # type: ignore[union-attr, index]
                nn.init.normal_(last, std=0.02)  # type: ignore[arg-type]
        nn.init.zeros_(network.output_layer.linear.weight)
        nn.init.zeros_(network.output_layer.linear.bias)
    return network


def weights_of(network: Dit) -> int:
    """How many numbers are trained."""
    return sum(weight.numel() for weight in network.parameters())


def log_p(network: Dit, ids: Tensor, begin: int) -> Tensor:
    """(B, L, V) normalised, of rows of letters (B, L); the mask, the network's last id, is no answer."""
    rows = torch.cat([torch.full_like(ids[:, :1], begin), ids], 1)
    scores = network(rows, torch.arange(rows.shape[1]))[0][:, 1:]
    mask = torch.tensor([network.sizes.vocabulary - 1])
    return scores.index_fill(-1, mask, -torch.inf).log_softmax(-1)


def denoiser(network: Dit, tokenizer: Tokenizer, name: str) -> DitDenoiser:
    """The network as any other model: it fills gaps, and can be asked for its scores."""
    mask = network.sizes.vocabulary - 1
    what = Published("mdlm", network.sizes, LENGTH, mask, timed=False)
    return DitDenoiser(network, what, tokenizer, mask, name)
