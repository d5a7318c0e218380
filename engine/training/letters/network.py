"""The network of letters: MDLM's, without the noise level, in five sizes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.dit.checkpoint import Published
from engine.models.dit.mdlm import DitDenoiser
from engine.models.dit.network import Dit, DitBlock, DitSizes
from engine.text.tokenizer import Tokenizer

SIZES = ((32, 2), (64, 2), (96, 3), (128, 4), (192, 6))
"""width and blocks, from the smallest on"""
HEAD = 32
"""numbers of a head"""
LENGTH = 128
"""letters of a row, the one that begins it among them"""
NEIGHBOURS = (-1, 1, -2, 2, -3, 3, -4, 4)
"""where heads look at first, one after the other, in places from their own"""
KEEN, ALIKE = 1.0, 4.0
"""how much louder than the rest that first look is; what all letters have in common, for it to hang on"""


def sizes_of(size: int, vocabulary: int) -> DitSizes:
    """``size`` counts from 1."""
    width, blocks = SIZES[size - 1]
    return DitSizes(vocabulary, width, width // HEAD, blocks, condition=1, modulated=False)


def fresh(sizes: DitSizes, seed: int) -> Dit:
    """A network that knows nothing: every letter is as likely as any other. Its heads begin by looking at their neighbours,
    which is what training finds out first, and late: in the same time to 2.58 nats a letter instead of 2.99."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        network = Dit(sizes)
        letters = network.vocab_embed.embedding.normal_()
        letters.copy_(0.5 * (letters - letters.mean(-1, keepdim=True)) / letters.std(-1, keepdim=True))
        letters[:, 0] = ALIKE  # and as loud in every letter, since all have the same length
        for number, block in enumerate(network.blocks):
            assert isinstance(block, DitBlock)
            _look_around(block, number, network.rotary_emb.inv_freq)
            block.attn_out.weight.normal_(std=0.1)
            block.mlp[2].weight.normal_(std=0.02)  # type: ignore[operator]
        nn.init.zeros_(network.output_layer.linear.weight)
        nn.init.zeros_(network.output_layer.linear.bias)
    return network


def _look_around(block: DitBlock, number: int, waves: Tensor) -> None:
    """Let each head score the place some letters away highest, whatever stands there.

    What all letters have in common becomes a query q and, turned back by that distance, a key. Rotary positions turn both on,
    so their product is a sum of cos(w (distance - wanted)) over the waves w, which is greatest at the wanted distance.
    """
    width = block.attn_out.weight.shape[0]
    query, key, value = block.attn_qkv.weight.view(3, block.heads, -1, width)
    heard = (torch.arange(len(waves)) < len(waves) // 2).float()  # the slow ones do not tell neighbours apart
    for part, std in ((query, 0.5), (key, 0.5), (value, 1.0)):
        part.normal_(std=std * width**-0.5)
    for head in range(block.heads):
        turn = -waves * NEIGHBOURS[(number * block.heads + head) % len(NEIGHBOURS)]
        query[head, :, 0] = KEEN * torch.cat([heard, 0 * heard])
        key[head, :, 0] = KEEN * torch.cat([heard * turn.cos(), heard * turn.sin()])


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
