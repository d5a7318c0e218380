"""Lessons work with the network cut, and look twice at a run that is computed once."""

from __future__ import annotations

import socket

import pytest

import engine
from editor.lab.lab import LESSONS, Lab
from editor.runs.jobs import Turns
from storage import Store
from tests.editor.lab.test_lab import computed


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
