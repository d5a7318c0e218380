"""LLaDA's published sampler, written again from its description (arXiv 2502.09992, section 2.4 and appendix), in float64, sharing
nothing with the engine: both write the same tokens in the same steps on a random network with full attention."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.denoising.guidance import Guided
from engine.denoising.loop import denoise
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.diffusion.temperature import Temperature
from engine.models.masked.denoiser import MaskedDenoiser, Whole
from engine.models.scripted import byte_tokenizer
from engine.samplers import Blocks, LowConfidence, RandomOrder
from engine.text.allowed import NEVER
from engine.text.context import Context, Gap
from tests.conftest import some, some_of

MASK, V, L = 2, 259, 24
PROMPT, BEHIND = tuple(range(70, 80)), tuple(range(90, 94))


class Tiny(nn.Module):
    """One layer in which every position attends to every other."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embed, self.place = nn.Embedding(V, 16).double(), nn.Embedding(64, 16).double()
        self.mix = nn.MultiheadAttention(16, 2, batch_first=True).double()
        self.head = nn.Linear(16, V).double()
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=0.6)

    @torch.no_grad()
    def forward(self, ids: Tensor) -> Tensor:
        x = self.embed(ids) + self.place(torch.arange(ids.shape[1]))
        return self.head(x + self.mix(x, x, x, need_weights=False)[0])


NETWORK = Tiny().eval()


def published(
    allowed: Tensor, steps: int, block: int, order: str, scale: float, noise: list[Tensor], draws: list[Tensor]
) -> list[list[int]]:
    """The canvas after every step. ``noise``: per step, exponential variables (L, V), or nothing at temperature 0; ``draws``: per
    step, uniform scores (L,) of the random order."""
    canvas = torch.full((L,), MASK)
    blocks = L // block
    made, step = [], 0
    for number in range(blocks):
        here = torch.zeros(L, dtype=torch.bool)
        here[number * block : (number + 1) * block] = True
        mine = steps // blocks
        counts = [block // mine + (i < block % mine) for i in range(mine)]
        for count in counts:
            row = torch.tensor([*PROMPT, *canvas.tolist(), *BEHIND])
            logits = NETWORK(row[None])[0, len(PROMPT) : len(PROMPT) + L]
            if scale:
                hidden = row.clone()
                hidden[: len(PROMPT)] = MASK
                hidden[len(PROMPT) + L :] = MASK
                without = NETWORK(hidden[None])[0, len(PROMPT) : len(PROMPT) + L]
                logits = without + (scale + 1) * (logits - without)
            logits = logits.masked_fill(~allowed, -torch.inf)
            if noise:
                # argmax of exp(logit) / (-log u)^T at T = 0.7
                guess = (logits.exp() / noise[step] ** 0.7).argmax(-1)
            else:
                guess = logits.argmax(-1)
            score = logits.softmax(-1).gather(-1, guess[:, None])[:, 0] if order == "low_confidence" else draws[step]
            score = score.masked_fill(~here | (canvas != MASK), -torch.inf)
            chosen = score.topk(count).indices
            canvas[chosen] = guess[chosen]
            made.append(canvas.tolist())
            step += 1
    return made


def ours(sampler, steps: int, temperature: float, scale: float) -> tuple[list[list[int]], Tensor]:
    tokenizer = byte_tokenizer()
    network = Whole(lambda ids, there, t: NETWORK(ids), V)
    d = MaskedDenoiser(network, tokenizer, "tiny", mask_id=MASK)
    context = Context((PROMPT, BEHIND), (Gap(L, multiline=True, exact=True),))
    conditioned = d.condition(context)
    noisy = torch.ones(1, L, dtype=torch.bool)
    canvas = Canvas(torch.full((1, L), MASK), noisy, ~noisy)
    allowed = conditioned.logits(canvas, 1.0)[0, :, :V] > NEVER / 2
    if scale:
        conditioned = Guided(conditioned, d.condition(d.unconditional(context)), scale)
    heat = Temperature(temperature, temperature)
    loop = denoise(conditioned, d.corruption, canvas, sampler, steps, Dice([11]), temperature=heat)
    return [step.canvas.ids[0].tolist() for step in loop], allowed


@pytest.mark.parametrize("order", some(["low_confidence", "random"]))
@pytest.mark.parametrize(
    ("steps", "block"), some_of([(24, 24), (8, 24), (7, 24), (24, 8), (9, 8), (6, 12), (3, 8)], 2, 4)
)
@pytest.mark.parametrize("scale", some([0.0, 1.5], 1.5))
def test_token_for_token(order: str, steps: int, block: int, scale: float) -> None:
    inner = LowConfidence() if order == "low_confidence" else RandomOrder()
    sampler = inner if block == L else Blocks(length=block, inner=inner)
    mine, allowed = ours(sampler, steps, 0.0, scale)
    dice = Dice([11])
    draws = [dice.uniform(L)[0] for _ in range(steps)] if order == "random" else []
    assert mine == published(allowed, steps, block, order, scale, [], draws)


@pytest.mark.parametrize("order", ["low_confidence", "random"])
@pytest.mark.parametrize("block", some([24, 8], 8))
def test_with_gumbel_noise_too(order: str, block: int) -> None:
    inner = LowConfidence() if order == "low_confidence" else RandomOrder()
    sampler = inner if block == L else Blocks(length=block, inner=inner)
    mine, allowed = ours(sampler, 12, 0.7, 0.0)
    dice, noise, draws = Dice([11]), [], []
    width = max(V, byte_tokenizer().size) + 1
    blank = torch.full((L,), float(MASK))
    for canvas in [
        blank.tolist(),
        *mine[:-1],
    ]:  # the engine draws noise for the slots that are masks, and then the order
        hidden = torch.tensor(canvas) == MASK
        step = torch.ones(L, V, dtype=torch.float64)
        step[hidden] = dice.exponential([int(hidden.sum())], width)[:, :V]
        noise.append(step)
        if order == "random":
            draws.append(dice.uniform(L)[0])
    assert mine == published(allowed, 12, block, order, 0.0, noise, draws)
