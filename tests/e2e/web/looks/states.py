"""The main states of the page, each from a document of its own, and a picture of it that is the same at every run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Editor, Site
from tests.e2e.runs.reviewing import known

PAGE = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1, "reduced_motion": "reduce"}
TEXT = """The path along the cliff is narrow in winter, and the sea below it is loud.

We went out early, before the fishing boats came in, and met nobody but a grey heron
that stood in the shallow water and did not move until we were quite near.

By noon the wind had turned. We sat behind a wall of dry stones, ate bread and cheese,
and counted the sails that came round the point.
"""
# What is another at every run: times of day, and figures that depend on what was made ahead meanwhile.
STILL = ".pz-app time, .pz-app .cm-cursorLayer { visibility: hidden !important; }"
LEVEL = """document.querySelectorAll('.pz-app dt').forEach(({ textContent, nextElementSibling: figure }) => {
    if (!/NFE|seconds/.test(textContent)) return;
    figure.textContent = '0.00';
    figure.classList.remove('best');
})"""
# Fonts that can be had everywhere (`make chromium` installs them); false where they are not.
FONTS = """(() => {
    const app = document.querySelector('.pz-app').style;
    const pen = document.createElement('canvas').getContext('2d');
    const width = (font) => { pen.font = `40px ${font}`; return pen.measureText('Palimpsest, mWi').width; };
    const fonts = { '--serif': 'DejaVu Serif', '--sans': 'DejaVu Sans', '--mono': 'DejaVu Sans Mono' };
    return Object.entries(fonts).every(([name, font]) => {
        app.setProperty(name, `"${font}"`);
        return width(`"${font}", serif`) === width(`"${font}", monospace`);
    });
})()"""


def opened(editor: Editor, site: Site, title: str, text: str = TEXT, temperature: float = 0) -> Page:
    """A document with this text, from a page without a past; dice are the same every time."""
    page, number = editor.page, site.service.store.documents.create(title, "prose", text).id
    page.goto(f"{site.url}/#{number}")
    page.wait_for_selector('.pz-app[data-ready="true"]')
    page.wait_for_function("t => __palimpsest.text() === t", arg=text)
    if not page.evaluate(FONTS):
        pytest.skip("the pictures are drawn with the DejaVu fonts, which are not installed")
    page.get_by_test_id("reroll").uncheck()
    page.get_by_test_id("temperature").fill(str(temperature))
    page.get_by_test_id("seed").fill("5")  # scrolls to it
    page.get_by_test_id("seed").evaluate("e => { e.blur(); e.closest('.panel').scrollTop = 0; }")
    return page


def empty(editor: Editor, site: Site) -> None:
    opened(editor, site, "Untitled", "")


def selected(editor: Editor, site: Site) -> None:
    page = opened(editor, site, "A walk by the sea")
    editor.select("before the fishing boats came in")
    expect(page.get_by_test_id("counts")).to_contain_text("Selected: 6 words")


def masks(editor: Editor, site: Site) -> None:
    page = opened(editor, site, "A walk by the sea")
    for words in ("narrow in winter", "a grey heron", "bread and cheese"):
        editor.select(words)
        page.get_by_test_id("add-mask").click()
    expect(page.get_by_test_id("mask")).to_have_count(3)
    page.get_by_test_id("mask-popover").wait_for()
    expect(page.get_by_test_id("counts")).to_contain_text("Selected: 3 words")


def reviewed(editor: Editor, site: Site) -> None:
    # The script is sure of itself: hot enough that the three candidates differ.
    page = opened(editor, site, "A walk by the sea", temperature=1.2)
    editor.select("bread and cheese")
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    known(editor)


def changes(editor: Editor, site: Site) -> None:
    reviewed(editor, site)
    editor.page.locator(".bar").get_by_test_id("diff").click()
    editor.page.locator(".pz-hunk").first.wait_for()


def timeline(editor: Editor, site: Site) -> None:
    reviewed(editor, site)
    editor.page.get_by_test_id("timeline").fill("7")
    expect(editor.page.locator(".step-label").first).to_contain_text("step 7 ")


def race(editor: Editor, site: Site) -> None:
    page = opened(editor, site, "A walk by the sea")
    editor.select("bread and cheese")
    page.get_by_test_id("race").click()
    page.get_by_test_id("race-start").click()
    expect(page.get_by_test_id("race-status")).to_contain_text("All 5 are done")


def history(editor: Editor, site: Site) -> None:
    page = opened(editor, site, "A walk by the sea")
    for words, count in (("narrow in winter", 2), ("bread and cheese", 3)):
        editor.select(words)
        page.keyboard.press("Control+Enter")
        editor.wait_review()
        page.get_by_test_id("accept").click()
        expect(page.get_by_test_id("history-item")).to_have_count(count)
    page.get_by_test_id("history-item").first.get_by_role("button").first.click()
    page.get_by_test_id("replay").click()
    end = page.get_by_test_id("replay-timeline")
    end.wait_for()
    page.wait_for_function("(e => e.value === e.max)(document.querySelector('[data-testid=replay-timeline]'))")
    end.fill("5")
    page.get_by_test_id("replay-view").evaluate("e => e.scrollIntoView({block: 'center'})")


def shelf(editor: Editor, site: Site) -> None:
    """Three documents, found by a word that no other test writes: the shelf holds theirs too."""
    for title in ("Notes for the harbour", "A letter to Ines"):
        site.service.store.documents.create(
            title, "prose", f"{TEXT} The lighthouse of {title} is called Zwillingsfeuer."
        )
    page = opened(editor, site, "A walk by the sea", TEXT + "Far out was the Zwillingsfeuer.\n")
    page.get_by_test_id("documents").click()
    page.get_by_test_id("search").fill("Zwillingsfeuer")
    expect(page.get_by_test_id("excerpt")).to_have_count(3)
    expect(page.get_by_test_id("past-hit")).to_have_count(3)  # the histories answer by themselves


STATES: list[Callable[[Editor, Site], None]] = [empty, selected, masks, changes, timeline, race, history, shelf]


def picture(page: Page, scheme: str) -> bytes:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator(".pz-app")).to_have_attribute("data-theme", scheme)
    expect(page.get_by_test_id("counts")).not_to_contain_text("…")  # tokens are counted a little later
    page.evaluate(LEVEL)
    page.mouse.move(640, 795)  # nothing is pointed at
    return page.screenshot(animations="disabled", caret="hide", style=STILL)
