"""What is read before a gap, and with what drawing begins there."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from engine.models.causal.choosing import first_tokens, next_tokens, usual
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.causal.particles import Fill
from engine.models.causal.prompt import LEAST, SHORT, SHOWN, prompt_of
from engine.text.allowed import NEVER
from engine.text.context import Context, Gap
from engine.text.places.place import Place


def letters(text: str) -> list[int]:
    return [ord(character) for character in text]


LETTERS = SimpleNamespace(bos_id=0, encode=letters, encode_before=letters, decode=lambda ids: "".join(map(chr, ids)))
PROSE = Place("", "Nobody had told the children.", " It rained all day, and the boat lay on the beach.")
CODE = Place("", "import json", "\nimport sys\n\nprint(json.dumps(sys.argv))\n")


def prompted(before: int, after: int, place: Place | None = PROSE, window: int = 10_000) -> tuple[int, ...]:
    context = Context((tuple([1] * before), tuple([2] * after)), (Gap(4, place=place),))
    return read(context, 0, (), window)


def read(context: Context, index: int, fills: tuple[Fill, ...], window: int) -> tuple[int, ...]:
    """As a denoiser with this window reads it."""
    denoiser = SimpleNamespace(tokenizer=LETTERS, window=window)
    return CausalDenoiser.before(denoiser, prompt_of(context, index, fills, LETTERS))  # type: ignore[arg-type]


@pytest.mark.parametrize("before", [0, 3, SHORT])
def test_where_little_stands_before_the_text_after_is_read_first(before: int) -> None:
    assert prompted(before, 500) == (0, *[2] * SHOWN, 10, 10, *[1] * before)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [(SHORT + 1, 500, PROSE), (0, LEAST - 1, PROSE), (0, 500, CODE), (0, 500, None)],
    ids=["enough before", "nothing after", "code", "nothing known of it"],
)
def test_elsewhere_only_what_stands_before_is_read(before: int, after: int, place: Place | None) -> None:
    assert prompted(before, after, place) == (0, *[1] * before)


def test_of_the_text_after_its_first_paragraph_is_read_where_that_says_enough() -> None:
    for first, read_ in [([2] * LEAST, [2] * LEAST), ([2] * (LEAST - 1), [2] * (LEAST - 1) + [10, 10, 3, 3])]:
        context = Context(((), (*first, 10, 10, 3, 3)), (Gap(4, place=PROSE),))
        assert read(context, 0, (), 10_000) == (0, *read_, 10, 10)


def test_the_first_line_of_a_program_is_asked_for_by_name() -> None:
    gap = Gap(4, place=CODE)
    asked = read(Context(((), (2,) * 500), (gap,), language="go"), 0, (), 10_000)
    assert asked.count(2) == SHOWN
    told = "".join(map(chr, asked[1:]))
    assert "following go code is missing a line" in told and told.count("```go\n") == 2 and told.endswith("```go\n")
    context = Context(((), (2,) * (LEAST - 1)), (gap,), language="go")
    told = "".join(map(chr, read(context, 0, (), 10_000)[1:]))
    assert told.endswith("complete code:\n\n```go\n") and "\2" not in told, "it is nearly all there is"
    assert read(replace(context, language=""), 0, (), 10_000) == (0,)


def test_an_empty_program_is_told_its_language() -> None:
    empty = Context(((), ()), (Gap(32, place=CODE),), language="python")
    assert "".join(map(chr, read(empty, 0, (), 10_000)[1:])).endswith("```python\n")
    assert read(replace(empty, gaps=(Gap(32, place=PROSE),)), 0, (), 10_000) == (0,)


@pytest.mark.parametrize("after", [0, 500])
def test_of_another_line_of_a_short_program_the_language_is_named(after: int) -> None:
    def asked(before: int, language: str, place: Place = CODE) -> str:
        context = Context(((1,) * before, (2,) * after), (Gap(4, place=place),), language=language)
        return "".join(map(chr, read(context, 0, (), 10_000)[1:]))

    assert asked(3, "sql").endswith("```sql\n\1\1\1") and "\2" not in asked(3, "sql")
    assert asked(SHORT + 1, "sql") == "\1" * (SHORT + 1), "a longer text tells it"
    assert asked(3, "") == "\1\1\1"
    assert "sql" not in asked(3, "sql", PROSE), "a comment is prose"


def test_the_gaps_before_are_read_filled_and_the_window_holds() -> None:
    context = Context(((1,) * 90, (2,) * 5, (3,) * 20), (Gap(4, place=PROSE), Gap(4, place=PROSE)))
    assert read(context, 1, ((7, 8),), 10_000) == (0, *[1] * 90, 7, 8, *[2] * 5)
    assert len(prompted(5, 500, window=64)) <= 65


def test_a_quarter_of_the_rows_begins_as_the_lines_beside_it_where_it_is_a_line() -> None:
    gap = Gap(4, place=Place("x = 1\n", "y = 2", "\nfor a in b:\n    pass\n"))
    assert usual(gap, LETTERS) == [ord("f"), ord("x"), ord("p")]
    assert usual(Gap(4, place=PROSE), LETTERS) == usual(Gap(4), LETTERS) == []
    log_p = torch.zeros(200).log_softmax(0)
    log_p[[7, 9]] = torch.tensor([5.0, NEVER])
    drawn = first_tokens(log_p, 8, torch.Generator().manual_seed(1), [9, 150, 160, 170]).tolist()
    assert drawn[:5] == [7] * 5 and drawn[6:] == [160, 150] and drawn[5] not in (7, 9, 170)


def test_rows_begin_as_often_as_is_likely_and_half_of_them_differently_where_they_can() -> None:
    log_p = torch.tensor([0.05, 0.3, 0.001, 0.239, 0.15, 0.26]).log()
    assert first_tokens(torch.tensor([0.98, 0.009, 0.011]).log(), 8, torch.Generator()).tolist() == [0] * 6 + [1, 2]
    for seed in range(20):
        drawn = first_tokens(log_p, 8, torch.Generator().manual_seed(seed)).bincount(minlength=6)
        assert drawn[2] == 0 and (drawn - 8 * log_p.exp()).abs().max() <= 1, "within one row of what it should be"


def test_rows_that_say_the_same_share_what_may_come_next_and_others_draw_by_themselves() -> None:
    log_p = torch.tensor([0.4, 0.35, 0.249, 0.001]).log().expand(5, -1)
    written = torch.tensor([[1, 2], [1, 3], [1, 2], [4, 2], [1, 2]])
    for seed in range(20):
        drawn = next_tokens(log_p, written, 0.7, torch.Generator().manual_seed(seed)).tolist()
        assert drawn[0] == 0 and len({drawn[0], drawn[2], drawn[4]}) >= 2 and 3 not in (drawn[2], drawn[4])
    sure = torch.tensor([[0.999, 0.001]]).log().expand(3, -1)
    assert next_tokens(sure, torch.ones(3, 1), 0.7, torch.Generator().manual_seed(0)).tolist() == [0, 0, 0]
