"""Instant edit and the heat map in Chromium: what is underlined, taken, dismissed, ignored; and the weakest words masked."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Request, expect

import engine
from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site, serving, until
from tests.e2e.web.test_accessibility import serious

pytestmark = pytest.mark.browser
TEXT = "😀 I saw teh dog, and it wsa big.\n\nA second one, with teh same slip.\n"


def weak(editor: Editor) -> Locator:
    return editor.page.locator(".pz-weak")


def caret(editor: Editor, words: str) -> None:
    editor.page.evaluate(
        """words => { const at = __palimpsest.text().indexOf(words), view = __palimpsest.view;
        view.dispatch({selection: {anchor: at}}); view.focus(); }""",
        words,
    )


def started(editor: Editor, text: str = TEXT) -> None:
    editor.write("")
    editor.page.get_by_test_id("instant").check()
    editor.page.evaluate("t => __palimpsest.view.dispatch({changes: {from: 0, insert: t}})", text)
    expect(weak(editor)).to_have_count(text.count("teh") + text.count("wsa"))


def test_a_mistake_is_underlined_taken_with_a_key_and_undone(editor: Editor) -> None:
    editor.write("")
    editor.page.get_by_test_id("instant").check()
    caret(editor, "")
    editor.page.keyboard.type("😀 I saw teh dog")
    expect(editor.page.get_by_test_id("weak-spots")).to_have_text("1 weak spot")
    expect(weak(editor)).to_have_text("teh")
    assert editor.text() == "😀 I saw teh dog", "nothing is changed unasked"
    editor.page.keyboard.press("Alt+Enter")
    assert editor.text() == "😀 I saw the dog"
    expect(weak(editor)).to_have_count(0)
    editor.page.keyboard.type("s")
    assert editor.text() == "😀 I saw the dogs", "the caret stays where it was"
    editor.page.keyboard.press("Control+z")
    editor.page.keyboard.press("Control+z")
    assert editor.text() == "😀 I saw teh dog"
    expect(weak(editor)).to_have_text("teh")


def test_only_the_changed_paragraph_is_checked(editor: Editor) -> None:
    editor.write(TEXT)
    editor.page.get_by_test_id("instant").check()
    expect(editor.page.get_by_test_id("weak-spots")).to_have_text("2 weak spots")
    checked: list[int] = []

    def note(request: Request) -> None:
        asked = json.loads(request.post_data or "{}").get("data", {})
        if asked.get("name") == "check":
            checked.append(asked["payload"]["from"])

    editor.page.on("request", note)
    caret(editor, "big")
    with editor.answered("check"):
        editor.page.keyboard.type("very ")
    editor.page.wait_for_timeout(300)  # twice the pause between two checks
    assert weak(editor).all_text_contents() == ["teh", "wsa"] and set(checked) == {0}
    caret(editor, "same slip")
    editor.page.keyboard.type("very ")
    expect(weak(editor)).to_have_text(["teh", "wsa", "teh"])


def test_suggestions_move_with_edits_and_vanish_when_their_word_changes(editor: Editor) -> None:
    started(editor)
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'Well: '}})")
    assert weak(editor).all_text_contents() == ["teh", "wsa", "teh"]
    at = editor.text().index("wsa") + 1  # UTF-16
    editor.page.evaluate("at => __palimpsest.view.dispatch({changes: {from: at, insert: 'x'}})", at + 1)
    assert weak(editor).all_text_contents() == ["teh", "teh"]


def test_next_shows_the_suggestion_and_dismiss_lets_it_go(editor: Editor) -> None:
    started(editor)
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 0}}); __palimpsest.view.focus()")
    editor.page.keyboard.press("F8")
    card = editor.page.get_by_test_id("suggestion")
    expect(card).to_contain_text("teh → the")
    editor.page.keyboard.press("F8")
    expect(card).to_contain_text("wsa → was")
    editor.page.keyboard.press("Shift+Alt+Enter")
    expect(weak(editor)).to_have_count(2)
    caret(editor, "big.")
    with editor.answered("check"):
        editor.page.keyboard.type("very ")
    assert weak(editor).all_text_contents() == ["teh", "teh"], (
        "it does not come back when the paragraph is checked again"
    )
    weak(editor).first.hover()
    card.get_by_role("button", name="Fix").click()
    assert "I saw the dog" in editor.text() and "wsa" in editor.text()


def test_an_ignored_word_is_left_alone_after_a_reload_too(editor: Editor, proofreader: Site) -> None:
    started(editor)
    caret(editor, "teh dog")
    editor.page.keyboard.press("Control+Alt+Enter")
    expect(weak(editor)).to_have_text(["wsa"])
    store = proofreader.service.store
    document = store.documents.all()[0].id
    editor.page.wait_for_function("document.querySelector('[data-testid=status]').textContent.includes('left alone')")
    until(lambda: store.documents.get(document).dictionary == ("teh",))
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    expect(editor.page.get_by_test_id("instant")).to_be_checked()
    caret(editor, "big.")
    editor.page.keyboard.type("so ")
    expect(weak(editor)).to_have_text(["wsa"])
    editor.page.get_by_test_id("weak-spots").click()
    editor.page.get_by_role("button", name="Check teh again").click()
    caret(editor, "so big.")
    editor.page.keyboard.type("not ")
    expect(weak(editor)).to_have_text(["teh", "wsa"])
    until(lambda: store.documents.get(document).dictionary == ())


def test_fix_all_here_is_one_undo_step_and_leaves_other_paragraphs(editor: Editor) -> None:
    started(editor)
    caret(editor, "saw")
    editor.page.get_by_test_id("fix-all").click()
    assert editor.text() == TEXT.replace("teh dog", "the dog").replace("wsa", "was")
    editor.page.keyboard.press("Control+z")
    assert editor.text() == TEXT
    caret(editor, "second")
    expect(weak(editor)).to_have_count(3)
    editor.page.keyboard.press("Control+F8")
    assert editor.text() == TEXT.replace("with teh", "with the")


def test_switching_off_removes_all_and_is_remembered(editor: Editor, proofreader: Site) -> None:
    started(editor)
    editor.page.get_by_test_id("instant").uncheck()
    expect(weak(editor)).to_have_count(0)
    expect(editor.page.get_by_test_id("weak-spots")).to_be_hidden()
    before = proofreader.service.ways.default.nfe  # type: ignore[attr-defined]
    caret(editor, "second")
    editor.page.keyboard.type("teh ")
    editor.wait_saved()  # which takes a longer pause than a check
    assert weak(editor).count() == 0 and proofreader.service.ways.default.nfe == before  # type: ignore[attr-defined]
    editor.page.keyboard.press("Alt+Enter")
    assert editor.text().count("teh") == 3
    editor.wait_saved()
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    expect(editor.page.get_by_test_id("instant")).not_to_be_checked()


def test_code_that_parsed_goes_on_parsing_and_names_are_left_alone(editor: Editor) -> None:
    code = "# wsa this teh comment to read\ndef hte(x):\n    return hte(x - 1)\n"
    editor.write("")
    editor.page.get_by_test_id("language").select_option("python")
    editor.page.get_by_test_id("instant").check()
    editor.page.evaluate("t => __palimpsest.view.dispatch({changes: {from: 0, insert: t}})", code)
    expect(weak(editor)).to_have_text(["wsa", "teh"])
    caret(editor, "this")
    editor.page.keyboard.press("Control+F8")
    assert editor.text() == code.replace("wsa this teh", "was this the")


def test_a_run_does_not_wait_for_a_check(editor: Editor, proofreader: Site) -> None:
    """A check begins only while the engine is free, and a newer one takes the place of an older one."""
    started(editor)
    turns = proofreader.service._turns
    assert turns.enter(lambda: False)
    try:
        caret(editor, "dog")
        editor.page.keyboard.type("wsa ")
        editor.page.wait_for_timeout(900)
        assert weak(editor).count() == 3 and not turns.wanted
    finally:
        turns.leave()
    expect(weak(editor)).to_have_count(4)


def test_the_heat_map_comes_and_goes_and_is_drawn_anew_where_the_text_changed(editor: Editor) -> None:
    editor.write(TEXT)
    toggle = editor.page.get_by_test_id("heat")
    toggle.click()
    words = editor.page.locator(".cm-content .pz-heat")
    expect(words).to_have_count(len(TEXT.split()))
    assert toggle.get_attribute("aria-pressed") == "true"
    weakest = editor.page.locator(".cm-content .pz-h0")
    assert weakest.all_text_contents() == ["teh", "wsa", "teh"]
    assert "dotted" in weakest.first.evaluate(
        "e => getComputedStyle(e).textDecorationLine + getComputedStyle(e).textDecorationStyle"
    )
    expect(editor.page.get_by_test_id("heat-legend")).to_contain_text("Weakest: “teh” 0 %")
    caret(editor, "second")
    editor.page.keyboard.type("wsa ")
    expect(weakest).to_have_text(["teh", "wsa", "wsa", "teh"])
    toggle.click()
    expect(words).to_have_count(0)
    expect(editor.page.get_by_test_id("heat-legend")).to_be_hidden()


def test_the_weakest_words_are_masked_with_one_key(editor: Editor) -> None:
    editor.write(TEXT)
    masks = editor.page.locator(".pz-usermask")
    editor.page.get_by_label("How many of the weakest words to mask").fill("3")
    caret(editor, "dog")
    editor.page.keyboard.press("Alt+Shift+M")
    expect(masks).to_have_text(["teh", "wsa", "teh"])
    editor.select("A second one, with teh same slip.")
    editor.page.get_by_label("How many of the weakest words to mask").fill("1")
    editor.page.get_by_test_id("remask").click()
    expect(masks).to_have_text(["teh"])
    expect(editor.page.get_by_test_id("status")).to_contain_text("1 weak word masked")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    assert editor.text().startswith("😀 I saw teh dog") and "with teh" not in editor.text()


def test_a_model_that_cannot_weigh_words_offers_none_of_it(profile: Profile, tmp_path) -> None:
    denoiser = engine.scripted()
    denoiser.revises = False
    with serving(engine.Ways.only(denoiser), tmp_path / "site.sqlite3") as site, profile.page(site.url) as page:
        for control in ("instant", "heat", "proofread", "weak-spots"):
            assert page.get_by_test_id(control).count() == 0


def test_axe_finds_nothing_serious(editor: Editor) -> None:
    started(editor)
    editor.page.get_by_test_id("weak-spots").click()
    editor.page.get_by_test_id("heat").click()
    expect(editor.page.locator(".cm-content .pz-heat").first).to_be_visible()
    editor.page.keyboard.press("F8")
    assert not serious(editor.page, "heat")


def test_the_embedded_model_finds_a_slip(real: Editor) -> None:
    real.write("")
    real.page.get_by_test_id("instant").check()
    caret(real, "")
    text = "We walked along the beach and looked at teh boats in the harbour."
    real.page.keyboard.type(text)
    expect(weak(real)).to_have_text("teh")
    real.page.keyboard.press("Alt+Enter")
    assert real.text() == text.replace("teh", "the")
