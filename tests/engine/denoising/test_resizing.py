"""Lengths that a model writes itself, under every rule: nothing undecided is left, and what is written is words."""

from __future__ import annotations

import pytest
import torch

import engine
from engine import Span
from engine.models.masked.denoiser import MaskedDenoiser, Whole
from engine.models.scripted import byte_tokenizer
from engine.text.chat import ChatTurns
from engine.text.tokenizer import Vocabulary
from engine.text.wishes import REASONS
from tests.conftest import some

MASK, EXPAND, DELETE, END = 2, 259, 260, 0
SIZE = 261
TEXT = "0123 abcdef 4567"
INFILLING = [name for name, system in engine.SYSTEMS.items() if system.strength > 0]


def letters(ids: torch.Tensor) -> torch.Tensor:
    """(N, S, V) scores of a letter for every place: 'a' on the first slot of the row, 'b' on the next."""
    scores = torch.zeros(*ids.shape, SIZE)
    places = torch.arange(ids.shape[1]) % 20
    scores.scatter_(-1, (byte_tokenizer().encode("a")[0] + places)[None, :, None].expand(len(ids), -1, 1), 4.0)
    return scores


def growing(wanted: int) -> MaskedDenoiser:
    """Asks for more room until a row has so many tokens, and for less above."""

    def scores(ids: torch.Tensor, there: torch.Tensor, t: float) -> torch.Tensor:
        made = letters(ids)
        size = there.sum(-1)
        made[size < wanted, :, EXPAND] = 9.0
        made[size > wanted, :, DELETE] = 9.0
        return made

    return MaskedDenoiser(
        Whole(scores, SIZE), byte_tokenizer(), "growing", mask_id=MASK, expand_id=EXPAND, delete_id=DELETE
    )


@pytest.mark.parametrize("system", some(INFILLING, "llada", "eso-b"))
@pytest.mark.parametrize("wanted", [13, 16, 19])
def test_a_canvas_that_grows_or_shrinks_is_written_whole(system: str, wanted: int) -> None:
    """No mask and no length token is left, whether the turns were fixed beforehand or not."""
    d = growing(wanted)
    has = {p.name for p in engine.SYSTEMS[system].parameters}
    given = {name: value for name, value in {"steps": 24, "temperature": 0.0}.items() if name in has}
    steps = [s for s in engine.infill(d, TEXT, [Span(5, 11)], system=system, **given) if s.phase == "denoise"]
    written = [slot for slot in steps[-1].spans[0].slots if slot.state != "x"]
    assert all(not slot.noisy and slot.token < 259 and slot.token > 2 for slot in written)
    assert steps[-1].spans[0].text == "".join(slot.text for slot in written).removeprefix(" ")
    assert max(step.index for step in steps) <= steps[-1].steps
    if system in ("llada", "autoregressive", "eso-a", "eso-b"):  # those that keep what they write get their way
        assert len(written) == len(TEXT) - 16 + wanted - 9


def test_left_to_right_stays_left_to_right_while_the_canvas_grows() -> None:
    for step in engine.infill(growing(19), TEXT, [Span(5, 11)], system="autoregressive", temperature=0.0):
        noisy = [slot.noisy for slot in step.spans[0].slots if slot.state != "x"]
        assert noisy == sorted(noisy), "what is undecided lies behind what is written"


def answering(count: int, sure: float = 12.0) -> MaskedDenoiser:
    """Was taught turns: it answers with so many letters and the end of text on every slot behind, of which it is surest."""

    def scores(ids: torch.Tensor, there: torch.Tensor, t: float) -> torch.Tensor:
        made = letters(ids)
        first = (ids == MASK).int().argmax(-1) if not began else torch.full((len(ids),), began[0])
        began.append(int(first[0]))
        behind = torch.arange(ids.shape[1]) >= began[0] + count
        made[:, behind, END] = sure
        return made

    began: list[int] = []
    d = MaskedDenoiser(Whole(scores, SIZE), byte_tokenizer(), "answering", mask_id=MASK)
    d.chat, d.end_ids = ChatTurns(Vocabulary(d.tokenizer, MASK, 1, 1, 1)), (END,)
    return d


@pytest.mark.parametrize("system", some(INFILLING, "llada", "eso-b"))
@pytest.mark.parametrize("count", [1, 3, 8])
def test_a_chat_model_ends_its_answer(system: str, count: int) -> None:
    """As long as it says, from an instruction on six tokens; the end is no text, and it is written last."""
    has = {p.name for p in engine.SYSTEMS[system].parameters}
    given = {name: value for name, value in {"steps": 24, "temperature": 0.0}.items() if name in has}
    *_, last = engine.edit(answering(count), TEXT, Span(5, 11), "Make it another length.", system=system, **given)
    assert last.spans[0].tokens == count and last.spans[0].why == REASONS["ends"]
    assert [slot.state for slot in last.spans[0].slots[count:]] == ["x"] * (len(last.spans[0].slots) - count)


def test_an_end_is_chosen_last_however_sure_it_is() -> None:
    made = [s for s in engine.edit(answering(4), TEXT, Span(5, 11), "Go on.", steps=32) if s.phase == "denoise"]
    ended = next(i for i, step in enumerate(made) if any(slot.state == "x" for slot in step.spans[0].slots))
    assert not any(slot.noisy for slot in made[ended].spans[0].slots[:4])


def test_elsewhere_nothing_ends_a_fill() -> None:
    *_, last = engine.infill(answering(3), TEXT, [Span(5, 11)], length=6)
    assert last.spans[0].tokens == 6 and all(slot.token != END for slot in last.spans[0].slots)
