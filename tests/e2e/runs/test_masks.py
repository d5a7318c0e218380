"""Masks in Chromium, by mouse and keyboard: their wishes, their locks, and that they stay with their words."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Editor, Site
from tests.e2e.web.test_accessibility import serious

pytestmark = pytest.mark.browser
TEXT = "😀 One two three four. Five six seven eight.\n\nNine ten eleven.\n"


def mask(editor: Editor, *words: str) -> None:
    for some in words:
        editor.select(some)
        editor.page.keyboard.press("Control+m")


def caret(editor: Editor, before: str) -> None:
    editor.select(before)
    editor.page.keyboard.press("ArrowLeft")


def masked(editor: Editor) -> list[str]:
    """The words that are drawn as masks, in order, those of one mask together."""
    return editor.page.evaluate(
        """() => { const found = new Map();
        for (const e of document.querySelectorAll('.cm-content [data-mask]:is(.pz-usermask, .pz-locked)'))
        found.set(e.dataset.mask, (found.get(e.dataset.mask) ?? '') + e.textContent); return [...found.values()]; }"""
    )


def locked(editor: Editor) -> list[str]:
    return editor.page.locator(".pz-locked").all_text_contents()


def popover(editor: Editor) -> Locator:
    return editor.page.get_by_test_id("mask-popover")


def ranges(editor: Editor) -> list[dict[str, Any]]:
    """What a run would be asked for, with the words of each span."""
    return editor.page.evaluate(
        "() => __palimpsest.surface.ranges().spans.map((s) => ({...s, text: __palimpsest.text().slice(s.from, s.to)}))"
    )


def test_each_mask_has_its_own_wishes(editor: Editor) -> None:
    editor.write(TEXT)
    mask(editor, "two three", "six seven")
    expect(popover(editor)).to_be_visible()
    editor.page.locator(".pz-usermask", has_text="two").click()
    expect(popover(editor)).to_contain_text("Mask 1: “two three”")
    strength = popover(editor).get_by_test_id("strength")
    expect(popover(editor).get_by_test_id("strength-words")).to_contain_text("As in settings: rewrite")
    strength.focus()
    editor.page.keyboard.press("Home")
    for _ in range(4):
        editor.page.keyboard.press("ArrowRight")
    expect(popover(editor).get_by_test_id("strength-words")).to_have_text("0.20: touch up, about 80 % of it stays")
    popover(editor).get_by_test_id("wish").select_option("longer")
    editor.page.get_by_test_id("mask").nth(1).click()
    popover(editor).get_by_test_id("wish").select_option("exact")
    popover(editor).get_by_test_id("wish-tokens").fill("5")
    wishes = [(s["text"], s["strength"], s["length"]) for s in ranges(editor)]
    assert wishes == [("two three", 0.2, "longer"), ("six seven", None, 5)]
    assert editor.page.get_by_test_id("mask").all_inner_texts() == ["1\ntouch up · longer", "2\n5 tokens"]
    popover(editor).get_by_test_id("wish-tokens").fill("0")
    expect(popover(editor).get_by_test_id("wish-tokens")).to_have_attribute("aria-invalid", "true")
    assert ranges(editor)[1]["length"] == 5, "a wish that cannot be is not taken"
    editor.page.keyboard.press("Escape")
    expect(popover(editor)).to_have_count(0)
    assert masked(editor) == ["two three", "six seven"], "Escape closed the popover and nothing else"
    assert editor.text() == TEXT


def test_locked_words_are_there_byte_for_byte_after_a_rewrite(editor: Editor, site: Site) -> None:
    editor.write(TEXT)
    mask(editor, "two three four")
    editor.page.locator(".pz-usermask").dblclick()
    editor.page.get_by_test_id("lock").click()
    assert locked(editor) == ["three"]
    mask(editor, "four. Five six")
    expect(editor.page.locator(".pz-locked")).to_have_attribute("title", "Locked: these words stay as they are")
    caret(editor, "Five")
    editor.page.keyboard.press("Alt+k")  # the word at the caret
    assert locked(editor) == ["three", "Five"]
    assert [s["text"] for s in ranges(editor)] == ["two", "four.", "six"]
    caret(editor, "One")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    expect(editor.page.locator(".pz-span")).to_have_count(3)
    editor.page.keyboard.press("Tab")
    after = editor.text()
    assert after.startswith("😀 One ") and " three " in after and " Five " in after
    assert after.endswith(" seven eight.\n\nNine ten eleven.\n") and "two" not in after and "six" not in after
    expect(editor.page.get_by_test_id("history-item").first).to_have_attribute("data-kind", "run")
    document = site.service.store.documents.all()[0]
    assert site.service.store.documents.get(document.id).text == after


def test_locking_again_unlocks_and_nothing_may_be_all_locked(editor: Editor) -> None:
    editor.write(TEXT)
    notice = editor.page.get_by_role("alert")
    editor.page.get_by_test_id("lock").click()
    expect(notice).to_contain_text("There is no mask yet")
    mask(editor, "two three")
    editor.select("Nine")
    editor.page.get_by_test_id("lock").click()
    expect(notice).to_contain_text("inside a mask")
    editor.select("two three")
    editor.page.get_by_test_id("lock").click()
    expect(notice).to_contain_text("locks the whole mask")
    assert locked(editor) == []
    editor.select("two")
    editor.page.keyboard.press("Alt+k")
    expect(notice).to_have_count(0)
    editor.select("three")
    editor.page.keyboard.press("Alt+k")
    expect(notice).to_contain_text("locks the whole mask")
    assert locked(editor) == ["two"]
    editor.select("two")
    editor.page.keyboard.press("Alt+k")
    assert locked(editor) == []
    editor.select("two")
    editor.page.keyboard.press("Alt+k")
    editor.page.keyboard.press("Alt+m")
    expect(popover(editor)).to_contain_text("Kept: “two”")
    popover(editor).get_by_test_id("unlock-all").click()
    assert locked(editor) == [] and masked(editor) == ["two three"]


def test_masks_stay_with_their_words_while_the_text_is_typed_in(editor: Editor) -> None:
    editor.write(TEXT)
    mask(editor, "two three four", "six")
    editor.select("three")
    editor.page.keyboard.press("Alt+k")
    caret(editor, "One")
    editor.page.keyboard.type("Zero. ")
    assert masked(editor) == ["two three four", "six"] and locked(editor) == ["three"]
    caret(editor, "four")
    editor.page.keyboard.type("and ")
    assert masked(editor) == ["two three and four", "six"]
    caret(editor, " seven")
    editor.page.keyboard.type("ty")
    assert masked(editor)[1] == "six", "what is typed behind a mask is no part of it"
    editor.select("six")
    editor.page.keyboard.press("Delete")
    assert masked(editor) == ["two three and four"]
    editor.page.keyboard.press("Control+z")
    assert editor.text() == TEXT.replace("One", "Zero. One").replace("four", "and four").replace("six", "sixty")


def test_masks_with_wishes_and_locks_are_back_after_escape(editor: Editor) -> None:
    editor.write(TEXT)
    mask(editor, "two three four", "six")
    editor.select("three")
    editor.page.keyboard.press("Alt+k")
    editor.page.get_by_test_id("mask").first.click()
    popover(editor).get_by_test_id("wish").select_option("shorter")
    before = ranges(editor)
    kept = editor.page.evaluate_handle("() => __palimpsest.surface.saveMasks()")
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 0}})")
    editor.page.evaluate(
        """() => { const s = __palimpsest.surface;
        s.cover('r', 'run', s.ranges().spans.map((span) => ({...span, toks: [['x', 's', 1, []]]}))); }"""
    )
    assert masked(editor) == []
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'Zero. '}})")
    editor.page.evaluate("kept => { __palimpsest.surface.uncover(); __palimpsest.surface.restoreMasks(kept); }", kept)
    after = ranges(editor)
    assert [{**s, "from": s["from"] - 6, "to": s["to"] - 6} for s in after] == before
    assert locked(editor) == ["three"] and editor.text() == "Zero. " + TEXT


def test_invert_swaps_what_is_masked_in_the_paragraph(editor: Editor) -> None:
    editor.write(TEXT)
    editor.page.get_by_test_id("invert").click()
    expect(editor.page.get_by_role("alert")).to_contain_text("nothing to invert")
    mask(editor, "two three")
    caret(editor, "Nine")
    editor.page.get_by_test_id("invert").click()
    expect(editor.page.get_by_role("alert")).to_have_count(0)
    assert masked(editor) == ["😀 One", "four. Five six seven eight."]
    editor.page.keyboard.press("Alt+v")
    assert masked(editor) == ["two three"]
    editor.page.evaluate("__palimpsest.commands.run('invert-all')")
    assert masked(editor) == ["😀 One", "four. Five six seven eight.", "Nine ten eleven."]
    editor.page.get_by_test_id("masks-clear").click()
    assert masked(editor) == []
    editor.select("ten")
    editor.page.keyboard.press("Alt+v")
    assert masked(editor) == ["Nine", "eleven."]
    assert [s["text"] for s in ranges(editor)] == ["Nine", "eleven."], "the selection itself is gone"


def test_a_mask_inside_a_mask_and_one_over_its_end_join_it(editor: Editor) -> None:
    editor.write(TEXT)
    mask(editor, "two three four", "three")
    assert masked(editor) == ["two three four"]
    mask(editor, "four. Five")
    assert masked(editor) == ["two three four. Five"]
    mask(editor, " six")
    assert masked(editor) == ["two three four. Five", " six"], "neighbours stay apart"
    assert [s["text"] for s in ranges(editor)] == ["two three four. Five", "six"]


def test_the_popover_by_keyboard_alone(editor: Editor) -> None:
    editor.write(TEXT)
    mask(editor, "two", "six")
    caret(editor, "One")
    editor.page.keyboard.press("Alt+n")
    expect(popover(editor)).to_contain_text("Mask 1: “two”")
    editor.page.keyboard.press("Alt+n")
    expect(popover(editor)).to_contain_text("Mask 2: “six”")
    editor.page.keyboard.press("Alt+Shift+N")
    expect(popover(editor)).to_contain_text("Mask 1: “two”")
    editor.page.keyboard.press("Alt+m")
    expect(popover(editor).get_by_test_id("strength")).to_be_focused()
    editor.page.keyboard.press("Home")
    assert ranges(editor)[0]["strength"] == 0
    editor.page.keyboard.press("Shift+Tab")
    expect(popover(editor).get_by_test_id("strength-reset")).to_be_focused()
    editor.page.keyboard.press("Enter")
    assert ranges(editor)[0]["strength"] is None
    editor.page.keyboard.press("Escape")
    assert editor.page.evaluate("__palimpsest.view.hasFocus")
    editor.page.get_by_test_id("mask").first.focus()
    editor.page.keyboard.press("ArrowRight")
    expect(editor.page.get_by_test_id("mask").nth(1)).to_be_focused()
    editor.page.keyboard.press("Enter")
    popover(editor).get_by_test_id("mask-remove").press("Enter")
    assert masked(editor) == ["two"]


def test_a_hundred_masks(editor: Editor) -> None:
    editor.write("alpha beta gamma. " * 100)
    editor.page.evaluate(
        "__palimpsest.surface.setMasks(Array.from({length: 100}, (_, i) => ({from: 18 * i + 6, to: 18 * i + 10})))"
    )
    expect(editor.page.get_by_test_id("mask")).to_have_count(100)
    assert len(ranges(editor)) == 100 and masked(editor) == ["beta"] * 100
    redrawn = editor.page.get_by_test_id("masks").evaluate(
        """list => { const drawn = new MutationObserver(() => {});
        drawn.observe(list, {childList: true, subtree: true, attributes: true, characterData: true});
        for (let i = 0; i < 50; i++) __palimpsest.view.dispatch({changes: {from: 0, insert: 'x'}});
        return drawn.takeRecords().length; }"""
    )
    assert redrawn == 0 and masked(editor) == ["beta"] * 100, "typing elsewhere leaves all 100 as they are"
    editor.write("Another document.")
    expect(editor.page.get_by_test_id("mask")).to_have_count(0)


def test_a_mask_across_blocks_of_code(editor: Editor, site: Site) -> None:
    editor.write("def f(x):\n    if x:\n        return 1\n\ndef g(x):\n    return 2\n")
    editor.page.get_by_test_id("language").select_option("python")
    mask(editor, "return 1\n\ndef g(x):\n    return")
    editor.select("def g(x):")
    editor.page.keyboard.press("Alt+k")
    assert [s["text"] for s in ranges(editor)] == ["return 1", "return"]
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 0}})")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    assert editor.text().startswith("def f(x):\n    if x:\n        ") and "\n\ndef g(x):\n    " in editor.text()
    assert editor.text().endswith(" 2\n")


def test_a_mask_of_white_space_only_is_said(editor: Editor) -> None:
    editor.write("a   b")
    mask(editor, "   ")
    caret(editor, "a")
    editor.page.keyboard.press("Control+Enter")
    expect(editor.page.get_by_role("alert")).to_contain_text("Only white space")
    editor.page.keyboard.press("Alt+v")
    expect(editor.page.get_by_role("alert")).to_contain_text("nothing to invert")


def test_nothing_is_wrong_for_a_screen_reader(editor: Editor) -> None:
    editor.write(TEXT)
    mask(editor, "two three", "six")
    editor.select("three")
    editor.page.keyboard.press("Alt+k")
    caret(editor, "two")
    editor.page.keyboard.press("Alt+m")
    for theme in ("light", "dark"):
        editor.page.wait_for_timeout(100)
        found = serious(editor.page, theme)
        assert not found, "\n".join(found)
        editor.page.get_by_test_id("theme").click()
        editor.page.get_by_test_id("mask").first.click()
    editor.page.set_viewport_size({"width": 420, "height": 820})
    assert editor.page.evaluate("document.documentElement.scrollWidth") <= 420
    box = popover(editor).bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 420
