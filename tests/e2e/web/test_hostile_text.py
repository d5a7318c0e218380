"""Texts, titles and file names that would like to be a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser
HOSTILE = (
    """"><img src=x onerror="window.hit=1"><script>window.hit=1</script>'><svg onload=window.hit=1>${window.hit=1}"""
)


def test_nothing_that_is_written_runs(editor: Editor, site: Site) -> None:
    """In the text, the title, the list, search, history, review, a notice and a file's name."""
    page = editor.page
    editor.write(f"{HOSTILE} one two three")
    page.get_by_test_id("document-title").fill(HOSTILE)
    page.keyboard.press("Enter")
    editor.select("two")
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    page.keyboard.press("Tab")
    editor.wait_saved()
    page.keyboard.press("Control+k")
    page.keyboard.type("img")
    page.keyboard.press("Escape")
    page.get_by_test_id("documents").click()
    page.get_by_test_id("search").fill("onerror")
    expect(page.get_by_test_id("excerpt").first).to_contain_text("onerror")
    expect(page.get_by_test_id("past-hit").first).to_contain_text("onerror")
    page.keyboard.press("Escape")
    name = HOSTILE.replace("/", "_")
    for data, place, words in ((b"a text", ".cm-content", "a text"), (b"\0\1\2\3" * 50, "[role=alert]", "onerror")):
        page.get_by_test_id("open-file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})
        expect(page.locator(place)).to_contain_text(words)  # one that is opened, one that is refused by its name
    assert page.evaluate("window.hit") is None
    page.reload()
    page.wait_for_selector('.pz-app[data-ready="true"]')
    assert page.evaluate("window.hit") is None
    assert page.locator(".pz-app img, .pz-app script").count() == 0
