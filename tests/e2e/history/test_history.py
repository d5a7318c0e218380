"""The History panel in Chromium, on the scripted denoiser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Editor

pytestmark = pytest.mark.browser
TEXT = "😀 One two three four.\nFive six seven eight.\n"


def rewritten(editor: Editor, words: str) -> Locator:
    """Some words of a new document rewritten, and the opened revision of that."""
    editor.select(words)
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    expect(editor.page.get_by_test_id("history-item")).to_have_count(3)
    first = editor.page.get_by_test_id("history-item").first
    first.get_by_role("button").first.click()
    return first


def test_history_shows_the_difference_replays_and_restores(editor: Editor) -> None:
    editor.write(TEXT)
    first = rewritten(editor, "six")
    expect(first.get_by_test_id("diff").locator("del")).to_have_text("six")
    first.get_by_test_id("replay").click()
    expect(first.get_by_test_id("replay-timeline")).to_be_visible()
    place = first.get_by_test_id("replay-timeline").bounding_box()
    assert place and place["width"] >= 120, "there is room to scrub"
    expect(first.locator(".pz-tok").first).to_be_visible()
    typed = editor.page.get_by_test_id("history-item").nth(1)
    typed.get_by_role("button").first.click()
    typed.get_by_test_id("restore").click()
    editor.page.wait_for_function("t => __palimpsest.text() === t", arg=TEXT)
    expect(editor.page.get_by_test_id("history-item")).to_have_count(4)
    assert editor.revisions()[0] == "restored"


def test_history_shows_code_as_code(editor: Editor) -> None:
    editor.write("def f(x):\n    return x\n")
    editor.page.get_by_test_id("language").select_option("python")
    first = rewritten(editor, "return x")
    expect(first.get_by_test_id("diff")).to_have_css("font-family", re.compile("mono", re.I))
    first.get_by_test_id("replay").click()
    expect(first.get_by_test_id("replay-view")).to_have_css("font-family", re.compile("mono", re.I))
    expect(first.get_by_test_id("replay-view")).not_to_contain_text("def f")
