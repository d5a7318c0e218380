"""Lesson 12 as data: played over HTTP's calls, and nothing that is asked can be read from what is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

import engine
from editor.lab.lab import LESSONS, Lab
from editor.lab.practice.playing import Played
from editor.lab.practice.quiz import RULES, _board
from editor.runs.jobs import Turns
from engine import InvalidRequest
from engine.study.sample import sample
from engine.study.writing.quizzing import played, rounds_of
from engine.study.writing.watching import WatchedRun, watched
from storage import Store
from tests.conftest import some
from tests.engine.study.writing.test_watching import ended

TEXT = "One two three four five six seven."
DENOISER = engine.scripted(" something else")
LESSON = LESSONS["quiz"]


@pytest.fixture
def lab(store: Store) -> Lab:
    return Lab(engine.Ways.only(DENOISER), Turns(), store)


def asked(lab: Lab, **query: str) -> dict[str, Any]:
    return lab.begin("quiz", {"text": TEXT, **query}).result()


def numbers(board: dict[str, Any]) -> dict[str, Any]:
    return {number["name"]: number["value"] for number in board["numbers"]}


@pytest.mark.parametrize("rule", some(RULES, "entropy", "eso-b"))
def test_a_game_is_played_to_its_end_with_the_buttons_alone(lab: Lab, rule: str) -> None:
    board, rounds = asked(lab, rule=rule), 0
    passes = DENOISER.nfe
    while "at" not in board["moves"][0]["sets"]:
        answers = board["moves"][0]["sets"]["answers"]
        rounds += len(answers) % 2
        board = asked(lab, rule=rule, answers=",".join(map(str, answers)))
        assert f"Round {(len(answers) + 2) // 2}:" in board["notes"][-1] or "at" in board["moves"][0]["sets"]
    found = numbers(board)
    assert DENOISER.nfe == passes, "an answer asks the model nothing"
    assert 0 <= found["your points"] == found["places"] + found["words"] <= found["best possible"] == 2 * rounds
    assert board["notes"][-1] == f"The quiz is over: {found['your points']} of {found['best possible']} points."
    assert len(board["tables"][0]["rows"]) == rounds and board["text"] == TEXT
    assert board["moves"][-1]["title"] == "Begin again" and board["moves"][-1]["sets"] == {"answers": []}


def test_a_click_on_a_mask_is_the_button_with_its_number(lab: Lab) -> None:
    board = asked(lab, at="3", tokens="4", apart="2")
    marked = {
        at + 1: token["move"] for at, token in enumerate(board["figures"][0]["tokens"]) if token["move"] is not None
    }
    assert list(marked) == [3, 5, 7, 9]
    assert all(board["moves"][move]["sets"] == {"answers": [place]} for place, move in marked.items())
    word = asked(lab, at="3", tokens="4", apart="2", answers="3")
    assert all(token["move"] is None for token in word["figures"][0]["tokens"]), "now a word is asked for"
    assert word["figures"][0]["picked"] is not None and len(word["moves"]) == 4 + 1


def board_of(run: WatchedRun, answers: tuple[int, ...]) -> dict[str, Any]:
    text = sample(DENOISER.tokenizer, TEXT, 96)
    rounds = rounds_of(run, 0, str, text.ids)
    game = played(rounds, [n - 1 if at % 2 else n - 4 for at, n in enumerate(answers)])
    told: dict[str, Any] = json.loads(json.dumps(
        _board(Played(text, (3, 4, 5), RULES["surest"], game, DENOISER, answers), LESSON.values({}), ()).told()
    ))  # fmt: skip
    return told


def test_what_comes_next_changes_nothing_that_is_shown_before() -> None:
    """Two runs that agree so far and part in the round that is asked: nobody can tell them apart."""
    text = sample(DENOISER.tokenizer, TEXT, 96)
    run = ended(watched(DENOISER, text, [(3, 6)], "llada", steps=3))
    first, second, third = run.moments
    order = [moment.look.written.index(True) for moment in run.moments]
    swapped = tuple(
        third.slots[at] if at == order[2] else replace(slot, state="m", text="") if at == order[1] else slot
        for at, slot in enumerate(third.slots)
    )
    turned = replace(second.look, written=[at == order[2] for at in range(3)])
    last = replace(third.look, written=[at == order[1] for at in range(3)])
    other = replace(run, moments=[
        first, replace(second, slots=swapped, look=turned), replace(third, look=last)
    ])  # fmt: skip
    for answers in ((), (4,), (4, 1)):
        assert board_of(run, answers) == board_of(other, answers), answers
    assert board_of(run, (4, 1, order[1] + 4)) != board_of(other, (4, 1, order[1] + 4)), "then they part"


def test_a_letter_that_would_be_cut_is_said_and_no_probability_of_what_stands_instead() -> None:
    text = sample(DENOISER.tokenizer, TEXT, 96)
    run = ended(watched(DENOISER, text, [(3, 6)], "llada", steps=3))
    first = run.moments[0]
    at = first.look.written.index(True)
    other = next(token for _, _, token in first.slots[at].alternatives if token != first.look.ids[at])
    slots = [replace(slot, token=other, confidence=0.0) if n == at else slot for n, slot in enumerate(first.slots)]
    cut = replace(run, moments=[replace(first, slots=tuple(slots)), *run.moments[1:]])
    for one, mended in ((run, False), (cut, True)):
        board = board_of(one, (at + 4, 1))
        assert ("a part of a letter" in board["notes"][0]) is mended
        assert ("probability" in board["notes"][0]) is not mended


def test_hidden_words_of_the_text_are_not_said_before_the_end(lab: Lab) -> None:
    board = asked(lab, at="5", tokens="3", apart="1")
    assert "two" not in json.dumps(board["figures"]) and board["text"].startswith("One ……… three")


def test_answers_that_fit_nothing_are_said_and_left_and_what_is_none_is_refused(lab: Lab) -> None:
    board = asked(lab, at="3", tokens="4", answers="2,1")
    assert "Answer 1 fits no question" in board["notes"][-2] and board["notes"][-1].startswith("Round 1")
    assert board["moves"][0]["sets"]["answers"] == [3]
    for bad in ("0", "a", "1,,2", "-1", "1.5", ",".join("1" * 99), "99999"):
        with pytest.raises(InvalidRequest, match="answers must be at most 16 whole numbers"):
            asked(lab, answers=bad)
    assert asked(lab, answers="")["values"]["answers"] == ()
