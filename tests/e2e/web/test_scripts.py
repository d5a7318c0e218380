"""Every script in a real browser: which way lines run, what a word is, and what is found."""

from __future__ import annotations

import unicodedata

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor
from tests.e2e.runs.test_selecting import press, selected

pytestmark = pytest.mark.browser
CAFE = unicodedata.normalize("NFD", "café")
LINES = {
    "plain (": "ltr", "שלום עולם, a word": "rtl", "مرحبا بالعالم 12": "rtl", "12 עברית": "rtl", "A line with עברית in it": "ltr",
    "今天天气很好": "ltr", "วันนี้อากาศดี": "ltr", "मैं किताब पढ़ता हूँ": "ltr", f"One {CAFE} here": "ltr", "👨‍👩‍👧 went": "ltr",
}  # fmt: skip
EACH_WAY = "[...document.querySelectorAll('.cm-content .cm-line')].map((line) => getComputedStyle(line).direction)"

BEGINS = """[...document.querySelectorAll('.cm-content .cm-line')].map((line) => {
    const words = document.createRange(), style = getComputedStyle(line), box = line.getBoundingClientRect();
    words.selectNodeContents(line);
    const {left, right} = words.getBoundingClientRect();
    const gaps = [left - box.left - parseFloat(style.paddingLeft), box.right - parseFloat(style.paddingRight) - right];
    return Math.abs(gaps[0]) < 2 ? 'ltr' : Math.abs(gaps[1]) < 2 ? 'rtl' : gaps.join(' ');
})"""


def beside(editor: Editor, words: str) -> None:
    """Put the caret before the words."""
    editor.page.evaluate(
        """words => { const view = __palimpsest.view;
        view.dispatch({selection: {anchor: __palimpsest.text().indexOf(words)}}); view.focus(); }""",
        words,
    )


def test_lines_run_their_way_words_are_whole_and_forms_are_found(editor: Editor) -> None:
    page = editor.page
    editor.write("\n".join(LINES))
    page.wait_for_function(f"({EACH_WAY}).join() === '{','.join(LINES.values())}'")
    assert page.evaluate(BEGINS) == list(LINES.values())
    for word in ("שלום", "مرحبا", "天气", "อากาศ", "पढ़ता", CAFE):
        beside(editor, word)
        assert press(editor, "Alt+w") == word
    beside(editor, "👨")
    assert press(editor, "Shift+ArrowRight") == "👨‍👩‍👧"
    expect(page.get_by_test_id("counts")).to_contain_text("1 character")  # of the family
    for typed, found in (("café", CAFE), ("שלום", "שלום"), ("天气", "天气")):
        beside(editor, "plain")
        page.keyboard.press("Control+f")
        page.keyboard.type(typed)
        page.keyboard.press("End")  # letters that no key of this keyboard has come without a key
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        assert selected(editor) == found
    composed = "café, and straße"
    editor.write(composed)
    page.locator(".cm-content").focus()
    for typed, found in ((CAFE, "café"), ("strasse", "straße")):
        page.keyboard.press("Control+f")
        page.keyboard.insert_text(typed)
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        assert selected(editor) == found
