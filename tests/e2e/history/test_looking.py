"""A revision in the place of the text, compared and blamed; addresses; names; what was found in the histories."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor, Site
from tests.e2e.history.test_history import TEXT, rewritten

pytestmark = pytest.mark.browser


def test_a_revision_is_read_compared_and_blamed_in_the_place_of_the_text(editor: Editor, site: Site) -> None:
    page, find = editor.page, editor.page.get_by_test_id
    editor.write(TEXT)
    first = rewritten(editor, "six")
    first.get_by_test_id("open-revision").click()
    looking = find("looking")
    expect(looking).to_be_visible()
    expect(looking).to_contain_text("1 change")
    expect(page.locator(".surface .cm-editor")).to_be_hidden()
    assert "/rev/" in page.evaluate("location.hash")
    expect(find("change-strip").locator(".mark")).to_have_count(1)
    find("compare-how").select_option("beside")
    expect(looking.locator(".cm-mergeView .cm-editor")).to_have_count(2)
    find("compare-how").select_option("blame")
    by = looking.locator(".pz-by-run")
    expect(by.first).to_be_visible()
    by.first.hover()
    expect(find("blame-tip")).to_contain_text("step")
    page.keyboard.press("Escape")
    find("leave-revision").focus()
    page.keyboard.press("Escape")
    expect(looking).to_be_hidden()
    expect(page.locator(".surface .cm-editor")).to_be_visible()
    assert "/rev/" not in page.evaluate("location.hash")

    created = find("history-item").last
    created.get_by_role("button").first.click()
    created.get_by_test_id("revision-notes").locator("summary").click()
    created.get_by_test_id("revision-name").fill("The beginning")
    created.get_by_test_id("revision-name").blur()
    expect(created.locator(".kind")).to_contain_text("The beginning")
    revision = find("history-item").nth(1).get_attribute("data-revision") or ""
    number = int(page.evaluate("location.hash.slice(1)"))
    page.goto(f"{site.url}/#/doc/{number}/rev/{revision[:8]}")
    page.reload()
    expect(find("looking")).to_have_attribute("data-revision", revision)
    find("restore-looked").click()
    page.wait_for_function("t => __palimpsest.text() === t", arg=TEXT)
    expect(find("looking")).to_be_hidden()
    expect(find("history-item").first).to_have_attribute("data-kind", "restored")
    rewritten_one = find("history-item").nth(1)
    rewritten_one.get_by_role("button").first.click()
    rewritten_one.get_by_test_id("open-revision").click()
    expect(looking).to_be_visible()
    rewritten_one.get_by_test_id("restore").click()
    expect(looking).to_be_hidden()
    page.keyboard.press("Control+z")
    page.wait_for_function("t => __palimpsest.text() === t", arg=TEXT)

    page.set_viewport_size({"width": 390, "height": 844})  # the panel lies over the text, and lets go of it
    find("panel-toggle").click()
    item = find("history-item").nth(1)
    item.get_by_role("button").first.click()
    item.get_by_test_id("open-revision").click()
    expect(looking).to_be_visible()
    find("leave-revision").click()

    run = next(r.run for r in site.service.store.documents.history(number) if r.run)
    page.goto(f"{site.url}/#/doc/{number}/run/{run}/step/1")
    editor.wait_review()
    expect(find("timeline")).to_have_value("1")


def test_what_is_in_a_history_is_found_and_opens_in_place(editor: Editor, site: Site) -> None:
    page, find, store = editor.page, editor.page.get_by_test_id, site.service.store
    document = store.documents.create("Lighthouses", "prose", "Nothing here yet.\n")
    saved = store.edits.commit(document.id, document.base, "Nothing here yet.\nA zeppelin passed.\n")
    store.edits.commit(document.id, saved.base, "Nothing here yet.\n")
    find("documents").click()
    find("search").fill("zeppelin")
    hit = find("past-hit")
    expect(hit).to_have_count(1)
    hit.get_by_role("button").click()
    expect(find("looking")).to_have_attribute("data-revision", saved.revision)
    selected = "() => document.querySelector('.looking-body .cm-content').cmTile?.view?.state?.selection?.main?.empty"
    expect(find("looking")).to_contain_text("A zeppelin passed.")
    assert page.evaluate(selected) in (False, None)


def test_the_room_that_all_takes_is_told(editor: Editor) -> None:
    find = editor.page.get_by_test_id
    editor.write(TEXT)
    find("open-room").click()
    expect(find("room")).to_contain_text("Texts")
    with editor.page.expect_download() as download:
        find("export-one").click()
    assert download.value.suggested_filename.endswith(".zip")
    find("private").check()
    find("room-close").click()
    editor.select("Five")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    expect(find("history-item").first).to_have_attribute("data-kind", "run")
