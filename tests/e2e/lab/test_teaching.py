"""Lessons of one's own in Chromium: put together, presented, carried away as a file that needs no program, brought back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Editor, Site
from tests.e2e.history.test_history import TEXT, rewritten
from tests.e2e.web.test_accessibility import serious

pytestmark = pytest.mark.browser
EVIL = "Look: <img src=x onerror=alert(1)></textarea></script>"


def stepped(page: Page) -> None:
    """Through all the slides and back with the arrow keys alone."""
    find, slide = page.get_by_test_id, page.get_by_test_id("slide")
    expect(slide).to_contain_text("A night at sea")
    page.keyboard.press("ArrowRight")
    expect(slide.locator("h3")).to_have_text("What comes")
    expect(slide).to_contain_text(EVIL)
    page.keyboard.press("ArrowRight")
    expect(slide.get_by_test_id("replay-view")).to_contain_text("Five")
    expect(slide.get_by_test_id("timeline")).to_have_value("0")
    steps = int(slide.get_by_test_id("timeline").get_attribute("max") or 0)
    assert steps > 1
    for step in range(1, steps + 1):
        page.keyboard.press("ArrowRight")
        expect(slide.get_by_test_id("timeline")).to_have_value(str(step))
    expect(slide.get_by_test_id("replay-view")).to_contain_text("somet")
    page.keyboard.press("ArrowRight")
    expect(find("slide-place")).to_have_text("3 of 3")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowLeft")
    expect(slide.locator("h3")).to_be_visible()
    page.keyboard.press("Home")
    expect(slide).to_contain_text("A night at sea")


def test_a_lesson_is_put_together_presented_carried_away_and_brought_back(
    editor: Editor, site: Site, browser: Browser, downloads: Path
) -> None:
    page, find, store = editor.page, editor.page.get_by_test_id, site.service.store
    editor.write(TEXT)
    first = rewritten(editor, "six")
    first.get_by_test_id("revision-more").click()
    first.get_by_test_id("to-lesson").click()
    expect(find("lesson-parts").locator(".run")).to_contain_text("somet")
    find("lesson-title").fill("A night at sea")
    find("add-text").click()
    find("lesson-parts").locator("textarea").fill(f"# What comes\n\n{EVIL}\n\n- one\n- two")
    find("lesson-parts").get_by_label("Move part 2 up").click()
    expect(find("lesson-parts").locator("li").first.locator("textarea")).to_be_visible()
    expect(find("own-lessons").locator("[aria-current]")).to_contain_text("A night at sea")
    expect(find("teaching-said")).to_have_text("Saved")
    assert serious(page, "lesson") == []
    number = next(one.id for one in store.lessons.all() if one.title == "A night at sea")
    for candidate in (1, 0):
        which = page.get_by_label("Candidate that part 2 shows")
        which.select_option(str(candidate))
        expect(which).to_have_value(str(candidate))
        expect(find("lesson-parts").locator(".run")).not_to_contain_text("…")
        for _ in range(200):
            if store.lessons.get(number).parts[1]["candidate"] == candidate:
                break
            page.wait_for_timeout(50)
        assert store.lessons.get(number).parts[1]["candidate"] == candidate

    find("present").click()
    stepped(page)
    assert serious(page, "lesson") == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(find("presenting")).to_be_hidden()

    with page.expect_download() as download:
        find("export-lesson").click()
    path = downloads / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "A night at sea.html"
    alone = browser.new_context(offline=True)
    away, said = alone.new_page(), []
    away.on("dialog", lambda dialog: said.append(dialog.message))
    away.on("pageerror", lambda error: said.append(str(error)))
    away.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    away.goto(path.as_uri())
    stepped(away)
    assert serious(away, "file") == [] and said == []
    alone.close()

    [lesson] = [one for one in store.lessons.all() if one.title == "A night at sea"]
    find("delete-lesson").click()
    expect(find("teaching-said")).to_contain_text("is in the bin")
    expect(find("lesson-title")).to_be_hidden()
    damaged = downloads / "damaged.html"
    damaged.write_bytes(path.read_bytes().replace(b'id="source">', b'id="source">AAAA'))
    find("lesson-file").set_input_files(damaged)
    expect(find("teaching-trouble")).to_contain_text("is damaged")
    find("lesson-file").set_input_files(path)
    expect(find("lesson-title")).to_be_visible()
    expect(find("lesson-title")).to_have_value("A night at sea")
    assert store.lessons.get(lesson.id).parts == lesson.parts and store.lessons.get(lesson.id).deleted_at is None
    page.reload()
    expect(find("lesson-title")).to_have_value("A night at sea")


def test_a_lesson_reads_as_it_was_written_and_the_focus_stays_where_one_works(
    editor: Editor, site: Site, downloads: Path
) -> None:
    page, find = editor.page, editor.page.get_by_test_id
    page.set_viewport_size({"width": 900, "height": 420})
    page.evaluate("location.hash = '#/lab/mine'")
    find("new-lesson").click()
    expect(find("lesson-title")).to_be_focused()
    page.keyboard.type("By hand")
    find("add-text").click()
    page.keyboard.type("## A heading\nand words under it:\n- one\n* two\nand more.\n\nThe last.\n\n" + "On. " * 300)
    expect(find("own-lessons").locator("[aria-current]")).to_contain_text("By hand")
    find("present").press("Enter")
    slide = find("slide")
    expect(slide).to_have_text("By hand")
    page.keyboard.press("ArrowDown")
    expect(find("slide-place")).to_have_text("2 of 2")
    expect(slide.locator("h3")).to_have_text("A heading")
    expect(slide.locator("li")).to_have_text(["one", "two"])
    expect(slide.locator("p").nth(1)).to_have_text("and more.")
    gap = "e => parseFloat(getComputedStyle(e).marginTop)"
    assert (
        slide.locator("p").nth(1).evaluate(gap) > 8
        and slide.locator("li").first.evaluate("e => getComputedStyle(e).listStyleType") == "disc"
    )
    page.keyboard.press("ArrowDown")
    assert slide.evaluate("e => e.scrollTop") > 0, "a long slide is read to its end by keyboard"
    page.keyboard.press("Escape")
    expect(find("presenting")).to_be_hidden()
    expect(find("present")).to_be_focused()
    with page.expect_download() as download:
        find("export-lesson").click()
    path = downloads / download.value.suggested_filename
    download.value.save_as(path)
    find("delete-lesson").press("Enter")
    expect(find("new-lesson")).to_be_focused()
    find("lesson-file").set_input_files(path)
    expect(find("teaching-said")).to_have_text("“By hand” is here, with its runs.")
