"""Energy-based correction and token editing, by hand."""

from __future__ import annotations

import pytest
import torch

from engine.denoising.correction import confirm, correct
from engine.denoising.loop import denoise, propose
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.diffusion.groups import groups
from engine.errors import UnknownWay
from engine.models.scripted import scripted
from engine.samplers import TokenEditing
from engine.systems.choice import Ways
from engine.text.context import Context, Gap

V = 6


class Likes:
    """A judge that likes one canvas better the more of its tokens stand there."""

    def __init__(self, wanted: list[int], samples: int = 8) -> None:
        self.wanted, self.samples, self.asked = torch.tensor(wanted), samples, 0

    def weighs(self, unknown: torch.Tensor) -> torch.Tensor:
        return unknown.cumsum(0) == 0

    def evidence(self, standing: torch.Tensor, changed: torch.Tensor) -> float:
        return 0.0

    def judged(self, proposals: torch.Tensor, unknown: torch.Tensor) -> torch.Tensor:
        self.asked += 1
        return 20 * (proposals == self.wanted).sum(-1).double()


def canvas(ids: list[int], noisy: list[bool]) -> Canvas:
    hidden = torch.tensor([noisy])
    return Canvas(torch.tensor([ids]), hidden, torch.zeros_like(hidden))


def flat(slots: int, likeliest: int = 1) -> torch.Tensor:
    logits = torch.zeros(1, slots, V)
    logits[..., likeliest] = 0.5
    return logits


def test_the_judge_corrects_what_slots_decide_by_themselves() -> None:
    start = canvas([0, 0, 3], [True, True, False])
    logits, dice = flat(3), Dice([0])
    proposal, _ = propose(logits, start, 0.0, dice)
    assert proposal.ids.tolist() == [[1, 1, 1]]
    fixed = correct(logits, proposal, start, Likes([4, 2, 5], samples=200), [0.0], dice)
    assert fixed.ids[0, :2].tolist() == [4, 2], "with enough draws the best is among them"
    assert fixed.ids[0, 2] == 1, "a written slot is not the judge's"
    assert fixed.confidence[0, 0] == pytest.approx(float(logits[0, 0].softmax(-1)[4]))
    alone = correct(logits, proposal, start, Likes([4, 2, 5], samples=1), [0.0], dice)
    assert torch.equal(alone.ids, proposal.ids), "the denoiser's own proposal is always among them"


@pytest.mark.slow
def test_importance_weights_give_the_judges_distribution() -> None:
    """Drawn from q, weighed by p / q: over many runs the tokens come as often as the judge says."""

    class Half(Likes):
        def judged(self, proposals: torch.Tensor, unknown: torch.Tensor) -> torch.Tensor:
            return torch.where(proposals[:, 0] == 4, 0.75, 0.05).log().double()

    start, logits, dice = canvas([0], [True]), flat(1), Dice([1])
    found = 0
    for _ in range(400):
        proposal, _ = propose(logits, start, 1.0, dice)
        found += int(correct(logits, proposal, start, Half([4], samples=30), [1.0], dice).ids[0, 0] == 4)
    assert found / 400 == pytest.approx(0.75, abs=0.08)


def test_a_change_of_written_words_must_please_the_judge() -> None:
    start = canvas([2, 2, 3, 2], [False] * 4)
    logits = flat(4)
    logits[0, 2, 3] = 9.0
    dice = Dice([0])
    proposal, _ = propose(logits, start, 0.0, dice)
    revise = torch.tensor([[True, True, False, True]])
    made, kept = confirm(logits, start, proposal, revise, Likes([1, 1, 3, 2], samples=1), dice)
    assert kept.tolist() == [[True, True, False, False]] and made.ids[0, :2].tolist() == [1, 1]
    drawn, kept = confirm(logits, start, proposal, revise, Likes([4, 5, 3, 2], samples=60), dice)
    assert kept[0, :2].any() and set(drawn.ids[0, :2].tolist()) & {4, 5}, (
        "what was drawn may be better than the proposal"
    )


@pytest.mark.parametrize(("more", "changes"), [(0.0, True), (1e3, False), (float("inf"), False)])
def test_a_change_needs_the_evidence_that_the_judge_asks_for(more: float, changes: bool) -> None:
    class Asking(Likes):
        shown: set[tuple[int, ...]] = set()

        def evidence(self, standing: torch.Tensor, changed: torch.Tensor) -> float:
            return more if changed.tolist() != standing.tolist() else 0.0

        def judged(self, proposals: torch.Tensor, unknown: torch.Tensor) -> torch.Tensor:
            self.shown = {tuple(row) for row in proposals.tolist()}
            return super().judged(proposals, unknown)

    start = canvas([2, 2, 3, 2], [False] * 4)
    logits, dice, judge = flat(4), Dice([0]), Asking([1, 1, 3, 2], samples=4)
    logits[0, 2, 3] = 9.0
    proposal, _ = propose(logits, start, 0.0, dice)
    _, kept = confirm(logits, start, proposal, torch.tensor([[True, True, False, False]]), judge, dice)
    assert kept.any() == changes
    assert (judge.shown == {(2, 2, 3, 2)}) == (more == float("inf")), "what is not to be made is not read"


def test_neighbouring_slots_are_one_group() -> None:
    marked = torch.tensor([[True, True, False, True], [False, False, False, False]])
    assert list(groups(marked)) == [(0, 0, 2), (0, 3, 4)]


def test_token_editing_revises_groups_that_are_sure_enough() -> None:
    start = canvas([2, 2, 1, 2], [False] * 4)
    logits = torch.full((1, 4, V), -9.0)
    for slot, p in enumerate((0.95, 0.6, 0.99, 0.5)):
        logits[0, slot, 1], logits[0, slot, 2] = torch.tensor([p, 1 - p]).log()
    proposal, _ = propose(logits, start, 0.0, Dice([0]))
    assert proposal.current[0, 0] == pytest.approx(0.05, abs=0.01)
    decision = TokenEditing(threshold=0.7).decide(start, proposal, 1.0, 0.9, Dice([0]))
    assert decision.revise.tolist() == [[True, True, False, False]], "sqrt(0.95 0.6) = 0.75; slot 2 stays as it is"
    frozen = Canvas(start.ids, start.noisy, torch.tensor([[False, True, False, False]]))
    assert not TokenEditing(threshold=0.5).decide(frozen, proposal, 1.0, 0.9, Dice([0])).revise[0, 1]


def test_a_run_that_revises_ends_when_nothing_changes() -> None:
    d = scripted("abcdef")
    conditioned = d.condition(Context(((), ()), (Gap(6),)))
    start = canvas(d.tokenizer.encode("abXdef"), [False] * 6)
    made = list(denoise(conditioned, d.corruption, start, TokenEditing(), 9, Dice([0])))
    assert [bool(step.changed.any()) for step in made] == [True, False]
    assert [step.done for step in made] == [False, True] and conditioned.nfe == 2
    assert d.tokenizer.decode(made[-1].canvas.ids[0].tolist()) == "abcdef"
    assert made[0].changed.tolist() == [[False, False, True, False, False, False]]


def test_a_way_is_chosen_by_task_or_by_name() -> None:
    slow, quick = scripted("a"), scripted("b")
    ways = Ways({"causal": slow, "writer": quick}, {"infill": "causal", "revise": "writer"})
    assert ways.choose("infill") == ("causal", slow) and ways.choose("revise") == ("writer", quick)
    assert ways.choose("infill", "writer") == ("writer", quick) and ways.choose("edit")[1] is slow
    with pytest.raises(UnknownWay, match="auto, causal, writer"):
        ways.choose("infill", "magic")
    slow.revises, slow.chat = False, None
    assert set(Ways.only(slow).best) == {"infill"}


def test_a_judge_is_shown_what_is_due_and_nothing_that_nobody_asked_for() -> None:
    """Where turns are fixed, the slots whose turn it is; what is undecided before them keeps the others out of its sight."""

    class Watching(Likes):
        shown: list[tuple[list[list[int]], list[bool]]] = []

        def judged(self, proposals: torch.Tensor, unknown: torch.Tensor) -> torch.Tensor:
            self.shown.append((proposals.tolist(), unknown.tolist()))
            return super().judged(proposals, unknown)

    hidden = torch.tensor([[False, True, True, True, True]])
    ids = torch.tensor([[3, 0, 0, 0, 0]])
    turn = torch.tensor([[-1, 0, 1, 0, 1]])
    start = Canvas(ids, hidden, torch.zeros_like(hidden), turn, turn, weighed=False)
    logits, dice, judge = flat(5), Dice([0]), Watching([3, 4, 5, 5, 5], samples=40)
    proposal, _ = propose(logits, start, 0.0, dice)
    made = correct(logits, proposal, start, judge, [0.0], dice)
    ((rows, unknown),) = judge.shown
    assert unknown == [False, False, True, False, True]
    assert {(row[0], row[2], row[3], row[4]) for row in rows} == {(3, 0, 1, 0)} and len({row[1] for row in rows}) > 1
    assert made.ids.tolist() == [[3, 4, 0, 1, 0]], (
        "the slot that it can weigh; the other one as the denoiser proposed it"
    )


def test_a_change_is_read_with_what_is_proposed_for_the_masks_around_it() -> None:
    class Watching(Likes):
        shown: list[list[list[int]]] = []

        def judged(self, proposals: torch.Tensor, unknown: torch.Tensor) -> torch.Tensor:
            self.shown.append(proposals.tolist())
            return super().judged(proposals, unknown)

    start = canvas([2, 0, 2], [False, True, False])
    logits, judge = flat(3), Watching([1, 1, 1], samples=1)
    proposal, _ = propose(logits, start, 0.0, Dice([0]))
    confirm(logits, start, proposal, torch.tensor([[True, False, False]]), judge, Dice([0]))
    assert judge.shown == [[[2, 1, 2], [1, 1, 2]]], "the text as it stands, then the change"
