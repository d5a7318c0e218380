"""Laws of reading across the ends of a fill, by a model that knows how often each token follows each other."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
import torch
from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models

import engine
from engine import Span
from engine.judging.healing import Healing, begun
from engine.judging.judge import judge
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.causal.drawing import Drawing, draw
from engine.models.causal.particles import Pool, said
from engine.text.allowed import Bans
from engine.text.context import Context, Gap
from engine.text.tokenizer import Tokenizer

WORDS = ["<s>", "a", "b", "]", ";", "];", "(", '"', '("', "\n", "b;", " b", "ab"]
A, B, CLOSE, END, CLOSE_END, OPEN, QUOTE, OPEN_QUOTE, LINE, B_END, SPACE_B, A_B = range(1, len(WORDS))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    backend = Backend(models.BPE(vocab={word: i for i, word in enumerate(WORDS)}, merges=[]))
    backend.decoder = decoders.Fuse()
    return Tokenizer(backend, frozenset({0}), 0)


@pytest.fixture
def table() -> torch.Tensor:
    """(V, V) log p of the second token behind the first: "a" is followed by "];", and hardly ever by "]"."""
    table = torch.full((len(WORDS), len(WORDS)), 1e-4)
    table[0, A], table[A, CLOSE_END], table[A, CLOSE] = 1.0, 0.9, 0.05
    table[CLOSE, B], table[CLOSE, END], table[B, END] = 0.5, 0.01, 0.9
    table[END, LINE] = table[CLOSE_END, LINE] = 0.9
    return (table / table.sum(-1, keepdim=True)).log()


class Bigrams:
    """A branch of one text, of which only the last token is remembered."""

    device = torch.device("cpu")

    def __init__(self, table: torch.Tensor) -> None:
        self._table = table
        self._ids = torch.empty(1, 0, dtype=torch.long)

    def extend(self, ids: torch.Tensor) -> torch.Tensor:
        self._ids = torch.cat([self._ids.expand(len(ids), -1), ids], 1)
        return self._table[ids]

    def pick(self, rows: torch.Tensor) -> None:
        self._ids = self._ids[rows]

    def weigh(self, ids: torch.Tensor, cuts: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        following = self.extend(ids)
        rows = torch.arange(len(ids))[:, None]
        return following[:, :-1].gather(-1, ids[:, 1:, None]).squeeze(-1), following[rows, cuts - 1]

    def probe(self, rows: torch.Tensor, cuts: torch.Tensor, ids: torch.Tensor, ends: object = None) -> torch.Tensor:
        ids = ids.expand(len(rows), -1)
        return self._table[ids[:, :-1]].gather(-1, ids[:, 1:, None]).squeeze(-1)


def test_tokens_are_known_that_go_across_an_end(tokenizer: Tokenizer) -> None:
    healing = Healing(tokenizer, len(WORDS))
    assert healing.after([END, A]).of == {CLOSE: CLOSE_END, B: B_END} and healing.before([A, OPEN]).of == {
        QUOTE: OPEN_QUOTE
    }
    assert healing.before([A]).of == {B: A_B}
    assert Healing(tokenizer, B_END).after([END]).of == {CLOSE: CLOSE_END}, "those that a model scores"
    for none in (
        healing.after(()),
        healing.before(()),
        healing.after([LINE]),
        healing.before([0]),
        healing.after([99]),
    ):
        assert not len(none)


def test_a_fill_is_read_as_its_text_would_be(tokenizer: Tokenizer, table: torch.Tensor) -> None:
    """By one token across its end where that is likelier, and as it stands where not."""
    merges, after = Healing(tokenizer, len(WORDS)).after([END]), (END, LINE)
    scores = judge(Bigrams(table), A, [(CLOSE,), (CLOSE, B), ()], after, None, merges)  # type: ignore[arg-type]
    one = table[A, CLOSE_END] + table[CLOSE_END, LINE]
    two = table[A, CLOSE] + table[CLOSE, B] + table[B, END] + table[END, LINE]
    none = table[A, END] + table[END, LINE]
    assert scores == pytest.approx([float(one), float(two), float(none)])
    plain = judge(Bigrams(table), A, [(CLOSE,), (CLOSE, B)], after)  # type: ignore[arg-type]
    assert plain[0] < plain[1] and scores[0] > scores[1]


def test_a_row_may_end_where_the_text_goes_on_within_a_token(tokenizer: Tokenizer, table: torch.Tensor) -> None:
    bans = Bans(tokenizer, len(WORDS), torch.device("cpu"))
    d = SimpleNamespace(
        drawing=Drawing(), null_id=99, bans=bans, tokenizer=tokenizer, healing=Healing(tokenizer, len(WORDS)),
        behind=lambda after, more=False: (after, None),
    )  # fmt: skip
    reader = SimpleNamespace(model=SimpleNamespace(device=torch.device("cpu")), branch=lambda ids, rows: Bigrams(table))
    context = Context(((A,), (END, LINE)), (Gap(3),))
    for written in ((None, None, None), (CLOSE, 99, 99)):
        pool = Pool.of(context.gaps[0])
        for _ in draw(d, reader, context, 0, (0, A), pool, written, torch.Generator().manual_seed(0), 3.0):  # type: ignore[arg-type]
            pass
        assert pool.best(written) == (CLOSE, 99, 99)
        assert pool.fills[CLOSE, 99, 99] == pytest.approx(float(table[A, CLOSE_END] + table[CLOSE_END, LINE]), abs=1e-3)


def test_a_word_does_not_go_on_across_the_space_behind_it(tokenizer: Tokenizer, table: torch.Tensor) -> None:
    """As in "ab" nearly always: that says nothing of the "b" with a space before it."""
    table[0, A_B], table[A, SPACE_B] = math.log(0.9), math.log(0.5)
    d = SimpleNamespace(
        drawing=Drawing(), null_id=99, bans=Bans(tokenizer, len(WORDS), torch.device("cpu")), tokenizer=tokenizer,
        healing=Healing(tokenizer, len(WORDS)), behind=lambda after, more=False: (after, None),
    )  # fmt: skip
    reader = SimpleNamespace(model=SimpleNamespace(device=torch.device("cpu")), branch=lambda ids, rows: Bigrams(table))
    gap, pool = Gap(1, leading_space=True), Pool(1)
    for _ in draw(d, reader, Context(((A,), (LINE,)), (gap,)), 0, (0, A), pool, (SPACE_B,), torch.Generator(), 3.0):  # type: ignore[arg-type]
        pass
    assert pool.fills[(SPACE_B,)] == pytest.approx(float(table[A, SPACE_B] + table[SPACE_B, LINE]))


def test_a_fill_begins_with_what_comes_next_in_the_text(tokenizer: Tokenizer) -> None:
    """Of the texts that go on with "(", half do so with a quotation mark, which is one token with it."""
    merges = Healing(tokenizer, len(WORDS)).before([OPEN])
    behind, before = torch.full((1, len(WORDS)), 1e-6), torch.full((1, len(WORDS)), 1e-6)
    behind[0, A], before[0, OPEN], before[0, OPEN_QUOTE] = 1.0, 0.4, 0.4
    found = begun(behind.log(), before.log(), OPEN, merges).exp()
    assert found.sum() == pytest.approx(1.0) and found[0, QUOTE] == pytest.approx(0.5, abs=1e-3)
    same = begun(behind.log(), before.log(), QUOTE, Healing(tokenizer, len(WORDS)).before([QUOTE]))
    torch.testing.assert_close(same, behind.log())


def test_the_beginning_of_what_another_row_says_is_another_value_in_code() -> None:
    for prose in (True, False):
        pool = Pool(2, prose)
        for fill, score, text in (
            ((1, 1), 9.0, "push(item[key])"),
            ((1, 2), 8.0, "push(item)"),
            ((1, 3), 7.0, "clear()"),
        ):
            pool.add(fill, score, None, said(text))  # type: ignore[arg-type]
        assert pool.best((None, None), [said("push(item[key])")]) == ((1, 3) if prose else (1, 2))
        assert pool.best((None, None), [said("push(it")]) == (1, 3), "what goes on from there says no more"


C = """int sum(const int *values, int count) {
    int total = 0;
    for (int i = 0; i < count; i++) {
        total += [values[i]];
    }
    return total;
}
"""
PRINTS = """#include <stdio.h>

int main(void) {
    int n = 5;
    printf(["%d\\n"], n);
    return 0;
}
"""


@pytest.mark.model
@pytest.mark.parametrize(("text", "right"), [(C, "values[i]"), (PRINTS, '"%d\\n"')])
def test_code_ends_where_its_tokens_do_not(embedded: CausalDenoiser, text: str, right: str) -> None:
    start, plain = text.index(f"[{right}]"), text.replace(f"[{right}]", right)
    *_, last = engine.infill(embedded, plain, [Span(start, start + len(right))], seed=1)
    assert last.spans[0].text == right
