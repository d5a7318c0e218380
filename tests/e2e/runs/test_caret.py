"""Nothing is selected: something is written at the caret, in the middle, at the end, and in an empty document."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser
PUT = "at => { const v = __palimpsest.view; v.dispatch({selection: {anchor: at}}); v.focus(); }"


def test_what_is_written_at_a_caret_is_one_proposal_one_undo_step_and_one_revision(editor: Editor, site: Site) -> None:
    page, run = editor.page, editor.page.get_by_test_id("run")
    editor.write("We 😀 ate. Then we slept.")
    expect(run).to_have_text("Write here")
    editor.select("slept")
    expect(run).to_have_text("Rewrite")
    page.evaluate(PUT, 11)  # behind "ate. "
    expect(run).to_have_text("Write here")
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    assert editor.text() == "We 😀 ate. Then we slept.", "nothing is put in before it is accepted"
    expect(page.locator(".pz-span")).to_have_text("something else ")
    page.keyboard.press("Escape")
    expect(page.locator(".pz-span")).to_have_count(0)
    assert page.evaluate("__palimpsest.view.state.selection.main.head") == 11
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    page.reload()  # a proposal at a caret is there again, too
    editor.wait_review()
    page.keyboard.press("Tab")
    assert editor.text() == "We 😀 ate. something else Then we slept."
    expect(page.get_by_test_id("history-item")).to_have_count(3)  # with what was typed before
    page.keyboard.press("Control+z")
    assert editor.text() == "We 😀 ate. Then we slept."


def test_an_empty_document_is_begun_and_gone_on_with(editor: Editor) -> None:
    page = editor.page
    editor.write("")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    page.keyboard.press("Tab")
    assert editor.text() == "something else"
    page.get_by_test_id("run").click()
    editor.wait_review()
    page.get_by_test_id("diff").click()
    expect(page.locator(".pz-hunk ins")).to_have_text("something else")
    page.get_by_test_id("accept").click()
    assert editor.text() == "something elsesomething else", (
        "the script never heard of spaces; a caret in a word adds none"
    )


def test_a_style_needs_words_that_stand(editor: Editor) -> None:
    editor.write("We ate.")
    editor.page.evaluate(PUT, 7)
    editor.page.get_by_test_id("style").evaluate(
        "e => { e.append(new Option('S', 'formal')); e.value = 'formal'; e.dispatchEvent(new Event('change')); }"
    )
    if not editor.page.get_by_test_id("instruction").is_visible():  # the style can be had
        editor.page.keyboard.press("Control+Enter")
        expect(editor.page.get_by_role("alert")).to_contain_text("A style changes words that stand")
