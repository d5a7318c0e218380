"""Proofread in Chromium: what it goes over, and what is seen of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor

pytestmark = pytest.mark.browser
TEXT = "😀 I saw teh dog, and it wsa big.\n\nA second one, with teh same slip.\n"


def test_proofread_goes_over_the_paragraph_where_nothing_is_selected(editor: Editor) -> None:
    editor.write(TEXT)
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: __palimpsest.text().indexOf('second')}})")
    editor.page.get_by_test_id("proofread").click()
    editor.wait_review()
    assert editor.text() == TEXT
    editor.page.keyboard.press("Tab")
    assert editor.text() == TEXT.replace("with teh", "with the")
    editor.write(TEXT)
    editor.select("teh dog, and")
    editor.page.get_by_test_id("proofread").click()
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    assert editor.text() == TEXT.replace("teh dog", "the dog")


def test_proofread_leaves_white_space_at_the_ends_of_what_is_selected(editor: Editor) -> None:
    editor.write(f"\n  {TEXT}\n")
    editor.page.get_by_test_id("surface").locator(".cm-content").press("Control+a")
    editor.page.get_by_test_id("proofread").click()
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    assert editor.text() == f"\n  {TEXT}\n".replace("teh", "the").replace("wsa", "was")
    editor.write("one\n\n\ntwo")
    editor.select("\n\n\n")
    editor.page.get_by_test_id("proofread").click()
    expect(editor.page.get_by_test_id("notice")).to_contain_text("Only white space is selected")


def test_the_first_change_of_a_long_proposal_is_on_the_screen(editor: Editor) -> None:
    editor.write("It was a day like any other.\n" * 60 + "I saw teh dog.\n" + "It was late.\n" * 60)
    content = editor.page.get_by_test_id("surface").locator(".cm-content")
    content.press("Control+Home")
    content.press("Control+a")
    editor.page.get_by_test_id("proofread").click()
    editor.wait_review()
    new = editor.page.locator(".pz-span .pz-tok:not(.pz-stayed)")
    expect(new).to_have_text(list("the"))
    expect(new.first).to_be_in_viewport(ratio=1)
    editor.page.locator(".cm-scroller").evaluate("e => e.scrollTo(0, 0)")
    expect(new.first).not_to_be_in_viewport()
    editor.page.get_by_test_id("diff").click()
    expect(editor.page.locator(".pz-hunk")).to_be_in_viewport()
