"""What is typed is saved: by itself, when the page is left, when the program was away, and beside another tab."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from storage import StorageError
from tests.e2e.conftest import Editor, Site, until

pytestmark = pytest.mark.browser
GRADIO_ASKS_MS = 2500  # it asks every two seconds whether somebody answers again
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
    until(lambda: store.documents.get(number).text == TEXT + "typed last")
    assert [r.on_head_line for r in store.documents.history(number)] == [True], "saved once or twice, it is no branch"


def test_what_could_not_be_saved_is_saved_when_the_program_answers_again(editor: Editor, site: Site) -> None:
    editor.write(TEXT)
    editor.wait_saved()
    store, number = site.service.store, int(editor.page.evaluate("location.hash.slice(1)"))
    editor.page.context.set_offline(True)
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.type("first ")
    expect(editor.page.get_by_role("alert")).to_contain_text("Palimpsest does not answer")
    assert editor.text() == "first " + TEXT and store.documents.get(number).text == TEXT
    editor.select("first")
    editor.page.evaluate("window.same = true")
    editor.page.keyboard.press("Control+Enter")  # were Gradio asked for the run, it would load the page anew later
    expect(editor.page.get_by_test_id("run")).to_be_visible()
    expect(editor.page.locator(".toast-body")).to_have_count(0)
    editor.page.context.set_offline(False)
    expect(editor.page.get_by_test_id("status")).to_contain_text("answers again")
    assert store.documents.get(number).text == "first " + TEXT
    expect(editor.page.get_by_role("alert")).to_have_count(0)
    editor.page.wait_for_timeout(GRADIO_ASKS_MS)
    assert editor.page.evaluate("window.same"), "the page, its undo and its selection are still those of before"


def test_a_run_that_does_not_arrive_makes_gradio_load_the_page_anew_and_nothing_is_lost(editor: Editor) -> None:
    editor.write(TEXT)
    editor.wait_saved()
    editor.select("One")
    editor.page.evaluate("window.same = true")
    editor.page.route("**/queue/join*", lambda route: route.abort())
    editor.page.keyboard.press("Control+Enter")
    editor.page.wait_for_selector(".toast-body", state="attached")
    assert editor.page.locator(".toast-body").is_hidden(), "it would lie over the header"
    editor.page.unroute("**/queue/join*")
    editor.page.wait_for_function("!window.same")
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    assert editor.text() == TEXT
    editor.select("One")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Another program writes to the database and does not come to an end."""
    database = site.service.store.engine.url.database
    assert database
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.rollback()
        holder.close()


def test_a_save_that_is_refused_is_tried_again_until_it_is_saved(editor: Editor, site: Site) -> None:
    editor.write(TEXT)
    editor.wait_saved()
    number = int(editor.page.evaluate("location.hash.slice(1)"))
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    asked: list[str] = []
    editor.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with locked(site):
        editor.page.keyboard.type("first ")
        expect(editor.page.get_by_role("alert")).to_contain_text("tried again until it is saved")
        assert editor.page.evaluate("__palimpsest.unsaved()")
        editor.page.close(run_before_unload=True)
        until(lambda: editor.page.wait_for_timeout(50) or asked == ["beforeunload"])
    expect(editor.page.get_by_test_id("status")).to_contain_text("It can be saved again")
    assert site.service.store.documents.get(number).text == "first " + TEXT, "not another key was pressed"
    expect(editor.page.get_by_role("alert")).to_have_count(0)
    editor.wait_saved()
    editor.page.reload()
    assert asked == ["beforeunload"], "what is saved can be left"


def test_what_was_refused_when_the_page_was_closed_is_there_when_it_is_opened_again(editor: Editor, site: Site) -> None:
    editor.write(TEXT)
    editor.wait_saved()
    url, number = editor.page.url, int(editor.page.evaluate("location.hash.slice(1)"))
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    with locked(site):
        editor.page.keyboard.type("first ")
        expect(editor.page.get_by_role("alert")).to_contain_text("tried again until it is saved")
        editor.page.keyboard.type("second ")
        editor.page.goto("about:blank")
        assert site.service.store.engine is not None
    editor.page.goto(url)
    editor.page.wait_for_function("t => globalThis.__palimpsest?.text() === t", arg="first second " + TEXT)
    until(lambda: site.service.store.documents.get(number).text == "first second " + TEXT)
    assert len(site.service.store.documents.history(number)) == 1


def test_a_text_that_is_too_long_is_said_kept_and_warned_of(editor: Editor, site: Site) -> None:
    editor.write(TEXT)
    editor.wait_saved()
    url = editor.page.url
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.type("x")
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'word '.repeat(500_000)}})")
    expect(editor.page.get_by_role("alert")).to_contain_text("the limit is 2 MB")
    asked: list[str] = []
    editor.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    editor.page.goto("about:blank")
    assert asked == ["beforeunload"]
    editor.page.goto(url)
    editor.page.wait_for_function("globalThis.__palimpsest?.text().length > 2_500_000")
    expect(editor.page.get_by_role("alert")).to_contain_text("the limit is 2 MB")
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, to: 2_500_000}})")
    editor.wait_saved()
    expect(editor.page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("changed", [False, True], ids=["as it was", "changed elsewhere"])
def test_a_save_that_was_refused_as_the_page_went_away_is_not_lost(
    editor: Editor, site: Site, changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last request of a page has nobody left who hears that it was refused."""
    editor.write(TEXT)
    editor.wait_saved()
    store, number, url = site.service.store, int(editor.page.evaluate("location.hash.slice(1)")), editor.page.url
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    refused: list[int] = []

    def refuse(document: int, base: str, text: str) -> None:
        refused.append(document)
        raise StorageError("the database is busy")

    with monkeypatch.context() as patched:
        patched.setattr(store.edits, "save", refuse)
        editor.page.keyboard.type("first ")
        editor.page.goto("about:blank")
        until(lambda: refused)
    assert store.documents.get(number).text == TEXT
    if changed:
        store.edits.save(number, store.documents.get(number).base, "another")
    editor.page.goto(url)
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    if changed:
        expect(editor.page.get_by_test_id("status")).to_contain_text("kept as a branch")
        assert editor.text() == "another"
        kept = [store.revisions.get(r.id).text for r in store.documents.history(number) if not r.on_head_line]
        assert kept == ["first " + TEXT]
    else:
        until(lambda: store.documents.get(number).text == "first " + TEXT == editor.text())
        assert len(store.documents.history(number)) == 1


NOTHING_SENT = "() => { globalThis.fetch = () => Promise.reject(new TypeError('no line')); }"
"""The last request of a page outlives the page, and the browser's being offline with it."""


@pytest.mark.parametrize("why", ["offline", "long", "changed meanwhile", "changed after it arrived"])
def test_what_could_not_be_sent_when_the_page_was_left_is_there_when_it_is_opened_again(
    editor: Editor, site: Site, why: str
) -> None:
    text = "word " * 20_000 if why == "long" else TEXT
    editor.write(text)
    editor.wait_saved()
    store, number, url = site.service.store, int(editor.page.evaluate("location.hash.slice(1)")), editor.page.url
    editor.page.context.set_offline(True)
    if why in ("offline", "changed meanwhile"):
        editor.page.evaluate(NOTHING_SENT)
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.type("first ")
    if why != "long":
        expect(editor.page.get_by_role("alert")).to_contain_text("Palimpsest does not answer")
    editor.page.goto("about:blank")
    arrived = why == "changed after it arrived"
    until(lambda: store.documents.get(number).text == ("first " if arrived else "") + text)
    changed = why.startswith("changed")
    if changed:
        store.edits.save(number, store.documents.get(number).base, "another")
    editor.page.context.set_offline(False)
    for visit in ("first", "second"):  # and it is taken up once
        editor.page.goto(url)
        editor.page.wait_for_selector('.pz-app[data-ready="true"]')
        assert editor.text() == ("another" if changed and visit == "second" else "first " + text)
        if changed and visit == "first":
            expect(editor.page.get_by_role("alert")).to_contain_text("another tab")
        editor.wait_saved()
        editor.page.goto("about:blank")
    kept = [store.revisions.get(r.id).text for r in store.documents.history(number) if not r.on_head_line]
    assert (store.documents.get(number).text, kept) == (
        ("another", ["first " + text]) if changed else ("first " + text, [])
    )
    assert len(store.documents.history(number)) == 1 + changed


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
    document = store.documents.all()[0]
    assert store.documents.get(document.id).text == "first start"
    assert "second start" in [
        store.revisions.get(r.id).text for r in store.documents.history(document.id) if not r.on_head_line
    ]
