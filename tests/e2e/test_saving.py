"""What is typed is saved: by itself, when the page is left, when the program was away, and beside another tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Editor, Site, until

pytestmark = pytest.mark.browser
TEXT = "😀 One two three four.\nFive six seven eight.\n"


def test_typed_text_is_there_after_a_reload(editor: Editor) -> None:
    editor.write(TEXT)
    editor.wait_saved()
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    assert editor.text() == TEXT


@pytest.mark.parametrize("leave", ["about:blank", "reload", "close"])
def test_what_was_typed_last_is_kept_when_the_page_is_left_at_once(editor: Editor, site: Site, leave: str) -> None:
    editor.write(TEXT)
    editor.wait_saved()
    store, number = site.service.store, int(editor.page.evaluate("location.hash.slice(1)"))
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.press("Control+End")
    editor.page.keyboard.type("typed last")
    if leave == "reload":
        editor.page.reload()
    elif leave == "close":
        editor.page.close(run_before_unload=True)
    else:
        editor.page.goto(leave)
    until(lambda: store.document(number).text == TEXT + "typed last")
    assert [r.on_head_line for r in store.history(number)] == [True], "saved once or twice, it is no branch"


def test_what_could_not_be_saved_is_saved_when_the_program_answers_again(editor: Editor, site: Site) -> None:
    editor.write(TEXT)
    editor.wait_saved()
    store, number = site.service.store, int(editor.page.evaluate("location.hash.slice(1)"))
    editor.page.context.set_offline(True)
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.type("first ")
    expect(editor.page.get_by_role("alert")).to_contain_text("Palimpsest does not answer")
    assert editor.text() == "first " + TEXT and store.document(number).text == TEXT
    editor.page.context.set_offline(False)
    expect(editor.page.get_by_test_id("status")).to_contain_text("answers again")
    assert store.document(number).text == "first " + TEXT
    expect(editor.page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("why", ["offline", "long", "changed meanwhile"])
def test_what_could_not_be_sent_when_the_page_was_left_is_there_when_it_is_opened_again(
    editor: Editor, site: Site, why: str
) -> None:
    text = "word " * 20_000 if why == "long" else TEXT
    editor.write(text)
    editor.wait_saved()
    store, number, url = site.service.store, int(editor.page.evaluate("location.hash.slice(1)")), editor.page.url
    editor.page.context.set_offline(True)
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.type("first ")
    if why != "long":
        expect(editor.page.get_by_role("alert")).to_contain_text("Palimpsest does not answer")
    editor.page.goto("about:blank")
    if why == "changed meanwhile":
        store.save(number, store.document(number).base, "another")
    editor.page.context.set_offline(False)
    for _ in range(2):  # and it is taken up once
        editor.page.goto(url)
        editor.page.wait_for_selector('.pz-app[data-ready="true"]')
        if why == "changed meanwhile" and store.document(number).text == editor.text():
            break
        assert editor.text() == "first " + text
        if why == "changed meanwhile":
            expect(editor.page.get_by_role("alert")).to_contain_text("another tab")
        editor.wait_saved()
        editor.page.goto("about:blank")
    if why == "changed meanwhile":
        kept = [store.revision(r.id).text for r in store.history(number) if not r.on_head_line]
        assert store.document(number).text == "another" and kept == ["first " + text]
    else:
        assert store.document(number).text == "first " + text and len(store.history(number)) == 1


def test_a_stale_save_from_another_tab_is_reported_and_kept(tabs: list[Page], site: Site) -> None:
    first, second = (Editor(page) for page in tabs)
    first.page.goto(site.url)
    first.page.wait_for_selector('.pz-app[data-ready="true"]')
    first.write("start")
    first.wait_saved()
    second.page.goto(first.page.url)
    second.page.wait_for_selector('.pz-app[data-ready="true"]')
    assert second.text() == "start"
    first.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'first '}})")
    first.wait_saved()
    second.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'second '}})")
    expect(second.page.get_by_role("alert")).to_contain_text("another tab")
    store = site.service.store
    document = store.documents()[0]
    assert store.document(document.id).text == "first start"
    assert "second start" in [store.revision(r.id).text for r in store.history(document.id) if not r.on_head_line]
