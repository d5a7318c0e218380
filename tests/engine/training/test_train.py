"""A run: deterministic, resumable, and what it leaves behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.context.shared_attention import SharedKeys
from engine.models.embedded.palimpsest import read_base
from engine.models.writer.adapter import merged
from engine.text.tokenizer import Vocabulary
from engine.training.examples import tasks
from engine.training.examples.corpus import Corpus, CorpusTexts, open_corpus
from engine.training.examples.rows import SAMPLED
from engine.training.examples.tasks import Shares
from engine.training.run import TrainingRun, TrainStep
from engine.training.student import Student
from tests.engine.training.conftest import PAIRS, Go, logged, saved

pytestmark = pytest.mark.slow


def curve(steps: list[TrainStep]) -> list[TrainStep]:
    """Without the times, which differ."""
    return [replace(step, seconds=0.0) for step in steps]


def test_an_interrupted_run_goes_on_as_if_it_had_not_been(
    go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Many mistakes drawn from the model: they have a generator of their own.
    monkeypatch.setattr(tasks, "corrupted", lambda target, v, rng: [SAMPLED if i != v.null_id else i for i in target])
    shares = Shares(0.2, 0.1, 0.2, 0.5, alone=0)
    whole = go("whole", shares=shares)
    assert len(whole) > 8  # batches are drawn in groups of 8
    # A checkpoint after every step: the third step is made, logged, and lost.
    first = go("parts", steps=3, checkpoint_minutes=-1, shares=shares)
    second = go("parts", steps=8, resume=True, checkpoint_minutes=-1, shares=shares)
    rest = go("parts", resume=True, shares=shares)
    assert curve(whole) == curve(first[:2] + second[:7] + rest)
    assert logged(tmp_path / "whole") == logged(tmp_path / "parts")
    a, b = saved(tmp_path / "whole"), saved(tmp_path / "parts")
    for part in ("weights", "average"):
        assert all(torch.equal(a[part][name], b[part][name]) for name in a[part])
    assert (a["step"], a["tokens"]) == (b["step"], b["tokens"]) == (len(whole), whole[-1].tokens)
    assert b["seconds"] > 0
    assert go("parts", resume=True) == []  # it is finished


def test_a_seed_is_a_curve(go: Go) -> None:
    assert curve(go("a", steps=3)) == curve(go("b", steps=3)) != curve(go("c", steps=3, seed=4))


def test_gathering_batches_is_a_step_on_all_of_them(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient of two batches in one step is the mean of theirs."""
    gradients: list[torch.Tensor] = []
    clip = torch.nn.utils.clip_grad_norm_

    def watch(weights: list[torch.Tensor], limit: float) -> torch.Tensor:
        gradients.append(torch.cat([w.grad.flatten() for w in weights if w.grad is not None]))
        return clip(weights, limit)

    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", watch)
    monkeypatch.setattr(TrainingRun, "rate", lambda self: 0.0)  # the weights stay
    go("one", steps=2)
    go("two", steps=1, accumulate=2)
    torch.testing.assert_close(gradients[2], (gradients[0] + gradients[1]) / 2, atol=1e-6, rtol=1e-4)


def test_the_loss_falls_on_what_can_be_learned_by_heart(go: Go, vocabulary: Vocabulary) -> None:
    tokens = torch.tensor([*vocabulary.tokenizer.encode("The cat sat on the mat all day long."), 0], dtype=torch.uint16)
    small = Corpus(CorpusTexts(tokens.numpy()), CorpusTexts(tokens.numpy()[:0]), ())
    steps = go(tokens=3600, rank=16, windows=4, learning_rate=0.02, shares=Shares(1, 0, 0, 0), on=small)
    losses = [step.nll["infill"] for step in steps]
    assert sum(losses[-5:]) / 5 < 0.6 * sum(losses[:5]) / 5
    assert steps[-1].heldout == {}  # nothing is held out here


def test_what_lies_in_the_folder_at_the_end(go: Go, tmp_path: Path, assets: Path, vocabulary: Vocabulary) -> None:
    steps = go()
    folder = tmp_path / "run"
    assert {path.name for path in folder.iterdir()} == {"state.pt", "writer", "settings.json", "log.csv", "curve.png"}
    assert [bool(step.heldout) for step in steps] == [step.step % 5 == 0 or step is steps[-1] for step in steps]
    # The writer that ships is the moving average, and the one that was trained.
    student = Student(read_base(assets, "cpu", torch.float32), 4, vocabulary.mask_id, vocabulary.null_id, 0)
    average = saved(folder)["average"]
    with torch.no_grad():
        for name, weight in student.trainable().items():
            weight.copy_(average[name])
    writer = merged(read_base(assets, "cpu", torch.float32), folder / "writer")
    ids = torch.tensor([[500, vocabulary.mask_id, 600, vocabulary.null_id]])
    positions, seen = torch.arange(4)[None], torch.ones(1, 4, 4, dtype=torch.bool)
    with torch.no_grad():
        shared = SharedKeys([], None, seen, positions, positions)
        ours = student.head(student.write(ids, positions, shared)[0], writer=True)
        theirs = writer(input_ids=ids, position_ids=positions, use_cache=False, shared=shared).logits[0]
    kept = [i for i in range(ours.shape[-1]) if i != vocabulary.mask_id]  # never an answer
    torch.testing.assert_close(ours[:, kept], theirs[:, kept], atol=0.02, rtol=0.02)  # stored in bfloat16


def test_a_user_tunes_a_writer_to_a_folder(go: Go, tmp_path: Path, vocabulary: Vocabulary) -> None:
    for i in range(6):
        (tmp_path / f"{i}.md").write_text(f"Note {i}. " + PAIRS[0]["target"] * 20, encoding="utf-8")
    corpus = open_corpus(tmp_path, vocabulary.tokenizer)
    steps = go(steps=5, on=corpus)
    assert steps[-1].heldout and set(steps[-1].heldout) == {"prose 0.15", "prose 0.5", "prose 1"}


def test_a_full_copy_is_trained_and_loads(go: Go, tmp_path: Path, assets: Path) -> None:
    go("full", rank=0, steps=2)
    running = tmp_path / "full"
    go("full", rank=0, resume=running.joinpath("state.pt").is_file())
    base = read_base(assets, "cpu", torch.float32)
    writer = merged(base, running / "writer")
    changed = [not torch.equal(a, b) for a, b in zip(base.parameters(), writer.parameters(), strict=True)]
    assert any(changed) and base.config.hidden_size == writer.config.hidden_size
