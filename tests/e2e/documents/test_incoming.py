"""Text that comes from elsewhere: pasted, dropped, opened as a file. It is whole, and its lines end as the document's do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser
OTHER = "a\u0085b\u2028c\u2029d"


def paste(editor: Editor, text: str) -> None:
    """As the browser gives what lies on the clipboard; halves of characters can come from programs only."""
    editor.page.evaluate(
        """text => { const data = new DataTransfer(); const parts = text.split(/(\\p{Surrogate})/u);
        data.setData("text/plain", text);
        Object.defineProperty(data, "getData", {value: () => text});
        const event = new ClipboardEvent("paste", {bubbles: true, cancelable: true});
        Object.defineProperty(event, "clipboardData", {value: data});
        __palimpsest.view.contentDOM.dispatchEvent(event); }""",
        text,
    )


def drop(editor: Editor, text: str) -> None:
    editor.page.evaluate(
        """text => { const place = __palimpsest.view.coordsAtPos(0);
        const event = new DragEvent("drop", {bubbles: true, cancelable: true, clientX: place.left, clientY: place.top + 2});
        Object.defineProperty(event, "dataTransfer", {value: {types: ["text/plain"], files: [], getData: () => text}});
        __palimpsest.view.contentDOM.dispatchEvent(event); }""",
        text,
    )


def insert(editor: Editor, text: str) -> None:
    editor.page.evaluate("text => __palimpsest.view.dispatch({changes: {from: 0, insert: text}})", text)


WAYS = {"paste": paste, "drop": drop, "insert": insert}


def upload(editor: Editor, data: bytes, name: str) -> None:
    before = editor.page.evaluate("location.hash")
    editor.page.get_by_test_id("open-file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})
    editor.page.wait_for_function("before => location.hash !== before", arg=before)


def downloaded(editor: Editor) -> tuple[str, bytes]:
    with editor.page.expect_download() as download:
        editor.page.get_by_test_id("download").click()
    return download.value.suggested_filename, download.value.path().read_bytes()


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
@pytest.mark.parametrize("own", [b"\r\n", b"\n", b"\r"])
def test_line_ends_that_come_in_become_the_documents_own(
    editor: Editor, way: Callable[[Editor, str], None], own: bytes
) -> None:
    upload(editor, b"old" + own + b"text" + own, "own.txt")
    editor.select("old")
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 0}})")
    way(editor, f"one\r\ntwo\rthree\n{OTHER} ")
    assert editor.text() == f"one\ntwo\nthree\n{OTHER} old\ntext\n"
    lines = [b"one", b"two", b"three", f"{OTHER} old".encode(), b"text", b""]
    assert downloaded(editor) == ("own.txt", own.join(lines)), "at once, before it was saved by itself"
    editor.page.evaluate("__palimpsest.view.focus()")
    editor.page.keyboard.press("Control+z")
    assert editor.text() == "old\ntext\n", "one step to undo"


def test_a_file_that_mixes_line_ends_keeps_them_and_what_is_pasted_has_line_feeds(editor: Editor) -> None:
    data = b"a\r\nb\nc\rd"
    upload(editor, data, "mixed.txt")
    assert downloaded(editor)[1] == data
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 0}})")
    paste(editor, "x\r\ny")
    assert downloaded(editor)[1] == b"x\ny" + data
    editor.page.evaluate("__palimpsest.view.focus()")
    editor.page.keyboard.press("Control+a")
    editor.page.keyboard.press("Delete")
    editor.wait_saved()
    assert editor.text() == ""
    editor.page.keyboard.press("Control+z")
    assert downloaded(editor)[1] == b"x\ny" + data


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_half_characters_are_mended_as_they_come_in(
    editor: Editor, site: Site, way: Callable[[Editor, str], None]
) -> None:
    editor.write("old")
    editor.page.evaluate("__palimpsest.view.focus()")
    way(editor, "x" + chr(0xD83D) + "y 😀 ")
    assert editor.text() == "x\ufffdy 😀 old"
    editor.wait_saved()
    editor.page.reload()
    editor.page.wait_for_selector('.pz-app[data-ready="true"]')
    assert editor.text() == "x\ufffdy 😀 old"


def test_titles_and_pins_with_half_characters_do_no_harm(editor: Editor) -> None:
    editor.write("One two three four five six seven eight nine.")
    editor.page.get_by_test_id("document-title").evaluate(
        "(field) => { field.value = 'a\\ud83d/b'; field.dispatchEvent(new Event('change')); }"
    )
    expect(editor.page.get_by_test_id("document-title")).to_have_value("a\ufffd/b")
    assert downloaded(editor)[0] == "a\ufffd-b.txt"
    editor.page.get_by_test_id("must-contain").click()
    editor.page.get_by_test_id("pin-words").evaluate("(field) => { field.value = 'red\\ude00'; }")
    editor.page.get_by_test_id("pin-add").click()
    editor.select("two three four five six seven eight")
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    assert editor.page.get_by_role("alert").count() == 0


def test_what_the_files_encoding_lacks_is_said_before_the_file_changes(editor: Editor) -> None:
    editor.page.get_by_test_id("open-file").set_input_files(
        {"name": "quotes.txt", "mimeType": "text/plain", "buffer": b"\x93H\x94 \x80"}
    )
    editor.page.get_by_role("button", name="Open as Latin-1").click()
    editor.page.wait_for_function("__palimpsest.text() === '“H” €'")
    assert downloaded(editor)[1] == b"\x93H\x94 \x80"
    expect(editor.page.get_by_role("alert")).to_have_count(0)
    insert(editor, "→ ")
    expect(editor.page.get_by_role("alert")).to_contain_text("Windows-1252, which has no “→”")
    editor.page.get_by_role("alert").get_by_role("button", name="Dismiss").click()
    assert downloaded(editor)[1] == "→ “H” €".encode()
    expect(editor.page.get_by_role("alert")).to_contain_text("downloaded as UTF-8")
    editor.page.reload()
    expect(editor.page.get_by_role("alert")).to_contain_text("downloaded as UTF-8")
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, to: 2}})")
    assert downloaded(editor)[1] == b"\x93H\x94 \x80"
