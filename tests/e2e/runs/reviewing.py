"""What tests of proposals do and look at."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.e2e.conftest import Editor, Site

TEXT = "😀 One two three four.\nFive six seven eight.\n"


def rewrite(editor: Editor, *words: str, text: str = TEXT, candidates: int = 3, wait: bool = True) -> None:
    editor.write(text)
    editor.page.get_by_test_id("candidates").fill(str(candidates))
    if candidates > 1:
        # The script is sure of itself: hot enough, and from a seed, so that candidates differ every time.
        editor.page.get_by_test_id("reroll").uncheck()
        editor.page.get_by_test_id("seed").fill("5")
        editor.page.get_by_test_id("temperature").fill("1.6")
    for word in words[:-1]:
        editor.select(word)
        editor.page.keyboard.press("Control+m")
        editor.page.keyboard.press("Escape")
    editor.select(words[-1])
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    if wait:
        known(editor)


def known(editor: Editor) -> None:
    """Python has said what it knows of the candidates."""
    editor.page.wait_for_function("__palimpsest.run()?.made && __palimpsest.run().nlls.length > 0")


def by(editor: Editor, name: str) -> Locator:
    return editor.page.get_by_test_id(name)


def shown(editor: Editor, span: int = 0) -> str:
    return "".join(editor.page.locator(f'.pz-span[data-span="{span}"] .pz-tok').all_text_contents())


def stored(site: Site, editor: Editor) -> str:
    return site.service.store.documents.get(int(editor.page.url.split("#")[1])).text
