"""A model of letters: what it reads, that it learns, and that it is a model like any other."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diffusion.canvas import Canvas
from engine.errors import TextTooShort
from engine.models.dit.network import DitBlock, turned
from engine.text.context import Context, Gap
from engine.training.letters.alphabet import MOST, OTHER, alphabet
from engine.training.letters.counting import counted
from engine.training.letters.network import NEIGHBOURS, SIZES, fresh, log_p, sizes_of
from engine.training.letters.training import HELD_FROM, LEAST, LetterTraining, written
from engine.training.letters.training import MOST as WINDOW
from tests.engine.families import passes

pytestmark = pytest.mark.slow

CYCLE = "abcdefgh" * 60


def ticking() -> LetterTraining:
    """A training of 60 steps: each takes a second, and no other second counts."""
    return LetterTraining(CYCLE, 1, seconds=60, clock=itertools.count().__next__)


@pytest.fixture(scope="module")
def trained() -> LetterTraining:
    training = ticking()
    for _ in training.run(every=20):
        training.clock()  # somebody else has the machine between two steps
    return training


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_an_alphabet_gives_its_own_text_back_letter_by_letter(text: str) -> None:
    tokenizer = alphabet(text)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text and len(ids) == len(text)
    assert OTHER in text or set(ids).isdisjoint(tokenizer.special_ids)


def test_a_letter_that_was_never_seen_is_the_other_one_and_an_alphabet_has_an_end() -> None:
    assert alphabet("abc").encode("axb字")[1::2] == [3, 3]
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 2 * MOST))) + "的的"
    tokenizer = alphabet(many)
    assert tokenizer.size == MOST + 2 and tokenizer.decode(tokenizer.encode("的")) == "的"


def test_it_learns_and_only_work_takes_time(trained: LetterTraining) -> None:
    """A cycle of eight letters: log 8 nats each for who knows nothing, 0 for who knows one letter and the rule."""
    assert [moment.steps for moment in trained.moments] == [20, 40, 60]
    assert trained.moments[-1].loss < trained.moments[0].loss < 1.1 * math.log(8)
    assert set("".join(written(trained.model("x"), 24, 0))) <= set("abcdefgh")


def test_all_letters_are_written_at_once_where_one_step_is_asked_for() -> None:
    """A model that knows nothing yet is shown in a pass, not in as many as there are letters."""
    model = ticking().model("x")
    with passes(model.masked.network) as made:
        texts = list(written(model, 24, 0, steps=1))
    assert len(texts) == len(made) == 1 and len(texts[0]) == 24 and set(texts[0]) <= set("abcdefgh")


def test_the_same_seed_learns_the_same(trained: LetterTraining) -> None:
    again = ticking()
    assert all(moment is None for moment in itertools.islice(again.run(every=20), 19))
    assert next(again.run(every=20)) == trained.moments[0], "it goes on where it was left"
    first = LetterTraining(CYCLE, 1, seconds=5, seed=3, clock=itertools.count().__next__)
    second = LetterTraining(CYCLE, 1, seconds=5, seed=3, clock=itertools.count().__next__)
    assert list(first.run(every=2)) == list(second.run(every=2))


def test_its_model_says_what_its_network_does(trained: LetterTraining) -> None:
    """The denoiser on a gap between two texts, and the network on the row with its beginning."""
    model = trained.model("x")
    ids = trained.learnt[:12]
    canvas = Canvas(torch.full((1, 4), model.mask_id), *(torch.full((1, 4), x) for x in (True, False)))
    gap = Gap(4, multiline=True, exact=True)
    said = model.condition(Context((tuple(ids[:5].tolist()), tuple(ids[9:].tolist())), (gap,))).logits(canvas, 0.5)
    row = ids.clone()
    row[5:9] = trained.mask
    with torch.no_grad():
        own = log_p(trained.mean, row[None], trained.tokenizer.bos_id)[:, 5:9]
    letters = slice(0, 8)
    assert torch.allclose(said[..., letters].log_softmax(-1), own[..., letters].log_softmax(-1), atol=1e-5)
    assert float(said[..., trained.tokenizer.bos_id].max()) < -1e6


def test_part_of_a_long_text_is_kept_back_and_a_short_one_refused() -> None:
    long = LetterTraining("ab" * HELD_FROM, 1, seconds=2, clock=itertools.count().__next__)
    assert len(long.held) == 0.1 * 2 * HELD_FROM
    assert all(moment and moment.held and moment.held < math.log(4) + 0.5 for moment in long.run(every=1))
    assert len(LetterTraining("ab" * WINDOW, 1, seconds=1).text) == WINDOW
    with pytest.raises(TextTooShort, match=f"has 3 characters, and a model learns from at least {LEAST}"):
        LetterTraining("abc", 1, seconds=1)


def test_counting_is_worked_by_hand() -> None:
    """Of a, b and c the text abab has 2, 2, 0; with one more each that is 3/7, 3/7, 1/7. Behind a came two b: (2 + 3/7) / 3."""
    alone, pairs = counted(torch.tensor([0, 1, 0, 1]), torch.tensor([0, 1]), 3)
    assert alone == pytest.approx(math.log(7 / 3))
    assert pairs == pytest.approx(-(math.log(3 / 7) + math.log((2 + 3 / 7) / 3)) / 2)
    assert counted(torch.tensor([0, 1]), torch.tensor([2]), 3)[1] < math.inf, (
        "a letter that never came has a price, too"
    )


@pytest.mark.parametrize("size", range(1, len(SIZES) + 1))
def test_a_fresh_head_looks_at_one_neighbour_whatever_the_letters_are(size: int) -> None:
    rng = torch.Generator().manual_seed(0)
    network, ids = fresh(sizes_of(size, 30), seed=1), torch.randint(30, (64, 24), generator=rng)
    block, turns = network.blocks[0], network.rotary_emb(torch.arange(24)[None])
    assert isinstance(block, DitBlock)
    inputs = block.attn_qkv(block.norm1(network.vocab_embed(ids))).view(64, 24, 3, block.heads, -1)
    query, key, _ = inputs.permute(2, 0, 3, 1, 4)
    scores = (turned(query, turns) @ turned(key, turns).transpose(-1, -2)).mean(0)
    seen = scores.argmax(-1) - torch.arange(24)
    found = [head[8:16].unique().tolist() for head in seen]
    assert found == [[at] for at in NEIGHBOURS[: block.heads]]
