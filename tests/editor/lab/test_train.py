"""Lesson 11 as data: training on a text, while others work, and what becomes of it."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import engine
from editor.errors import EditorError
from editor.lab.lab import LESSONS, Lab
from editor.lab.shapes.shelf import MOST
from editor.runs.jobs import Turns
from storage import Store

pytestmark = pytest.mark.slow

TEXT = "the cat sat on the mat, and the dog lay on the rug. " * 12
ASKED = {"text": TEXT, "size": "1", "seconds": "1", "train": "true"}


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def lab(store: Store, turns: Turns) -> Iterator[Lab]:
    lab = Lab(engine.Ways.only(engine.scripted(" else")), turns, store)
    yield lab
    lab.close()


def numbers(board: dict[str, Any]) -> dict[str, float]:
    return {number["name"]: number["value"] for number in board["numbers"]}


def test_a_model_is_trained_and_then_asked_in_other_lessons(lab: Lab) -> None:
    before = lab.begin("train", {**ASKED, "train": "false"}).result()
    told = lab.begin("train", ASKED)
    boards = [step for step in told.progress() if isinstance(step, dict)]
    board, after = told.result(), numbers(told.result())
    assert before["moves"][0]["title"] == "Train" and not before["models"]
    assert numbers(before)["loss"] == pytest.approx(math.log(after["alphabet"]))
    assert boards and not boards[0]["moves"], "while it goes on there is nothing to press but Stop"
    assert after["steps"] >= 1 and after["loss"] < numbers(before)["loss"] + 0.1
    assert set(board["tables"][0]["rows"][-1][1]) <= set(TEXT)
    assert [model["name"] for model in board["models"]] == ["own-1"]
    asked = lab.begin("likelihood", {"text": "the cat", "model": "own-1", "draws": "2"}).result()
    assert asked["model"].startswith("your model 1") and numbers(asked)["NELBO"] > 0
    again = lab.begin("train", {"text": TEXT}).result()
    assert numbers(again)["steps"] == after["steps"] and "This is your model 1" in again["notes"][0]


def test_who_stops_keeps_what_was_learnt(lab: Lab) -> None:
    computing = lab.begin("train", {**ASKED, "seconds": "90"})
    for step in computing.progress():
        if isinstance(step, dict):
            break
    computing.cancel()
    with pytest.raises(EditorError, match="left before"):
        computing.result()
    kept = lab.begin("train", {"text": TEXT}).result()
    assert 0 < numbers(kept)["time"] < 90 and kept["models"]


def test_what_was_learnt_is_there_before_the_training_has_heard_that_it_is_stopped(lab: Lab) -> None:
    computing = lab.begin("train", {**ASKED, "seconds": "90"})
    next(step for step in computing.progress() if isinstance(step, dict))
    seen = lab.begin("train", {"text": TEXT}).result()
    assert not computing.wait(0) and "This is your model 1" in seen["notes"][0] and numbers(seen)["steps"] > 0
    computing.cancel()
    computing.wait(30)
    assert len(lab.begin("train", {"text": TEXT}).result()["models"]) == 1, (
        "and it is one model, however often it is kept"
    )


def test_one_training_at_a_time_which_gives_way_to_all_else(lab: Lab, turns: Turns) -> None:
    first = lab.begin("train", {**ASKED, "seconds": "90"})
    next(first.progress())
    with pytest.raises(EditorError, match="being trained already; stop it"):
        lab.begin("train", ASKED).result()
    assert lab.begin("guess", {"text": "abc"}).result()["lesson"] == "guess"
    assert not first.wait(0), "and goes on behind it"
    first.cancel()
    first.wait(30)
    assert turns.try_enter(), "whoever comes next has the engine"


BAD = {
    "three characters": (
        {"text": "abc", "train": "true"},
        "text_too_short",
        "has 3 characters, and a model learns from at",
    ),
    "no size": ({"size": "9"}, "parameter_out_of_range", "size must be in 1..5, got 9"),
    "no press": ({"train": "perhaps"}, "invalid_request", "train must be true or false, got 'perhaps'"),
    "no model": ({"model": "own-9"}, "model_not_found", "there is no model 'own-9'; there are none yet: train one"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_what_to_do(lab: Lab, case: str) -> None:
    query, code, words = BAD[case]
    with pytest.raises((EditorError, engine.EngineError), match=words) as refused:
        lab.begin("train", query).result()
    assert refused.value.code == code


def test_a_text_that_is_too_short_is_said_and_nothing_is_offered_that_would_be_refused(lab: Lab) -> None:
    few = lab.begin("train", {"text": "abc"}).result()
    assert not few["moves"] and few["model"] is None, "no model of the program has computed this"
    assert "has 3 characters, and a model learns from at least 200: write or select more" in few["notes"][0]
    assert few["notes"][1] == "What is shown is of the example."
    lab.begin("train", ASKED).result()
    again = lab.begin("train", {"text": "abc"}).result()
    assert not again["moves"] and "This is your model 1" in again["notes"][1] and "Train again" not in again["notes"][1]
    assert lab.begin("train", {"text": TEXT}).result()["moves"]


def test_another_script_is_learnt_and_a_book_is_cut_and_said(lab: Lab) -> None:
    russian = lab.begin("train", {**ASKED, "text": "Кошка лежит на ковре. " * 20}).result()
    assert set(russian["tables"][0]["rows"][-1][1]) <= set("Кошка лежит на ковре. ")
    book = lab.begin("likelihood", {"text": "кот", "model": "own-1", "draws": "2"}).result()
    assert numbers(book)["NELBO"] > 0


def test_the_oldest_of_many_models_goes(lab: Lab) -> None:
    for _ in range(MOST + 1):
        board = lab.begin("train", ASKED).result()
    assert [model["name"] for model in board["models"]] == [f"own-{i}" for i in range(2, MOST + 2)]
    assert threading.active_count() < 50 and LESSONS["train"].gives_way
