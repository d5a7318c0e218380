"""The race: several systems on the same words and seed, one after another, side by side."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import stopped
from tests.e2e.conftest import Editor, Site, slowly

pytestmark = pytest.mark.browser
TEXT = "😀 One two three four.\nFive six seven eight.\n"
USUAL = ["llada", "mercury", "gemini", "eso-b", "autoregressive"]


def open_race(editor: Editor, systems: list[str] | None = None) -> Page:
    page = editor.page
    editor.write(TEXT)
    editor.select("two three")
    page.get_by_test_id("race").click()
    for box in page.locator('[data-testid^="race-choose-"]').all() if systems is not None else []:
        box.set_checked(str(box.get_attribute("data-testid")).removeprefix("race-choose-") in (systems or []))
    return page


def finished(page: Page, said: str) -> None:
    expect(page.get_by_test_id("race-status")).to_contain_text(said)


def figure(page: Page, name: str, column: str) -> str:
    return page.get_by_test_id(f"race-lane-{name}").locator(f'[data-column="{column}"] dd').inner_text()


def test_five_systems_race_and_one_is_used(editor: Editor, site: Site) -> None:
    page = open_race(editor)
    for name in USUAL:
        expect(page.get_by_test_id(f"race-choose-{name}")).to_be_checked()
    expect(page.get_by_test_id("race-choose-mdlm")).not_to_be_checked()
    expect(page.get_by_test_id("race-panel")).to_contain_text("one run at a time")
    page.get_by_test_id("race-start").click()
    finished(page, "All 5 are done")
    ids = [lane.get_attribute("data-testid") for lane in page.locator(".lane").all()]
    assert ids == [f"race-lane-{name}" for name in USUAL]
    for name in USUAL:
        lane = page.get_by_test_id(f"race-lane-{name}")
        expect(lane.locator(".pz-span")).to_have_text("something else")
        for column in ("nfe", "seconds", "perPass", "confidence", "nll"):
            assert any(digit.isdigit() for digit in figure(page, name, column)), (name, column)
    assert figure(page, "autoregressive", "nfe").strip("★ ") != figure(page, "mercury", "nfe").strip("★ ")
    stars = page.locator('[data-column="nfe"] dd.best')
    assert (
        1 <= stars.count() < 5 and "★" in stars.first.inner_text() and "the best" in (stars.first.text_content() or "")
    )
    page.get_by_test_id("race-use-mercury").click()
    expect(page.get_by_test_id("race-panel")).to_be_hidden()
    editor.wait_review()
    expect(page.get_by_test_id("stats")).to_contain_text("systemMercury")
    expect(page.get_by_test_id("system-mercury")).to_be_checked()
    expect(page.get_by_test_id("status")).to_contain_text("Mercury is the system that is set now")
    expect(page.get_by_test_id("stats")).to_contain_text("NLL")
    assert editor.text() == TEXT
    page.keyboard.press("Tab")
    assert editor.text() == TEXT.replace("two three", "something else")
    expect(page.get_by_test_id("history-item")).to_have_count(3)
    newest = site.service.store.documents.history(site.service.store.documents.all()[0].id)[0].settings
    assert newest is not None and newest["system"] == "mercury"
    page.keyboard.press("Control+z")
    assert editor.text() == TEXT


def test_all_lanes_have_one_seed_and_each_its_own_settings(editor: Editor, site: Site) -> None:
    page = editor.page
    page.get_by_test_id("system-llada").check()
    page.get_by_test_id("steps").fill("3")
    open_race(editor, ["llada", "mdlm"])
    seen: list[dict] = []
    record = site.service.store.edits.record

    def kept(run: str, document: int, text: str, facts: dict, *more: object) -> None:
        seen.append(facts)
        record(run, document, text, facts, *more)

    site.service.store.edits.record = kept  # type: ignore[method-assign]
    try:
        page.get_by_test_id("race-start").click()
        finished(page, "All 2 are done")
    finally:
        site.service.store.edits.record = record  # type: ignore[method-assign]
    assert [(facts["system"], facts["steps"]) for facts in seen] == [("llada", 3), ("mdlm", 16)]
    assert len({(facts["seed"], facts["way"], facts["length"]) for facts in seen}) == 1


def test_who_writes_is_chosen_for_all_lanes(editor: Editor, site: Site) -> None:
    page = open_race(editor, ["llada", "mercury"])
    page.get_by_label("Written by").last.select_option("writer")
    page.get_by_test_id("race-start").click()
    finished(page, "All 2 are done")
    for name in ("llada", "mercury"):
        expect(page.get_by_test_id(f"race-lane-{name}").locator(".pz-span")).to_contain_text("by another")
    page.get_by_test_id("race-use-llada").click()
    editor.wait_review()
    expect(page.get_by_test_id("stats")).to_contain_text("writer")
    page.keyboard.press("Escape")
    page.get_by_test_id("race").click()
    expect(page.get_by_test_id("race-by")).to_have_value("writer")


def test_one_scrubber_moves_all_lanes(editor: Editor) -> None:
    page = open_race(editor, ["llada", "gemini", "autoregressive"])
    expect(page.get_by_test_id("race-timeline")).to_be_hidden()
    page.get_by_test_id("race-start").click()
    finished(page, "All 3 are done")
    scrub = page.get_by_test_id("race-timeline")
    scrub.focus()
    page.keyboard.press("Home")
    assert page.get_by_test_id("race-lane-llada").locator(".pz-m").count() > 3
    assert page.get_by_test_id("race-lane-gemini").locator(".pz-u").count() > 3
    scrub.fill("20")
    steps = [int(span.get_attribute("data-step") or 0) for span in page.locator(".lane .pz-span").all()]
    assert len(steps) == 3 and len(set(steps)) > 1 and min(steps) > 0, "each lane at the same share of its own steps"
    page.get_by_test_id("race-speed").select_option("4")
    page.get_by_test_id("race-play").click()
    page.wait_for_function("document.querySelector('[data-testid=race-timeline]').value === '40'")
    assert page.locator(".lane :is(.pz-m, .pz-u)").count() == 0


def test_escape_stops_the_lane_and_closes(editor: Editor, site: Site) -> None:
    page = editor.page
    page.get_by_test_id("system-autoregressive").check()
    open_race(editor, ["autoregressive", "llada"])
    before = site.denoiser.nfe
    with slowly(site.denoiser):
        page.get_by_test_id("race-start").click()
        page.wait_for_function("document.querySelectorAll('.lane .pz-n').length > 0")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("race-panel")).to_be_hidden()
        assert stopped(site.denoiser) - before < 16
    assert editor.text() == TEXT and page.locator(".cm-editor .pz-span").count() == 0
    editor.select("two three")
    page.keyboard.press("Control+Enter")  # and the page goes on as before
    editor.wait_review()


def test_a_finished_race_is_there_when_it_is_opened_again(editor: Editor) -> None:
    page = open_race(editor, ["llada", "mercury"])
    page.get_by_test_id("race-start").click()
    finished(page, "All 2 are done")
    page.get_by_test_id("race-use-llada").click()
    editor.wait_review()
    page.get_by_test_id("discard").click()
    page.get_by_test_id("race").click()
    expect(page.locator('.lane[data-state="done"]')).to_have_count(2)
    page.get_by_test_id("race-use-mercury").click()
    editor.wait_review()
    page.keyboard.press("Tab")
    assert editor.text() == TEXT.replace("two three", "something else")
    editor.select("six")
    page.get_by_test_id("race").click()
    expect(page.locator('.lane[data-state="ready"]')).to_have_count(2)
    expect(page.get_by_test_id("race-use-llada")).to_be_disabled()
    page.get_by_test_id("race-close").click()
    expect(page.get_by_test_id("race-panel")).to_be_hidden()


def test_a_wrong_setting_of_one_system_is_named_before_anything_runs(editor: Editor) -> None:
    page = editor.page
    page.get_by_test_id("system-mdlm").check()
    page.get_by_test_id("steps").fill("0")
    page.get_by_test_id("system-llada").check()
    open_race(editor, ["llada", "mdlm"])
    page.get_by_test_id("race-start").click()
    expect(page.get_by_test_id("race-status")).to_have_text(
        "MDLM, ReMDM: Steps must be a whole number in 1 to 128, not 0."
    )
    assert page.locator('.lane:not([data-state="ready"])').count() == 0
    for box in page.locator('[data-testid^="race-choose-"]').all():
        box.uncheck()
    expect(page.get_by_test_id("race-start")).to_be_disabled()


def test_several_masks_narrow_and_names(editor: Editor) -> None:
    page = editor.page
    page.set_viewport_size({"width": 420, "height": 800})
    editor.write(TEXT)
    for words in ("two", "six"):
        editor.select(words)
        page.get_by_test_id("add-mask").click()
    page.get_by_test_id("race").click()
    page.get_by_test_id("race-start").click()
    finished(page, "All 5 are done")
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    assert page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.race'))") <= 0
    assert page.get_by_test_id("race-lane-gemini").locator(".pz-span").count() == 2
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('.race :is(button, input, select)')].filter((e) =>
        !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)"""
    )
    assert nameless == []
    page.get_by_test_id("race-use-gemini").click()
    editor.wait_review()
    assert page.locator(".cm-editor .pz-span").count() == 2
    page.keyboard.press("Escape")
    assert page.locator(".pz-usermask").count() == 2, "the masks are there again"
