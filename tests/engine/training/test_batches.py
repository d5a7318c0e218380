"""Examples as tensors: padding changes nothing, and gradients reach the writer alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.context.shared_attention import SharedKeys
from engine.diffusion.attention import ATTENTIONS
from engine.models.embedded.palimpsest import read_base
from engine.text.context import Context, Gap
from engine.text.slots import roomy
from engine.text.tokenizer import Vocabulary
from engine.training.batches import IGNORE, Batch, collate, draw, fill_sampled, losses, read
from engine.training.examples.corpus import Corpus
from engine.training.examples.rows import SAMPLED, ExampleRow
from engine.training.examples.tasks import Example, Shares, Tasks
from engine.training.heldout import SPAN, heldout_batches, heldout_nll, names
from engine.training.student import Student
from tests.engine.training.conftest import SIZES


def examples(corpus: Corpus, vocabulary: Vocabulary, count: int = 10) -> list[Example]:
    rng = np.random.default_rng(2)
    tasks = Tasks(corpus, vocabulary, SIZES, Shares())
    drawn = [tasks.draw(rng, i / count) for i in range(count)]
    masked = [example for example in drawn if not example.context.gaps[0].roomy]
    stands = [example for example in drawn if example.context.gaps[0].roomy]
    return stands + [replace(example, attention=ATTENTIONS[i % 4]) for i, example in enumerate(masked)]


def stirred(student: Student) -> Student:
    """With an adapter that does something: a fresh one adds 0."""
    torch.manual_seed(1)
    with torch.no_grad():
        for weight in student.trainable().values():
            weight.add_(0.1 * torch.randn(weight.shape))
    return student


def scored(student: Student, batch: Batch, vocabulary: Vocabulary) -> torch.Tensor:
    # What is drawn from the model depends on the place in a batch; here any word will do.
    batch = replace(batch, ids=batch.ids.masked_fill(batch.ids == SAMPLED, 500))
    return losses(student, batch, read(student, batch), vocabulary.mask_id)


@pytest.mark.slow
def test_a_batch_gives_each_example_the_loss_it_has_alone(
    corpus: Corpus, vocabulary: Vocabulary, student: Student
) -> None:
    drawn = examples(corpus, vocabulary)
    assert {example.attention for example in drawn} == set(ATTENTIONS)
    stirred(student)
    with torch.no_grad():
        together = scored(student, collate(drawn, vocabulary), vocabulary)
        for i, example in enumerate(drawn):
            alone = scored(student, collate([example], vocabulary), vocabulary)
            rows, slots = slice(i * SIZES.rows, (i + 1) * SIZES.rows), len(example.target)
            torch.testing.assert_close(together[rows, :slots], alone, atol=1e-4, rtol=1e-4)
            assert not together[rows, slots:].any()


@pytest.mark.slow
def test_only_supervised_slots_are_scored(corpus: Corpus, vocabulary: Vocabulary, student: Student) -> None:
    batch = collate(examples(corpus, vocabulary), vocabulary)
    assert not ((batch.target == IGNORE) & (batch.weight > 0)).any()
    counted = []
    head = student.head
    student.head = lambda hidden, writer: counted.append(len(hidden)) or head(hidden, writer)  # type: ignore[method-assign]
    values = scored(student, batch, vocabulary)
    assert sum(counted) == int((batch.weight > 0).sum())
    assert torch.equal(values > 0, batch.weight > 0)


@pytest.mark.slow
def test_the_lean_passes_are_the_librarys(corpus: Corpus, vocabulary: Vocabulary, assets: Path) -> None:
    """The same loss and the same gradients, whatever the contexts, their rows and their attention."""
    batch = collate(examples(corpus, vocabulary), vocabulary)
    batch = replace(batch, ids=batch.ids.clamp_min(0))
    assert len(batch.ids) > len(batch.context) > 1 and not batch.context_visible.all()
    losses_, gradients = [], []
    for lean in (True, False):
        student = stirred(
            Student(read_base(assets, "cpu", torch.float32), 4, vocabulary.mask_id, vocabulary.null_id, 0)
        )
        assert student._lean is not None
        if not lean:
            student._lean = None
        values = losses(student, batch, read(student, batch), vocabulary.mask_id)
        (values * batch.weight).sum().backward()
        losses_.append(values.detach())
        gradients.append({name: weight.grad for name, weight in student.trainable().items()})
    torch.testing.assert_close(*losses_, atol=1e-5, rtol=1e-5)
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradient, gradients[1][name], atol=1e-3, rtol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("rank", [4, 0])
def test_gradients_reach_the_writer_alone(corpus: Corpus, vocabulary: Vocabulary, assets: Path, rank: int) -> None:
    base = read_base(assets, "cpu", torch.float32)
    student = stirred(Student(base, rank, vocabulary.mask_id, vocabulary.null_id, 0))
    batch = collate(examples(corpus, vocabulary), vocabulary)
    shared = read(student, batch)
    assert not any(k.requires_grad or v.requires_grad for k, v in shared.context)
    values = losses(student, replace(batch, ids=batch.ids.clamp_min(0)), shared, vocabulary.mask_id)
    (values * batch.weight).sum().backward()
    trained = student.trainable()
    assert student.rows.shape == (2, 32) and student.rows.grad is not None and student.rows.grad.abs().sum(-1).min() > 0
    for name, parameter in student.tuned.named_parameters():
        assert (parameter.grad is not None) == (name in trained), name
    if rank:
        assert all("lora_" in name or "trainable_tokens_delta" in name for name in trained)
    else:
        assert all(parameter.grad is None for parameter in base.parameters())


def test_the_reader_is_the_base_as_it_was_and_an_untrained_writer_guesses_like_it(
    vocabulary: Vocabulary, assets: Path, student: Student
) -> None:
    ids = torch.tensor([vocabulary.tokenizer.encode("The council met on Monday.")])
    positions = torch.arange(ids.shape[1])[None]
    seen = torch.ones(1, ids.shape[1], ids.shape[1], dtype=torch.bool).tril()

    def keys() -> SharedKeys:
        return SharedKeys([], None, seen, positions, positions)

    with torch.no_grad():
        plain = read_base(assets, "cpu", torch.float32)(input_ids=ids).logits[0]
        torch.testing.assert_close(student.write(ids, positions, keys()), student.guess(ids, positions, keys()))
        stirred(student)
        for writer, same in ((False, True), (True, False)):
            hidden = (student.write if writer else student.guess)(ids, positions, keys())
            assert torch.allclose(student.head(hidden[0], writer=False), plain, atol=1e-4) == same


def test_sampled_mistakes_are_what_the_untouched_model_would_say(
    vocabulary: Vocabulary, assets: Path, student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the true words before them: without the NULLs between, the text after, and the mistakes."""
    before, after = (vocabulary.tokenizer.encode(text) for text in ("It rained.", " Then it stopped."))
    target = roomy(vocabulary, " We walked home slowly.").slots
    places = [i for i, token in enumerate(target) if token != vocabulary.null_id]
    shown = [SAMPLED if i in places else token for i, token in enumerate(target)]
    rows = [
        ExampleRow(tuple(s), (1.0,) * len(target), (False,) * len(target), tuple(range(len(target))))
        for s in (target, shown)
    ]
    gap = Gap(len(target), roomy=True)
    context = Context((tuple(before), tuple(after)), (gap,))
    other = replace(context, segments=((), tuple(after)))  # shorter, so it is padded, and there is nothing before it
    batch = collate(
        [Example("revise", c, tuple(target), "bidirectional", tuple(rows)) for c in (context, other)], vocabulary
    )
    stirred(student)
    asked: list[torch.Tensor] = []
    monkeypatch.setattr("engine.training.batches.draw", lambda p, rng: asked.append(p) or p.argmax(-1))
    filled = fill_sampled(student, batch, read(student, batch), torch.Generator(), vocabulary)
    base = read_base(assets, "cpu", torch.float32)
    words = [target[i] for i in places]
    for row, start, p in zip((1, 3), ([0, *before], [0]), asked[0].split(len(words)), strict=True):
        with torch.no_grad():
            scores = base(input_ids=torch.tensor([start + words])).logits[0, len(start) - 1 : -1]
        scores[:, :17] = -torch.inf
        torch.testing.assert_close(p, scores.softmax(-1), atol=1e-6, rtol=1e-3)
        assert [int(filled.ids[row, 1 + i]) for i in places] == p.argmax(-1).tolist()
    assert torch.equal(filled.ids[::2], batch.ids[::2])
    assert SAMPLED not in filled.ids


def test_a_draw_is_by_its_probabilities() -> None:
    p = torch.tensor([0.0, 0.5, 0.0, 0.3, 0.2, 0.0]).expand(4000, -1)
    found = draw(p, torch.Generator().manual_seed(0)).bincount(minlength=6) / len(p)
    assert (found[p[0] == 0] == 0).all()
    torch.testing.assert_close(found, p[0], atol=0.03, rtol=0)


@pytest.mark.slow
def test_heldout_scores_have_every_kind_and_level(corpus: Corpus, vocabulary: Vocabulary, student: Student) -> None:
    batches = heldout_batches(corpus, vocabulary, SIZES)
    scores = heldout_nll(student, batches, vocabulary.mask_id)
    assert list(scores) == names()
    assert all(np.isfinite(score) and score > 0 for score in scores.values())
    assert scores == heldout_nll(student, heldout_batches(corpus, vocabulary, SIZES), vocabulary.mask_id)
    for _, batch in batches:
        assert batch.noisy.sum(-1).tolist() == [5, 16, SPAN] * (len(batch.ids) // 3)
