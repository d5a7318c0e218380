"""Several documents: the list, search, the bin, what another tab has open, and files that are dropped."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from editor.limits import TITLE
from tests.e2e.conftest import Editor, Site

pytestmark = pytest.mark.browser


def named(editor: Editor, title: str, text: str = "") -> int:
    """A new document with a title and a text, open and saved; its number."""
    editor.write(text)
    field = editor.page.get_by_test_id("document-title")
    field.fill(title)
    field.press("Enter")
    editor.page.wait_for_function("title => document.title.startsWith(title)", arg=title)
    editor.page.keyboard.press("Control+s")
    expect(editor.page.get_by_test_id("status")).to_have_text("Saved")
    return int(editor.page.evaluate("location.hash.slice(1)"))


def entry(page: Page, number: int) -> Locator:
    return page.locator(f'[data-testid="document"][data-document="{number}"]')


def show(page: Page, query: str = "") -> None:
    page.get_by_test_id("documents").click()
    page.get_by_test_id("document").first.wait_for()
    page.get_by_test_id("search").fill(query)


def ready(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector('.pz-app[data-ready="true"]')


def alert(page: Page) -> Locator:
    return page.get_by_test_id("notice")


def test_a_search_counts_its_hits_shows_them_and_opens_one(editor: Editor) -> None:
    first = named(editor, "Heron notes", "A heron stood in the shallows.\nThe heron left.")
    named(editor, "Otters", "Nothing of birds.")
    show(editor.page, "heron")
    expect(editor.page.get_by_test_id("document")).to_have_count(1)
    expect(editor.page.get_by_test_id("search-status")).to_have_text("1 document, 3 hits")
    expect(entry(editor.page, first)).to_contain_text("9 words")
    expect(entry(editor.page, first).locator("mark")).to_have_text("heron")
    expect(entry(editor.page, first).get_by_test_id("excerpt")).to_contain_text(
        "stood in the shallows. The heron left."
    )
    editor.page.keyboard.press("Enter")
    editor.page.wait_for_function("n => location.hash === '#' + n", arg=first)
    assert editor.text().startswith("A heron stood") and not editor.page.locator("dialog:modal").count()


@pytest.mark.parametrize("odd", ["%", "_", "😀", "<script>alert(1)</script>", "\\", "("])
def test_odd_characters_are_searched_for_as_they_are(editor: Editor, odd: str) -> None:
    number = named(editor, "Odd", f"zq{odd}qz")
    named(editor, "Even", "zqqz")
    show(editor.page, f"zq{odd}q")
    expect(editor.page.get_by_test_id("search-status")).to_have_text("1 document, 1 hit")
    expect(entry(editor.page, number).locator("mark")).to_have_text(f"zq{odd}qz")


def test_rename_in_place_and_a_title_over_the_limit(editor: Editor, site: Site) -> None:
    other = named(editor, "Old name", "one")
    number = named(editor, "Open one", "two")
    show(editor.page)
    entry(editor.page, other).get_by_test_id("document-rename").click()
    field = editor.page.get_by_test_id("rename-input")
    expect(field).to_be_focused()
    field.fill("Thrown away")
    field.press("Escape")
    expect(entry(editor.page, other)).to_contain_text("Old name")
    entry(editor.page, other).get_by_test_id("document-rename").click()
    field.fill("<b>New</b> name")
    field.press("Enter")
    expect(entry(editor.page, other)).to_contain_text("<b>New</b> name")
    assert site.service.store.documents.get(other).title == "<b>New</b> name"
    entry(editor.page, number).get_by_test_id("document-rename").click()
    field.evaluate("(field, title) => { field.removeAttribute('maxlength'); field.value = title; }", "x" * (TITLE + 1))
    field.press("Enter")
    expect(alert(editor.page)).to_contain_text(f"the limit is {TITLE}")
    expect(entry(editor.page, number)).to_contain_text("Open one")
    assert editor.page.evaluate("document.querySelector('dialog:modal').contains(document.querySelector('.notice'))")
    entry(editor.page, number).get_by_test_id("document-rename").click()
    field.fill("Renamed")
    field.press("Enter")
    expect(editor.page.get_by_test_id("document-title")).to_have_value("Renamed")


def test_a_copy_has_the_text_as_it_was_just_typed(editor: Editor, site: Site) -> None:
    number = named(editor, "Mine", "first")
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 5, insert: ' second'}})")
    show(editor.page)
    entry(editor.page, number).get_by_test_id("document-duplicate").click()
    editor.page.wait_for_function("n => location.hash !== '#' + n", arg=number)
    assert editor.page.get_by_test_id("document-title").input_value() == "Mine copy" and editor.text() == "first second"
    expect(editor.page.get_by_test_id("history-item")).to_have_count(1)
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'not '}})")
    editor.wait_saved()
    assert site.service.store.documents.get(number).text == "first second"


def test_deleting_the_open_document_opens_another_and_can_be_undone(editor: Editor, site: Site) -> None:
    other = named(editor, "Other", "other")
    number = named(editor, "Doomed", "doomed")
    editor.page.evaluate("__palimpsest.view.dispatch({changes: {from: 0, insert: 'not saved yet, '}})")
    show(editor.page)
    entry(editor.page, number).get_by_test_id("document-delete").click()
    expect(alert(editor.page)).to_contain_text("“Doomed” is in the bin.")
    editor.page.wait_for_function("n => location.hash === '#' + n", arg=other)
    expect(entry(editor.page, number)).to_have_count(0)
    assert editor.text() == "other" and site.service.store.documents.get(number).deleted_at
    editor.page.get_by_role("button", name="Undo").click()
    editor.page.wait_for_function("n => location.hash === '#' + n", arg=number)
    expect(entry(editor.page, number)).to_have_count(1)
    assert editor.text() == "not saved yet, doomed" and not site.service.store.documents.get(number).deleted_at


def test_the_bin_restores_asks_before_it_deletes_and_is_emptied(editor: Editor, site: Site) -> None:
    store = site.service.store
    numbers = [named(editor, f"Thing {i}", f"thing {i}") for i in range(3)]
    named(editor, "Last", "last")
    show(editor.page)
    for number in numbers:
        entry(editor.page, number).get_by_test_id("document-delete").click()
        expect(entry(editor.page, number)).to_have_count(0)
    editor.page.get_by_test_id("bin").click()
    entry(editor.page, numbers[0]).get_by_test_id("document-restore").click()
    expect(entry(editor.page, numbers[0])).to_have_count(0)
    assert store.documents.get(numbers[0]).deleted_at is None and editor.text() == "last"
    forever = entry(editor.page, numbers[1]).get_by_test_id("document-delete-for-ever")
    forever.click()
    expect(editor.page.locator("[data-testid=confirm][open]")).to_contain_text("Delete “Thing 1” for ever?")
    editor.page.keyboard.press("Enter")  # the focus is on the button that keeps it
    assert store.documents.get(numbers[1]).text == "thing 1"
    forever.click()
    editor.page.keyboard.press("Escape")
    expect(entry(editor.page, numbers[1])).to_be_visible()
    forever.click()
    editor.page.locator("[data-testid=confirm][open] [data-testid=confirm-yes]").click()
    expect(entry(editor.page, numbers[1])).to_have_count(0)
    editor.page.get_by_test_id("empty-bin").click()
    editor.page.locator("[data-testid=confirm][open] [data-testid=confirm-yes]").click()
    expect(editor.page.get_by_test_id("search-status")).to_have_text("The bin is empty.")
    left = [d.id for d in store.documents.all()]
    assert store.documents.all(in_bin=True) == [] and numbers[0] in left and not {*numbers[1:]} & {*left}


def test_when_the_last_one_is_deleted_there_is_a_new_one(editor: Editor, site: Site) -> None:
    store = site.service.store
    named(editor, "The last", "text")
    kept = [d.id for d in store.documents.all() if d.title != "The last"]
    for number in kept:
        store.bin.put(number)
    try:
        editor.page.keyboard.press("Control+k")
        editor.page.keyboard.type("delete the document")
        editor.page.keyboard.press("Enter")
        expect(editor.page.get_by_test_id("document-title")).to_have_value("Untitled")
        assert editor.text() == "" and [d.title for d in store.documents.all()] == ["Untitled"]
    finally:
        for number in kept:
            store.bin.take_out(number)


def test_an_address_of_a_deleted_document_says_so_and_offers_to_restore_it(tabs: list[Page], site: Site) -> None:
    store, page = site.service.store, tabs[0]
    number = store.documents.create("Buried", "prose", "treasure").id
    store.documents.create("Above ground", "prose", "grass")
    store.bin.put(number)
    ready(page, f"{site.url}/#{number}")
    expect(alert(page)).to_contain_text(f"“Buried” (document {number}) is in the bin")
    assert Editor(page).text() != "treasure"
    page.get_by_role("button", name="Restore").click()
    page.wait_for_function("__palimpsest.text() === 'treasure'")
    assert store.documents.get(number).deleted_at is None
    page.evaluate("location.hash = '#123456789'")
    expect(alert(page)).to_contain_text("no document 123456789")
    page.wait_for_function("n => location.hash === '#' + n", arg=number)
    assert Editor(page).text() == "treasure"


def test_another_tab_goes_on_writing_into_a_deleted_document(tabs: list[Page], site: Site) -> None:
    store, (first, second) = site.service.store, tabs
    number = store.documents.create("Shared", "prose", "start").id
    ready(first, f"{site.url}/#{number}")
    ready(second, f"{site.url}/#{number}")
    show(first)
    entry(first, number).get_by_test_id("document-delete").click()
    expect(alert(first)).to_contain_text("“Shared” is in the bin.")
    second.evaluate("__palimpsest.view.dispatch({changes: {from: 5, insert: ' more'}})")
    expect(alert(second)).to_contain_text("put into the bin in another tab")
    assert store.documents.get(number).text == "start more" and store.documents.get(number).deleted_at
    second.get_by_role("button", name="Restore").click()
    expect(alert(second)).to_have_count(0)
    assert store.documents.get(number).deleted_at is None and Editor(second).text() == "start more"
    store.bin.put(number)
    store.bin.delete(number)
    second.evaluate("__palimpsest.view.dispatch({changes: {from: 10, insert: ' and more'}})")
    expect(alert(second)).to_contain_text("deleted for ever in another tab")
    second.get_by_role("button", name="Keep it as a new document").click()
    second.wait_for_function("n => location.hash !== '#' + n", arg=number)
    assert store.documents.get(int(second.evaluate("location.hash.slice(1)"))).text == "start more and more"


def test_a_hundred_documents_are_listed_and_walked_through_with_the_keyboard(editor: Editor, site: Site) -> None:
    store = site.service.store
    made = [store.documents.create(f"Of a hundred {i}", "prose", f"text {i} " * 50).id for i in range(100)]
    try:
        show(editor.page, "of a hundred")
        expect(editor.page.get_by_test_id("search-status")).to_have_text("100 documents, 100 hits")
        editor.page.keyboard.press("ArrowDown")
        for _ in range(3):
            editor.page.keyboard.press("ArrowDown")
        expect(entry(editor.page, made[-4]).get_by_test_id("document-open")).to_be_focused()
        editor.page.keyboard.press("Enter")
        editor.page.wait_for_function("n => location.hash === '#' + n", arg=made[-4])
    finally:
        for number in made:
            store.bin.put(number)
        store.bin.empty()


def test_dragged_files_are_announced_and_opened(editor: Editor) -> None:
    drag = """name => { const data = new DataTransfer();
        for (const [file, text] of [['one.py', 'x = 1'], ['two.md', '# two']]) data.items.add(new File([text], file));
        document.querySelector('.cm-content').dispatchEvent(
            new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true})); }"""
    hint = editor.page.get_by_test_id("drop-hint")
    expect(hint).to_be_hidden()
    editor.page.evaluate(drag, "dragover")
    expect(hint).to_be_visible()
    editor.page.evaluate("dispatchEvent(new DragEvent('dragleave'))")
    expect(hint).to_be_hidden()
    editor.page.evaluate(drag, "dragover")
    editor.page.evaluate(drag, "drop")
    editor.page.wait_for_function("__palimpsest.text() === '# two'")
    expect(hint).to_be_hidden()
    show(editor.page, "one.py")
    expect(editor.page.get_by_test_id("document").first).to_contain_text("Python")


def test_where_one_was_in_a_document_is_remembered(editor: Editor) -> None:
    number = named(editor, "Long", "\n".join(f"line {i}" for i in range(400)))
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 2000}, scrollIntoView: true})")
    named(editor, "Short", "short")
    ready(editor.page, editor.page.url)
    editor.page.evaluate("n => { location.hash = '#' + n; }", number)
    editor.page.wait_for_function("__palimpsest.text().startsWith('line 0')")
    assert editor.page.evaluate("__palimpsest.view.state.selection.main.head") == 2000
    editor.page.wait_for_function("__palimpsest.view.scrollDOM.scrollTop > 1000")
