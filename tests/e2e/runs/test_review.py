"""Candidates, and changes one by one: what a person does with a proposal, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import stopped
from tests.e2e.conftest import Editor, Site, slowly, until
from tests.e2e.runs.reviewing import TEXT, by, known, rewrite, shown, stored

pytestmark = pytest.mark.browser


# ---- candidates ------------------------------------------------------------------------------------------------------
def test_candidates_are_staged_stepped_through_and_one_is_taken(editor: Editor, site: Site) -> None:
    rewrite(editor, "two three", candidates=4)
    chips = by(editor, "candidate")
    assert 2 <= chips.count() <= 4 and editor.text() == TEXT
    first = shown(editor)
    by(editor, "candidate-next").click()
    second = shown(editor)
    assert first != second and chips.nth(1).get_attribute("aria-checked") == "true"
    expect(by(editor, "stats")).to_contain_text("2 of 4, written together")
    for figure in ("NFE", "seconds", "confidence", "NLL"):
        expect(by(editor, "stats")).to_contain_text(figure)
    chips.nth(1).focus()
    editor.page.keyboard.press("ArrowLeft")
    assert shown(editor) == first
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.press("Alt+.")
    assert shown(editor) == second
    editor.page.keyboard.press("Tab")
    assert editor.text() == TEXT.replace("two three", second)
    expect(by(editor, "history-item")).to_have_count(3)
    assert stored(site, editor) == editor.text()


def test_what_is_known_later_takes_nobody_off_what_he_looks_at(editor: Editor) -> None:
    held = editor.held("review")
    rewrite(editor, "two three", candidates=4, wait=False)
    by(editor, "candidate-next").click()
    second = shown(editor)
    until(lambda: editor.page.wait_for_timeout(50) or held)
    held.pop().continue_()
    known(editor)
    assert shown(editor) == second


def test_one_candidate_shows_no_strip(editor: Editor) -> None:
    rewrite(editor, "two", candidates=1)
    expect(by(editor, "candidate")).to_have_count(1)
    expect(by(editor, "candidate")).not_to_be_visible()
    expect(by(editor, "keep-all")).not_to_be_visible()


def test_all_candidates_are_kept_as_branches(editor: Editor, site: Site) -> None:
    rewrite(editor, "two three", candidates=4)
    count = by(editor, "candidate").count()
    by(editor, "keep-all").click()
    expect(by(editor, "status")).to_contain_text(f"{count} candidates are kept")
    expect(editor.page.locator("em.branch")).to_have_count(count + 1)  # with what was typed before
    assert editor.text() == TEXT and stored(site, editor) == TEXT
    editor.page.keyboard.press("Escape")
    assert editor.text() == TEXT


def test_a_number_of_candidates_out_of_range_is_named(editor: Editor) -> None:
    editor.write(TEXT)
    by(editor, "candidates").fill("9")
    editor.select("two")
    editor.page.keyboard.press("Control+Enter")
    expect(editor.page.get_by_role("alert")).to_contain_text("Candidates must be a whole number in 1 to 8, not 9")


# ---- changes one by one ----------------------------------------------------------------------------------------------
def test_changes_are_accepted_and_rejected_by_mouse(editor: Editor, site: Site) -> None:
    rewrite(editor, "two", "six", candidates=1)
    by(editor, "diff").click()
    expect(editor.page.locator(".pz-hunk")).to_have_count(2)
    expect(by(editor, "change-count")).to_have_text("2 changes")
    new = editor.page.locator(".pz-hunk ins").first.text_content() or ""
    by(editor, "hunk-accept").first.click()
    by(editor, "hunk-reject").first.click()
    assert [h.get_attribute("data-state") for h in editor.page.locator(".pz-hunk").all()] == ["accepted", "rejected"]
    by(editor, "accept").click()
    assert editor.text() == TEXT.replace("two", new)
    expect(by(editor, "history-item")).to_have_count(3)
    assert stored(site, editor) == editor.text()
    editor.page.keyboard.press("Control+z")
    assert editor.text() == TEXT, "one undo step for all"


def test_changes_are_walked_and_decided_by_keyboard_also_by_line(editor: Editor) -> None:
    rewrite(editor, "two", "four", "six", candidates=1)
    press = editor.page.keyboard.press
    press("Alt+ArrowDown")  # shows the changes
    active = editor.page.locator(".pz-hunk.pz-active del")
    expect(active).to_have_text("two")
    press("Alt+ArrowDown")
    expect(active).to_have_text("four")
    press("Alt+ArrowUp")
    press("Shift+Alt+Backspace")  # the whole first line
    states = [h.get_attribute("data-state") for h in editor.page.locator(".pz-hunk").all()]
    assert states == ["rejected", "rejected", "open"]
    expect(active).to_have_text("six")
    press("Alt+Enter")
    press("Tab")
    assert editor.text().startswith("😀 One two three four.\nFive ") and "six" not in editor.text()


def test_all_open_changes_are_decided_at_once(editor: Editor) -> None:
    rewrite(editor, "two", "four", "six", candidates=1)
    by(editor, "diff").click()
    by(editor, "hunk-accept").first.click()
    by(editor, "reject-all").click()
    states = [h.get_attribute("data-state") for h in editor.page.locator(".pz-hunk").all()]
    assert states == ["accepted", "rejected", "rejected"]
    expect(by(editor, "accept-all")).not_to_be_visible()
    by(editor, "hunk-undo").nth(1).click()
    by(editor, "accept-all").click()
    assert editor.page.locator('.pz-hunk[data-state="accepted"]').count() == 2
    editor.page.keyboard.press("Tab")
    assert "two" not in editor.text() and "four" not in editor.text() and " six " in editor.text()


def test_undo_during_a_run_ends_it(editor: Editor, site: Site) -> None:
    editor.write("word " * 60)
    editor.select("word " * 30)
    by(editor, "steps").fill("128")
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    before = site.denoiser.nfe
    with slowly(site.denoiser):
        editor.page.keyboard.press("Control+Enter")
        editor.page.wait_for_function("__palimpsest.stats.painted >= 3")
        editor.page.keyboard.press("Control+z")
        assert editor.text() == "" and editor.page.locator(".pz-span").count() == 0
        expect(by(editor, "status")).to_contain_text("the proposal is gone")
        assert stopped(site.denoiser) - before < 100, "no forward pass comes after"
    editor.page.keyboard.press("Control+y")
    assert editor.text() == "word " * 60


def test_accepting_after_another_tab_changed_the_document_keeps_both(tabs: list[Page], site: Site) -> None:
    first, second = (Editor(page) for page in tabs)
    first.page.goto(site.url)
    first.page.wait_for_selector('.pz-app[data-ready="true"]')
    rewrite(first, "two", candidates=1)
    first.wait_saved()
    second.page.goto(first.page.url)
    second.page.wait_for_selector('.pz-app[data-ready="true"]')
    second.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'theirs '}})")
    second.wait_saved()
    first.page.keyboard.press("Tab")
    expect(first.page.get_by_role("alert")).to_contain_text("another tab")
    store, document = site.service.store, int(first.page.url.split("#")[1])
    assert store.documents.get(document).text.startswith("theirs ")
    assert first.text() in [
        store.revisions.get(r.id).text for r in store.documents.history(document) if not r.on_head_line
    ]


def test_a_decision_can_be_taken_back(editor: Editor) -> None:
    rewrite(editor, "two", candidates=1)
    by(editor, "diff").click()
    by(editor, "hunk-reject").click()
    by(editor, "hunk-undo").click()
    expect(editor.page.locator(".pz-hunk")).to_have_attribute("data-state", "open")
    by(editor, "hunk-reject").click()
    editor.page.keyboard.press("Tab")
    assert editor.text() == TEXT


def test_a_proposal_is_mixed_from_two_candidates(editor: Editor, site: Site) -> None:
    rewrite(editor, "two", "six", candidates=4)
    by(editor, "diff").click()
    first = editor.page.locator(".pz-hunk ins").first.text_content() or ""
    by(editor, "hunk-accept").first.click()
    editor.page.keyboard.press("Alt+.")
    kept = editor.page.locator('.pz-hunk[data-state="accepted"] ins')
    expect(kept).to_have_text(first)
    second = editor.page.locator('.pz-hunk[data-state="open"] ins').last.text_content() or ""
    editor.page.keyboard.press("Tab")
    assert editor.text() == TEXT.replace("two", first).replace("six", second)
    expect(by(editor, "history-item")).to_have_count(3)
    assert stored(site, editor) == editor.text()


def test_before_and_after_stand_side_by_side(editor: Editor) -> None:
    rewrite(editor, "two three", candidates=1)
    by(editor, "sides").click()
    both = by(editor, "side-by-side").locator(".side")
    expect(both.nth(0).locator("del")).to_contain_text("two three")
    expect(both.nth(1).locator("ins")).to_contain_text("something")
    by(editor, "view-result").click()
    expect(by(editor, "side-by-side")).not_to_be_visible()


def test_typing_in_the_span_during_review_takes_the_stale_proposal_away(editor: Editor) -> None:
    rewrite(editor, "two", candidates=1)
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'Zero '}})")
    assert editor.page.locator(".pz-span").count() == 1, "typing elsewhere keeps it"
    editor.page.evaluate("__palimpsest.surface.replace('all new')")
    assert editor.page.locator(".pz-span").count() == 0 and editor.text() == "all new"
    expect(by(editor, "status")).to_contain_text("the proposal is gone")
    expect(by(editor, "accept")).not_to_be_visible()


def test_code_that_would_not_parse_is_marked_and_comes_last(editor: Editor, site: Site) -> None:
    editor.write("def f():\n    return 1 + 2 + 3 + 4\n")
    by(editor, "language").select_option("python")
    by(editor, "candidates").fill("4")
    editor.select("1 + 2 + 3 + 4")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    known(editor)
    info = site.service.call("review", {"run": editor.page.evaluate("__palimpsest.run().id")})["candidates"]
    assert any(c["breaks"] for c in info), "the scripted answer is no code"
    expect(by(editor, "candidate").last).to_contain_text("⚠")
    marked = ["⚠" in text for text in by(editor, "candidate").all_text_contents()]
    assert marked == sorted(marked), "those that break the code come last"
