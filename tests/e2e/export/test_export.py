"""Exporting a run from the page: under review, just accepted, and from the history."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Route, expect

from editor.export.scenes import moments_of
from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser
TEXT = "😀 One two three four.\nFive </script><img onerror=alert(1)> seven eight.\n"


def saved(editor: Editor, button: Locator, kind: str, to: Path) -> Path:
    """Choose a format in a menu and keep the file."""
    button.click()
    with editor.page.expect_download() as download:
        editor.page.get_by_test_id(f"export-{kind}").locator("visible=true").click()
    path = to / download.value.suggested_filename
    download.value.save_as(path)
    return path


def reviewed(editor: Editor) -> Locator:
    editor.write(TEXT)
    editor.page.get_by_test_id("document-title").fill("A tale")
    editor.page.get_by_test_id("document-title").press("Enter")
    editor.select("two three")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    return editor.page.locator(".bar").get_by_test_id("export")


def test_a_run_under_review_and_accepted_is_exported(editor: Editor, site: Site, downloads: Path) -> None:
    button = reviewed(editor)
    path = saved(editor, button, "json", downloads)
    assert path.name == "A tale - run.json"
    known = json.loads(path.read_text())
    stored = site.service.store.runs.get(known["run"])
    assert known["frames"] == stored.frames and known["text"] == TEXT == editor.text()
    expect(editor.page.get_by_test_id("status")).to_have_text("Saved A tale - run.json")
    editor.wait_review()
    editor.page.locator(".cm-content").press("Tab")
    assert "two three" not in editor.text()
    for kind in ("gif", "webp"):
        with Image.open(saved(editor, button, kind, downloads)) as picture:
            assert picture.n_frames == len(moments_of(stored.frames))


def test_a_run_of_the_history_is_exported_as_a_page(editor: Editor, downloads: Path) -> None:
    reviewed(editor)
    editor.page.keyboard.press("Tab")
    expect(editor.page.get_by_test_id("history-item")).to_have_count(3)
    typed, run = editor.page.get_by_test_id("history-item").nth(1), editor.page.get_by_test_id("history-item").first
    typed.get_by_role("button").first.click()
    expect(typed.get_by_test_id("diff")).to_be_visible()
    expect(typed.get_by_test_id("export")).to_have_count(0)
    run.get_by_role("button").first.click()
    path = saved(editor, run.get_by_test_id("export"), "html", downloads)
    page = editor.page.context.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    expect(page.locator(".title")).to_have_text("A tale")
    page.keyboard.press("End")
    result = editor.text().strip()
    expect(page.get_by_test_id("replay-view")).to_have_text(result)
    assert said == []


def test_the_menu_is_used_with_the_keyboard(editor: Editor, downloads: Path) -> None:
    button = reviewed(editor)
    button.focus()
    editor.page.keyboard.press("Enter")
    expect(editor.page.get_by_test_id("export-html").locator("visible=true")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    editor.page.keyboard.press("ArrowDown")
    editor.page.keyboard.press("ArrowUp")
    editor.page.keyboard.press("ArrowUp")
    expect(editor.page.get_by_test_id("export-json").locator("visible=true")).to_be_focused()
    editor.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(editor.page.get_by_test_id("accept")).to_be_visible()
    button.click()
    button.click()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    editor.page.keyboard.press("Enter")
    editor.page.keyboard.press("ArrowUp")
    with editor.page.expect_download() as download:
        editor.page.keyboard.press("Enter")
    assert json.loads(download.value.path().read_bytes())["format"] == "palimpsest-run"


def test_what_cannot_be_exported_is_said(editor: Editor) -> None:
    button = reviewed(editor)
    for answer, message in [
        (
            {"status": 404, "body": '{"error": {"code": "run_not_found", "message": "run 7 is not here"}}'},
            "run 7 is not here",
        ),
        (None, "Is Palimpsest still running?"),
    ]:

        def handle(route: Route, answer: dict | None = answer) -> None:
            route.abort() if answer is None else route.fulfill(**answer)

        editor.page.unroute_all()
        editor.page.route("**/api/runs/**", lambda route: handle(route))
        button.click()
        editor.page.get_by_test_id("export-gif").locator("visible=true").click()
        expect(editor.page.get_by_role("alert")).to_contain_text(message)
        expect(button).to_be_enabled()
