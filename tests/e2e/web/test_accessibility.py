"""axe on the page and on every dialog of it, in light, dark and narrow; and a way through it by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser
LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "narrow": ("light", 420), "narrow dark": ("dark", 420)}


@pytest.fixture(params=LOOKS)
def looked(request: pytest.FixtureRequest, profile: Profile, site: Site) -> Iterator[Editor]:
    """The page on a document of its own, in one of its looks, with something in the bin."""
    scheme, width = LOOKS[request.param]
    store = site.service.store
    number = store.documents.create("For axe", "prose", "One two three four five six.").id
    store.bin.put(store.documents.create("Thrown away", "prose", "x").id)
    looks = {"color_scheme": scheme, "reduced_motion": "reduce"}
    with profile.page(site.url, f"/#{number}", (width, 820), **looks) as page:
        yield Editor(page)


def serious(page: Page, where: str) -> list[str]:
    """What axe finds that keeps people out, in one line each. In the dark only what depends on colours: the rest is as in
    the light."""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    rules = {"runOnly": ["color-contrast", "link-in-text-block"]} if dark else {}
    options = {"resultTypes": ["violations"], **rules}
    found = Axe().run(page, context=".pz-app", options=options).response["violations"]
    return [
        f"{where}: {rule['id']} ({rule['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def shown(page: Page, name: str, wait: str) -> None:
    """Press what a header has, in the menu where the screen is narrow."""
    button = page.get_by_test_id(name)
    if not button.is_visible():
        page.get_by_test_id("menu").click()
    button.click()
    page.get_by_test_id(wait).first.wait_for()


def test_axe_finds_nothing_serious(looked: Editor) -> None:
    page = looked.page
    found = serious(page, "idle")

    def dialog(name: str, opening: Callable[[], None]) -> None:
        opening()
        found.extend(serious(page, name))

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
        dialog("menu", lambda: page.get_by_test_id("menu").click())
        page.keyboard.press("Escape")
        dialog("panel", lambda: page.get_by_test_id("panel-toggle").click())
        page.get_by_test_id("panel-toggle").click()
    looked.select("two three")
    page.get_by_test_id("race").click()
    found += serious(page, "race")
    page.get_by_test_id("race-close").click()
    looked.select("two three")
    page.get_by_test_id("run").click()
    looked.wait_review()
    found += serious(page, "review")
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
    found += serious(page, "history")
    assert not found, "\n".join(found)


def test_axe_finds_nothing_serious_in_masks_review_and_tour(looked: Editor) -> None:
    page = looked.page
    found = []
    page.evaluate("__palimpsest.commands.run('welcome')")
    page.get_by_test_id("welcome").wait_for()
    found += serious(page, "welcome")
    page.evaluate("__palimpsest.commands.run('tour')")
    page.get_by_test_id("tour-next").wait_for()
    found += serious(page, "tour")
    page.get_by_test_id("tour-skip").click()
    for words in ("two", "five"):
        looked.select(words)
        page.get_by_test_id("add-mask").click()
    found += serious(page, "masks")
    page.get_by_test_id("mask").first.click()
    page.get_by_test_id("mask-popover").wait_for()
    found += serious(page, "a mask")
    page.get_by_test_id("mask-close").click()
    page.get_by_test_id("select").click()
    page.get_by_test_id("select-menu").wait_for()
    found += serious(page, "select menu")
    page.keyboard.press("Escape")
    page.get_by_test_id("must-contain").click()
    page.get_by_test_id("pin-form").wait_for()
    found += serious(page, "must contain")
    page.get_by_test_id("pin-close").click()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    looked.wait_review()
    page.locator(".cm-content").focus()
    page.keyboard.press("Alt+ArrowRight")
    page.get_by_test_id("alternatives").wait_for()
    found += serious(page, "alternatives")
    page.keyboard.press("Escape")
    page.locator(".bar").get_by_test_id("export").click()
    page.locator(".bar").get_by_test_id("export-menu").wait_for()
    found += serious(page, "export menu")
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
