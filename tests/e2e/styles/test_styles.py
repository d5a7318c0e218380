"""Styles and instructions beside the Rewrite button: in Chromium, on the scripted and on the embedded model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

import engine
from editor.styles import styles
from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site, serving

pytestmark = pytest.mark.browser
TEXT = "One two three four.\nFive six.\n"
PASSIVE = "The cake was eaten by the children. Nobody said a word."


@pytest.fixture
def silent(profile: Profile, tmp_path: Path) -> Iterator[Editor]:
    """The page of a model that can neither be told anything nor weigh words."""
    denoiser = engine.scripted(" something")
    denoiser.chat = None
    with serving(engine.Ways.only(denoiser), tmp_path / "silent.sqlite3") as site, profile.page(site.url) as page:
        yield Editor(page)


def test_a_style_is_chosen_and_told_to_a_model_that_follows(editor: Editor, site: Site) -> None:
    page = editor.page
    editor.write(TEXT)
    style, instruction = page.get_by_test_id("style"), page.get_by_test_id("instruction")
    expect(style).to_have_value("")
    expect(instruction).to_be_enabled()
    style.select_option(label="Formal")
    expect(instruction).to_be_hidden()
    expect(page.get_by_test_id("style-meaning")).to_contain_text("no slang")
    expect(page.get_by_test_id("way-in-use")).to_have_text("writer")
    editor.select("two three four")
    page.get_by_test_id("run").click()
    editor.wait_review()
    expect(page.get_by_test_id("stats")).to_contain_text("styleFormal")
    page.keyboard.press("Tab")
    assert editor.text() == "One by another hand.\nFive six.\n"
    expect(page.get_by_test_id("history-item").first).to_contain_text("Formal")
    page.wait_for_function("document.querySelectorAll('[data-testid=history-item]').length >= 3")
    kept = site.service.store.documents.history(site.service.store.documents.all()[0].id)[0].settings
    assert kept is not None and kept["style"] == "formal" and kept["way"] == "writer" and not kept["instruction"]


def test_the_list_is_that_of_the_language(editor: Editor) -> None:
    page = editor.page
    editor.write("def f(x):\n    return x\n")
    labels = lambda: page.get_by_test_id("style").locator("option").all_inner_texts()  # noqa: E731
    assert {"No style", "Formal", "Shorter", "Active voice"} <= set(labels())
    page.get_by_test_id("style").select_option(label="Formal")
    page.get_by_test_id("language").select_option("python")
    expect(page.get_by_test_id("style")).to_have_value("")
    assert {"No style", "Add a docstring", "Add type hints", "Rename", "Simplify"} == set(labels())
    page.get_by_test_id("language").select_option("sql")
    assert {"No style", "Simplify"} == set(labels())


def test_what_the_model_cannot_do_is_disabled_with_the_reason(silent: Editor) -> None:
    page = silent.page
    option = page.get_by_test_id("style").locator("option", has_text="Formal")
    expect(page.get_by_test_id("instruction")).to_be_hidden()  # it is there where somebody follows it
    assert option.is_disabled() and "--model" in option.inner_text()
    silent.write(TEXT)
    silent.select("two three")
    page.keyboard.press("Control+Enter")
    silent.wait_review()
    page.keyboard.press("Tab")
    assert silent.text() == "One something four.\nFive six.\n"


def test_an_instruction_over_the_limit_is_named_and_nothing_runs(editor: Editor) -> None:
    page = editor.page
    editor.write(TEXT)
    editor.select("two three")
    instruction = page.get_by_test_id("instruction")
    instruction.fill("x" * 512)
    expect(instruction).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_test_id("instruction-count")).to_have_text("512 of 500 characters")
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("notice")).to_contain_text("512 characters; the limit is 500")
    expect(page.get_by_test_id("accept")).to_be_hidden()
    assert editor.text() == TEXT
    instruction.fill("x" * 500)
    expect(instruction).to_have_attribute("aria-invalid", "false")
    instruction.press("Enter")
    editor.wait_review()
    page.keyboard.press("Escape")
    assert editor.text() == TEXT


def test_a_style_can_be_run_from_the_palette(editor: Editor) -> None:
    page = editor.page
    editor.write(TEXT)
    editor.select("two three four")
    page.keyboard.press("Control+k")
    page.keyboard.type("restyle shorter")
    page.keyboard.press("Enter")
    editor.wait_review()
    expect(page.get_by_test_id("style")).to_have_value("shorter")
    page.get_by_test_id("discard").click()
    assert editor.text() == TEXT


def test_a_broken_style_file_is_named_on_the_page_and_the_others_work(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in ("formal.toml", "casual.toml"):
        (tmp_path / file).write_bytes((styles.FOLDER / file).read_bytes())
    (tmp_path / "broken.toml").write_text('title = "Broken"\nfor = "prose"\nstrength = "much"\n', encoding="utf-8")
    known = styles.load(tmp_path)
    monkeypatch.setattr(styles, "styles", lambda: known)
    ways = engine.Ways.only(engine.scripted(" by hand"))
    with serving(ways, tmp_path / "broken.sqlite3") as site, profile.page(site.url) as page:
        expect(page.get_by_test_id("notice")).to_contain_text("broken.toml, line 3")
        assert page.get_by_test_id("style").locator("option").all_inner_texts() == ["No style", "Casual", "Formal"]


@pytest.mark.model
def test_the_embedded_model_does_what_is_offered_and_says_what_it_cannot(real: Editor) -> None:
    page = real.page
    real.write(PASSIVE)
    page.get_by_test_id("style").select_option(label="Active voice")
    expect(page.get_by_test_id("instruction")).to_be_hidden()
    real.select("The cake was eaten by the children.")
    page.get_by_test_id("run").click()
    real.wait_review()
    page.get_by_test_id("accept").click()
    assert real.text() == "The children ate the cake. Nobody said a word."
    page.get_by_test_id("style").select_option("")
    expect(page.get_by_test_id("instruction")).to_be_hidden()
    page.get_by_test_id("language").select_option("python")
    simplify = page.get_by_test_id("style").locator("option", has_text="Simplify")
    assert simplify.is_disabled() and "instruct model" in simplify.inner_text()
    assert page.get_by_test_id("style").locator("option", has_text="Add type hints").is_enabled()
