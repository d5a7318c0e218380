"""A first visit: a recorded run to scrub, three things to try, and the tour. Every test begins with an empty database."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, expect

import engine
from editor import record
from editor.errors import EditorError
from editor.export.scenes import moments_of
from editor.languages import sample_named
from editor.runs import recordings
from editor.service import EditService
from editor.web.app import create_app
from storage import open_store
from storage.database.models import Base
from tests.conftest import SECONDS, Profile
from tests.e2e.conftest import Editor, Site
from tests.e2e.web.test_accessibility import by_day_and_night

pytestmark = pytest.mark.browser
READY = '.pz-app[data-ready="true"]'


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A program of this file's own: the others' has documents already."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('fresh') / 'fresh.sqlite3'}")
    denoiser = engine.scripted(" something else")
    service = EditService(engine.Ways.only(denoiser), store, "test")
    server = uvicorn.Server(uvicorn.Config(create_app(service), port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", service, denoiser)
    server.should_exit = True
    thread.join(SECONDS)
    store.engine.dispose()


@pytest.fixture
def empty(fresh: Site) -> Site:
    """The program on a database that nobody has used yet."""
    with fresh.service.store.engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in Base.metadata.tables.values():
            connection.execute(table.delete())
    fresh.denoiser.nfe = 0
    return fresh


@pytest.fixture
def visit(profile: Profile, empty: Site) -> Iterator[Editor]:
    with profile.page(empty.url, reduced_motion="reduce") as page:
        yield Editor(page)


def seen_under_light(page: Page, selector: str) -> bool:
    """Whether the light of the tour lies on an element: not all of it need fit on the screen."""
    return page.evaluate(
        """selector => {
          const [box, light] = [selector, '.tour-light'].map((s) => document.querySelector(s).getBoundingClientRect());
          const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
          const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
          return light.left <= x && x <= light.right && light.top <= y && y <= light.bottom;
        }""",
        selector,
    )


# ---- the recording -----------------------------------------------------------------------------------------------------
def test_the_recording_is_a_whole_run_on_its_sample() -> None:
    kept = recordings.load()
    assert kept.text == sample_named(kept.sample).path.read_text(encoding="utf-8")
    moments = moments_of(kept.frames)
    assert len(moments) >= 8 and all(frame["done"] for frame in moments[-1])
    assert [frame["text"] for frame in moments[-1]] == kept.result
    for frame, fill in zip(moments[-1], kept.result, strict=True):
        assert fill.strip() and fill != kept.text[frame["from"] : frame["to"]]
    assert kept.settings["system"] in engine.SYSTEMS and kept.settings["model"] != "scripted"
    last = moments[-1][0]
    assert kept.settings["spans"] == [[last["from"], last["to"]]]
    assert recordings.PATH.stat().st_size < 100_000


def test_a_run_is_recorded_by_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "PATH", tmp_path / "new" / "run.json")
    monkeypatch.setattr(engine, "load_ways", lambda **_: engine.Ways.only(engine.scripted(" def names")))
    record.main(["--sample", "4-word-count.py", "--words", "def words", "--seed", "3"])
    kept = json.loads(recordings.PATH.read_text(encoding="utf-8"))
    assert kept["sample"] == "4-word-count.py" and kept["result"] == ["def names"] and kept["settings"]["seed"] == 3
    assert "def words" in recordings.load().text
    for wrong in (["--words", "not in it"], ["--sample", "none.txt"]):
        with pytest.raises(EditorError, match="there is no|does not hold"):
            record.main(wrong)


# ---- a first visit -----------------------------------------------------------------------------------------------------
def test_a_first_visit_shows_a_finished_run_without_a_model(visit: Editor, empty: Site) -> None:
    page, kept = visit.page, recordings.load()
    assert empty.denoiser.nfe == 0 and visit.text() == kept.text
    timeline = page.get_by_test_id("timeline")
    expect(timeline).to_be_visible()
    last = len(moments_of(kept.frames)) - 1
    assert timeline.get_attribute("max") == str(last) == timeline.input_value()
    expect(page.locator(".pz-span")).to_have_text(kept.result[0])
    expect(page.get_by_test_id("stats")).to_contain_text("NFE")
    timeline.focus()
    page.keyboard.press("Home")
    expect(page.locator(".pz-span .pz-m, .pz-span .pz-u").first).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(".pz-span")).to_have_text(kept.result[0])
    assert page.locator("dialog[open]").count() == 0, "nothing opens by itself"
    assert empty.denoiser.nfe == 0 and visit.text() == kept.text
    run = page.evaluate("JSON.parse(localStorage['palimpsest.replay']).run")
    stored = empty.service.store.runs.get(run)
    assert stored.frames[-1]["run"] == run, "kept like any other run"
    assert len(kept.frames[-1]["toks"][0]) == 5 and len(stored.frames[-1]["toks"][0]) == 4, "numbers of another model"
    with page.expect_download() as download:
        page.get_by_test_id("export").first.click()
        page.get_by_test_id("export-json").first.click()
    assert json.loads(download.value.path().read_bytes())["result"] == kept.result


@pytest.mark.parametrize("way", ["typing", "another", "escape"])
def test_the_run_gives_way(visit: Editor, way: str) -> None:
    page = visit.page
    if way == "typing":
        page.locator(".cm-content").press_sequentially("X")
        assert "X" in visit.text()
    elif way == "another":
        page.get_by_test_id("samples").select_option("4-word-count.py")
        page.wait_for_function("__palimpsest.text().includes('def ')")
    else:
        page.locator(".cm-content").press("Escape")
        assert visit.text() == recordings.load().text
    expect(page.locator(".pz-span")).to_have_count(0)
    if way != "escape":
        expect(page.get_by_test_id("timeline")).to_be_hidden()


def test_words_can_be_rewritten_at_once(visit: Editor, empty: Site) -> None:
    visit.select("The streets were empty")
    visit.page.keyboard.press("Control+Enter")
    visit.wait_review()
    visit.page.keyboard.press("Tab")
    assert "something else" in visit.text()
    expect(visit.page.get_by_test_id("history-item")).to_have_count(2)


def test_the_card_is_closed_for_good_and_comes_back_when_asked(visit: Editor) -> None:
    page, card = visit.page, visit.page.get_by_test_id("welcome")
    expect(card.locator("li")).to_have_count(3)
    page.reload()
    page.wait_for_selector(READY)
    expect(card).to_be_visible()
    expect(page.locator(".pz-span")).to_have_count(1)
    page.get_by_role("button", name="Close for good").click()
    expect(card).to_be_hidden()
    page.reload()
    page.wait_for_selector(READY)
    expect(card).to_be_hidden()
    expect(page.locator(".pz-span")).to_have_count(0)
    page.evaluate("__palimpsest.commands.run('welcome')")
    expect(card).to_be_visible()


def test_the_run_is_not_laid_over_a_text_that_was_changed(visit: Editor) -> None:
    visit.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, to: 500}})")
    visit.wait_saved()
    visit.page.reload()
    visit.page.wait_for_selector(READY)
    expect(visit.page.get_by_test_id("welcome")).to_be_visible()
    expect(visit.page.locator(".pz-span")).to_have_count(0)


def test_without_its_recording_the_page_opens_a_sample(
    profile: Profile, empty: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(recordings, "PATH", tmp_path / "gone.json")
    with profile.page(empty.url) as page:
        assert Editor(page).text() == sample_named("1-a-walk-by-the-sea.txt").path.read_text(encoding="utf-8")
        expect(page.get_by_test_id("welcome")).to_be_hidden()


# ---- the tour ----------------------------------------------------------------------------------------------------------
def test_the_tour_shows_what_it_speaks_of(visit: Editor) -> None:
    page, tour = visit.page, visit.page.get_by_test_id("tour")
    page.get_by_test_id("take-tour").click()
    for at, (name, selector) in enumerate(
        [
            ("Your text", ".cm-editor"), ("Rewrite", "[data-testid=run]"), ("The timeline", "[data-testid=timeline]"),
            ("Systems and settings", ".systems"), ("History", ".to-history"), ("The lab", "[data-testid=to-lab]"),
            ("Documents", "[data-testid=document-title]"),
        ]
    ):  # fmt: skip
        expect(tour.get_by_role("heading")).to_have_text(name)
        expect(tour).to_contain_text(f"{at + 1} of 7")
        expect(page.get_by_test_id("tour-next")).to_be_focused()
        assert seen_under_light(page, selector), name
        card = tour.locator(".tour-card").bounding_box()
        assert card and card["x"] >= 0 and card["y"] >= 0 and card["x"] + card["width"] <= 1280
        assert card["y"] + card["height"] <= 800
        page.keyboard.press("Enter")
    expect(tour).to_be_hidden()
    expect(page.get_by_test_id("take-tour")).to_be_focused()
    expect(page.get_by_test_id("take-tour")).to_have_text("Tour again")
    page.reload()
    page.wait_for_selector(READY)
    expect(page.get_by_test_id("take-tour")).to_have_text("Tour again")


def test_the_tour_goes_back_and_ends_at_any_time(visit: Editor) -> None:
    page, tour = visit.page, visit.page.get_by_test_id("tour")
    start = page.get_by_test_id("take-tour")
    start.click()
    expect(page.get_by_role("dialog", name="Tour")).to_be_visible()
    expect(page.get_by_test_id("tour-back")).to_be_hidden()
    page.get_by_test_id("tour-next").click()
    page.get_by_test_id("tour-back").click()
    expect(tour.get_by_role("heading")).to_have_text("Your text")
    page.keyboard.press("ArrowRight")
    expect(tour.get_by_role("heading")).to_have_text("Rewrite")
    page.keyboard.press("ArrowLeft")
    expect(tour.get_by_role("heading")).to_have_text("Your text")
    page.get_by_test_id("tour-skip").click()
    expect(tour).to_be_hidden()
    page.evaluate("__palimpsest.commands.run('tour')")
    expect(tour).to_be_visible()
    page.keyboard.press("Escape")
    expect(tour).to_be_hidden()
    known = page.evaluate("__palimpsest.commands.usable().map((c) => [c.id, c.title, c.group])")
    assert ["tour", "Take the tour", "Help"] in known and ["welcome", "Show three things to try", "Help"] in known


def test_the_tour_on_a_narrow_screen_opens_the_panel_it_speaks_of(visit: Editor) -> None:
    page = visit.page
    page.set_viewport_size({"width": 420, "height": 820})
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    page.locator(".cm-content").press_sequentially("X")  # no finished run any more
    page.get_by_test_id("take-tour").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("tour")).to_contain_text("When a run is finished")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".systems")).to_be_visible()
    assert seen_under_light(page, ".systems")
    page.keyboard.press("Escape")
    expect(page.locator(".systems")).to_be_hidden()


def test_axe_finds_nothing_serious(visit: Editor) -> None:
    page = visit.page
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = by_day_and_night(page, "idle")
    page.get_by_test_id("export").first.click()
    found += by_day_and_night(page, "export")
    page.keyboard.press("Escape")
    page.get_by_test_id("take-tour").click()
    found += by_day_and_night(page, "tour")
    page.get_by_test_id("tour-skip").click()
    assert not found, "\n".join(found)
