"""The shared context is exact: cached and uncached passes agree on every architecture."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.context.reader import CHUNK, Reader
from engine.models.causal.checkpoint import read_weights
from tests.conftest import some
from tests.engine.tiny import CONFIGS, write


@pytest.fixture(scope="module", params=some(sorted(CONFIGS), "llama", "mistral-sliding"))
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    return read_weights(write(tmp_path_factory.mktemp("model"), request.param), "cpu", torch.float32)


PROMPT = tuple(range(30, 60))


def both(model):
    for cached in (True, False):
        reader = Reader(model, cached=cached)
        list(reader.read(PROMPT))
        yield reader, reader.branch(PROMPT, 3)


def test_cached_logits_equal_uncached_ones(model) -> None:
    steps = [torch.tensor([[5], [6], [7]]), torch.tensor([[8, 9], [8, 10], [11, 12]])]
    (_, ours), (_, theirs) = both(model)
    for ids in steps:
        torch.testing.assert_close(ours.extend(ids), theirs.extend(ids), atol=1e-4, rtol=0)


def test_probe_equals_reading_the_cut_row(model) -> None:
    rows, cuts = torch.tensor([0, 0, 2, 1]), torch.tensor([1, 3, 2, 3])
    after = torch.tensor([40, 41, 42])
    (_, ours), (_, theirs) = both(model)
    ids = torch.tensor([[5, 6, 7], [8, 9, 10], [11, 12, 13]])
    ours.extend(ids)
    theirs.extend(ids)
    torch.testing.assert_close(ours.probe(rows, cuts, after), theirs.probe(rows, cuts, after), atol=1e-4, rtol=0)
    ends = torch.zeros(model.config.get_text_config().vocab_size, dtype=torch.bool)
    ends[[7, 9]] = True
    found = ours.probe(rows, cuts, after, ends)
    assert found.shape == (4, 3)
    torch.testing.assert_close(found, theirs.probe(rows, cuts, after, ends), atol=1e-4, rtol=0)
    either = torch.stack([ours.probe(rows, cuts, torch.tensor([*after, end]))[:, -1] for end in (7, 9)]).logsumexp(0)
    torch.testing.assert_close(found[:, -1], either, atol=1e-4, rtol=0)


def test_every_row_of_a_probe_can_go_on_in_its_own_way(model) -> None:
    rows, cuts = torch.tensor([0, 2, 2]), torch.tensor([1, 3, 2])
    after = torch.tensor([[40, 41, 42], [50, 51, 52], [60, 61, 62]])
    (_, ours), (_, theirs) = both(model)
    ids = torch.tensor([[5, 6, 7], [8, 9, 10], [11, 12, 13]])
    ours.extend(ids)
    theirs.extend(ids)
    found = ours.probe(rows, cuts, after)
    torch.testing.assert_close(found, theirs.probe(rows, cuts, after), atol=1e-4, rtol=0)
    for row in range(3):
        alone = ours.probe(rows[row : row + 1], cuts[row : row + 1], after[row])
        torch.testing.assert_close(found[row : row + 1], alone, atol=1e-4, rtol=0)


def test_a_changed_text_is_read_from_the_chunk_of_the_first_changed_token_on(model) -> None:
    reader = Reader(model)
    long = tuple(i % 200 + 3 for i in range(CHUNK * 3 - 10))
    assert [done for done, _ in reader.read(long)] == [CHUNK, 2 * CHUNK, len(long)]
    changed = (*long[:-20], 9, *long[-20:])
    assert [done for done, _ in reader.read(changed)] == [len(changed)]
    assert list(reader.read(long[: CHUNK + 30])) == []  # a beginning is known already


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=5), st.integers(1, 60))
def test_what_was_read_before_changes_not_a_bit(model, before: list[tuple[int, bool]], size: int) -> None:
    """Texts that go on otherwise, shorter and longer ones, and one and the same read again."""
    text, warm, cold = tuple(i * 7 % 200 + 3 for i in range(60)), *(Reader(model, chunk=16) for _ in range(2))
    for length, other in before:
        list(warm.read(((5,) if other else text[:1]) + text[1:length]))
    found = []
    for reader in (warm, cold):
        list(reader.read(text[:size]))
        found.append(reader.context(text[:size]).layers)
    assert all(torch.equal(a, b) for pairs in zip(*found, strict=True) for a, b in zip(*pairs, strict=True))


def test_a_cached_context_equals_a_fresh_one_after_an_edit(model) -> None:
    edited = (*PROMPT[:20], 7, *PROMPT[20:])
    warm, cold = Reader(model), Reader(model)
    list(warm.read(PROMPT))
    list(warm.read(edited))
    list(cold.read(edited))
    ids = torch.tensor([[5], [6]])
    torch.testing.assert_close(
        warm.branch(edited, 2).extend(ids), cold.branch(edited, 2).extend(ids), atol=1e-5, rtol=0
    )


def test_rows_that_are_picked_go_on_in_the_place_of_all(model) -> None:
    for reader, branch in both(model):
        branch.extend(torch.tensor([[5, 6], [7, 8], [9, 10]]))
        branch.pick(torch.tensor([2, 0, 2, 2]))
        alone = reader.branch(PROMPT, 4)
        alone.extend(torch.tensor([[9, 10], [5, 6], [9, 10], [9, 10]]))
        ids = torch.tensor([[11], [12], [13], [14]])
        torch.testing.assert_close(branch.extend(ids), alone.extend(ids), atol=1e-4, rtol=0)
