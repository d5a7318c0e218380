"""Figures, settings and numbers of the lab as they are seen, in Chromium."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor
from tests.e2e.lab.test_lab import opened, settled

pytestmark = pytest.mark.browser


def test_what_a_figure_and_a_setting_say_is_read_whole(editor: Editor) -> None:
    page, lab = editor.page, editor.page.get_by_test_id("lab")
    placed = "all => all.map(one => [one.getBoundingClientRect().x, one.querySelector('text').getNumberOfChars()])"

    def shown(lesson: str, text: str, **values: str) -> None:
        page.evaluate("to => { location.hash = to }", f"#/lab/{lesson}?{urlencode({'text': text, **values})}")
        expect(lab.get_by_test_id("lab-source")).to_contain_text(text[:8])
        settled(page)

    shown("noise", "One two\nthree.", t="0")
    drawn = page.locator("[data-testid=figure-0] [data-token]")
    expect(drawn).to_have_count(14)
    assert [count for _, count in drawn.evaluate_all(placed)] == [1] * 14, "a space takes its room, too"
    expect(lab.get_by_test_id("lab-numbers")).to_contain_text("share of tokens that is clean")
    shown("noise", "שלום", t="0")
    whole = [x for x, count in drawn.evaluate_all(placed) if count]
    assert len(whole) > 1 and whole == sorted(whole, reverse=True), "it runs from the right"

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        shown("eso-lm", "Nobody told the children about the letter before")
        names = page.locator("[data-testid=figure-0] text[transform*=rotate]").filter(has_text=re.compile("^[0-9]"))
        boxes = [box for name in names.all() if (box := name.bounding_box())]
        assert len(boxes) > 8
        assert all(a["x"] + a["width"] <= b["x"] + 3 for a, b in zip(boxes, boxes[1:], strict=False)), width
        page.evaluate("location.hash = '#/lab/quiz'")
        settled(page)
        rule = lab.get_by_test_id("rule")
        taken = """field => { const pen = document.createElement('canvas').getContext('2d');
            pen.font = getComputedStyle(field).font;
            return pen.measureText(field.selectedOptions[0].text).width + 30; }"""
        assert rule.evaluate(taken) <= rule.evaluate("field => field.clientWidth"), width
    opened(page, "denoise")
    lab.get_by_test_id("stop").fill("1")
    settled(page)
    page.wait_for_function("/stop=1/.test(location.hash)")
    expect(lab.get_by_test_id("lab-numbers").locator("dd", has_text=re.compile("^–")).first).to_have_text("–")
