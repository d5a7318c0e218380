"""Selecting by word, sentence, line, paragraph, function and bracket pair, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor
from tests.e2e.runs.test_masks import caret, masked

pytestmark = pytest.mark.browser
PROSE = "😀 Dr. Smith left. He went home (late).\n\nNine ten eleven.\n"
CODE = (
    "class Box:\n    def area(self):\n        return self.w * (self.h + 1)\n\n    def empty(self):\n        return []\n"
)


def selected(editor: Editor) -> str:
    return editor.page.evaluate(
        "(() => { const v = __palimpsest.view, s = v.state.selection.main; return v.state.sliceDoc(s.from, s.to); })()"
    )


def press(editor: Editor, key: str, *, times: int = 1) -> str:
    for _ in range(times):
        editor.page.keyboard.press(key)
    return selected(editor)


def test_by_word_sentence_line_and_paragraph(editor: Editor) -> None:
    editor.write(PROSE)
    caret(editor, "left")
    assert press(editor, "Alt+w") == "left"
    assert press(editor, "Alt+w") == "left. He"
    caret(editor, "left")
    assert press(editor, "Alt+s") == "😀 Dr. Smith left."
    assert press(editor, "Alt+s") == "😀 Dr. Smith left. He went home (late)."
    assert press(editor, "Alt+s") == PROSE.rstrip("\n"), "the next paragraph's sentence comes next"
    assert press(editor, "Alt+s") == PROSE.rstrip("\n"), "there is no more"
    caret(editor, "ten")
    assert press(editor, "Alt+l") == "Nine ten eleven."
    caret(editor, "left")
    assert press(editor, "Alt+p") == PROSE.split("\n")[0]
    assert press(editor, "Alt+c", times=0) and press(editor, "Alt+p") == PROSE.rstrip("\n")
    assert editor.text() == PROSE


def test_by_function_and_bracket_pair(editor: Editor) -> None:
    editor.write(CODE)
    editor.page.get_by_test_id("language").select_option("python")
    caret(editor, "self.h")
    assert press(editor, "Alt+b") == "self.h + 1"
    assert press(editor, "Alt+b") == "(self.h + 1)"
    caret(editor, "self.h")
    assert press(editor, "Alt+c") == "def area(self):\n        return self.w * (self.h + 1)"
    assert press(editor, "Alt+c") == CODE.rstrip("\n")
    assert press(editor, "Alt+c") == CODE.rstrip("\n")
    expect(editor.page.get_by_test_id("status")).to_have_text("No function or class is around the caret.")
    caret(editor, "class")
    editor.page.keyboard.press("Alt+b")
    expect(editor.page.get_by_test_id("status")).to_have_text("No brackets are around the caret.")


def test_growing_and_shrinking(editor: Editor) -> None:
    editor.write(PROSE)
    caret(editor, "left")
    grown = [press(editor, "Control+i") for _ in range(4)]
    assert grown == ["left", "😀 Dr. Smith left.", PROSE.split("\n")[0], PROSE]
    assert [press(editor, "Alt+i") for _ in range(4)] == [*grown[2::-1], ""]
    editor.page.keyboard.press("Alt+i")
    expect(editor.page.get_by_test_id("status")).to_have_text("Nothing was expanded here.")
    editor.write(CODE)
    editor.page.get_by_test_id("language").select_option("python")
    caret(editor, "self.h")
    grown = [press(editor, "Control+i") for _ in range(4)]
    assert "(self.h + 1)" in grown and all(a in b for a, b in zip(grown, grown[1:], strict=False))
    assert [press(editor, "Alt+i") for _ in range(4)] == [*grown[2::-1], ""]


def test_the_menu_by_mouse_and_keyboard(editor: Editor) -> None:
    editor.write(PROSE)
    caret(editor, "home")
    button, menu = editor.page.get_by_test_id("select"), editor.page.get_by_test_id("select-menu")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    editor.page.get_by_test_id("select-sentence").click()
    assert selected(editor) == "He went home (late)."
    expect(menu).to_be_hidden()
    button.focus()
    editor.page.keyboard.press("Enter")
    expect(editor.page.get_by_test_id("select-word")).to_be_focused()
    editor.page.keyboard.press("ArrowUp")
    editor.page.keyboard.press("ArrowUp")
    expect(editor.page.get_by_test_id("select-expand")).to_be_focused()
    editor.page.keyboard.press("Enter")
    assert selected(editor) == PROSE.split("\n")[0]
    button.click()
    editor.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    assert selected(editor) == PROSE.split("\n")[0] and editor.text() == PROSE


def test_what_was_selected_becomes_a_mask_and_is_rewritten(editor: Editor) -> None:
    editor.write(PROSE)
    caret(editor, "home")
    press(editor, "Alt+s")
    editor.page.keyboard.press("Control+m")
    assert masked(editor) == ["He went home (late)."]
    caret(editor, "Nine")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    assert editor.text().startswith("😀 Dr. Smith left. ") and editor.text().endswith("\n\nNine ten eleven.\n")
    assert "went home" not in editor.text()
