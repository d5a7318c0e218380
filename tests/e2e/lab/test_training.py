"""A model of letters trained in the lab in Chromium, by keyboard alone; and numbers that are none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab.test_lab import opened, reader, settled

pytestmark = pytest.mark.browser
__all__ = ["reader"]


def test_a_model_is_trained_and_stopped_by_keyboard(reader: Page) -> None:
    page, lab = reader, reader.get_by_test_id("lab")
    opened(page, "train")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "train=true" in request.url else None)
    train, stop = lab.get_by_test_id("move-0"), lab.get_by_test_id("lab-stop")
    lab.get_by_test_id("size").fill("1")
    settled(page)
    train.focus()
    page.evaluate("document.activeElement.click()")
    expect(stop).to_be_visible(timeout=1_000)  # before anything came of it
    page.keyboard.press("Enter")  # pressed twice
    expect(lab.get_by_test_id("lab-moves").get_by_role("button")).to_have_count(0)
    assert len(asked) == 1, "pressed twice it is one training"
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(lab.get_by_test_id("lab-notes")).to_contain_text("This is your model")
    expect(train).to_have_text("Train again")
    expect(train).to_be_focused()
    expect(stop).to_be_hidden()


def test_a_number_that_is_none_is_what_it_was(reader: Page) -> None:
    page, lab = reader, reader.get_by_test_id("lab")
    opened(page, "train")
    size = lab.get_by_test_id("size")
    size.fill("9")
    expect(lab.get_by_test_id("lab-trouble")).to_contain_text("size must be in 1..5, got 9")
    expect(size).to_have_attribute("aria-invalid", "true")
    size.fill("4")
    expect(lab.get_by_test_id("lab-trouble")).to_be_hidden()
    size.fill("")
    size.press("Tab")
    expect(size).to_have_value("4")
    expect(size).to_have_attribute("aria-invalid", "false")
    size.fill("9")
    page.evaluate("location.hash = '#/lab/train?size=2'")
    expect(lab.get_by_test_id("size-slider")).to_have_value("2")
    lab.get_by_test_id("seconds").focus()
    expect(size).to_have_value("2")
    expect(lab.locator(".parameter.wrong")).to_have_count(0)
