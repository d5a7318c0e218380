"""A page that is loaded again in the middle of something, and the keyboard when a run ends under it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Editor, Site, until
from tests.e2e.runs.reviewing import TEXT, by, known, rewrite, shown, stored

pytestmark = pytest.mark.browser
STATE = """() => { const run = __palimpsest.run(); return {id: run.id, candidate: run.candidate, decided: run.made.all(),
    spans: __palimpsest.surface.overlay().spans.map(({from, to, strength}) => ({from, to, strength})),
    attempts: run.attempts.map(a => a.title)}; }"""


def reload(editor: Editor) -> None:
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')


def running(editor: Editor, words: str = "word " * 30) -> None:
    editor.write("word " * 60)
    editor.select(words)
    by(editor, "steps").fill("128")
    editor.page.evaluate("__palimpsest.view.focus()")
    editor.page.keyboard.press("Control+Enter")
    editor.page.wait_for_function("__palimpsest.stats.painted >= 2")


def test_a_proposal_under_review_is_there_again_after_a_reload(editor: Editor, site: Site) -> None:
    rewrite(editor, "two", "six", candidates=3)
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'Zero. '}})")
    by(editor, "again").click()
    editor.page.wait_for_function("__palimpsest.run()?.state === 'review' && __palimpsest.run().attempts.length === 2")
    known(editor)
    by(editor, "diff").click()
    by(editor, "hunk-accept").first.click()
    editor.page.keyboard.press("Alt+.")
    by(editor, "hunk-reject").last.click()
    before, drawn = editor.page.evaluate(STATE), editor.page.locator(".pz-span").all_inner_texts()
    assert before["candidate"] != 0 and len(before["decided"]) == 2
    for _ in range(2):
        reload(editor)
        editor.wait_review()
        known(editor)
        assert editor.page.evaluate(STATE) == before
        assert editor.page.locator(".pz-span").all_inner_texts() == drawn and editor.text() == "Zero. " + TEXT
    text = editor.page.evaluate("__palimpsest.surface.overlay().spans.map(s => s.old).join()")
    assert text == "two,six"
    by(editor, "attempts").locator("button").first.click()
    known(editor)
    by(editor, "attempts").locator("button").last.click()
    by(editor, "accept").click()
    until(lambda: stored(site, editor) == editor.text() != "Zero. " + TEXT)
    reload(editor)
    expect(by(editor, "accept")).not_to_be_visible()
    assert editor.page.locator(".pz-span").count() == 0, "what was accepted is over"


def test_masks_come_back_with_the_proposal_and_stand_when_it_is_discarded(editor: Editor) -> None:
    rewrite(editor, "two", "six", candidates=1)
    reload(editor)
    editor.wait_review()
    editor.page.keyboard.press("Escape")
    assert editor.page.evaluate("__palimpsest.surface.masks().map(m => __palimpsest.text().slice(m.from, m.to))") == [
        "two"
    ]
    assert editor.text() == TEXT
    reload(editor)
    expect(by(editor, "run")).to_be_visible()
    assert editor.page.locator(".pz-span").count() == 0, "what was discarded is over"


def test_a_run_under_way_says_what_became_of_it_after_a_reload(editor: Editor, site: Site) -> None:
    running(editor)
    reload(editor)
    expect(editor.page.get_by_role("alert")).to_contain_text("stopped when the page was left")
    assert editor.text() == "word " * 60
    assert editor.page.evaluate("(({from, to}) => to - from)(__palimpsest.surface.selection())") == len("word " * 30)
    by(editor, "steps").fill("3")
    editor.page.evaluate("__palimpsest.view.focus()")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    reload(editor)
    editor.wait_review()
    expect(by(editor, "status")).to_contain_text("is here again")


def test_a_run_that_was_done_as_the_page_was_left_is_under_review(editor: Editor, site: Site) -> None:
    rewrite(editor, "two", candidates=1)
    before = editor.page.evaluate(STATE)
    # What is known of it is noted by now, and nothing is noted twice; while it is written, the run is not among the attempts yet.
    noted = "JSON.parse(localStorage.getItem(`palimpsest.proposal.${location.hash.slice(1)}`))"
    editor.page.wait_for_function(f"{noted}.attempts[0]?.decided")
    editor.page.evaluate(
        """() => { const name = `palimpsest.proposal.${location.hash.slice(1)}`, noted = JSON.parse(localStorage.getItem(name));
        noted.run = noted.attempts.pop();
        localStorage.setItem(name, JSON.stringify(noted)); }"""
    )
    reload(editor)
    editor.wait_review()
    known(editor)
    expect(by(editor, "status")).to_contain_text("went on until it was done")
    assert editor.page.evaluate(STATE) == before
    editor.page.keyboard.press("Tab")
    until(lambda: stored(site, editor) == editor.text() != TEXT)


def test_a_proposal_is_noted_when_something_is_another_and_not_whenever_it_is_drawn(editor: Editor) -> None:
    editor.page.evaluate(
        """() => { window.noted = []; const set = Storage.prototype.setItem; Storage.prototype.setItem = function (name, value) {
        if (name.startsWith("palimpsest.proposal.")) window.noted.push(value);
        return set.call(this, name, value); }; }"""
    )
    rewrite(editor, "two", candidates=1)
    by(editor, "diff").click()
    by(editor, "diff").click()
    editor.page.evaluate("dispatchEvent(new Event('pagehide'))")  # what waits to be noted is noted now
    noted = editor.page.evaluate("noted")
    assert noted and all(one != another for one, another in zip(noted, noted[1:], strict=False))


def test_two_reloads_in_the_middle_of_everything_lose_nothing(editor: Editor, site: Site) -> None:
    """Typing, a refused save, a proposal half decided, and another attempt under way: nothing of it is lost."""
    rewrite(editor, "two", "six", candidates=3)
    by(editor, "diff").click()
    by(editor, "hunk-accept").first.click()
    before = editor.page.evaluate(STATE)
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: __palimpsest.view.state.doc.length}})")
    editor.page.keyboard.type("typed last")
    reload(editor)  # the first: what was typed is not saved yet, the proposal is half decided
    editor.wait_review()
    known(editor)
    assert editor.text() == TEXT + "typed last" and editor.page.evaluate(STATE) == before
    until(lambda: stored(site, editor) == TEXT + "typed last")
    by(editor, "steps").fill("128")
    by(editor, "again").click()
    editor.page.wait_for_function("__palimpsest.run()?.state === 'run' && __palimpsest.stats.painted >= 1")
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: __palimpsest.view.state.doc.length}})")
    editor.page.evaluate("__palimpsest.view.focus()")
    editor.page.keyboard.type(" and more")
    reload(editor)  # the second: another attempt is under way, too
    editor.wait_review()
    known(editor)
    assert editor.text() == TEXT + "typed last and more"
    assert (
        editor.page.evaluate(STATE)["decided"] == before["decided"]
        and editor.page.evaluate(STATE)["id"] == before["id"]
    )
    expect(editor.page.get_by_role("alert")).to_contain_text("stopped when the page was left")
    word = editor.page.locator('.pz-hunk[data-state="accepted"] ins').first.text_content() or ""
    editor.page.evaluate("__palimpsest.view.focus()")
    editor.page.keyboard.press("Tab")
    assert word in editor.text() and editor.text().endswith("typed last and more")
    until(lambda: stored(site, editor) == editor.text())
    history = site.service.store.documents.history(int(editor.page.url.split("#")[1]))
    assert all(revision.on_head_line for revision in history), "no branch was made"


def test_a_proposal_whose_words_were_changed_elsewhere_is_said_to_be_gone(editor: Editor, site: Site) -> None:
    rewrite(editor, "two", candidates=1)
    editor.wait_saved()
    number = int(editor.page.url.split("#")[1])
    editor.page.goto("about:blank")
    site.service.store.edits.save(number, site.service.store.documents.get(number).base, "another text")
    editor.page.goto(f"{site.url}/#{number}")
    expect(editor.page.get_by_role("alert")).to_contain_text("proposal of before is gone")
    assert editor.text() == "another text"


def test_a_proposal_is_on_one_page_only(tabs: list[Page], site: Site) -> None:
    first, second = (Editor(page) for page in tabs)
    first.page.goto(site.url)
    first.page.wait_for_selector('.pz-app[data-ready="true"]')
    rewrite(first, "two", candidates=1)
    first.wait_saved()
    first.page.wait_for_function("Object.keys(localStorage).some(key => key.includes('proposal.'))")
    second.page.goto(first.page.url)
    second.page.wait_for_selector('.pz-app[data-ready="true"]')
    second.page.wait_for_timeout(1500)
    assert second.page.locator(".pz-span").count() == 0
    first.page.close()
    second.page.reload()
    second.wait_review()


# ---- the keyboard ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("field", ["document-title", "seed", "candidates"])
def test_the_keyboard_stays_in_a_field_when_a_run_ends(editor: Editor, site: Site, field: str) -> None:
    editor.write(TEXT)
    editor.select("two")
    by(editor, "reroll").uncheck()
    by(editor, "steps").fill("40")
    editor.page.evaluate("__palimpsest.view.focus()")
    editor.page.keyboard.press("Control+Enter")
    editor.page.wait_for_function("__palimpsest.stats.painted >= 1")
    by(editor, field).click()
    by(editor, field).press("End")
    editor.page.keyboard.type("1")
    editor.wait_review()
    editor.page.keyboard.type("2")
    expect(by(editor, field)).to_be_focused()
    assert by(editor, field).input_value().endswith("12")
    editor.page.keyboard.press("Tab")
    assert editor.text() == TEXT and editor.page.evaluate("__palimpsest.run()?.state") == "review"
    expect(by(editor, "accept")).to_be_visible()


def test_the_keyboard_goes_to_the_text_when_its_button_is_gone(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two")
    by(editor, "run").click()
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    assert "two" not in editor.text()


def test_a_search_in_the_text_keeps_the_keyboard(editor: Editor) -> None:
    running(editor, "word word")
    editor.page.keyboard.press("Control+f")
    editor.page.keyboard.type("wo")
    editor.wait_review()
    editor.page.keyboard.type("rd")
    assert editor.text() == "word " * 60 and shown(editor)


@pytest.mark.parametrize("where", ["stays", "clicked", "after"])
def test_what_is_typed_into_a_span_that_is_being_written_is_refused(editor: Editor, where: str) -> None:
    running(editor, "word " * 30)
    if where == "clicked":
        editor.page.locator(".pz-span").click()
    elif where == "after":
        editor.page.keyboard.press("ArrowRight")
    editor.page.keyboard.type("abc")
    editor.page.keyboard.press("Enter")
    assert editor.text() == "word " * 60
    editor.page.keyboard.press("Control+End")
    editor.page.keyboard.type("end")
    assert editor.text() == "word " * 60 + "end"
