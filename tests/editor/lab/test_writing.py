"""Lessons work with the network cut, and look twice at a run that is computed once."""

from __future__ import annotations

import socket

import pytest

import engine
from editor.lab.lab import LESSONS, Lab
from editor.runs.jobs import Turns
from storage import Store
from tests.conftest import some
from tests.editor.lab.test_lab import computed
from tests.engine import tiny_masked


@pytest.mark.slow
def test_no_lesson_needs_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object, **__: object) -> None:
        raise OSError("the network is cut")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, cut)
    monkeypatch.setattr(socket, "getaddrinfo", cut)
    for lesson in LESSONS.values():
        assert computed(lesson, lesson.example)["figures"]


def test_another_step_of_a_run_asks_the_model_nothing(store: Store) -> None:
    denoiser = engine.scripted(" something else")
    lab = Lab(engine.Ways.only(denoiser), Turns(), store)
    first = lab.begin("denoise", {"step": "1"}).result()
    before = denoiser.nfe
    second = lab.begin("denoise", {"step": "2"}).result()
    assert denoiser.nfe == before > 0 and first["figures"][3] == second["figures"][3]
    assert first["figures"][0] != second["figures"][0]
    lab.begin("denoise", {"seed": "1"}).result()
    assert denoiser.nfe > before


@pytest.mark.parametrize(
    ("lesson", "slider"), [("guess", {"p": "0.3"}), ("guess", {"softness": "0.5"}), ("score-entropy", {"t": "0.2"})]
)
def test_a_slider_that_says_nothing_to_the_model_asks_it_nothing(
    store: Store, lesson: str, slider: dict[str, str]
) -> None:
    denoiser = engine.scripted(" something else")
    lab = Lab(engine.Ways.only(denoiser), Turns(), store)
    first = lab.begin(lesson, {}).result()
    before = denoiser.nfe
    assert lab.begin(lesson, slider).result()["figures"] != first["figures"] and denoiser.nfe == before > 0


@pytest.mark.parametrize(
    "name", some(["factorisation", "likelihood", "race", "caching", "speed-limits"], "likelihood", "race")
)
def test_what_takes_long_is_shown_as_it_is_computed(store: Store, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part is a whole board: its figures are the first of the last one's, and no number in it is another."""
    monkeypatch.setattr("editor.lab.lab.SOON", 0.0)
    ways = engine.Ways.only(tiny_masked.loaded("llada") if name == "caching" else engine.scripted(" else"))
    computing = Lab(ways, Turns(), store).begin(name, {"longest": "128"} if name == "caching" else {})
    parts = [step for step in computing.progress() if isinstance(step, dict)]
    whole = computing.result()
    assert parts, "something is seen before all is known"
    names = [number["name"] for number in whole["numbers"]]
    for part in parts:
        kinds = [figure["kind"] for figure in part["figures"]]
        assert kinds and kinds == [figure["kind"] for figure in whole["figures"]][: len(kinds)]
        assert {number["name"] for number in part["numbers"]} <= set(names)


def test_what_is_remembered_is_not_shown_in_parts(store: Store) -> None:
    lab = Lab(engine.Ways.only(engine.scripted(" else")), Turns(), store)
    lab.begin("factorisation", {}).result()
    again = lab.begin("factorisation", {"at": "2"})
    assert not [step for step in again.progress() if isinstance(step, dict)]
