"""What the page asks beside runs: what can be set, how likely a fill is, and work ahead of need."""

from __future__ import annotations

import json
import threading
import time

import pytest

import engine
from editor.service import EditService
from storage import Store
from tests.conftest import SECONDS, some_of

TEXT = "😀 The quick brown fox."


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" slow red")), store, "test")


def test_what_can_be_set_is_told_with_its_kind(service: EditService) -> None:
    told = {
        s["name"]: {p["name"]: p for p in s["parameters"]} for s in json.loads(json.dumps(service.boot()))["systems"]
    }
    assert set(told) == set(engine.SYSTEMS)
    assert told["llada"]["steps"]["kind"] == "whole" and told["llada"]["temperature"]["kind"] == "number"
    assert told["gemini"]["self_conditioning"]["kind"] == "switch" and told["mercury"]["rule"]["kind"] == "choice"
    assert told["mercury"]["factor"]["when"] == ["rule", ["factor"]]


def test_how_likely_a_fill_is(service: EditService) -> None:
    request = {"text": TEXT, "spans": [[6, 17]]}
    likely, other = (service.call("nll", {**request, "fills": [fill]})["nll"] for fill in ("slow red", "fast blue"))
    assert likely == 0 < other
    assert service.call("nll", {**request, "fills": []})["error"]["code"] == "one_fill_each"
    assert service.call("nll", {**request, "spans": [], "fills": []})["error"]["code"] == "nothing_selected"


def test_what_a_run_begins_with_is_prepared_and_a_refusal_is_left_to_the_run(
    service: EditService, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, tuple[int, ...], str]] = []
    read: list[int | None] = []
    prepared = threading.Event()

    def prepare(self, context, seed, should_stop) -> None:
        asked.append((seed, tuple(gap.slots for gap in context.gaps), context.language))
        prepared.set()

    def warm(self, text, should_stop, position=None) -> None:
        read.append(position)
        prepared.set()

    monkeypatch.setattr(type(service.denoiser), "prepare", prepare)
    monkeypatch.setattr(type(service.denoiser), "warm", warm)
    request = {"text": TEXT, "spans": [[6, 17]], "seed": 7, "length": "5", "settings": {"steps": 4}}
    for call, extra in [("prepare", {}), ("prepare", {"language": "go"}), ("warm", {}), ("warm", {"cursor": 9})]:
        prepared.clear()
        assert service.call(call, {**request, **extra}) == ({"other": ""} if call == "prepare" else {})
        assert prepared.wait(SECONDS)
        while service.reading.ahead._work is not None:
            time.sleep(0.01)
    assert asked == [(7, (5,), ""), (7, (5,), "go")] and read == [None, 9]
    assert service.call("prepare", {**request, "spans": []}) == {"other": ""}
    assert service.call("prepare", {**request, "way": "magic"})["error"]["code"] == "unknown_way"


def test_before_a_race_nothing_prepared_gives_a_run_a_start(service: EditService) -> None:
    read: list[int | None] = []
    bound: list[int] = []
    denoiser = service.denoiser
    denoiser.warm = lambda text, should_stop, position=None: read.append(position)  # type: ignore[method-assign]
    condition = denoiser.condition
    denoiser.condition = lambda context, how: bound.append(how.seed) or condition(context, how)  # type: ignore
    assert service.call("level", {"text": TEXT, "spans": [[12, 17], [6, 11]], "seed": 7, "system": "mercury"}) == {}
    assert (read, bound, denoiser.nfe) == ([6], [7], 0)
    assert service.call("level", {"text": TEXT, "spans": []})["error"]["code"] == "nothing_selected"
    assert not service._turns._busy


MINGLED = "The train was late. Am Samstag waren wir mit den Kindern im Zoo. Danach haben wir noch ein Eis gegessen."


@pytest.mark.parametrize(
    ("words", "language", "english", "other"),
    some_of([
        ("waren wir mit den Kindern im Zoo", "prose", True, "German"),
        ("waren wir mit den Kindern im Zoo", "markdown", True, "German"),
        ("", "prose", True, "German"),
        ("The train was late.", "prose", True, ""),
        ("waren wir mit den Kindern im Zoo", "python", True, ""),
        ("waren wir mit den Kindern im Zoo", "prose", False, ""),
    ], 0, 3, 5),
)  # fmt: skip
def test_who_was_taught_little_but_english_says_so_of_other_prose(
    store: Store, words: str, language: str, english: bool, other: str
) -> None:
    """Before a run, as soon as something is selected, and when it is done."""
    service = EditService(engine.Ways.only(engine.scripted(" slow red"), english=english), store, "test")
    start = MINGLED.index(words) if words else len(MINGLED)
    spans = [[start, start + len(words)]]
    assert service.call("prepare", {"text": MINGLED, "spans": spans, "language": language}) == {"other": other}
    document = service.call("create", {"title": "t", "language": language, "text": MINGLED})
    list(service.run({"run": "r", "document": document["id"], "text": MINGLED, "spans": spans, "seed": 1}))
    assert service.call("review", {"run": "r"})["other"] == other
