"""axe on the page and on every dialog of it, in light, dark and narrow; and a way through it by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser
WIDTHS = {"wide": 1280, "narrow": 420}
HEIGHT = 820
DIALOG = "dialog[open]"
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(params=WIDTHS)
def looked(request: pytest.FixtureRequest, profile: Profile, site: Site) -> Iterator[Editor]:
    """The page on a document of its own, in one of its widths, with something in the bin."""
    store = site.service.store
    number = store.documents.create("For axe", "prose", "One two three four five six.").id
    store.bin.put(store.documents.create("Thrown away", "prose", "x").id)
    size = (WIDTHS[request.param], HEIGHT)
    with profile.page(site.url, f"/#{number}", size, color_scheme="light", reduced_motion="reduce") as page:
        yield Editor(page)


def serious(page: Page, where: str, within: str = ".pz-app", without: Sequence[str] = ()) -> list[str]:
    """What axe finds that keeps people out, in one line each. In the dark only what depends on colours: the rest is as in
    the light.

    Args:
        within: a dialog, where what lies around it was looked at before.
        without: what is as many others that are looked at.
    """
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    rules = {"runOnly": ["color-contrast", "link-in-text-block"]} if dark else {}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # Nothing that is asked needs the style sheets, which it would fetch once more.
    options = {"resultTypes": ["violations"], "preload": False, **rules}
    where_to_look = {"include": [within], "exclude": list(without)}
    found = page.evaluate("async (args) => (await axe.run(...args)).violations", [where_to_look, options])
    return [
        f"{where}: {rule['id']} ({rule['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def by_day_and_night(
    page: Page, where: str, within: str = ".pz-app", without: Sequence[str] = (), widths: Sequence[int] = ()
) -> list[str]:
    """The same in the light and in the dark, in each of some widths where there are some; the page is in the light."""

    def in_every_width(here: str) -> list[str]:
        found = [] if widths else serious(page, here, within, without)
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.evaluate(DRAWN)
            found += serious(page, f"{here}, {width}", within, without)
        return found

    found = in_every_width(where)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator(".pz-app")).to_have_attribute("data-theme", scheme)
        page.evaluate(DRAWN)
        found += in_every_width(f"{where}, {scheme}") if scheme == "dark" else []
    return found


def shown(page: Page, name: str, wait: str) -> None:
    """Press what a header has, in the menu where the screen is narrow."""
    button = page.get_by_test_id(name)
    if not button.is_visible():
        page.get_by_test_id("menu").click()
    button.click()
    page.get_by_test_id(wait).first.wait_for()


def test_axe_finds_nothing_serious(looked: Editor) -> None:
    page = looked.page
    found = by_day_and_night(page, "idle")

    def dialog(name: str, opening: Callable[[], None], within: str = DIALOG) -> None:
        opening()
        found.extend(by_day_and_night(page, name, within))

    dialog("documents", lambda: shown(page, "documents", "document"))
    page.get_by_test_id("search").fill("two")
    dialog("search", lambda: page.get_by_test_id("excerpt").first.wait_for())
    page.get_by_test_id("bin").click()
    page.get_by_test_id("search").fill("")
    dialog("bin", lambda: page.get_by_test_id("document-restore").first.wait_for())
    dialog("confirm", lambda: page.get_by_test_id("empty-bin").click())
    page.locator("[data-testid=confirm][open] [data-testid=confirm-no]").click()
    page.get_by_test_id("documents-close").click()
    dialog("palette", lambda: shown(page, "palette", "palette-item"))
    page.keyboard.press("Escape")
    dialog("shortcuts", lambda: shown(page, "shortcuts", "shortcut"))
    page.keyboard.press("Escape")
    if page.get_by_test_id("menu").is_visible():
        dialog("menu", lambda: page.get_by_test_id("menu").click(), ".pz-app")
        page.keyboard.press("Escape")
        dialog("panel", lambda: page.get_by_test_id("panel-toggle").click(), ".pz-app")
        page.get_by_test_id("panel-toggle").click()
    looked.select("two three")
    page.get_by_test_id("race").click()
    found += by_day_and_night(page, "race", DIALOG)
    page.get_by_test_id("race-close").click()
    looked.select("two three")
    page.get_by_test_id("run").click()
    looked.wait_review()
    found += by_day_and_night(page, "review")
    page.get_by_test_id("accept").click()
    looked.select(" ")
    page.get_by_test_id("run").click()  # only white space is selected: a notice
    page.get_by_test_id("notice").wait_for()
    accepted = page.locator("[data-testid=history-item][data-kind=run]")
    accepted.wait_for(state="attached")  # the list is read anew when a run was accepted
    if not accepted.is_visible():
        page.get_by_test_id("panel-toggle").click()
    accepted.get_by_role("button").first.click()
    page.get_by_test_id("replay").click()
    page.get_by_test_id("replay-timeline").wait_for()
    found += by_day_and_night(page, "history")
    assert not found, "\n".join(found)


def test_axe_finds_nothing_serious_in_masks_review_and_tour(looked: Editor) -> None:
    page = looked.page
    found = []
    page.evaluate("__palimpsest.commands.run('welcome')")
    page.get_by_test_id("welcome").wait_for()
    found += by_day_and_night(page, "welcome")
    page.evaluate("__palimpsest.commands.run('tour')")
    page.get_by_test_id("tour-next").wait_for()
    found += by_day_and_night(page, "tour")
    page.get_by_test_id("tour-skip").click()
    for words in ("two", "five"):
        looked.select(words)
        page.get_by_test_id("add-mask").click()
    found += by_day_and_night(page, "masks")
    page.get_by_test_id("mask").first.click()
    page.get_by_test_id("mask-popover").wait_for()
    found += by_day_and_night(page, "a mask", DIALOG)
    page.get_by_test_id("mask-close").click()
    page.get_by_test_id("select").click()
    page.get_by_test_id("select-menu").wait_for()
    found += by_day_and_night(page, "select menu")
    page.keyboard.press("Escape")
    page.get_by_test_id("must-contain").click()
    page.get_by_test_id("pin-form").wait_for()
    found += by_day_and_night(page, "must contain", DIALOG)
    page.get_by_test_id("pin-close").click()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    looked.wait_review()
    page.locator(".cm-content").focus()
    page.keyboard.press("Alt+ArrowRight")
    page.get_by_test_id("alternatives").wait_for()
    found += by_day_and_night(page, "alternatives")
    page.keyboard.press("Escape")
    page.locator(".bar").get_by_test_id("export").click()
    page.locator(".bar").get_by_test_id("export-menu").wait_for()
    found += by_day_and_night(page, "export menu")
    page.keyboard.press("Escape")
    if page.get_by_test_id("accept").is_visible():
        page.get_by_test_id("accept").click()
    assert not found, "\n".join(found)


def test_the_order_of_the_focus_is_that_of_the_page_and_leads_out_of_the_text(editor: Editor) -> None:
    page = editor.page
    editor.write("One two")
    page.get_by_test_id("document-title").focus()
    order = []
    for _ in range(12):
        order.append(page.evaluate("document.activeElement.dataset.testid || document.activeElement.className"))
        assert page.evaluate(
            "getComputedStyle(document.activeElement.closest('label.button') ?? document.activeElement).outlineStyle"
        ) != "none" or "cm-content" in str(order[-1]), f"focus is seen on {order[-1]}"
        page.keyboard.press("Tab")
    expected = ["document-title", "documents", "new-document", "samples", "open-file", "download", "language", "to-lab"]
    assert order == [*expected, "theme", "palette", "shortcuts", "panel-toggle"]
    page.locator(".cm-content").focus()
    page.keyboard.press("Tab")
    assert editor.text() != "One two", "Tab indents"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator(".bar :focus")).to_have_count(1)  # what follows the text


def test_a_dialog_has_a_name_keeps_the_focus_and_gives_it_back(editor: Editor) -> None:
    page = editor.page
    for name in ("documents", "palette", "shortcuts"):
        page.get_by_test_id(name).focus()
        page.keyboard.press("Enter")
        panel = page.get_by_role("dialog")
        expect(panel).to_have_accessible_name(
            {"documents": "Documents", "palette": "Commands", "shortcuts": "Keyboard shortcuts"}[name]
        )
        for _ in range(3):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        page.keyboard.press("Escape")
        expect(page.get_by_test_id(name)).to_be_focused()


@pytest.mark.parametrize("name", ["race", "documents", "shortcuts"])
def test_what_is_selected_stays_selected_when_a_dialog_was_open(editor: Editor, name: str) -> None:
    page = editor.page
    editor.write("One two three four")
    editor.select("two three")
    page.get_by_test_id(name).click()
    page.locator("dialog:modal").wait_for()
    page.wait_for_timeout(300)  # what the browser reports late
    page.get_by_test_id(f"{name}-close").click()
    page.evaluate("__palimpsest.view.focus()")
    page.wait_for_timeout(200)
    assert page.evaluate("(s => [s.from, s.to])(__palimpsest.view.state.selection.main)") == [4, 13]


def test_nothing_moves_where_less_motion_is_wanted(looked: Editor) -> None:
    page = looked.page
    looked.select("two three")
    page.get_by_test_id("run").click()
    page.wait_for_function("__palimpsest.stats.painted >= 1")
    moving = """document.getAnimations().filter((a) => a.playState === 'running').map((a) => a.effect.target)
        .filter((e) => e.closest('.pz-app') && !e.closest('.cm-cursorLayer')).map((e) => e.className)"""
    for _ in range(5):
        assert page.evaluate(moving) == []
        page.wait_for_timeout(40)
    looked.wait_review()
