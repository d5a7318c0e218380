"""How much the page sends and reads: it grows with what was done, not with the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

import engine
from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def proofreader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    ways = engine.Ways.only(engine.scripted(" something else", corrections={"teh": "the"}))
    with serving(ways, tmp_path_factory.mktemp("amounts") / "site.sqlite3") as site:
        yield site


@pytest.fixture
def editor(profile: Profile, proofreader: Site) -> Iterator[Editor]:
    with profile.page(proofreader.url) as page:
        yield Editor(page)


def sizes(editor: Editor, work: Callable[[], None]) -> list[int]:
    """Bytes of every call of the page while something is done."""
    found: list[int] = []
    note = lambda request: found.append(len(request.post_data_buffer or b""))  # noqa: E731
    editor.page.on("request", note)
    work()
    editor.page.remove_listener("request", note)
    return [size for size in found if size]


def test_what_is_sent_for_a_paragraph_does_not_grow_with_the_document(editor: Editor) -> None:
    """The heat map sends the text once, whatever the number of paragraphs; a pause in typing sends what was typed."""
    paragraph = "It was a good day, 😀 and she saw the dog. " * 20
    each, typed = {}, {}
    for count in (3, 9):
        with editor.answered("warm", "cursor"):  # the reading ahead comes last, behind the counts
            editor.write("\n\n".join([paragraph] * count))
        editor.wait_saved()

        def heat(count: int = count) -> None:
            editor.page.get_by_test_id("heat").click()
            expect(editor.page.get_by_test_id("heat-legend")).to_contain_text("Weakest:")

        all_of_it = sizes(editor, heat)
        assert len(all_of_it) >= count
        each[count] = sum(all_of_it) / count
        editor.page.get_by_test_id("heat").click()
        editor.select("dog")

        def pause() -> None:
            with editor.answered("warm", "cursor"):
                editor.page.keyboard.type("x")
            editor.wait_saved()

        typed[count] = sorted(sizes(editor, pause))[:-1]  # the draft is the largest: it is saved whole
    assert each[9] < 1.2 * each[3]
    assert max(typed[9]) < 1.2 * max(typed[3])


def test_what_is_too_long_to_be_read_is_said(editor: Editor) -> None:
    editor.write(f"I saw teh dog.\n\n{'Zm9vYmFy' * 4000}\n\nAnd teh cat.")
    editor.page.get_by_test_id("heat").click()
    expect(editor.page.get_by_test_id("heat-legend")).to_contain_text("1 unbroken run of letters or digits is too long")
    assert editor.page.locator(".cm-content .pz-h0").first.text_content() == "teh"
    editor.page.get_by_test_id("heat").click()
