"""What who cannot see the page hears of a run, and finds with the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor
from tests.e2e.runs.reviewing import TEXT, by, rewrite, shown

pytestmark = pytest.mark.browser


def test_a_run_is_heard_once_and_then_what_it_wrote(editor: Editor) -> None:
    page = editor.page
    page.evaluate(
        """() => { window.heard = [];
        for (const one of document.querySelectorAll("[aria-live], [role=status], [role=alert]"))
            new MutationObserver(() => heard.push(one.textContent)).observe(one, {childList: true, subtree: true}); }"""
    )
    rewrite(editor, "two", candidates=3)
    heard = [one for one in page.evaluate("heard") if one]
    assert "Writing…" in heard
    assert not [one for one in heard if "Step" in one or "Drawing" in one], "no step of a run is read out"
    first = shown(editor).strip()
    expect(by(editor, "heard")).to_have_text(f"Candidate 1 of 3: “{first}”. Tab accepts, Esc discards.")
    expect(by(editor, "status")).to_have_text("Tab accepts, Esc discards.")
    page.keyboard.press("Alt+.")
    expect(by(editor, "heard")).to_contain_text(f"Candidate 2 of 3: “{shown(editor).strip()}”.")
    page.keyboard.press("Escape")
    expect(by(editor, "heard")).to_have_text("Discarded")


def test_alternatives_are_found_from_the_changes_too(editor: Editor) -> None:
    rewrite(editor, "two", candidates=1)
    editor.page.keyboard.press("Alt+ArrowDown")
    expect(editor.page.locator(".pz-hunk")).to_have_count(1)
    editor.page.keyboard.press("Alt+ArrowRight")
    expect(by(editor, "alternatives")).to_be_visible()
    editor.page.keyboard.press("Escape")
    expect(by(editor, "alternatives")).to_be_hidden()
    expect(by(editor, "accept")).to_be_visible()
    assert editor.text() == TEXT
