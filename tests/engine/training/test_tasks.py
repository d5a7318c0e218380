"""What the writer is trained on: every task draws, and every example keeps the laws of its kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import CorpusMissing
from engine.text.slots import roomy
from engine.text.tokenizer import Vocabulary
from engine.train import GROUP, _Groups
from engine.training.examples.corpus import Corpus, CorpusTexts, Pair
from engine.training.examples.rows import CLIP, LIGHT, SAMPLED, corrupted, masked, started
from engine.training.examples.spans import choose
from engine.training.examples.tasks import Example, Shares, Tasks
from engine.training.settings import PRESETS
from tests.engine.training.conftest import CODE, PAIRS, PROSE, SIZES, words

ONLY = {
    "infill": Shares(1, 0, 0, 0),
    "continue": Shares(0, 1, 0, 0),
    "edit": Shares(0, 0, 1, 0, from_text=0),
    "edit from the text": Shares(0, 0, 1, 0, from_text=1),
    "revise": Shares(0, 0, 0, 1, alone=0),
    "revise a sentence": Shares(0, 0, 0, 1, alone=1),
}
TEXTS = (*PROSE, *CODE)


def draws(corpus: Corpus, vocabulary: Vocabulary, shares: Shares, count: int = 60) -> list[Example]:
    tasks, rng = Tasks(corpus, vocabulary, SIZES, shares), np.random.default_rng(5)
    return [tasks.draw(rng, phase) for phase in np.linspace(0, 1, count, endpoint=False)]


@pytest.mark.parametrize("name", ONLY)
def test_every_task_draws_within_its_bounds(corpus: Corpus, vocabulary: Vocabulary, name: str) -> None:
    for example in draws(corpus, vocabulary, ONLY[name]):
        assert example.task == name.split()[0]
        assert 0 < len(example.target) == example.context.slots <= SIZES.slots
        assert len(example.rows) == SIZES.rows
        assert vocabulary.mask_id not in example.target
        for row in example.rows:
            assert len(row.shown) == len(row.weight) == len(row.noisy) == len(row.order) == len(example.target)
            assert sorted(row.order) == list(range(len(example.target)))
            assert max(row.weight) > 0


@pytest.mark.parametrize("name", ["infill", "continue", "edit"])
def test_masks_stand_where_the_loss_is_and_nowhere_else(corpus: Corpus, vocabulary: Vocabulary, name: str) -> None:
    for example in draws(corpus, vocabulary, ONLY[name]):
        for row in example.rows:
            for target, shown, weight, noisy in zip(example.target, row.shown, row.weight, row.noisy, strict=True):
                assert noisy == (shown == vocabulary.mask_id) == (weight > 0)
                assert noisy or shown == target
                assert not noisy or 1 <= weight <= CLIP
            ranks = {state: [r for r, n in zip(row.order, row.noisy, strict=True) if n == state] for state in (0, 1)}
            assert max(ranks[0], default=-1) < min(ranks[1])  # what is clean was generated before


@pytest.mark.parametrize("name", ["infill", "continue"])
def test_a_target_is_the_old_words_and_fits_its_surroundings(corpus: Corpus, vocabulary: Vocabulary, name: str) -> None:
    for example in draws(corpus, vocabulary, ONLY[name]):
        text = vocabulary.tokenizer.decode(list(example.context.segments[0]))
        for (a, b), segment in zip(example.context.ranges(), example.context.segments[1:], strict=True):
            text += words(vocabulary, example.target[a:b]) + vocabulary.tokenizer.decode(list(segment))
        assert any(text in whole for whole in TEXTS)


def test_a_continuation_is_open_at_one_side(corpus: Corpus, vocabulary: Vocabulary) -> None:
    sides = Counter(tuple(map(bool, e.context.segments)) for e in draws(corpus, vocabulary, ONLY["continue"]))
    assert sides[(True, False)] > sides[(False, True)] > 0
    assert not sides[(True, True)]


def test_infilling_has_one_span_or_several_and_lines(corpus: Corpus, vocabulary: Vocabulary) -> None:
    examples = draws(corpus, vocabulary, ONLY["infill"], 150)
    assert {len(example.context.gaps) for example in examples} >= {1, 2, 3}
    assert any(gap.multiline for example in examples for gap in example.context.gaps)
    assert any("\n" not in words(vocabulary, example.target) for example in examples)


def test_spare_slots_come_in_all_numbers_and_stand_behind(corpus: Corpus, vocabulary: Vocabulary) -> None:
    spare: Counter[int] = Counter()
    for example in draws(corpus, vocabulary, ONLY["infill"], 150):
        for a, b in example.context.ranges():
            slots = example.target[a:b]
            kept = [i for i in slots if i != vocabulary.null_id]
            assert slots[: len(kept)] == tuple(kept)
            assert len(slots) - len(kept) <= max(2, len(kept) // 2)
            spare[len(slots) - len(kept)] += 1
    assert min(spare[n] for n in (0, 1, 2)) > 5


def test_an_edit_asks_for_the_source_and_wants_the_target(corpus: Corpus, vocabulary: Vocabulary) -> None:
    known = {pair["source"]: pair["target"] for pair in PAIRS}
    met = set()
    for example in draws(corpus, vocabulary, ONLY["edit"], 100):
        asked = vocabulary.tokenizer.decode(list(example.context.segments[0]))
        source = next((source for source in known if f"\n\n{source}<|im_end|>" in asked), None)
        if source is not None:  # the others are made by rule
            assert words(vocabulary, example.target) == known[source]
            met.add(source)
    assert met == set(known)


@pytest.mark.parametrize("name", ["edit from the text", "revise", "revise a sentence"])
def test_a_text_that_stands_is_right_but_for_its_mistakes(corpus: Corpus, vocabulary: Vocabulary, name: str) -> None:
    right = {pair["target"] for pair in PAIRS}
    for example in draws(corpus, vocabulary, ONLY[name]):
        assert example.context.gaps[0].roomy and example.attention == "bidirectional"
        assert not any(example.rows[0].noisy)  # nothing says where the mistakes are
        for row in example.rows:
            for target, shown, weight, noisy in zip(example.target, row.shown, row.weight, row.noisy, strict=True):
                assert noisy == (shown == vocabulary.mask_id)
                assert weight in ((0.0, pytest.approx(0.25), LIGHT) if shown == target else (1.0, LIGHT))
        if name != "edit from the text":
            text = words(vocabulary, example.target)
            assert any(text in whole for whole in (TEXTS if name == "revise" else right))


def test_some_of_what_stands_is_right_already(corpus: Corpus, vocabulary: Vocabulary) -> None:
    examples = draws(corpus, vocabulary, ONLY["revise a sentence"])
    assert {example.rows[0].shown == example.target for example in examples} == {True, False}


def test_corrupted_text_loses_doubles_and_replaces(vocabulary: Vocabulary) -> None:
    rng, null, target = np.random.default_rng(0), vocabulary.null_id, roomy(vocabulary, PROSE[0]).slots
    kinds: Counter[str] = Counter()
    for _ in range(40):
        shown = corrupted(target, vocabulary, rng)
        assert len(shown) == len(target)
        kinds["left out"] += sum(a == null != b for a, b in zip(shown, target, strict=True))
        kinds["by the model"] += shown.count(SAMPLED)
        pairs = list(zip(shown, target, strict=True))
        kinds["typed twice"] += sum(
            a[0] == a[1] == b[0] and b[1] == null for a, b in zip(pairs, pairs[1:], strict=False)
        )
    assert min(kinds.values()) > 0 and len(kinds) == 3


def test_rows_without_a_mask_still_have_a_loss(vocabulary: Vocabulary) -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        assert sum(masked([20, 21], 0.0, vocabulary.mask_id, rng).noisy) >= 1
        assert any(started([20, 21], [20, 21], 0.0, vocabulary.mask_id, rng).weight)


def test_noise_is_any_word_and_nothing_marks_it(corpus: Corpus, vocabulary: Vocabulary) -> None:
    shares = Shares(1, 0, 0, 0, noise=1, attention={"bidirectional": 1})
    wrong = right = masks = 0
    for example in draws(corpus, vocabulary, shares):
        for row in example.rows:
            for target, shown, weight, noisy in zip(example.target, row.shown, row.weight, row.noisy, strict=True):
                assert noisy == (shown == vocabulary.mask_id)
                assert shown in (SAMPLED, vocabulary.mask_id) or 0 <= shown < vocabulary.tokenizer.size
                assert weight == 1 or shown in (target, SAMPLED)  # what is wrong is in the loss, fully
                wrong, right, masks = wrong + (weight == 1), right + (shown == target), masks + noisy
            assert any(row.weight)
    assert 0.05 < masks / wrong < 0.3 and 0.3 < wrong / (wrong + right) < 0.75  # levels are spread over 0..1
    none = draws(corpus, vocabulary, Shares(1, 0, 0, 0, attention={"bidirectional": 1}))
    assert all(
        shown in (vocabulary.mask_id, t)
        for e in none
        for r in e.rows
        for shown, t in zip(r.shown, e.target, strict=True)
    )


@pytest.mark.slow
def test_shares_of_tasks_and_of_attention_are_kept(corpus: Corpus, vocabulary: Vocabulary) -> None:
    shares = Shares()
    examples = draws(corpus, vocabulary, shares, 800)
    tasks = Counter(example.task for example in examples)
    wished = {"infill": shares.infill, "continue": shares.carry_on, "edit": shares.edit, "revise": shares.revise}
    assert {task: tasks[task] / 800 for task in wished} == pytest.approx(wished, abs=0.05)
    drawn = [example.attention for example in examples if not example.context.gaps[0].roomy]
    found = {kind: count / len(drawn) for kind, count in Counter(drawn).items()}
    assert found == pytest.approx(shares.attention, abs=0.05)


def test_levels_are_spread_evenly(corpus: Corpus, vocabulary: Vocabulary, tiny, monkeypatch) -> None:
    met: list[float] = []
    tasks = Tasks(corpus, vocabulary, SIZES, ONLY["infill"])
    draw = tasks.draw
    monkeypatch.setattr(Tasks, "draw", lambda self, rng, phase: met.append(phase) or draw(rng, phase))
    groups = _Groups(tasks, vocabulary, tiny(), 0)
    for number in range(3):
        assert len(groups[number]) == GROUP
    levels = np.sort(met)
    assert np.abs(levels - np.arange(len(levels)) / len(levels)).max() < 0.04  # drawn by chance it is about 0.12


def test_a_row_is_masked_at_its_level(vocabulary: Vocabulary) -> None:
    rng = np.random.default_rng(0)
    for t in (0.1, 0.5, 0.9):
        rows = [masked(range(100, 140), t, vocabulary.mask_id, rng) for _ in range(50)]
        assert np.mean([row.noisy for row in rows]) == pytest.approx(t, abs=0.04)
        assert max(rows[0].weight) == pytest.approx(min(1 / t, CLIP))


@pytest.mark.parametrize("preset", PRESETS)
def test_the_same_generator_gives_the_same_examples(corpus: Corpus, vocabulary: Vocabulary, preset: str) -> None:
    shares = PRESETS[preset].shares
    first = draws(corpus, vocabulary, shares, 20)
    assert first == draws(corpus, vocabulary, shares, 20)


def test_spans_are_words_without_white_space_around_them() -> None:
    rng = np.random.default_rng(0)
    found = {text[span.start : span.end] for text in TEXTS for _ in range(60) if (span := choose(text, rng, 120))}
    assert all(old == old.strip() and 0 < len(old) <= 120 for old in found)
    assert any("\n" in old for old in found) and any(" " not in old for old in found)
    assert choose("", rng, 9) is None and choose(" \n", rng, 9) is None


def test_a_corpus_that_gives_no_example_is_refused(vocabulary: Vocabulary) -> None:
    digits = CorpusTexts(np.array([*vocabulary.tokenizer.encode("12 34 56"), 0], np.uint16))
    bare = Corpus(digits, CorpusTexts(np.zeros(0, np.uint16)), ())
    with pytest.raises(CorpusMissing, match="add text"):
        draws(bare, vocabulary, ONLY["edit"], 1)
    mixed = replace(ONLY["edit"], infill=0.1)
    assert {example.task for example in draws(bare, vocabulary, mixed, 3)} == {"infill"}


def test_kinds_without_an_instruction_are_left_out(corpus: Corpus, vocabulary: Vocabulary) -> None:
    odd = replace(corpus, pairs=(Pair("Old.", "New.", "unheard of"),))
    assert all(words(vocabulary, e.target) != "New." for e in draws(odd, vocabulary, ONLY["edit"], 20))
