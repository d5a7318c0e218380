"""The lab as a textbook, and the terms in it, in Chromium: by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from editor.lab.lab import LESSONS
from tests.e2e.conftest import Editor, Site, until
from tests.e2e.lab.test_lab import settled
from tests.e2e.web.test_accessibility import serious

pytestmark = pytest.mark.browser
TITLES = [lesson.title for lesson in LESSONS.values()]


def test_lessons_are_read_in_order_and_what_is_read_is_kept(editor: Editor, site: Site) -> None:
    for other in site.service.store.lessons.all():  # left by other tests
        site.service.store.lessons.put(other.id)
    page, lab = editor.page, editor.page.get_by_test_id("lab")
    page.evaluate("location.hash = '#/lab/contents'")
    expect(lab.get_by_test_id("lab-go-on")).to_have_text(f"Begin with 1. {TITLES[0]}")
    chapters = page.locator(".chapters:not([data-testid]) li")
    own = lab.get_by_test_id("contents-own")
    expect(own.get_by_role("link")).to_have_text(["Put one together"])
    assert [chapters.nth(i).locator("a").inner_text() for i in range(chapters.count())] == TITLES
    assert not serious(page, "contents")
    lab.get_by_test_id("lab-go-on").press("Enter")
    settled(page)
    lab.get_by_test_id("lab-next").press("Enter")
    expect(page.locator(".lesson-title:visible")).to_have_text(f"2. {TITLES[1]}")
    settled(page)
    expect(lab.get_by_test_id("lab-read-count")).to_have_text(f"1 of {len(TITLES)} read")
    lab.get_by_test_id("lab-before").click()
    expect(lab.get_by_test_id("lab-done")).to_be_checked()
    page.locator(".lesson-title:visible", has_text=TITLES[0]).wait_for()
    lab.get_by_test_id("lab-next").click()
    lab.get_by_test_id("lab-close").click()
    page.reload()
    page.wait_for_selector('.pz-app[data-ready="true"]')
    page.get_by_test_id("to-lab").click()
    expect(page.locator(".lesson-title:visible")).to_have_text(f"2. {TITLES[1]}")
    page.get_by_role("link", name="Contents", exact=True).click()
    expect(lab.get_by_test_id("lab-go-on")).to_have_text(f"Go on with 2. {TITLES[1]}")
    expect(chapters.first).to_contain_text("read")
    lab.get_by_test_id("contents-own").get_by_role("link").click()
    page.get_by_test_id("new-lesson").click()
    expect(page.get_by_test_id("own-lessons")).to_contain_text("New lesson")
    page.get_by_test_id("to-lessons").click()
    page.get_by_role("link", name="Contents", exact=True).click()
    expect(own.get_by_role("link")).to_have_text(["New lesson", "Put one together"])
    own.get_by_role("link", name="New lesson").click()
    expect(page.get_by_test_id("lesson-title")).to_have_value("New lesson")
    page.go_back()
    lab.get_by_test_id("lab-forget").click()
    expect(lab.get_by_test_id("lab-go-on")).to_have_text(f"Begin with 1. {TITLES[0]}")
    assert page.evaluate("localStorage['palimpsest.lab.read']") is None


def test_the_last_lesson_ends_at_the_contents(editor: Editor) -> None:
    page = editor.page
    held: list[Route] = []
    page.route("**/api/lab", lambda route: held.append(route))
    page.evaluate(f"location.hash = '#/lab/{list(LESSONS)[-1]}'")
    page.get_by_test_id("lab-close").wait_for()
    until(lambda: page.wait_for_timeout(50) or held)
    # Nothing to press before it is known what there is.
    expect(page.get_by_role("button", name="Use my document")).to_be_hidden()
    expect(page.get_by_test_id("lab-next")).to_be_hidden()
    held.pop().continue_()
    page.get_by_test_id("lab-next").click()
    expect(page.locator(".lab-contents")).to_contain_text(f"1 of {len(TITLES)} read")
    page.evaluate("location.hash = '#/lab/noise'")
    page.get_by_test_id("lab-before").click()
    expect(page.locator(".lab-contents")).to_be_visible()


def test_a_term_is_explained_where_it_stands_and_leads_to_where_it_acts(editor: Editor) -> None:
    page = editor.page
    page.evaluate("location.hash = '#/lab/noise'")
    settled(page)
    term = page.locator(".prose .term[data-term=schedule]")
    term.focus()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("How fast words go")
    described = term.get_attribute("aria-describedby")
    assert described and page.locator(f"#{described}").inner_text() == tip.inner_text()
    assert not serious(page, "a term")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(page.get_by_test_id("lab")).to_be_visible()
    expect(term).to_be_focused()
    page.locator(".prose p").first.hover()
    term.hover()
    expect(tip).to_be_visible()
    page.get_by_test_id("term-place").hover()  # the way there does not close it
    page.get_by_test_id("term-place").click()
    expect(page.get_by_test_id("lab")).to_be_hidden()
    tour = page.get_by_test_id("tour")
    expect(tour.locator("h2")).to_have_text("Schedule")
    expect(tour.get_by_test_id("tour-next")).to_have_text("Done")
    assert page.locator(".tour-light").bounding_box()
    tour.get_by_test_id("tour-next").click()
    expect(tour).to_be_hidden()


def test_the_settings_explain_their_terms_and_lead_to_the_lesson(editor: Editor) -> None:
    page = editor.page
    page.evaluate("document.querySelectorAll('.settings details').forEach(one => { one.open = true })")
    page.locator(".settings .term:visible").first.focus()
    tip = page.get_by_role("tooltip")
    expect(tip).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".term-card :focus")).to_have_count(1)
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_the_tour_opens_the_lesson_about_what_it_points_at(editor: Editor) -> None:
    page = editor.page
    page.evaluate("__palimpsest.commands.run('tour')")
    tour = page.get_by_test_id("tour")
    while tour.locator("h2").inner_text() != "Rewrite":
        page.get_by_test_id("tour-next").click()
    tour.get_by_test_id("tour-lesson").press("Enter")
    expect(tour).to_be_hidden()
    expect(page.locator(".lesson-title:visible")).to_contain_text(LESSONS["noise"].title)
    settled(page)
