"""Every lesson as data, over HTTP, with good and with bad input."""

from __future__ import annotations

import ast
import json
import math
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

import engine
from editor.answers import answer_errors
from editor.lab.lab import LESSONS, Lab
from editor.lab.shapes.lesson import Desk, Lesson, Points
from editor.limits import FILE_BYTES
from editor.runs.jobs import Turns
from editor.service import EditService
from editor.web.routes import routes
from engine import EngineError, Parameter
from storage import Store
from tests.conftest import ROOT, beginning, examples, some
from tests.editor.conftest import asking
from tests.house import parsed

NAMES = list(LESSONS)
QUICK = [name for name in NAMES if not LESSONS[name].passes]
WAYS = engine.Ways.only(engine.scripted(" something else"))
TEXTS = ["one", "Привет, мир. 你好，世界。 שלום 😀", "a\nb\tc\n\n", "word " * 40_000]


def computed(lesson: Lesson, text: str, **given: str) -> dict[str, Any]:
    run = lesson.compute(Desk(WAYS, text), lesson.values(given))
    while True:
        try:
            next(run)
        except StopIteration as end:
            found: dict[str, Any] = end.value.told()
            return found


def fetched(client: TestClient, lesson: str, **query: object) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/lab/{lesson}", params=query).json()
    return found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, new_database: bytes) -> Iterator[EditService]:
    with beginning(tmp_path_factory.mktemp("lab") / "lab.sqlite3", new_database) as store:
        yield EditService(WAYS, store, "test")


@pytest.fixture(scope="module")
def client(service: EditService, portal: BlockingPortal) -> TestClient:
    app, router = FastAPI(), routes(service)
    app.include_router(router)
    answer_errors(app, router.routes)
    return asking(app, portal, raise_server_exceptions=False)


@pytest.fixture
def lab(store: Store) -> Lab:
    return Lab(WAYS, Turns(), store)


# ---- a lesson is data -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_a_short_text_with_formulas_and_leads_into_the_code(name: str) -> None:
    lesson = LESSONS[name]
    assert 150 <= len(lesson.text.split()) <= 400
    assert "$$" in lesson.text and lesson.text.count("$") % 2 == 0
    for file, what in lesson.code:
        tree = parsed(ROOT / file)
        named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        named |= {
            node.target.id
            for node in tree.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
        assert what in named, f"{file} has no {what}"


def test_each_lesson_has_a_file_of_its_own() -> None:
    files = {lesson.compute.__module__ for lesson in LESSONS.values()}
    assert len(files) == len(LESSONS)


@pytest.mark.parametrize("name", NAMES)
def test_figures_can_be_drawn_and_said(name: str) -> None:
    """Everything fits together: as many values as names, lines as long as they say, controls that are there."""
    lesson = LESSONS[name]
    board = json.loads(json.dumps(computed(lesson, lesson.example)))
    controls = {control.name for control in lesson.controls}
    assert board["figures"] and board["numbers"] and set(board["bounds"]) <= controls
    for figure in board["figures"]:
        assert figure["title"]
        for line in figure.get("series", ()):
            assert len(line["x"]) == len(line["y"]) > 1
        for _, values in figure.get("groups", ()):
            assert len(values) == len(figure["names"])
        assert {figure.get("picks"), figure.get("draws")} - {None, ""} <= controls
        if figure["kind"] == "matrix":
            assert {len(row) for row in figure["values"]} == {len(figure["columns"])}
            assert len(figure["values"]) == len(figure["rows"])
    for table in board["tables"]:
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}


@pytest.mark.parametrize("name", some(NAMES, *QUICK, "guess", "race", "quiz"))
@pytest.mark.parametrize("text", some(TEXTS, TEXTS[1]), ids=["one word", "scripts", "lines", "long"])
def test_any_text_is_taught_and_a_long_one_is_cut_and_said(name: str, text: str) -> None:
    try:
        board = computed(LESSONS[name], text)
    except EngineError as error:
        assert error.code == "text_too_short" and text == "one"
        return
    tokens = len(WAYS.default.tokenizer.encode(text))
    said = [int(count) for note in board["notes"] for count in re.findall(r"its first (\d+) tokens", note)]
    assert all(count < tokens for count in said), "what is not cut is not said to be"
    assert said or text != TEXTS[-1]


def extremes(lesson: Lesson) -> Iterator[dict[str, str]]:
    for control in lesson.controls:
        if isinstance(control, Parameter):
            ends = [name for name, _ in control.choices] or [control.low, control.high]
            yield from ({control.name: str(end)} for end in ends)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_control_can_be_taken_to_its_ends(name: str) -> None:
    lesson = LESSONS[name]
    for given_ in extremes(lesson):
        assert computed(lesson, lesson.example, **given_)["figures"], given_


@examples(40)
@given(st.data())
def test_a_value_is_taken_or_refused_by_its_name(data: st.DataObject) -> None:
    lesson = LESSONS[data.draw(st.sampled_from(NAMES))]
    control = data.draw(st.sampled_from(lesson.controls))
    value = data.draw(st.one_of(st.text(max_size=20), st.integers().map(str), st.floats().map(str)))
    try:
        lesson.values({control.name: value})  # type: ignore[attr-defined]
    except EngineError as error:
        assert str(error).startswith(f"{control.name} must be")


BENT = ["", "1", "1,0", "1,0.5,x,0", "1,0.2,0.4,0.1,0.1,0.1,0.1,0.1,0", "0.9" + ",0" * 8, "nan" + ",0" * 8]


@pytest.mark.parametrize("value", BENT)
def test_points_that_are_no_curve_are_refused(value: str) -> None:
    (points,) = [control for control in LESSONS["noise"].controls if isinstance(control, Points)]
    with pytest.raises(EngineError, match="9 numbers with commas between them, from 1 down to 0"):
        points.checked(value)
    assert points.checked("1,.9,.8,.7,.6,.5,.4,.3,0")[1] == 0.9


# ---- over HTTP ----------------------------------------------------------------------------------------------------------
def test_the_list_has_every_lesson_with_its_controls(client: TestClient) -> None:
    told = client.get("/api/lab").json()["lessons"]
    assert [lesson["name"] for lesson in told] == NAMES
    for lesson in told:
        assert all({"name", "title", "meaning", "kind", "default"} <= set(control) for control in lesson["controls"])


def test_a_lesson_says_what_it_is_about_and_what_came_out(client: TestClient) -> None:
    """Four letters half of which are noise at t = 1/2 under the linear schedule; the posterior halves once more."""
    answer = fetched(client, "noise", text="abcd", t=0.5, back=0.5, at=1)
    numbers = {number["name"]: number["value"] for number in answer["numbers"]}
    assert answer["source"] == {"from": 0, "to": 4} and answer["values"]["t"] == 0.5
    assert (numbers["alpha(t)"], numbers["alpha(s)"], numbers["weight"]) == (0.5, 0.75, 2.0)


def test_a_lesson_on_a_document_or_a_part_of_it(client: TestClient, service: EditService) -> None:
    number = service.store.documents.create("Mine", "plain", "😀 one two").id
    whole, part = (
        fetched(client, "noise", document=number),
        fetched(client, "noise", **{"document": number, "from": 2, "to": 5}),
    )
    assert whole["source"] == {"document": number, "title": "Mine", "from": 0, "to": 9}
    assert part["text"] == "one" and len(part["figures"][0]["tokens"]) == 3


def test_the_stream_ends_with_the_same_lesson(client: TestClient) -> None:
    with client.stream("GET", "/api/lab/speed-limits", headers={"Accept": "text/event-stream"}) as answer:
        events = [json.loads(line[6:]) for line in answer.iter_lines() if line]
    boards = [event for event in events if "progress" not in event]  # where it takes long it is shown as far as it is
    told = [event["progress"] for event in events if "progress" in event]
    assert all(len(progress) == 2 for progress in told) and len(told) > 4
    assert boards and boards[-1] is events[-1]
    assert all(board["lesson"] == "speed-limits" and board["figures"] for board in boards)


BAD = {
    "no lesson": ("nothing", {}, 404, "lesson_not_found", "there are noise"),
    "no control": ("noise", {"speed": 1}, 422, "unknown_parameter", "it has t, schedule"),
    "too much": ("noise", {"t": 2}, 422, "parameter_out_of_range", "t must be in 0..1, got 2"),
    "no number": ("noise", {"t": "half"}, 422, "parameter_out_of_range", "t must be in 0..1, got 'half'"),
    "not a number": ("noise", {"t": "nan"}, 422, "parameter_out_of_range", "t must be in 0..1"),
    "no choice": ("noise", {"schedule": "x"}, 422, "parameter_out_of_range", "schedule must be one of linear"),
    "empty": ("guess", {"text": "  \n"}, 422, "text_too_short", "the text is empty"),
    "one token": ("speed-limits", {"text": "a"}, 422, "text_too_short", "has 1 token, and at least 3"),
    "no document": ("noise", {"document": 99}, 404, "document_not_found", "99"),
    "no number of one": (
        "noise",
        {"document": "x"},
        422,
        "invalid_request",
        "document must be a whole number, got 'x'",
    ),
    "two texts": ("noise", {"document": 1, "text": "a"}, 422, "one_text", "about one of them"),
    "outside": ("noise", {"text": "abc", "from": 2, "to": 9}, 422, "outside", "outside the text of 3 characters"),
    "turned round": ("noise", {"text": "abc", "from": 2, "to": 1}, 422, "outside", "from 2 to 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_what_to_do(client: TestClient, case: str) -> None:
    lesson, query, status, code, words = BAD[case]
    answer = client.get(f"/api/lab/{lesson}", params=query)  # type: ignore[arg-type]
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code) and words in error["message"]


def test_a_text_that_is_no_file_is_refused(lab: Lab) -> None:
    with pytest.raises(Exception, match="2 MB"):
        lab.begin("noise", {"text": "a" * (FILE_BYTES + 1)})


def test_no_number_that_is_none_gets_out(client: TestClient) -> None:
    """The scripted model rules the mask out; a price without end is null in JSON, and said."""
    answer = client.get("/api/lab/guess", params={"text": "abc"})
    assert not re.search(r"\bNaN\b|Infinity", answer.text) and math.isfinite(answer.json()["seconds"])


# ---- the engine ---------------------------------------------------------------------------------------------------------
def slow(store: Store) -> tuple[Lab, engine.Denoiser, threading.Event]:
    """A lab whose model waits in every pass until it may go on."""
    go = threading.Event()
    denoiser = engine.scripted(" else", lambda: go.wait(5) and None)
    return Lab(engine.Ways.only(denoiser), Turns(), store), denoiser, go


def test_leaving_stops_the_passes(store: Store) -> None:
    lab, denoiser, go = slow(store)
    computing = lab.begin("speed-limits", {"steps": "64", "tokens": "20"})
    next(computing.progress())
    computing.cancel()
    go.set()
    with pytest.raises(Exception, match="left before it was computed"):
        computing.result()
    assert denoiser.nfe <= 2  # type: ignore[attr-defined]


def test_score_entropy_of_random_tokens_takes_one_step_by_both_roads() -> None:
    found = computed(LESSONS["score-entropy"], "The cat is lying on the rug.", noise="uniform", seed="5")
    step = found["figures"][-1]
    (_, one), (_, two) = step["groups"]
    assert one == pytest.approx(two) and 0 < sum(one) <= 1.000001 and any("(seen)" in name for name in step["names"])


def test_two_lessons_at_once_take_turns_and_one_that_needs_no_model_waits_for_none(store: Store) -> None:
    lab, _, go = slow(store)
    first, second = lab.begin("guess", {}), lab.begin("score-entropy", {})
    assert lab.begin("noise", {}).result()["lesson"] == "noise"
    assert not first.wait(0) and not second.wait(0)
    go.set()
    assert (first.result()["lesson"], second.result()["lesson"]) == ("guess", "score-entropy")


def test_the_program_ends_in_the_middle_of_a_lesson(store: Store) -> None:
    lab, _, go = slow(store)
    waiting = [lab.begin("speed-limits", {}), lab.begin("guess", {})]
    lab.close()
    go.set()
    for computing in waiting:
        with pytest.raises(Exception, match="left before"):
            computing.result()


def test_every_formula_is_in_the_bundle() -> None:
    """What the page shows of TeX was made when the bundle was built: formulas.test.js makes them anew; here none is missing."""
    bundle = Path(ROOT / "assets/web/dist/lab.js").read_text(encoding="utf-8")
    for lesson in LESSONS.values():
        count = len({a or b for a, b in re.findall(r"\$\$([^$]+)\$\$|\$([^$\n]+)\$", lesson.text)})
        assert count and bundle.count("<math") >= count
