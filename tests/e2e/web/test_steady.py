"""What moves nothing while one works, and what is on the screen where one has just clicked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site
from tests.e2e.history.test_history import rewritten
from tests.e2e.runs.reviewing import TEXT, by, rewrite

pytestmark = pytest.mark.browser
CODE = "def total(prices):\n    return sum(prices)\n"


def box(found: Locator) -> tuple[float, float, float, float]:
    place = found.bounding_box()
    assert place
    return place["x"], place["y"], place["width"], place["height"]


# ---- nothing moves ---------------------------------------------------------------------------------------------------
def test_a_review_moves_no_setting(editor: Editor) -> None:
    before = box(by(editor, "steps"))
    rewrite(editor, "two three", candidates=1)
    expect(by(editor, "again-hint")).to_be_visible()
    assert box(by(editor, "steps")) == before


def test_choosing_a_system_moves_none_of_the_list(editor: Editor) -> None:
    systems = editor.page.locator(".pz-app .system")
    by(editor, "system-llada").check()
    before = [box(system) for system in systems.all()]
    for at in range(systems.count()):
        systems.nth(at).locator("input").check()
        assert [box(system) for system in systems.all()] == before


def test_the_slider_of_the_timeline_is_as_wide_at_every_step(editor: Editor) -> None:
    rewrite(editor, "two three", candidates=1)
    timeline = by(editor, "timeline")
    assert timeline.get_attribute("aria-valuetext") == editor.page.locator(".bar .step-label").inner_text()
    widths, said = set(), set()
    for at in range(int(timeline.get_attribute("max") or 0) + 1):
        timeline.fill(str(at))
        widths.add(box(timeline)[2])
        said.add(editor.page.locator(".bar .step-label").inner_text())
    assert len(said) > 2 and len(widths) == 1, widths


def test_what_is_said_pushes_no_figures_into_another_row(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two three four")
    editor.page.keyboard.press("Control+m")
    before = box(editor.page.locator(".surface"))
    editor.select("three")
    editor.page.keyboard.press("Alt+k")
    expect(by(editor, "status")).to_contain_text("Locked")
    assert box(editor.page.locator(".surface")) == before


def test_who_wrote_what_moves_no_control_of_a_revision(editor: Editor) -> None:
    editor.write(TEXT)
    rewritten(editor, "six").get_by_test_id("open-revision").click()
    expect(by(editor, "looking")).to_contain_text("1 change")
    before = box(by(editor, "leave-revision"))
    by(editor, "compare-how").select_option("blame")
    expect(by(editor, "looking")).to_contain_text("rewritten")
    assert box(by(editor, "leave-revision")) == before


# ---- what was asked for is on the screen -----------------------------------------------------------------------------
def test_an_opened_revision_and_its_replay_are_on_the_screen(editor: Editor) -> None:
    editor.page.set_viewport_size({"width": 1280, "height": 640})
    editor.write(TEXT)
    first = rewritten(editor, "six")
    expect(first.get_by_test_id("open-revision")).to_be_in_viewport(ratio=1)
    first.get_by_test_id("replay").click()
    expect(first.get_by_test_id("replay-timeline")).to_be_in_viewport(ratio=1)


def test_both_sides_are_on_the_screen_of_a_low_window(profile: Profile, site: Site) -> None:
    with profile.page(site.url, size=(900, 420)) as page:
        editor = Editor(page)
        editor.write(TEXT)
        editor.select("two three")
        page.keyboard.press("Control+Enter")
        editor.wait_review()
        by(editor, "sides").click()
        expect(page.locator(".sides .side").last).to_be_in_viewport(ratio=1)


def test_code_is_code_on_both_sides(editor: Editor) -> None:
    rewrite(editor, "sum(prices)", text=CODE, candidates=1)
    by(editor, "language").select_option("python")
    by(editor, "sides").click()
    font = "e => getComputedStyle(e).fontFamily"
    assert editor.page.locator(".sides p").first.evaluate(font) == editor.page.locator(".cm-scroller").evaluate(font)


# ---- what is said is true --------------------------------------------------------------------------------------------
def test_words_that_must_be_there_stand_where_they_were_told_beside_locked_ones(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two three four")
    editor.page.keyboard.press("Control+m")
    editor.select("three")
    editor.page.keyboard.press("Alt+k")
    editor.select("six seven")
    editor.page.keyboard.press("Control+m")
    by(editor, "must-contain").click()
    expect(by(editor, "pin-mask").locator("option")).to_have_text(["“two”", "“four”", "“six seven”"])
    by(editor, "pin-words").fill("lamp")
    by(editor, "pin-mask").select_option("“six seven”")
    by(editor, "pin-add").click()
    by(editor, "run").click()
    editor.wait_review()
    expect(editor.page.locator('.pz-span[data-span="2"] .pz-p').first).to_be_visible()


def test_a_refusal_is_gone_when_it_is_followed(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two")
    by(editor, "lock").click()
    expect(by(editor, "notice")).to_contain_text("There is no mask yet")
    editor.page.keyboard.press("Control+m")
    expect(by(editor, "notice")).to_have_count(0)


def test_words_that_nobody_has_judged_yet_are_not_called_unsure(editor: Editor) -> None:
    by(editor, "system-instant-edit").check()
    rewrite(editor, "two three", candidates=1)
    by(editor, "timeline").fill("0")
    expect(editor.page.locator(".pz-span .pz-tok.pz-s", has_text="t").first).to_have_attribute(
        "title", "written earlier"
    )
    expect(editor.page.locator(".pz-span .pz-tok.pz-c0")).to_have_count(0)


@pytest.mark.model
def test_the_sureness_of_a_word_and_its_chance_when_it_was_written_are_told_apart(real: Editor) -> None:
    rewrite(
        real, "The nets were heavy", text="We rowed out at dawn. The nets were heavy. Nobody spoke.\n", candidates=1
    )
    real.page.keyboard.press("Alt+ArrowRight")
    shown = by(real, "alternatives")
    for _ in range(real.page.locator(".pz-span .pz-tok").count()):
        sure = shown.locator("p").inner_text().partition("(")[2].partition(" sure")[0]
        own = shown.locator("li button").first.get_attribute("aria-label") or ""
        if sure and own and not own.endswith(sure):
            break
        real.page.keyboard.press("Alt+ArrowRight")
    else:
        pytest.fail("every word is as sure as it was")
    expect(shown.locator("p")).to_contain_text("in the step that wrote it")
