"""The page in Chromium, on the scripted denoiser: text, database and screen after everything a person does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, expect

from tests.conftest import stopped
from tests.e2e.conftest import Editor, Site, slowly

pytestmark = pytest.mark.browser
TEXT = "😀 One two three four.\nFive six seven eight.\n"


def test_rewrite_accept_undo(editor: Editor, site: Site) -> None:
    editor.write(TEXT)
    editor.select("two three")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    assert editor.text() == TEXT, "nothing is committed before it is accepted"
    editor.page.keyboard.press("Tab")
    changed = editor.text()
    assert changed.startswith("😀 One something") and changed.endswith(" four.\nFive six seven eight.\n")
    expect(editor.page.get_by_test_id("history-item")).to_have_count(3)
    assert editor.revisions() == ["run", "typed", "created"]
    document = site.service.store.documents.all()[0]
    assert site.service.store.documents.get(document.id).text == changed
    editor.page.keyboard.press("Control+z")
    assert editor.text() == TEXT, "one undo step"
    editor.page.keyboard.press("Control+y")
    assert editor.text() == changed


def test_escape_puts_the_old_text_back_and_stops_the_forward_passes(editor: Editor, site: Site) -> None:
    editor.write("word " * 60)
    editor.select("word " * 30)
    editor.page.get_by_test_id("steps").fill("128")
    editor.page.get_by_test_id("surface").locator(".cm-content").focus()
    before = site.denoiser.nfe
    with slowly(site.denoiser):
        editor.page.keyboard.press("Control+Enter")
        editor.page.wait_for_function("__palimpsest.stats.painted >= 3")
        editor.page.keyboard.press("Escape")
        assert editor.text() == "word " * 60
        assert 0 < stopped(site.denoiser) - before < 60
    expect(editor.page.get_by_test_id("run")).to_be_visible()


def test_closing_the_tab_stops_the_forward_passes(editor: Editor, site: Site) -> None:
    editor.write("word " * 60)
    editor.select("word " * 30)
    editor.page.get_by_test_id("steps").fill("128")
    before = site.denoiser.nfe
    with slowly(site.denoiser):
        editor.page.get_by_test_id("run").click()
        editor.page.wait_for_function("__palimpsest.stats.painted >= 3")
        editor.page.close()
        assert stopped(site.denoiser) - before < 100


def test_typing_elsewhere_goes_on_and_the_span_is_locked(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two three")
    editor.page.keyboard.press("Control+Enter")
    editor.page.wait_for_function("__palimpsest.run()?.state === 'run'")
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'Zero. '}})")
    at = editor.text().index("two three") + 1  # UTF-16: the emoji before it counts twice
    editor.page.evaluate("at => __palimpsest.view.dispatch({changes: {from: at + 1, to: at + 3}})", at)
    assert editor.text() == "Zero. " + TEXT
    editor.wait_review()
    editor.page.get_by_test_id("accept").click()
    assert editor.text().startswith("Zero. 😀 One something") and "two" not in editor.text()


@pytest.mark.parametrize("end", ["cancel", "discard"])
def test_who_types_elsewhere_during_a_run_types_on_when_it_ends(editor: Editor, end: str) -> None:
    editor.write(TEXT)
    editor.select("two three")
    editor.page.keyboard.press("Control+Enter")
    editor.page.wait_for_function("__palimpsest.stats.painted >= 1")
    editor.page.keyboard.press("Control+End")
    editor.page.keyboard.type("Nine")
    if end == "discard":
        editor.wait_review()
    editor.page.evaluate("__palimpsest.commands.run('dismiss')")
    editor.page.keyboard.type(" ten")
    assert editor.text() == TEXT + "Nine ten"


def test_discard_leaves_no_trace_in_the_text(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("six")
    editor.page.get_by_test_id("run").click()
    editor.wait_review()
    editor.page.get_by_test_id("discard").click()
    assert editor.text() == TEXT
    assert editor.page.locator(".pz-span").count() == 0


def test_several_masks(editor: Editor) -> None:
    editor.write(TEXT)
    for words in ("two", "six"):
        editor.select(words)
        editor.page.get_by_test_id("add-mask").click()
    assert editor.page.locator(".pz-usermask").count() == 2
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 0}})")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    assert editor.page.locator(".pz-span").count() == 2
    editor.page.keyboard.press("Tab")
    assert "two" not in editor.text() and "six" not in editor.text() and " four.\nFive some" in editor.text()


def test_the_timeline_scrubs_and_plays(editor: Editor) -> None:
    editor.write(TEXT)
    editor.select("two three four")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    timeline = editor.page.get_by_test_id("timeline")
    last = int(timeline.get_attribute("max") or 0)
    assert last >= 8 and editor.page.locator(".pz-m").count() == 0
    timeline.focus()
    editor.page.keyboard.press("Home")
    assert editor.page.locator(".pz-m").count() > 3
    editor.page.keyboard.press("ArrowRight")
    assert timeline.input_value() == "1"
    expect(editor.page.locator(".step-label").first).to_have_text("step 1 of at most 16")
    editor.page.get_by_test_id("speed").select_option("4")
    editor.page.get_by_test_id("play").click()
    editor.page.wait_for_function(f"document.querySelector('[data-testid=timeline]').value === '{last}'")
    assert editor.page.locator(".pz-m").count() == 0 and editor.text() == TEXT
    for figure in ("system", "steps", "seed", "NFE", "seconds", "tokens/NFE", "confidence", "NLL", "length"):
        expect(editor.page.get_by_test_id("stats")).to_contain_text(figure)


def test_nothing_to_rewrite_is_said(editor: Editor) -> None:
    editor.write("a   b")
    editor.select("   ")
    editor.page.keyboard.press("Control+Enter")
    expect(editor.page.get_by_role("alert")).to_contain_text("Only white space")


def test_a_long_selection_is_gone_over_in_parts_and_is_one_proposal(editor: Editor) -> None:
    page = editor.page
    text = "\n\n".join(
        f"The boat number {n} came in late, and all of us were glad of it. We cheered." for n in range(6)
    )
    editor.write(text)
    editor.wait_saved()
    page.get_by_test_id("candidates").fill("1")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("status")).to_contain_text(re.compile(r"Part \d of \d"))
    expect(page.locator(".pz-span")).to_contain_text("The boat number 5")  # what waits can be read
    page.keyboard.press("Escape")
    assert editor.text() == text and page.locator(".pz-span").count() == 0
    page.get_by_test_id("steps").fill("2")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    editor.wait_review()
    assert page.get_by_test_id("branch").is_hidden()
    page.get_by_test_id("timeline").fill("1")
    expect(page.locator(".step-label").first).to_contain_text("part 1 of ")
    page.get_by_test_id("accept").click()
    expect(page.get_by_test_id("history-item")).to_have_count(3)  # made, typed, and the run
    assert editor.text().count("something else") > 5 and editor.text().count("\n\n") == 5
    page.keyboard.press("Control+z")
    assert editor.text() == text, "one undo step"


def test_a_second_run_is_refused_while_one_is_under_way(editor: Editor) -> None:
    editor.write("word " * 60)
    editor.select("word " * 30)
    editor.page.keyboard.press("Control+Enter")
    editor.page.keyboard.press("Control+Enter")
    expect(editor.page.get_by_role("alert")).to_contain_text("A run is under way")
    editor.page.keyboard.press("Escape")


def test_markup_is_shown_as_text_and_never_run(editor: Editor) -> None:
    dialogs: list[Dialog] = []
    editor.page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    editor.write(f"{evil} one two three")
    editor.page.get_by_test_id("document-title").fill(evil)
    editor.page.get_by_test_id("document-title").press("Enter")
    editor.select("two")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    editor.page.keyboard.press("Tab")
    expect(editor.page.get_by_test_id("history-item")).to_have_count(3)
    editor.page.get_by_test_id("history-item").first.get_by_role("button").first.click()
    expect(editor.page.get_by_test_id("history").get_by_test_id("diff")).to_be_visible()
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    assert not dialogs and editor.page.get_by_test_id("document-title").input_value() == evil
    assert editor.text().startswith(evil)


def test_files_round_trip_and_bad_ones_are_named(editor: Editor, downloads: Path) -> None:
    data = b"\xef\xbb\xbfdef f():\r\n\treturn '\xf0\x9f\x98\x80'\r\n"
    editor.page.get_by_test_id("open-file").set_input_files(
        {"name": "a<b>.py", "mimeType": "text/x-python", "buffer": data}
    )
    editor.page.wait_for_function("__palimpsest.text().startsWith('def f')")
    assert editor.page.get_by_test_id("language").input_value() == "python"
    with editor.page.expect_download() as download:
        editor.page.get_by_test_id("download").click()
    assert download.value.path().read_bytes() == data
    for buffer, name, message in [
        (b"\x89PNG\r\n\x1a\n\0\0\xff\xfe", "x.png", "is not text"),
        (b"x" * (2 * 2**20 + 1), "big.txt", "the limit is 2 MB"),
        (b"caf\xe9", "latin.txt", "Latin-1"),
    ]:
        editor.page.get_by_test_id("open-file").set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": buffer}
        )
        expect(editor.page.get_by_role("alert")).to_contain_text(message)
    editor.page.get_by_role("button", name="Open as Latin-1").click()
    editor.page.wait_for_function("__palimpsest.text() === 'café'")


def test_samples_and_languages(editor: Editor) -> None:
    for option in editor.page.get_by_test_id("samples").locator("option").all()[1:]:
        name = option.get_attribute("value")
        before = editor.page.evaluate("location.hash")  # a first visit shows a sample already
        editor.page.get_by_test_id("samples").select_option(name)
        editor.page.wait_for_function("before => location.hash !== before", arg=before)
    assert editor.page.get_by_test_id("language").input_value() == "sql"
    assert editor.page.locator(".cm-line span[class]").count() > 5, "highlighted"


def test_dark_light_and_as_the_system_has_it(editor: Editor) -> None:
    app, theme = editor.page.locator(".pz-app"), editor.page.get_by_test_id("theme")
    editor.page.emulate_media(color_scheme="light")
    expect(theme).to_have_accessible_name("Theme: system (light)")
    editor.page.emulate_media(color_scheme="dark")
    expect(app).to_have_attribute("data-theme", "dark")
    for name, seen in [("Theme: light", "light"), ("Theme: dark", "dark"), ("Theme: system (dark)", "dark")]:
        theme.click()
        expect(theme).to_have_accessible_name(name)
        expect(app).to_have_attribute("data-theme", seen)
    theme.click()
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    expect(app).to_have_attribute("data-theme", "light")
    editor.page.emulate_media(color_scheme="light")
    expect(theme).to_have_accessible_name("Theme: light")


def test_narrow(editor: Editor) -> None:
    editor.page.set_viewport_size({"width": 400, "height": 800})
    assert editor.page.evaluate("document.documentElement.scrollWidth") <= 400
    editor.page.get_by_role("button", name="Settings and history").click()
    expect(editor.page.get_by_test_id("steps")).to_be_visible()


def test_the_header_is_one_row_inside_the_window_at_every_width(editor: Editor) -> None:
    for width in (*range(340, 1500, 40), 1101, 1121):
        editor.page.set_viewport_size({"width": width, "height": 800})
        height, right, tall = editor.page.evaluate(
            """() => { const row = document.querySelector('.top');
            const shown = [...row.querySelectorAll('*')].filter((e) => e.offsetWidth), most = (f) => Math.max(...shown.map(f));
            return [row.offsetHeight, most((e) => e.getBoundingClientRect().right), most((e) => e.offsetHeight)]; }"""
        )
        assert height < 60 and right <= width - 8 and tall < 40, (width, height, right, tall)


def test_the_tools_of_a_narrow_screen_are_one_line(editor: Editor) -> None:
    editor.page.set_viewport_size({"width": 420, "height": 800})
    editor.write(TEXT)
    for words in ("two", "six"):
        editor.select(words)
        editor.page.get_by_test_id("add-mask").click()
    tools = editor.page.locator(".pz-tools")
    assert tools.evaluate("e => e.offsetHeight") < 50 and tools.evaluate("e => e.scrollWidth > e.clientWidth")
    editor.page.get_by_test_id("masks-clear").click()  # scrolls to it
    expect(editor.page.get_by_test_id("mask")).to_have_count(0)


def test_every_control_has_a_name(editor: Editor) -> None:
    nameless = editor.page.evaluate(
        """() => [...document.querySelectorAll('.pz-app :is(button, input, select)')].filter((e) =>
        !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_the_page_asks_nothing_of_other_hosts(editor: Editor, site: Site) -> None:
    asked: list[str] = []
    editor.page.on("request", lambda request: asked.append(request.url))
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []
