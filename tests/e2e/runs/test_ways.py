"""Who writes, and edits as told: on the page in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser


def test_the_page_says_who_writes_and_lets_people_choose(editor: Editor, site: Site) -> None:
    page = editor.page
    editor.write("One two three four.")
    in_use, way = page.get_by_test_id("way-in-use"), page.get_by_test_id("way")
    expect(in_use).to_have_text("causal + judge")
    page.get_by_test_id("system-instant-edit").check()
    expect(in_use).to_have_text("writer")
    page.get_by_test_id("system-llada").check()
    way.select_option("writer")
    expect(in_use).to_have_text("writer")
    editor.select("two three")
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    expect(page.get_by_test_id("stats")).to_contain_text("written bywriter")
    page.keyboard.press("Tab")
    assert editor.text() == "One by another han four."
    page.get_by_test_id("history-item").first.wait_for()
    page.wait_for_function("document.querySelectorAll('[data-testid=history-item]').length === 3")
    kept = site.service.store.documents.history(site.service.store.documents.all()[0].id)[0].settings
    assert kept is not None and kept["way"] == "writer"
    page.reload()
    page.wait_for_selector('.pz-app[data-ready="true"]')
    expect(way).to_have_value("writer")


def test_an_instruction_changes_what_is_selected(editor: Editor, site: Site) -> None:
    page = editor.page
    editor.write("One two three four.\nFive six.")
    editor.select("two three four")
    page.get_by_test_id("instruction").fill("Make it shorter.")
    expect(page.get_by_test_id("way-in-use")).to_have_text("writer")
    page.get_by_test_id("instruction").press("Enter")
    editor.wait_review()
    page.get_by_test_id("accept").click()
    assert editor.text() == "One by another hand.\nFive six."
    expect(page.get_by_test_id("history-item").first).to_contain_text("Make it shorter.")
    editor.select("One")
    page.get_by_test_id("add-mask").click()
    editor.select("Five")
    page.get_by_test_id("add-mask").click()
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("notice")).to_contain_text("one span")
    assert editor.text() == "One by another hand.\nFive six."


def test_it_says_when_there_was_nothing_to_change(editor: Editor) -> None:
    editor.write("One by another hand four.")
    editor.page.get_by_test_id("system-instant-edit").check()
    editor.select("by another hand")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    expect(editor.page.get_by_test_id("status")).to_contain_text("Nothing was found to change")
    editor.page.keyboard.press("Escape")
    editor.select("four")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    expect(editor.page.get_by_test_id("status")).to_contain_text("Tab accepts")
