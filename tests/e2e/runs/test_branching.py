"""Alternatives and pins, branches from any step, what was scraped: going on from a proposal, in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor, Site
from tests.e2e.runs.reviewing import TEXT, by, rewrite, shown

pytestmark = pytest.mark.browser


# ---- alternatives and pins -------------------------------------------------------------------------------------------
def test_an_alternative_is_pinned_and_the_rest_is_written_again(editor: Editor, site: Site) -> None:
    rewrite(editor, "two three", candidates=1)
    tokens = editor.page.locator(".pz-span .pz-tok:visible")
    for at in range(tokens.count()):  # of some it is too sure to think of another
        tokens.nth(at).hover()
        expect(tokens.nth(at)).to_have_class(re.compile("pz-looked"))
        expect(by(editor, "alternatives")).to_be_visible()
        if by(editor, "pin").count() > 1:
            break
    other = by(editor, "pin").nth(1)
    name = (other.get_attribute("aria-label") or "").removeprefix("Pin ").rsplit(",", 1)[0]
    other.click()
    editor.wait_review()
    expect(editor.page.locator(".pz-p")).to_have_text([name])
    expect(by(editor, "attempt")).to_have_count(2)
    runs = site.service.store.runs.family(editor.page.evaluate("__palimpsest.run().id"))
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
    assert shown(editor).replace("⚑", "").startswith("lamp")
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
    by(editor, "must-contain").click()
    by(editor, "pin-words").fill("x" * 200)
    by(editor, "pin-at").select_option("at")
    for given, said in (("", "the field holds none"), ("-1", "not -1"), ("1.5", "not 1.5")):
        by(editor, "pin-tokens").fill(given)
        by(editor, "pin-add").click()
        expect(editor.page.get_by_role("alert")).to_contain_text(said)
        expect(by(editor, "pinned")).to_have_count(0)
        expect(by(editor, "pin-words")).to_have_value("x" * 200)
    by(editor, "pin-tokens").fill("1")
    by(editor, "pin-add").click()
    by(editor, "run").click()
    expect(editor.page.get_by_role("alert")).to_contain_text("finds no room behind 1 token among")
    dismiss = editor.page.get_by_role("alert").get_by_label("Dismiss").bounding_box()
    assert dismiss and dismiss["x"] + dismiss["width"] <= 1280, "a long word leaves the button on the screen"
    by(editor, "unpin").click()


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
    branch = next(r for r in site.service.store.runs.family(first) if r.id == run)
    assert branch.parent == first and branch.step == 4 and branch.settings["system"] == "mercury"
    frames = site.service.store.runs.get(run).frames
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
    by(editor, "reroll").uncheck()
    by(editor, "seed").fill("2")  # each word is scraped with a chance of one half: one run in eight keeps none
    editor.select("two three four")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    by(editor, "timeline").focus()
    editor.page.keyboard.press("Home")
    expect(editor.page.locator(".pz-older").first).to_be_visible()
    assert editor.page.locator(".pz-s").count() > 0, "some words stay"


def test_attempts_that_were_not_taken_are_found_in_the_history_and_looked_at_again(editor: Editor) -> None:
    rewrite(editor, "two three four", candidates=1)
    first = editor.page.evaluate("__palimpsest.run().id")
    by(editor, "temperature").fill("1.5")
    by(editor, "again").click()
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    expect(by(editor, "history-item")).to_have_count(3)
    newest = by(editor, "history-item").first
    newest.get_by_role("button").first.click()
    newest.get_by_test_id("other-attempts").locator("summary").click()
    newest.get_by_test_id("other-attempt").click()
    expect(editor.page.get_by_role("alert")).to_contain_text("The text has changed since")
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    editor.page.keyboard.press("Control+z")
    assert editor.text() == TEXT
    newest.get_by_test_id("other-attempt").click()
    editor.wait_review()
    assert editor.page.evaluate("__palimpsest.run().id") == first
    editor.page.keyboard.press("Tab")
    assert editor.text() != TEXT


def test_every_mask_is_written_with_its_own_strength_and_its_wishes_are_back_after_escape(
    editor: Editor, site: Site
) -> None:
    editor.write("One two three four five six.\nSeven eight nine ten eleven twelve.\n")
    by(editor, "candidates").fill("1")
    for words in ("two three four five", "eight nine ten eleven"):
        editor.select(words)
        editor.page.keyboard.press("Control+m")
    popover = by(editor, "mask-popover")
    popover.get_by_test_id("strength").fill("0.2")
    popover.get_by_test_id("wish").select_option("shorter")
    by(editor, "mask-close").click()
    by(editor, "run").click()
    editor.wait_review()
    run = site.service.store.runs.get(editor.page.evaluate("__palimpsest.run().id"))
    own = {name: wish for name, wish in run.settings["spans"][1][2].items() if wish is not None}
    assert own == {"strength": 0.2, "length": "shorter"}
    assert len(run.settings["spans"][0]) == 2
    noisy = [[tok[1] == "m" for tok in frame["toks"]] for frame in run.frames if frame["step"] == 0]
    assert all(noisy[0]) and any(noisy[1]) and not all(noisy[1]), "0.2 scrapes some words, 1 all of them"
    editor.page.keyboard.press("Escape")
    wishes = editor.page.evaluate("__palimpsest.surface.ranges().spans.map((s) => [s.strength, s.length])")
    assert wishes == [[None, None], [0.2, "shorter"]]


def test_an_attempt_that_was_left_is_weighed_when_it_is_looked_at_again(editor: Editor) -> None:
    rewrite(editor, "two three", candidates=4)
    by(editor, "again").click()
    editor.page.wait_for_function("__palimpsest.run()?.state === 'review' && __palimpsest.run().attempts?.length === 2")
    for attempt in (0, 1, 0):  # before all candidates of any are weighed
        by(editor, "attempt").nth(attempt).click()
    every = "r => r.order && r.order.every((c) => r.nlls[c] !== undefined)"
    editor.page.wait_for_function(f"({every})(__palimpsest.run())")
    by(editor, "attempt").nth(1).click()
    editor.page.wait_for_function(f"({every})(__palimpsest.run())")
