"""The page under use: room for the text in any window, what a proposal shows, and what belongs to which document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

import engine
from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site, serving, until

pytestmark = pytest.mark.browser
TEXT = "The path is narrow in winter.\n\nWe went out early, and the sea was loud. We ate bread and cheese.\n"
CODE = "def total(prices):\n    result = 0\n    for price in prices:\n        result += price\n    return result\n"
SHARE = "document.querySelector('.surface').getBoundingClientRect().height / innerHeight"
INSIDE = """(e) => { const s = document.querySelector('.surface').getBoundingClientRect(), r = e.getBoundingClientRect();
    return r.top >= s.top - 1 && r.bottom <= s.bottom + 1; }"""


@pytest.mark.parametrize(("width", "height"), [(900, 420), (640, 400), (420, 640), (1280, 800)])
def test_the_text_keeps_two_fifths_of_any_window(profile: Profile, site: Site, width: int, height: int) -> None:
    with profile.page(site.url, size=(width, height)) as page:
        editor = Editor(page)
        editor.write("\n\n".join([TEXT] * 6) + "Here it ends.")
        for words in ("narrow", "early", "loud", "Here"):
            editor.select(words)
            page.keyboard.press("Control+m")
        assert page.evaluate(SHARE) >= 0.4
        editor.select("Here it ends")
        page.evaluate("__palimpsest.surface.setMasks([])")
        page.keyboard.press("Control+Enter")
        editor.wait_review()
        cut = page.locator(".bar .step-label").evaluate("e => e.scrollWidth > e.clientWidth")
        assert not cut, "which step is shown can be read"
        page.get_by_test_id("details").click()
        page.get_by_test_id("stats").wait_for()
        page.get_by_test_id("sides").click()
        page.get_by_test_id("side-by-side").wait_for()
        assert page.evaluate(SHARE) >= 0.4
        page.get_by_test_id("view-result").click()
        page.get_by_test_id("accept").scroll_into_view_if_needed()
        page.wait_for_function(f"({INSIDE})(document.querySelector('.pz-span'))")  # what it is about is on the screen
        page.get_by_test_id("accept").click()
        assert editor.text().endswith("something else.")


@pytest.fixture
def told(profile: Profile, tmp_path: Path) -> Iterator[Editor]:
    """A page on a model that writes what the test says, and cannot be told anything."""
    denoiser = engine.scripted()
    ways = engine.Ways({"causal": denoiser}, {"infill": "causal", "revise": "causal"})
    with serving(ways, tmp_path / "t.sqlite3") as site, profile.page(site.url) as page:
        editor = Editor(page)
        editor.denoiser = denoiser  # type: ignore[attr-defined]
        yield editor


def test_a_result_marks_what_is_new_and_code_keeps_its_colours_and_numbers(told: Editor) -> None:
    page, denoiser = told.page, told.denoiser  # type: ignore[attr-defined]
    expect(page.get_by_test_id("instruction")).to_be_hidden()  # nobody could follow it
    told.write(TEXT)
    denoiser.target = "ate old bread and butter"
    told.select("ate bread and cheese")
    page.keyboard.press("Control+Enter")
    told.wait_review()
    fresh = "[...document.querySelectorAll('.pz-tok:not(.pz-stayed)')].map((e) => e.textContent).join('')"
    page.wait_for_function(f"{fresh} === 'old butter'")
    page.keyboard.press("Escape")
    told.write(CODE)
    page.get_by_test_id("language").select_option("python")
    denoiser.target = "result = 0\n    for price in prices:\n        if price > 0:  # any\n            result += price"
    page.get_by_test_id("steps").fill("4")
    page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 23, head: 82}})")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    told.wait_review()
    mark = "[...document.querySelectorAll('.pz-span .pz-tok *')].find((e) => e.textContent === '#')"
    page.wait_for_function(
        f"{mark} && getComputedStyle({mark}).color !== getComputedStyle(document.querySelector('.pz-span')).color"
    )
    word = "[...document.querySelectorAll('.cm-line *')].find((e) => e.textContent === 'def').className"
    same = f"[...document.querySelectorAll('.pz-tok [class]')].some((e) => e.className === {word})"
    page.wait_for_function(same)
    light = page.evaluate(word)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{word} !== '{light}' && {same}")
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{word} === '{light}' && {same}")
    numbers = (
        "[...document.querySelectorAll('.cm-lineNumbers .cm-gutterElement')].map((e) => e.textContent).join('\\n')"
    )
    page.wait_for_function(f"{numbers}.endsWith('1\\n2\\n3\\n4\\n5\\n6\\n7')")
    page.get_by_test_id("diff").click()
    page.wait_for_function(f"{numbers}.endsWith('\\n5\\n6\\n7')")


def test_a_grammar_that_is_fetched_colours_the_text_and_the_proposal(told: Editor) -> None:
    page, denoiser = told.page, told.denoiser  # type: ignore[attr-defined]
    code = "int count(int n) {\n    // nothing yet\n    return n;\n}\n"
    coloured = "[...document.querySelectorAll('.cm-line span[class]')].map((e) => e.textContent)"
    page.route("**/grammars.js*", lambda route: route.abort())
    told.write(code)
    with page.expect_event("requestfailed", lambda request: "grammars.js" in request.url):
        page.get_by_test_id("language").select_option("c")
    assert told.text() == code
    assert page.evaluate(coloured) == []
    page.unroute("**/grammars.js*")
    page.get_by_test_id("language").select_option("plain")
    page.get_by_test_id("language").select_option("rust")  # nothing came: it is asked for again
    page.wait_for_function(f"{coloured}.includes('return')")
    page.get_by_test_id("language").select_option("c")
    page.wait_for_function(f"['int', '// nothing yet', 'return'].every((word) => {coloured}.includes(word))")
    denoiser.target = "return 1;  // or so"
    page.get_by_test_id("steps").fill("4")
    told.select("return n;")
    page.keyboard.press("Control+Enter")
    told.wait_review()
    inside = "[...document.querySelectorAll('.pz-span .pz-tok [class]')].map((e) => e.textContent).join('')"
    page.wait_for_function(f"{inside}.startsWith('return')")


def test_a_fence_in_markdown_has_the_colours_of_its_language(editor: Editor) -> None:
    editor.write("# Use\n\n```sh\necho $HOME\n```\n\n```js\nconst a = 1;\n```\n")
    editor.page.get_by_test_id("language").select_option("markdown")
    words = "[...document.querySelectorAll('.cm-line span[class]')].map((e) => e.textContent)"
    editor.page.wait_for_function(f"{words}.includes('const') && {words}.includes('$HOME')")


def test_figures_are_put_away_and_are_those_of_the_step_that_is_shown(editor: Editor) -> None:
    page = editor.page
    held = editor.held("nll")
    editor.write(TEXT)
    editor.select("bread and cheese")
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    stats = page.get_by_test_id("stats")
    expect(stats).to_be_hidden()
    page.get_by_test_id("details").click()
    expect(stats).to_contain_text("NFE16")
    page.get_by_test_id("timeline").fill("5")
    expect(stats).to_contain_text("NFE5")
    # What the judge says of the last step comes later, and is not said of this one.
    until(lambda: page.wait_for_timeout(50) or held)
    held.pop().continue_()
    page.wait_for_function("__palimpsest.run().nlls[0] !== undefined")
    expect(stats).to_contain_text("NFE5")
    expect(stats).not_to_contain_text("NLL")
    page.get_by_test_id("timeline").fill("16")
    expect(stats).to_contain_text("NLL")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.get_by_test_id("details")).to_have_attribute("aria-expanded", "true")


def test_what_is_said_and_pinned_belongs_to_its_document(editor: Editor) -> None:
    page = editor.page
    editor.write(TEXT)
    editor.wait_saved()
    first = page.evaluate("location.hash")
    page.get_by_test_id("must-contain").click()
    page.get_by_test_id("pin-words").fill("lighthouse")
    page.get_by_test_id("pin-add").click()
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("status")).to_have_text("Saved")
    page.get_by_test_id("new-document").click()
    page.wait_for_function("before => location.hash !== before", arg=first)
    expect(page.get_by_test_id("status")).to_have_text("")
    expect(page.get_by_test_id("pinned")).to_have_count(0)
    page.evaluate("hash => { location.hash = hash; }", first)
    expect(page.get_by_test_id("pinned")).to_contain_text("lighthouse")
    page.reload()
    expect(page.get_by_test_id("pinned")).to_contain_text("lighthouse")


def test_every_mask_is_seen_and_copies_of_what_is_selected_are_not_painted(editor: Editor) -> None:
    page = editor.page
    editor.write("One fine day it rained all day. One fine day it rained all day. " * 6)
    for at in range(12):
        page.evaluate("at => __palimpsest.view.dispatch({selection: {anchor: at * 32, head: at * 32 + 12}})", at)
        page.locator(".cm-content").focus()
        page.keyboard.press("Control+m")
    page.keyboard.press("Escape")
    chips = page.get_by_test_id("mask")
    expect(chips).to_have_count(12)
    box = page.locator(".pz-chips").bounding_box()
    assert (
        box
        and sum(1 for chip in chips.all() if (own := chip.bounding_box()) and own["y"] < box["y"] + box["height"]) >= 10
    )
    page.get_by_test_id("masks-clear").click()
    editor.select("One fine day it rained all day.")
    page.wait_for_timeout(200)
    painted = "[...document.querySelectorAll('.cm-selectionMatch')].map((e) => getComputedStyle(e).backgroundColor)"
    assert set(page.evaluate(painted)) <= {"rgba(0, 0, 0, 0)"}


def test_a_model_that_writes_english_says_so_of_other_prose(profile: Profile, tmp_path: Path) -> None:
    ways = engine.Ways.only(engine.scripted(" etwas anderes"), english=True)
    said = "writes English: what it writes in German is seldom right"
    with serving(ways, tmp_path / "t.sqlite3") as site, profile.page(site.url) as page:
        editor = Editor(page)
        editor.write("Am Samstag waren wir mit den Kindern im Zoo. Danach haben wir noch ein Eis gegessen.")
        editor.select("waren wir mit den Kindern im Zoo")
        expect(page.get_by_test_id("status")).to_contain_text(said)
        page.keyboard.press("Control+Enter")
        editor.wait_review()
        expect(page.get_by_test_id("status")).to_contain_text(f"Tab accepts, Esc discards. The model {said}")
        page.keyboard.press("Escape")
        held = editor.held("prepare")
        editor.select("haben wir noch ein Eis gegessen")
        until(lambda: page.wait_for_timeout(50) or held)
        editor.write("Another document, in English.")
        with editor.answered("prepare"):
            held.pop().continue_()
        expect(page.get_by_test_id("status")).to_have_text("")  # not of this document
