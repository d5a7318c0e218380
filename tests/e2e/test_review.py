"""Candidates, changes one by one, alternatives and pins, branches: what a person does with a proposal, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser
TEXT = "😀 One two three four.\nFive six seven eight.\n"


def rewrite(editor: Editor, *words: str, text: str = TEXT, candidates: int = 3) -> None:
    editor.write(text)
    editor.page.get_by_test_id("candidates").fill(str(candidates))
    editor.page.get_by_test_id("temperature").fill("1.3" if candidates > 1 else "0")  # the script is too sure of itself
    for word in words[:-1]:
        editor.select(word)
        editor.page.keyboard.press("Control+m")
        editor.page.keyboard.press("Escape")
    editor.select(words[-1])
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    known(editor)


def known(editor: Editor) -> None:
    """Python has said what it knows of the candidates."""
    editor.page.wait_for_function("__palimpsest.run()?.made && __palimpsest.run().nlls.length > 0")


def by(editor: Editor, name: str) -> Locator:
    return editor.page.get_by_test_id(name)


def shown(editor: Editor, span: int = 0) -> str:
    return "".join(editor.page.locator(f'.pz-span[data-span="{span}"] .pz-tok').all_text_contents())


def stored(site: Site, editor: Editor) -> str:
    return site.service.store.document(int(editor.page.url.split("#")[1])).text


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


# ---- alternatives and pins -------------------------------------------------------------------------------------------
def test_an_alternative_is_pinned_and_the_rest_is_written_again(editor: Editor, site: Site) -> None:
    rewrite(editor, "two three", candidates=1)
    token = editor.page.locator(".pz-span .pz-tok").nth(2)
    token.hover()
    expect(by(editor, "alternatives")).to_be_visible()
    other = by(editor, "pin").nth(1)
    name = (other.get_attribute("aria-label") or "").removeprefix("Pin ").rsplit(",", 1)[0]
    other.click()
    editor.wait_review()
    expect(editor.page.locator(".pz-p")).to_have_count(1 if name.strip() and name != "nothing" else 0)
    expect(by(editor, "attempt")).to_have_count(2)
    runs = site.service.store.branches(editor.page.evaluate("__palimpsest.run().id"))
    assert len(runs) == 2 and runs[1].parent == runs[0].id and runs[1].step is not None
    editor.page.keyboard.press("Tab")
    assert editor.text() != TEXT and editor.text().endswith(" four.\nFive six seven eight.\n")


def test_alternatives_by_keyboard(editor: Editor) -> None:
    rewrite(editor, "two three", candidates=1)
    editor.page.keyboard.press("Alt+ArrowRight")
    expect(by(editor, "alternatives")).to_be_visible()
    editor.page.keyboard.press("ArrowDown")
    editor.page.keyboard.press("Escape")
    expect(by(editor, "alternatives")).not_to_be_visible()
    expect(by(editor, "accept")).to_be_visible()
    editor.page.keyboard.press("Alt+ArrowRight")
    editor.page.keyboard.press("Enter")
    editor.wait_review()
    expect(by(editor, "attempt")).to_have_count(2)


def test_words_that_must_be_there(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two three four")
    by(editor, "must-contain").click()
    by(editor, "pin-words").fill("lamp")
    by(editor, "pin-at").select_option("start")
    editor.page.keyboard.press("Tab")
    by(editor, "pin-add").click()
    expect(by(editor, "pinned")).to_contain_text("lamp")
    editor.page.get_by_test_id("run").click()
    editor.wait_review()
    assert shown(editor).replace("📌", "").startswith("lamp")
    editor.page.keyboard.press("Tab")
    assert editor.text().startswith("😀 One lamp")
    expect(by(editor, "pinned")).to_have_count(0)


def test_a_pin_that_cannot_fit_is_named_and_nothing_is_lost(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two")
    by(editor, "must-contain").click()
    by(editor, "pin-words").fill("very much longer than the mask")
    by(editor, "pin-add").click()
    by(editor, "run").click()
    expect(editor.page.get_by_role("alert")).to_contain_text("finds no room")
    assert editor.text() == TEXT
    by(editor, "unpin").click()
    expect(by(editor, "pinned")).to_have_count(0)


# ---- time travel -----------------------------------------------------------------------------------------------------
def test_a_branch_goes_on_from_a_step_with_another_system(editor: Editor, site: Site) -> None:
    rewrite(editor, "two three four", candidates=1)
    first = editor.page.evaluate("__palimpsest.run().id")
    timeline = by(editor, "timeline")
    timeline.focus()
    editor.page.keyboard.press("Home")
    for _ in range(4):
        editor.page.keyboard.press("ArrowRight")
    settled = editor.page.locator(".pz-n, .pz-s").count()
    by(editor, "system-mercury").focus()
    editor.page.keyboard.press("Space")
    by(editor, "branch").click()
    editor.wait_review()
    expect(by(editor, "attempt")).to_have_count(2)
    run = editor.page.evaluate("__palimpsest.run().id")
    branch = next(r for r in site.service.store.branches(first) if r.id == run)
    assert branch.parent == first and branch.step == 4 and branch.settings["system"] == "mercury"
    frames = site.service.store.run(run).frames
    assert frames[0]["step"] == 0, "the steps before come along"
    fourth = [f for f in frames if f["step"] == 4][-1]
    assert sum(tok[1] in "ns" for tok in fourth["toks"]) == settled > 0
    by(editor, "attempt").first.click()
    assert editor.page.evaluate("__palimpsest.run().id") == first, "the attempt before is still there"
    editor.page.keyboard.press("Escape")
    assert editor.text() == TEXT


def test_escape_in_a_second_run_goes_back_to_the_proposal_before(editor: Editor) -> None:
    editor.write("word " * 60)
    by(editor, "candidates").fill("1")
    editor.select("word " * 30)
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    first = editor.page.evaluate("__palimpsest.run().id")
    by(editor, "steps").fill("128")
    by(editor, "again").click()
    editor.page.wait_for_function("__palimpsest.run().state === 'run'")
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.press("Escape")
    assert editor.page.evaluate("__palimpsest.run().id") == first
    expect(by(editor, "accept")).to_be_visible()
    editor.page.keyboard.press("Escape")
    assert editor.text() == "word " * 60 and editor.page.locator(".pz-span").count() == 0


def test_what_was_scraped_stays_legible_at_the_first_step(editor: Editor) -> None:
    editor.write(TEXT)
    by(editor, "strength").first.fill("0.5")
    by(editor, "candidates").fill("1")
    editor.select("two three four")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    by(editor, "timeline").focus()
    editor.page.keyboard.press("Home")
    expect(editor.page.locator(".pz-older").first).to_be_visible()
    assert editor.page.locator(".pz-s").count() > 0, "some words stay"


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
