"""The lab in Chromium: several lessons in one page, by mouse and by keyboard, offline, light and dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from editor.lab.lab import LESSONS
from tests.e2e.conftest import Editor, Site, stopped, until
from tests.e2e.web.test_accessibility import LOOKS, serious

pytestmark = pytest.mark.browser
TEXT = "One two three four five."


def number(page: Page, name: str) -> str:
    """A result as the lesson says it."""
    return (
        page.locator("[data-testid=lab-numbers] div", has=page.locator("dt", has_text=name))
        .first.locator("dd")
        .inner_text()
    )


def settled(page: Page) -> None:
    page.wait_for_selector(".pz-lab .lab-figures[aria-busy=false] svg")


def opened(page: Page, lesson: str) -> None:
    """Go from lesson to lesson by the list."""
    page.get_by_role("navigation", name="Lessons").get_by_role("link", name=LESSONS[lesson].title).click()
    expect(page.locator(".lesson-title")).to_contain_text(LESSONS[lesson].title)
    settled(page)


@pytest.fixture
def reader(editor: Editor, site: Site) -> Iterator[Page]:
    """A page on a text of its own, with the lab open; nothing but this program may be asked."""
    page = editor.page
    foreign: list[str] = []
    here = (site.url, "blob:", "data:")
    page.on("request", lambda asked: None if asked.url.startswith(here) else foreign.append(asked.url))
    editor.write(TEXT)
    editor.select("two three")
    page.get_by_test_id("to-lab").click()
    settled(page)
    yield page
    assert not foreign


def test_a_lesson_follows_mouse_and_keyboard_and_its_link_opens_the_same(
    reader: Page, site: Site, browser: Browser
) -> None:
    page, lab = reader, reader.get_by_test_id("lab")
    assert page.url.endswith("#/lab/noise") and number(page, "alpha(t)") == "0.5"
    assert page.locator(".lesson .formula math").count() == page.locator(".lesson .formula").count() > 5
    lab.get_by_test_id("t-slider").focus()
    page.keyboard.press("ArrowRight")
    expect(lab.get_by_test_id("lab-numbers")).to_contain_text("0.49")
    lab.get_by_test_id("t").fill("0.25")
    expect(page.locator("h3", has_text="The text at t = 0.25")).to_be_visible()
    lab.get_by_test_id("use-selection").click()
    expect(lab.get_by_test_id("lab-source")).to_contain_text("two three")
    page.locator("[data-token='4']").click()  # of "two three", letters being tokens
    expect(lab.get_by_test_id("at")).to_have_value("5")
    lab.get_by_test_id("figure-table-2").locator("summary").click()
    table = lab.get_by_test_id("figure-table-2").get_by_role("table")
    expect(table).to_contain_text("true: 't'")
    lab.get_by_test_id("schedule").select_option("drawn")
    curve = lab.get_by_test_id("figure-1").locator("svg").first
    expect(lab.get_by_test_id("points-4")).to_have_value("0.65")
    box = curve.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8)
    page.mouse.up()
    expect(lab.get_by_test_id("points-4")).not_to_have_value("0.65")
    lab.get_by_test_id("points-1").fill("0.7")
    settled(page)
    page.wait_for_function("/points=1%2C0.7%2C/.test(location.hash)")
    state = [page.locator(".lab-results").inner_text(), lab.get_by_test_id("figure-0").inner_text()]
    again = browser.new_page()
    again.goto(page.url)
    settled(again)
    expect(again.get_by_test_id("lab").get_by_test_id("schedule")).to_have_value("drawn")
    assert [again.locator(".lab-results").inner_text(), again.get_by_test_id("figure-0").inner_text()] == state
    again.close()


def test_figures_and_their_data_are_kept_as_files(reader: Page, downloads: Path) -> None:
    page = reader
    opened(page, "guess")
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"token,"), ("json", b"{")):
        page.get_by_test_id("keep-1").click()
        with page.expect_download() as waiting:
            page.get_by_test_id(f"keep-1-{kind}").click()
        kept = downloads / waiting.value.suggested_filename
        waiting.value.save_as(kept)
        assert kept.name == f"guess-2.{kind}" and kept.read_bytes().startswith(begins)
    told = json.loads((downloads / "guess-2.json").read_text(encoding="utf-8"))
    rows = (downloads / "guess-2.csv").read_text(encoding="utf-8").splitlines()
    assert told["lesson"] == "guess" and len(rows) == 1 + len(told["figures"][1]["names"])
    assert "model Q" in (downloads / "guess-2.svg").read_text(encoding="utf-8"), "the drawing has its legend"


def test_what_goes_wrong_is_said_and_the_text_is_as_it_was(reader: Page) -> None:
    page = reader
    page.get_by_test_id("lab-words").fill("   ")
    page.evaluate("location.hash = '#/lab/guess?text=+'")
    expect(page.get_by_test_id("lab-trouble")).to_contain_text("the text is empty")
    page.evaluate("location.hash = '#/lab/noise?t=7'")
    expect(page.get_by_test_id("lab-trouble")).to_contain_text("t must be in 0..1, got 7")
    page.evaluate("location.hash = '#/lab/nothing'")
    expect(page.get_by_test_id("lab-trouble")).to_contain_text("There is no lesson “nothing”; choose one of noise")
    opened(page, "score-entropy")
    expect(page.get_by_test_id("lab-trouble")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    page.keyboard.type("x")
    page.get_by_test_id("lab-close").click()
    expect(page.get_by_test_id("lab")).to_be_hidden()
    assert page.evaluate("__palimpsest.text()") == TEXT, "no key reaches the text behind the lab"
    expect(page.locator(".cm-content")).to_be_focused()
    page.go_back()
    expect(page.locator(".lesson-title")).to_contain_text("Score entropy")


def test_leaving_in_the_middle_stops_the_passes(reader: Page, site: Site) -> None:
    page = reader
    opened(page, "noise")
    before = site.denoiser.nfe
    page.evaluate("location.hash = '#/lab/speed-limits?steps=64&tokens=24&who=fills'")
    page.get_by_test_id("lab-stop").wait_for()
    until(lambda: site.denoiser.nfe > before)
    page.get_by_test_id("lab-close").click()
    assert stopped(site.denoiser) - before < 60
    page.evaluate("location.hash = '#/lab/speed-limits?steps=64&tokens=24&who=fills'")
    page.get_by_test_id("lab-stop").click()
    expect(page.locator(".lab-figures")).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_in_any_lesson(browser: Browser, site: Site, look: str) -> None:
    scheme, width = LOOKS[look]
    number_ = site.service.store.documents.create("For axe", "prose", TEXT).id
    context = browser.new_context(
        viewport={"width": width, "height": 820}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    found: list[str] = []
    page.goto(f"{site.url}/#/lab/noise?document={number_}")
    for name in LESSONS:
        page.evaluate(f"location.hash = '#/lab/{name}?document={number_}'")
        expect(page.locator(".lesson-title")).to_contain_text(LESSONS[name].title)
        settled(page)
        for table in page.locator("details[data-testid^=figure-table]").all():
            table.locator("summary").click()
        found += serious(page, name)
    context.close()
    assert not found, "\n".join(found)


def test_the_figures_follow_the_theme_and_the_tour_leads_to_the_lab(editor: Editor) -> None:
    page = editor.page
    page.evaluate("location.hash = '#/lab/noise'")
    settled(page)
    ground = "document.querySelector('.lab-drawing svg rect').getAttribute('fill')"
    light = page.evaluate(ground)
    page.evaluate("document.querySelector('.pz-app').dataset.theme = 'dark'")
    page.wait_for_function(f"{ground} !== {json.dumps(light)}")
    page.get_by_test_id("lab-close").click()
    page.evaluate("__palimpsest.commands.run('tour')")
    while page.get_by_test_id("tour").locator("h2").inner_text() != "The lab":
        page.get_by_test_id("tour-next").click()
    expect(page.get_by_test_id("tour")).to_contain_text("computed on your own text")
