"""The lab in Chromium: several lessons in one page, by mouse and by keyboard, offline, light and dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from editor.lab.lab import LESSONS
from tests.conftest import Profile, stopped
from tests.e2e.conftest import Editor, Site, slowly, until
from tests.e2e.web.test_accessibility import HEIGHT, WIDTHS, by_day_and_night

pytestmark = pytest.mark.browser
TEXT = "One two three four five."


def number(page: Page, name: str) -> str:
    """A result as the lesson says it."""
    return (
        page.locator("[data-testid=lab-numbers] div", has=page.locator("dt", has_text=name))
        .first.locator("dd")
        .first.inner_text()
    )


def settled(page: Page) -> None:
    page.wait_for_selector(".pz-lab .lab-figures[aria-busy=false] svg")


def opened(page: Page, lesson: str) -> None:
    """Go from lesson to lesson by the list."""
    page.get_by_role("navigation", name="Lessons").get_by_role("link", name=LESSONS[lesson].title, exact=True).click()
    expect(page.locator(".lesson-title:visible")).to_contain_text(LESSONS[lesson].title)
    settled(page)


@pytest.fixture
def reader(editor: Editor, site: Site) -> Iterator[Page]:
    """A page on a text of its own, with the lab open and the network cut: nothing but this program answers, or may be asked."""
    page = editor.page
    foreign: list[str] = []

    def cut(route: Route) -> None:
        foreign.append(route.request.url)
        route.abort("internetdisconnected")

    page.context.route(lambda url: not url.startswith((site.url, "blob:", "data:")), cut)
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
    settled(page)  # until then it is drawn anew
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


def test_a_run_is_stepped_through_by_mouse_and_keyboard(reader: Page) -> None:
    page, lab = reader, reader.get_by_test_id("lab")
    opened(page, "denoise")
    lab.get_by_test_id("step-slider").focus()
    page.keyboard.press("ArrowRight")
    expect(lab.locator("h3", has_text="LLaDA, after step 3 of 6")).to_be_visible()
    page.locator("[data-testid=figure-0] [data-token='3']").click()
    expect(lab.get_by_test_id("at")).to_have_value("4")
    lab.get_by_test_id("system").select_option("gemini")
    expect(lab.locator("h3", has_text="Gemini Diffusion, after step 3")).to_be_visible()
    expect(lab.get_by_test_id("order")).to_be_hidden()
    lab.get_by_test_id("stop").fill("0")
    settled(page)
    page.wait_for_function("/stop=0/.test(location.hash)")
    expect(lab.get_by_test_id("lab-numbers")).to_contain_text("stop by the gate: step")
    assert number(page, "stop by the gate: step") == "1", "every gate is open for who asks nothing"
    lab.get_by_test_id("figure-table-3").locator("summary").focus()
    page.keyboard.press("Enter")
    table = lab.get_by_test_id("figure-table-3").get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(5)
    expect(table).to_contain_text("Eso-LM B")


def test_lessons_on_writing_follow_mouse_and_keyboard(reader: Page) -> None:
    page, lab = reader, reader.get_by_test_id("lab")

    def table(figure: int) -> Locator:
        lab.get_by_test_id(f"figure-table-{figure}").locator("summary").click()
        return lab.get_by_test_id(f"figure-table-{figure}").get_by_role("table")

    opened(page, "factorisation")
    page.locator("[data-testid=figure-0] [data-token='3']").click()
    expect(lab.get_by_test_id("at")).to_have_value("4")
    expect(table(1).locator("thead")).to_contain_text("place 4 \\ place 5")
    assert number(page, "clashes") == "0 pairs", "the scripted model always wants the same"
    lab.get_by_test_id("at-slider").focus()
    page.keyboard.press("ArrowRight")
    expect(lab.get_by_test_id("figure-table-1").locator("thead")).to_contain_text("place 5 \\ place 6")

    opened(page, "race")
    lab.get_by_test_id("longest").fill("8")
    expect(lab.locator("h3", has_text="The race: 8 tokens")).to_be_visible()
    expect(table(2).get_by_role("row")).to_have_count(4)
    lab.get_by_test_id("system").focus()
    page.keyboard.press("ArrowDown")
    expect(lab.get_by_test_id("figure-table-2")).to_contain_text("Mercury")
    expect(lab.locator("table", has_text="What was measured now")).to_contain_text("Left to right")

    opened(page, "caching")
    assert number(page, "dual cache, on average: run").startswith("1029"), "(4096 + 3 x 7) / 4"
    lab.get_by_test_id("refresh-slider").focus()
    page.keyboard.press("Home")
    expect(lab.get_by_test_id("lab-numbers")).to_contain_text("4,096")
    settled(page)
    assert number(page, "dual cache, on average: run").startswith("4,096"), "what keeps nothing runs everything"
    expect(lab.get_by_test_id("lab-notes")).to_contain_text("has no keys that could be kept")

    opened(page, "both-sides")
    lab.get_by_test_id("place").select_option("before")
    expect(lab.locator("h3", has_text="Token 1 is hidden")).to_be_visible()
    expect(lab.get_by_test_id("at")).to_be_hidden()
    lab.get_by_test_id("tokens-slider").focus()
    page.keyboard.press("ArrowRight")
    expect(lab.locator("h3", has_text="Tokens 1 to 2 are hidden")).to_be_visible()
    expect(table(2).locator("thead")).to_contain_text("left side only")
    expect(lab.get_by_test_id("lab-notes")).to_contain_text("has no reader from left to right")


def test_the_quiz_is_played_by_mouse_and_keyboard(reader: Page, site: Site, browser: Browser) -> None:
    page, lab, notes = reader, reader.get_by_test_id("lab"), reader.get_by_test_id("lab-notes")
    page.evaluate("location.hash = '#/lab/quiz?tokens=2&at=5'")
    expect(notes).to_contain_text("Round 1: which place is written next?")
    page.locator("[data-testid=figure-0] [data-token='7']").click()  # the second mask
    expect(notes).to_contain_text("Round 1: what does the rule write")
    assert page.url.endswith("answers=8")
    page.get_by_test_id("move-1").press("Enter")
    expect(notes).to_contain_text("Round 2: which place is written next?")
    expect(page.get_by_test_id("move-0")).to_be_focused()
    page.keyboard.press("Enter")
    expect(notes).to_contain_text("Right: the rule writes place")
    page.keyboard.press("Enter")
    expect(notes).to_contain_text("The quiz is over")
    assert number(page, "best possible") == "4 points"
    again = browser.new_page()
    again.goto(page.url)
    expect(again.get_by_test_id("lab-notes")).to_have_text(notes.inner_text().replace("\n", ""))
    again.close()
    lab.get_by_test_id("rule").select_option("left-to-right")
    expect(notes).to_contain_text("Round 1: which place"), "another rule is another game"
    assert "answers" not in page.url
    page.get_by_role("button", name="Place 5").click()
    expect(notes).to_contain_text("Right: the rule writes place 5")
    lab.get_by_test_id("use-selection").click()
    expect(notes).to_contain_text("Round 1: which place")
    assert "answers" not in page.url


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
    expect(page.locator(".lesson-title:visible")).to_contain_text("Score entropy")


def test_leaving_in_the_middle_stops_the_passes(reader: Page, site: Site) -> None:
    page = reader
    opened(page, "noise")
    before = site.denoiser.nfe
    with slowly(site.denoiser):
        page.evaluate("location.hash = '#/lab/speed-limits?steps=64&tokens=24&who=fills'")
        page.get_by_test_id("lab-stop").wait_for()
        until(lambda: site.denoiser.nfe > before)
        page.get_by_test_id("lab-close").click()
        assert stopped(site.denoiser) - before < 60
    page.evaluate("location.hash = '#/lab/speed-limits?steps=64&tokens=24&who=fills'")
    page.get_by_test_id("lab-stop").click()
    expect(page.locator(".lab-figures")).to_have_attribute("aria-busy", "false")


def test_axe_finds_nothing_serious_in_any_lesson(profile: Profile, site: Site) -> None:
    """Of the rows of a table the first few: the others are made by the same line. A lesson is computed once for both widths."""
    number_ = site.service.store.documents.create("For axe", "prose", TEXT).id
    found: list[str] = []
    looks = {"color_scheme": "light", "reduced_motion": "reduce"}
    with profile.page(site.url, f"/#/lab/noise?document={number_}", (WIDTHS["wide"], HEIGHT), **looks) as page:
        for name in LESSONS:
            page.evaluate(f"location.hash = '#/lab/{name}?document={number_}'")
            expect(page.locator(".lesson-title:visible")).to_contain_text(LESSONS[name].title)
            settled(page)
            for table in page.locator("details[data-testid^=figure-table]").all():
                table.locator("summary").click()
            within = ".pz-app" if name == "noise" else "[data-testid=lab]"
            found += by_day_and_night(page, name, within, ["tbody tr:nth-child(n + 5)"], list(WIDTHS.values()))
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
