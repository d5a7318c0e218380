"""The main job with the embedded model, in the program as people start it: text and code, and after a restart."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import free_port, start_program, stop_program
from tests.e2e.conftest import Editor, until

pytestmark = [pytest.mark.browser, pytest.mark.model]
CODE = "def is_even(n):\n    return n % 2 == 0\n\n\ndef is_odd(n):\n    return not is_even(n)\n"


@pytest.mark.parametrize("system", ["llada", "mercury", "gemini", "mdlm", "eso-b", "autoregressive"])
def test_words_of_a_sample_are_rewritten(real: Editor, system: str) -> None:
    real.write("")
    real.page.get_by_test_id("samples").select_option("1-a-walk-by-the-sea.txt")
    real.page.wait_for_function("__palimpsest.text() !== ''")
    before = real.text()
    real.page.get_by_test_id(f"system-{system}").check()
    real.select("The streets were empty")
    real.page.keyboard.press("Control+Enter")
    real.wait_review()
    assert real.text() == before
    assert int(real.page.get_by_test_id("timeline").get_attribute("max") or 0) >= 2, "several steps"
    real.page.keyboard.press("Tab")
    head, tail = before.split("The streets were empty")
    assert real.text().startswith(head) and real.text().endswith(tail) and real.text() != before


def test_code_is_rewritten_and_survives_a_restart(browser: Browser, tmp_path: Path) -> None:
    database, port = tmp_path / "kept.sqlite3", free_port()
    program = start_program(database, port)
    context = browser.new_context()
    editor = Editor(context.new_page())
    try:
        editor.page.goto(program.url)
        editor.page.wait_for_selector('.pz-app[data-ready="true"]')
        editor.write(CODE)
        editor.page.get_by_test_id("language").select_option("python")
        editor.select("n % 2")
        editor.page.get_by_test_id("run").click()
        editor.wait_review()
        editor.page.get_by_test_id("accept").click()
        expect(editor.page.get_by_test_id("history-item")).to_have_count(3)
        text = editor.text()
        assert text.startswith("def is_even(n):\n    return ") and text.endswith(
            " == 0\n\n\ndef is_odd(n):\n    return not is_even(n)\n"
        )
        stop_program(program)
        program = start_program(database, port)
        editor.page.reload()
        editor.page.wait_for_selector('.pz-app[data-ready="true"]')
        expect(editor.page.get_by_test_id("history-item")).to_have_count(3)
        assert editor.text() == text and editor.revisions() == ["run", "typed", "created"]
        editor.page.get_by_test_id("history-item").first.get_by_role("button").first.click()
        editor.page.get_by_test_id("replay").click()
        expect(editor.page.get_by_test_id("replay-timeline")).to_be_visible()
    finally:
        context.close()
        stop_program(program)


def test_a_program_that_dies_loses_nothing_that_was_typed(browser: Browser, tmp_path: Path) -> None:
    database, port = tmp_path / "killed.sqlite3", free_port()
    program = start_program(database, port)
    context = browser.new_context()
    editor = Editor(context.new_page())
    text = "It was late. We walked along the beach and looked at the boats in the harbour.\n"
    try:
        editor.page.goto(program.url)
        editor.page.wait_for_selector('.pz-app[data-ready="true"]')
        editor.write(text)
        editor.wait_saved()
        number = int(editor.page.evaluate("location.hash.slice(1)"))
        editor.select("walked along the beach and looked at the boats")
        editor.page.keyboard.press("Control+Enter")
        editor.page.wait_for_function("__palimpsest.stats.painted >= 1")
        program.process.kill()
        stop_program(program)
        expect(editor.page.get_by_role("alert")).to_contain_text("Palimpsest does not answer")
        editor.page.wait_for_function("!__palimpsest.run()")
        expect(editor.page.get_by_test_id("run")).to_be_visible()
        assert editor.text() == text, "the run is over and left nothing"
        editor.page.locator(".cm-content").focus()
        editor.page.keyboard.press("Control+End")
        editor.page.keyboard.type("Typed while it was gone.")
        program = start_program(database, port)
        # Gradio loads the page anew when it finds the program again, before or after the text is saved.
        file = f"{program.url}/api/documents/{number}/file"
        until(lambda: httpx.get(file).text == text + "Typed while it was gone.")
        editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    finally:
        context.close()
        stop_program(program)
