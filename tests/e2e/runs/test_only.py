"""What a mask may be and nothing else, set in its popover."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor
from tests.e2e.runs.test_masks import TEXT, mask, popover, ranges

pytestmark = pytest.mark.browser


def test_one_of_some_words_or_a_pattern(editor: Editor) -> None:
    editor.write(TEXT)
    mask(editor, "six seven")
    expect(popover(editor)).to_be_visible()
    popover(editor).get_by_test_id("mask-only").select_option("one_of")
    words = popover(editor).get_by_test_id("mask-only-words")
    expect(words).to_have_attribute("aria-invalid", "true")
    assert ranges(editor)[0]["only"] is None, "nothing is said yet"
    words.fill("red\n\ngreen\nred")
    assert ranges(editor)[0]["only"] == {"one_of": ["red", "green"]}
    assert editor.page.get_by_test_id("mask").all_inner_texts() == ["1\none of 2"]
    popover(editor).get_by_test_id("mask-only").select_option("pattern")
    words.fill("[0-9]+")
    assert ranges(editor)[0]["only"] == {"pattern": "[0-9]+"}
    popover(editor).get_by_test_id("mask-only").select_option("")
    expect(words).to_be_hidden()
    assert ranges(editor)[0]["only"] is None
