"""Commands by a few letters, keys wherever the focus is, the shortcut sheet, counts, subtle mode and what is remembered."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser
TEXT = "One two three four."


def items(page: Page) -> Locator:
    return page.get_by_test_id("palette-item")


def choose(page: Page, letters: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("palette-input")).to_be_focused()
    page.keyboard.type(letters)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("palette-panel")).to_be_hidden()


def test_a_command_is_found_by_a_few_letters_and_run_on_what_is_selected(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two")
    editor.page.keyboard.press("Control+k")
    editor.page.keyboard.type("rew sel")
    first = items(editor.page).first
    expect(first).to_have_attribute("data-item", "run")
    expect(first.locator("kbd")).to_have_text("Ctrl+Enter")
    expect(first.locator("mark")).to_have_text(["Rew", "sel"])
    editor.page.keyboard.press("Enter")
    editor.wait_review()
    editor.page.keyboard.press("Control+k")
    expect(items(editor.page).first).to_have_attribute("data-item", "run")  # used lately
    editor.page.keyboard.type("accept the proposal")
    editor.page.keyboard.press("Enter")
    editor.page.wait_for_function("t => __palimpsest.text() !== t", arg=TEXT)
    editor.page.keyboard.press("Control+k")
    there = items(editor.page).evaluate_all("all => all.map((i) => i.dataset.item)")
    assert there[0] == "run" and "accept" not in there, "it cannot be used now"


def test_the_arrows_walk_the_palette_and_say_where_they_are(editor: Editor) -> None:
    editor.write(TEXT)
    editor.page.keyboard.press("Control+k")
    field = editor.page.get_by_test_id("palette-input")
    for key, at in [("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("PageDown", 9), ("PageUp", 1)]:
        editor.page.keyboard.press(key)
        expect(items(editor.page).nth(at)).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == items(editor.page).nth(at).get_attribute("id")
    editor.page.keyboard.press("ArrowUp")
    editor.page.keyboard.press("ArrowUp")
    expect(items(editor.page).last).to_have_attribute("aria-selected", "true")
    expect(items(editor.page).last).to_be_in_viewport()
    editor.page.keyboard.type("<script>%_😀")
    expect(items(editor.page)).to_have_count(0)
    expect(editor.page.get_by_test_id("palette-panel")).to_contain_text("Nothing is called “<script>%_😀”.")
    editor.page.keyboard.press("Enter")
    editor.page.keyboard.press("Escape")
    expect(editor.page.locator(".cm-content")).to_be_focused()
    assert editor.text() == TEXT


def test_documents_samples_systems_and_themes_are_in_it(editor: Editor, site: Site) -> None:
    for other in site.service.store.documents.all():  # left by other tests, and changed by them
        if "cart" in other.title.lower():
            site.service.store.bin.put(other.id)
    number = site.service.store.documents.create("Zanzibar <b>", "prose", "far away").id
    editor.page.keyboard.press("Control+k")
    editor.page.keyboard.type("zanz")
    expect(items(editor.page)).to_have_text(["Zanzibar <b>Open"])
    editor.page.keyboard.press("Enter")
    editor.page.wait_for_function("n => location.hash === '#' + n", arg=number)
    choose(editor.page, "mercury")
    expect(editor.page.get_by_test_id("system-mercury")).to_be_checked()
    choose(editor.page, "dark theme")
    expect(editor.page.locator(".pz-app")).to_have_attribute("data-theme", "dark")
    choose(editor.page, "shopping cart")
    editor.page.wait_for_function("__palimpsest.text().includes('class Cart')")


def test_a_closed_dialog_has_no_keys_before_the_page_is_drawn_again_either(editor: Editor) -> None:
    """All in one task, as keys come on a machine that is busy: nothing is drawn between them."""
    kept = """() => [...document.querySelectorAll("dialog")].filter((dialog) => {
        document.activeElement.blur();
        dialog.showModal();
        dialog.close();
        return dialog.contains(document.activeElement);
    }).map((dialog) => dialog.dataset.testid)"""
    assert editor.page.evaluate(kept) == []
    typed = """words => {
        const press = (key, more) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...more}));
        const type = (letters) => {
            document.activeElement.value = letters;
            document.activeElement.dispatchEvent(new InputEvent("input"));
        };
        document.activeElement.blur();
        for (const letters of words) {
            press("k", {ctrlKey: true, keyCode: 75});
            type(letters);
            press("Enter");
        }
    }"""
    editor.page.evaluate(typed, ["mercury", "dark theme"])
    expect(editor.page.get_by_test_id("system-mercury")).to_be_checked()
    expect(editor.page.locator(".pz-app")).to_have_attribute("data-theme", "dark")


def test_keys_work_beside_the_text_and_typing_in_fields_is_left_alone(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two three")
    editor.page.get_by_test_id("theme").focus()
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    editor.page.get_by_test_id("theme").focus()
    editor.page.keyboard.press("Tab")
    assert editor.text() == TEXT and editor.page.locator(".pz-span").count() == 1, "Tab outside the text moves on"
    expect(editor.page.get_by_test_id("palette")).to_be_focused()
    editor.page.keyboard.press("Escape")
    expect(editor.page.get_by_test_id("run")).to_be_visible()
    title = editor.page.get_by_test_id("document-title")
    title.fill("What")
    title.press("?")
    title.press("Home")
    title.press("Shift+End")
    title.press("x")
    assert title.input_value() == "x" and not editor.page.locator("dialog:modal").count()
    title.press("Control+s")
    expect(editor.page.get_by_test_id("status")).to_have_text("Saved")
    editor.select("two three")
    instruction = editor.page.get_by_test_id("instruction")
    instruction.fill("shorter")
    instruction.press("Control+Enter")
    editor.wait_review()
    editor.page.keyboard.press("Escape")


def test_the_sheet_has_every_key_of_the_page(editor: Editor) -> None:
    editor.page.get_by_test_id("shortcuts").focus()
    editor.page.keyboard.press("?")
    sheet = editor.page.get_by_test_id("shortcuts-panel")
    expect(sheet).to_be_visible()
    shown = (
        "Rewrite what is selected, or write at the caretCtrl+Enter",
        "Accept the proposalTab",
        "CommandsCtrl+K",
        "UndoCtrl+Z",
    )
    for words in shown:
        expect(sheet.get_by_test_id("shortcut").filter(has_text=re.compile(f"^{re.escape(words)}$"))).to_have_count(1)
    editor.page.keyboard.press("Control+k")
    expect(editor.page.get_by_test_id("palette-panel")).to_be_hidden()
    editor.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    editor.write("")
    editor.page.locator(".cm-content").press("?")
    assert editor.text() == "?", "in the text it is a letter"
    editor.page.keyboard.press("F1")
    expect(sheet).to_be_visible()


def test_no_key_does_two_things_at_once(editor: Editor) -> None:
    twice = """() => { const all = __palimpsest.commands.all().filter((c) => c.key && (c.when?.() ?? true));
        return all.filter((c) => all.some((d) => d !== c && d.key === c.key)).map((c) => `${c.key} ${c.id}`); }"""
    editor.write(TEXT)
    assert editor.page.evaluate(twice) == []
    editor.select("two three")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    assert editor.page.evaluate(twice) == []


def test_words_characters_and_tokens_of_the_text_and_of_the_selection(editor: Editor) -> None:
    editor.write("😀 one\ntwo")
    counts = editor.page.get_by_test_id("counts")
    expect(counts).to_have_text("3 words · 9 characters · 12 tokens")  # the scripted tokenizer has one token a byte
    editor.select("one")
    expect(counts).to_have_text("Selected: 1 word · 3 characters · 3 tokens")
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 0}})")
    expect(counts).to_have_text("3 words · 9 characters · 12 tokens")


def test_subtle_mode_draws_nothing_until_asked_and_is_remembered(editor: Editor) -> None:
    page, app = editor.page, editor.page.locator(".pz-app")
    panel = page.get_by_role("complementary", name="Settings and history")
    expect(panel).to_be_visible()
    choose(page, "subtle")
    expect(app).to_have_attribute("data-subtle", "")
    expect(panel).to_be_hidden()
    editor.write(TEXT)
    editor.select("two three")
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    page.mouse.move(5, 5)
    colour = "getComputedStyle(document.querySelector('.pz-span .pz-tok:not(:empty)')).borderBottomColor"
    assert page.evaluate(colour) == "rgba(0, 0, 0, 0)"
    page.locator(".pz-span").hover()
    page.wait_for_function(
        f"{colour} !== 'rgba(0, 0, 0, 0)'"
    )  # drawn anew under the pointer, once its changes are known
    expect(page.get_by_test_id("stats")).to_be_hidden()
    page.keyboard.press("Escape")
    page.get_by_test_id("panel-toggle").click()
    expect(panel).to_be_visible()
    page.reload()
    page.wait_for_selector('.pz-app[data-ready="true"]')
    expect(panel).to_be_hidden()
    choose(page, "subtle mode off")
    expect(panel).to_be_visible()


def test_a_closed_panel_stays_closed(editor: Editor) -> None:
    panel = editor.page.get_by_role("complementary", name="Settings and history")
    editor.page.get_by_test_id("panel-toggle").click()
    expect(panel).to_be_hidden()
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    expect(panel).to_be_hidden()
    expect(editor.page.get_by_test_id("panel-toggle")).to_have_attribute("aria-expanded", "false")
    editor.page.get_by_test_id("panel-toggle").click()
    expect(panel).to_be_visible()


def test_the_menu_of_a_narrow_screen_has_what_the_header_has_not(editor: Editor) -> None:
    page = editor.page
    page.set_viewport_size({"width": 420, "height": 820})
    expect(page.get_by_test_id("samples")).to_be_hidden()
    expect(page.get_by_test_id("new-document")).to_be_visible()
    page.get_by_test_id("menu").click()
    for name in ("samples", "language", "download", "palette", "shortcuts"):
        expect(page.get_by_test_id(name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("samples")).to_be_hidden()
    page.get_by_test_id("menu").click()
    page.get_by_test_id("shortcuts").click()
    expect(page.get_by_test_id("shortcuts-panel")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    page.keyboard.press("Escape")
    top = page.evaluate("document.querySelector('.top').getBoundingClientRect().height")
    assert top < 60, "one row"
