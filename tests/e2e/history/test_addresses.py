"""Addresses of revisions and of steps of runs: copied, opened in another tab, wrong ones; what was typed when a page crashes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site, until
from tests.e2e.history.test_history import TEXT, rewritten

pytestmark = pytest.mark.browser


def opened(page: Page, address: str) -> Page:
    """An address in another tab, as a link there opens it."""
    other = page.context.new_page()
    other.goto(address)
    other.wait_for_selector('.pz-app[data-ready="true"]')
    return other


def copied(editor: Editor, item: str) -> str:
    """What an entry of a revision's menu puts into the clipboard."""
    first = editor.page.get_by_test_id("history-item").first
    first.get_by_test_id("revision-more").click()
    first.get_by_test_id(item).click()
    expect(editor.page.get_by_test_id("status")).to_contain_text("copied")
    return str(editor.page.evaluate("navigator.clipboard.readText()"))


def test_addresses_are_copied_open_exactly_that_and_say_when_they_name_nothing(editor: Editor, site: Site) -> None:
    page = editor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    editor.write(TEXT)
    rewritten(editor, "six")
    number = int(page.evaluate("location.hash.slice(1)"))
    history = site.service.store.documents.history(number)
    address, steps = copied(editor, "copy-address"), copied(editor, "copy-run")
    assert address == f"{site.url}/#/doc/{number}/rev/{history[0].id[:12]}"
    assert steps == f"{site.url}/#/doc/{number}/run/{history[0].run}"

    other = opened(page, address)
    expect(other.get_by_test_id("looking")).to_have_attribute("data-revision", history[0].id)
    other.goto(f"{steps}/step/1")  # the text is another by now, so it is played where the text was
    looking = other.get_by_test_id("looking")
    expect(looking).to_have_attribute("data-revision", history[0].run or "")
    expect(other.get_by_test_id("replay-view")).to_contain_text("Five")
    expect(looking.locator(".step-label")).to_contain_text(re.compile("1 step|step 1"))
    other.get_by_test_id("replay-timeline").press("Home")
    expect(other).to_have_url(f"{steps}/step/0")
    other.get_by_test_id("leave-revision").press("Escape")
    expect(looking).to_be_hidden()
    expect(other).to_have_url(f"{site.url}/#{number}")

    for wrong, told in (
        (f"#/doc/{number}/rev/zz", "no revision of it begins with 'zz'"),
        (f"#/doc/{number}/run/zz/step/5", "no run of it begins with 'zz'"),
        ("#/doc/987654/rev/ab12", "there is no document 987654"),
        (f"#/doc/{number}/rev/", "Nothing has the address"),
    ):
        other.goto(f"{site.url}/{wrong}")
        expect(other.get_by_role("alert")).to_contain_text(told)
        assert other.evaluate("__palimpsest.text()").startswith("😀 One two"), "the text stays open"
        wide = opened(page, f"{site.url}/{wrong}")
        expect(wide.get_by_role("alert")).to_contain_text(told)
        wide.close()
    other.goto(f"{site.url}/#/doc/{number}/rev/{history[0].id[:8]}/at/900-9999")
    expect(looking).to_be_visible()


def test_a_crash_takes_no_more_than_the_last_second_of_what_was_typed(browser: Browser, site: Site) -> None:
    """The clock is the test's: a key every 100 ms and no pause."""
    alone = Profile(browser)  # it goes away with its clock
    with alone.page(site.url) as page:
        typed_on_and_on(Editor(page), site)
    alone.context.close()


def typed_on_and_on(editor: Editor, site: Site) -> None:
    page, store = editor.page, site.service.store
    editor.write("")
    number = int(page.evaluate("location.hash.slice(1)"))
    page.get_by_test_id("surface").locator(".cm-content").focus()
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    for key in range(30):
        page.keyboard.press(chr(ord("a") + key % 26))
        page.clock.run_for(100)
        if key >= 10:
            until(lambda most=key - 10: len(store.documents.get(number).text) > most)  # type: ignore[misc]
    assert page.evaluate("__palimpsest.text()").startswith(store.documents.get(number).text)
