"""The History panel in Chromium, on the scripted denoiser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Editor, Site
from tests.e2e.runs.reviewing import rewrite

pytestmark = pytest.mark.browser
SELECTED = """() => {
    const { state } = document.querySelector('.looking-body .cm-content').cmTile.view;
    return state.sliceDoc(state.selection.main.from, state.selection.main.to);
}"""
TEXT = "😀 One two three four.\nFive six seven eight.\n"


def rewritten(editor: Editor, words: str) -> Locator:
    """Some words of a new document rewritten, and the opened revision of that."""
    editor.select(words)
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    expect(editor.page.get_by_test_id("history-item")).to_have_count(3)
    first = editor.page.get_by_test_id("history-item").first
    first.get_by_role("button").first.click()
    return first


def test_history_shows_the_difference_replays_and_restores(editor: Editor) -> None:
    editor.write(TEXT)
    first = rewritten(editor, "six")
    expect(first.get_by_test_id("diff").locator("del")).to_have_text("six")
    first.get_by_test_id("replay").click()
    expect(first.get_by_test_id("replay-timeline")).to_be_visible()
    place = first.get_by_test_id("replay-timeline").bounding_box()
    assert place and place["width"] >= 120, "there is room to scrub"
    expect(first.locator(".pz-tok").first).to_be_visible()
    typed = editor.page.get_by_test_id("history-item").nth(1)
    typed.get_by_role("button").first.click()
    typed.get_by_test_id("restore").click()
    editor.page.wait_for_function("t => __palimpsest.text() === t", arg=TEXT)
    expect(editor.page.get_by_test_id("history-item")).to_have_count(4)
    assert editor.revisions()[0] == "restored"
    page, find = editor.page, editor.page.get_by_test_id
    page.keyboard.press("Control+z")
    page.wait_for_function("t => __palimpsest.text() !== t", arg=TEXT)
    page.keyboard.press("Control+y")
    page.wait_for_function("t => __palimpsest.text() === t", arg=TEXT)

    rewrite, oldest = find("history-item").nth(1), find("history-item").last
    rewrite.get_by_role("button").first.click()
    rewrite.get_by_test_id("open-revision").click()
    expect(find("looking")).to_be_visible()
    oldest.get_by_role("button").first.click()
    oldest.get_by_test_id("revision-more").click()
    page.locator('[data-testid="compare-open"]:visible').click()
    expect(find("against")).to_have_value(oldest.get_attribute("data-revision") or "-")
    expect(find("looking")).to_have_attribute("data-revision", rewrite.get_attribute("data-revision") or "-")


def test_what_was_accepted_is_what_is_replayed_exported_and_taught(editor: Editor, site: Site, downloads: Path) -> None:
    for other in site.service.store.lessons.all():  # left by other tests
        site.service.store.lessons.put(other.id)
    page, find = editor.page, editor.page.get_by_test_id
    rewrite(editor, "two", "four", "six", "eight", candidates=4)
    find("candidate-next").click()
    page.locator(".cm-content").press("Tab")
    expect(find("history-item")).to_have_count(3)
    result = editor.text()
    run = find("history-item").first
    run.get_by_role("button").first.click()
    run.get_by_test_id("replay").click()
    run.get_by_test_id("replay-timeline").press("End")
    expect(run.get_by_test_id("replay-view")).to_have_text(result.strip())
    run.get_by_test_id("export").click()
    with page.expect_download() as download:
        run.get_by_test_id("export-html").click()
    download.value.save_as(downloads / "run.html")
    away = page.context.new_page()
    away.goto((downloads / "run.html").as_uri())
    away.keyboard.press("End")
    expect(away.get_by_test_id("replay-view")).to_have_text(result.strip())
    away.close()
    run.get_by_test_id("revision-more").click()
    page.locator('[data-testid="to-lesson"]:visible').click()
    shown = find("lesson-parts").locator(".run strong")
    expect(shown).not_to_be_empty()
    assert all(words.strip() in result for words in shown.inner_text().split(" … "))
    find("lesson-run").select_option(index=1)
    expect(shown).to_have_count(2)
    assert shown.nth(1).inner_text() == shown.nth(0).inner_text()
    page.set_viewport_size({"width": 390, "height": 844})
    for part in find("lesson-parts").locator("select").all():
        box = part.bounding_box()
        assert box and box["x"] + box["width"] <= 366, "nothing of a part is beside a narrow page"
    find("delete-lesson").click()
    expect(find("teaching-said")).to_contain_text("is in the bin")


def test_what_a_restore_takes_away_is_selected_no_more_and_the_rest_stands(editor: Editor) -> None:
    editor.write(TEXT)
    rewritten(editor, "six seven")
    page, find, now = editor.page, editor.page.get_by_test_id, editor.text()
    editor.select("One two")
    page.keyboard.press("Control+m")
    changed = now.removeprefix(TEXT.split("six")[0]).removesuffix(" eight.\n")
    page.evaluate(
        "w => __palimpsest.view.dispatch({selection: {anchor: w[0], head: w[1]}})",
        [now.index(changed) + 2, now.index(changed) + 5],
    )
    expect(find("counts")).to_contain_text("Selected")
    typed = find("history-item").nth(1)
    typed.get_by_role("button").first.click()
    typed.get_by_test_id("restore").click()
    page.wait_for_function("t => __palimpsest.text() === t", arg=TEXT)
    ends = page.evaluate("(({ from, to }) => [from, to])(__palimpsest.view.state.selection.main)")
    assert ends[0] == ends[1] > TEXT.index("Five"), "a caret, where the words were"
    masked = page.evaluate("__palimpsest.surface.masks().map(m => __palimpsest.text().slice(m.from, m.to))")
    assert masked == ["One two"], "a mask on words that stay"
    page.evaluate("__palimpsest.surface.setMasks([])")
    expect(find("run")).to_have_text("Write here")


def test_changes_of_one_line_are_gone_through_one_by_one(editor: Editor, site: Site) -> None:
    page, find, store = editor.page, editor.page.get_by_test_id, site.service.store
    words = "One two three four five six seven eight nine ten."
    document = store.documents.create("Changes", "prose", words)
    now = "Uno two three cuatro five six seven nine ten eleven."
    saved = store.edits.commit(document.id, document.base, now)
    page.goto(f"{site.url}/#/doc/{document.id}/rev/{saved.revision}")
    page.reload()
    expect(find("looking")).to_contain_text("4 changes")
    expect(find("change-strip").locator(".mark")).to_have_count(4)
    seen = []
    for _ in range(5):
        seen.append(page.evaluate(SELECTED))
        find("next-change").click()
    assert seen[0] == seen[4] == "Uno" and seen[1] == "cuatro", seen


def test_history_shows_code_as_code(editor: Editor) -> None:
    editor.write("def f(x):\n    return x\n")
    editor.page.get_by_test_id("language").select_option("python")
    first = rewritten(editor, "return x")
    expect(first.get_by_test_id("diff")).to_have_css("font-family", re.compile("mono", re.I))
    first.get_by_test_id("replay").click()
    expect(first.get_by_test_id("replay-view")).to_have_css("font-family", re.compile("mono", re.I))
    expect(first.get_by_test_id("replay-view")).not_to_contain_text("def f")
