"""A run as a file: what each format holds, and that text of any kind comes through unharmed."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from playwright.sync_api import Browser, expect

import engine
from editor.errors import EditorError
from editor.export.export import SCHEMA_VERSION, TYPES, export
from editor.export.lettering import SERIF, Ink, items, lines, ordered
from editor.export.pictures import FIRST_MS, LAST_MS, durations, stream
from editor.export.scenes import cut, moments_of, scene_of
from editor.runs.frames import Frame, frames
from editor.service import EditService
from editor.web.app import create_app
from storage import Run, Store
from tests.conftest import some

PROSE = "First paragraph.\n\nThe streets were empty, and the only sound was the wind.\n\nLast paragraph."
EVIL = "</script><img src=x onerror=alert(1)> one two <!-- <script> $title ${run} & \u2028 \x00"


def made(text: str, *words: str, target: str | None = None, system: str = "llada", steps: int = 6) -> Run:
    """A finished run of the scripted denoiser."""
    places = [engine.Span(at, at + len(each)) for each in words for at in [text.index(each)]]
    taken: list[Frame] = []
    for step in engine.infill(engine.scripted(target), text, places, system=system, steps=steps):
        taken += frames(step, "r1", step.index / 10)
    settings = {"system": system, "seed": 5, "way": "causal", "model": "scripted", "steps": steps}
    return Run("r1", 1, text, settings, [frame["text"] for frame in taken if frame["done"]], taken)


def exported(
    run: Run, kind: str, title: str = "A title", language: str = "prose", candidate: int | None = None
) -> bytes:
    return export(run, title, language, "9.9.9", kind, candidate)


def with_candidates(run: Run) -> Run:
    """The run with a second candidate, which writes Z."""
    more = [
        {**frame, "candidate": 1, "toks": [["Z", *tok[1:]] for tok in frame["toks"]]} for frame in run.frames
    ]  # fmt: skip
    both = [frame for pair in zip(run.frames, more, strict=True) for frame in pair]
    return Run(run.id, 1, run.text, run.settings, run.result, both)


# ---- data ------------------------------------------------------------------------------------------------------------
def test_the_data_holds_everything_and_says_which_version_it_is() -> None:
    run = made("😀 The streets were empty.", "streets")
    known = json.loads(exported(run, "json", title="T", language="markdown"))
    assert (known["format"], known["version"], known["program"]) == ("palimpsest-run", SCHEMA_VERSION, "9.9.9")
    assert known["frames"] == run.frames and known["text"] == run.text and known["result"] == run.result
    assert known["settings"] == run.settings and known["document"] == {"title": "T", "language": "markdown"}
    last = known["frames"][-1]
    assert run.text[last["from"] : last["to"]] == "streets" and last["text"] == run.result[0]


@pytest.mark.slow
def test_a_candidate_is_chosen_by_its_number() -> None:
    run = with_candidates(made(PROSE, "streets", "sound"))
    assert len(json.loads(exported(run, "json"))["frames"]) == len(run.frames)
    assert {f["candidate"] for f in json.loads(exported(run, "json", candidate=1))["frames"]} == {1}
    first, second = (scene_of(run, "prose", n).moments for n in (0, 1))
    assert len(first) == len(second) and all(len(moment) == 2 for moment in first)
    assert {tok[0] for moment in second for frame in moment for tok in frame["toks"]} == {"Z"}
    assert exported(run, "gif", candidate=1) != exported(run, "gif")
    with pytest.raises(EditorError, match="no candidate 7; choose one of 0..1"):
        exported(run, "html", candidate=7)


def test_a_moment_that_lacks_a_span_is_not_shown() -> None:
    run = made(PROSE, "streets", "sound")
    assert len(moments_of(run.frames[:-1])) == len(moments_of(run.frames)) - 1


def test_an_unknown_format_names_the_choices() -> None:
    with pytest.raises(EditorError, match=r"html, gif, webp or json, got 'pdf'"):
        exported(made(PROSE, "streets"), "pdf")


# ---- what is shown of the text -----------------------------------------------------------------------------------------
def test_prose_is_cut_to_its_paragraphs_and_code_to_a_few_lines() -> None:
    at = PROSE.index("streets")
    assert cut(PROSE, [(at, at + 7)], code=False) == ["The ", 0, " were empty, and the only sound was the wind."]
    code = "\n".join(f"line{i}()" for i in range(40))
    at = code.index("line20")
    before, _, after = cut(code, [(at, at + 6)], code=True)
    assert str(before).split("\n") == ["line16()", "line17()", "line18()", "line19()", ""]
    assert str(after).split("\n") == ["()", "line21()", "line22()", "line23()", "line24()"]


def test_far_spans_leave_out_what_is_between() -> None:
    text = "start " + "word " * 500 + "end"
    pieces = cut(text, [(0, 5), (len(text) - 3, len(text))], code=False)
    assert pieces[0] == 0 and pieces[2] == 1 and "\n…\n" in str(pieces[1]) and len(str(pieces[1])) < 600


# ---- pictures --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_picture_has_a_frame_for_every_moment(kind: str) -> None:
    run = made(PROSE, "streets", "only sound", system="gemini")
    count = len(moments_of(run.frames))
    with Image.open(io.BytesIO(exported(run, kind))) as picture:
        assert picture.format == kind.upper() and picture.n_frames == count and picture.width <= 1000
        assert picture.info["loop"] == 0
        times = []
        for i in range(count):
            picture.seek(i)
            picture.load()
            times.append(picture.info["duration"])
    assert times == durations(count) and times[0] == FIRST_MS and times[-1] == LAST_MS


def test_a_picture_changes_where_the_span_is_and_keeps_the_rest() -> None:
    run = made(PROSE, "wind", target="sea", steps=4)
    with Image.open(io.BytesIO(exported(run, "webp"))) as picture:
        first = picture.convert("RGB")
        picture.seek(picture.n_frames - 1)
        last = picture.convert("RGB")
    line = (0, 0, 300, 70)  # "The streets were" stands there
    assert first.crop(line).tobytes() == last.crop(line).tobytes()
    assert len(first.crop(line).getcolors(1 << 16) or []) > 10, "letters"
    assert first.tobytes() != last.tobytes()


@pytest.mark.slow
def test_thirty_two_steps_stay_small() -> None:
    run = made("word " * 80 + "tail", "word " * 12, target=" something else that is said", steps=32)
    assert len(moments_of(run.frames)) > 30
    for kind in ("gif", "webp"):
        assert len(exported(run, kind)) < 3_000_000
    assert len(exported(run, "html")) < 250_000


@pytest.mark.slow
def test_more_than_a_hundred_tokens_are_not_wider_than_the_picture() -> None:
    stuck = "x" * 900
    run = made(f"{stuck} word {stuck}", "word", target=" " + "y" * 140, steps=3)
    assert len(run.frames[-1]["toks"]) >= 2
    long = made("word " * 45, "word " * 40, target=" ever" * 40, steps=3)
    assert len(long.frames[-1]["toks"]) > 100
    for each in (run, long):
        with Image.open(io.BytesIO(exported(each, "gif"))) as picture:
            assert picture.width <= 1000 and 200 < picture.height < 2000


def test_no_line_is_wider_than_it_may_be_and_no_letter_is_lost() -> None:
    text = "A line of words, " * 20 + "x" * 300 + " 今天天气很好" * 20 + "\n\nEnd"
    set_ = lines(items([(text, Ink())], SERIF, 22), 500)
    assert max(line.width for line in set_) <= 500
    assert "".join(item.text for line in set_ for item in line.items).replace(" ", "") == "".join(text.split())


def test_right_to_left_text_is_turned_and_starts_at_the_right() -> None:
    line = lines(items([("שלום עולם, abc (ו", Ink())], SERIF, 22), 900)[0]
    assert line.right and [item.text for item in line.items if item.text.strip()] == [
        "ו",
        "(",
        "abc",
        ",",
        "עולם",
        "שלום",
    ]
    plain = lines(items([("abc שלום עולם def", Ink())], SERIF, 22), 900)[0]
    assert not plain.right
    assert [item.text for item in plain.items if item.text.strip()] == ["abc", "עולם", "שלום", "def"]
    assert ordered([], "L") == []


@pytest.mark.parametrize(
    "text",
    some(["שלום לכל העולם 😀", "مرحبا بالعالم word", "😀👨‍👩‍👧 é́ word", "今天word好", EVIL + " word"]),
)
def test_any_script_can_be_drawn(text: str) -> None:
    run = made(text, text.split()[0], target="ו😀", steps=2)
    odd = Run(run.id, 1, run.text + " \ud800", run.settings, run.result, run.frames)
    for kind in TYPES:
        assert len(exported(odd, kind, title=EVIL + "\ud800")) > 500


def test_an_empty_document_can_be_shown() -> None:
    frame = {
        "run": "r", "step": 1, "steps": 1, "phase": "denoise", "t": 0.0, "nfe": 1, "span": 0, "spans": 1, "from": 0, "to": 0,
        "toks": [], "done": True, "seconds": 0.1, "text": "",
    }  # fmt: skip
    empty = Run("r", 1, "", {"system": "gone-by-now", "seed": 1}, [""], [frame])
    for kind in TYPES:
        assert exported(empty, kind)
    with pytest.raises(EditorError, match="no steps"):
        exported(Run("r", 1, "", {}, [], []), "gif")


# ---- the page --------------------------------------------------------------------------------------------------------
def test_what_is_written_cannot_end_the_script() -> None:
    text = exported(made(EVIL, "one two", target="</script><svg onload=alert(2)>"), "html", title=EVIL).decode()
    assert text.count("</script>") == 2 and "<img" not in text and "<svg" not in text and "$run" not in text
    data = re.search(r'id="run">(.*?)</script>', text, re.DOTALL)
    assert data is not None and "".join(p for p in json.loads(data[1])["pieces"] if isinstance(p, str)) in EVIL.replace(
        "one two", ""
    )


@pytest.mark.browser
def test_the_page_replays_offline_and_asks_nothing(browser: Browser, tmp_path: Path) -> None:
    run = made("עם </script><b>x</b> 😀 The streets were empty.", "streets were", "x", target=" roads", steps=5)
    path = tmp_path / "run.html"
    path.write_bytes(exported(run, "html", title="<i>T</i>"))
    context = browser.new_context(color_scheme="dark", reduced_motion="reduce", offline=True)
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    stage, slider = page.get_by_test_id("replay-view"), page.get_by_test_id("timeline")
    count = len(moments_of(run.frames))
    assert slider.get_attribute("max") == str(count - 1) == slider.input_value(), (
        "reduced motion: nothing plays by itself"
    )
    assert stage.inner_text().replace("\xa0", " ") == run.text.replace("streets were", run.result[1]).replace(
        ">x<", f">{run.result[0]}<"
    )
    assert page.locator("b, i, img").count() == 0 and page.locator(".title").inner_text() == "<i>T</i>"
    page.keyboard.press("Home")
    assert page.locator(".pz-span .pz-m").count() > 4 and slider.input_value() == "0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert slider.input_value() == "1" and "step 1" in page.locator(".step-label").inner_text()
    page.get_by_test_id("speed").select_option("4")
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(slider).to_have_value(str(count - 1))
    figures = page.get_by_test_id("stats").inner_text()
    assert all(word in figures for word in ("LLaDA", "seed", "NFE", "seconds", "confidence"))
    background = "getComputedStyle(document.querySelector('.pz-app')).backgroundColor"
    dark = page.evaluate(background)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"dark => {background} !== dark", arg=dark)
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(slider).not_to_have_value("0")
    assert said == []
    context.close()


# ---- over HTTP -------------------------------------------------------------------------------------------------------
@pytest.fixture
def client(store: Store) -> TestClient:
    service = EditService(engine.Ways.only(engine.scripted()), store, "1.2.3")
    return TestClient(create_app(service), base_url="http://localhost")


def test_the_route_hands_out_files_and_refuses_in_one_form(client: TestClient, store: Store) -> None:
    run = made(PROSE, "streets")
    document = store.documents.create('A "ß" title/\nx', "prose", PROSE)
    store.edits.record("r1", document.id, PROSE, run.settings, run.frames, run.result)
    for kind, mime in TYPES.items():
        answer = client.get(f"/api/runs/r1/export?format={kind}")
        assert answer.status_code == 200 and answer.headers["content-type"] == mime
        assert (
            answer.headers["content-disposition"].endswith(f"run.{kind}")
            and "attachment" in answer.headers["content-disposition"]
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/api/runs/r1/export").content == client.get("/api/runs/r1/export?format=html").content
    for query, status, code in [
        ("no/export?format=html", 404, "run_not_found"),
        ("r1/export?format=exe", 422, "unknown_format"),
        ("r1/export?candidate=3", 404, "unknown_candidate"),
        ("r1/export?candidate=-1", 422, "invalid_request"),
    ]:
        answer = client.get(f"/api/runs/{query}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert isinstance(client.app, FastAPI)


def test_a_pinned_word_is_drawn_as_written(store: Store) -> None:
    service = EditService(engine.Ways.only(engine.scripted(" something else")), store)
    document = service.call("create", {"title": "t", "language": "prose", "text": PROSE})
    at = PROSE.index("streets")
    asked = {"run": "r1", "document": document["id"], "text": PROSE, "spans": [[at, at + 7]], "settings": {"steps": 4}}
    list(service.run({**asked, "candidates": 1, "length": "12", "pins": [{"text": "zebra", "span": 0, "at": "start"}]}))
    run = store.runs.get("r1")
    assert "p" in {tok[1] for frame in run.frames for tok in frame["toks"]}
    kinds = {ink.kind for _, ink in stream(scene_of(run, "prose"), 0)}
    assert "pinned" in kinds and exported(run, "gif")
