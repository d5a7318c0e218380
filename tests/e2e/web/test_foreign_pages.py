"""Other web pages in a real browser: none reads, changes, deletes, frames or starts anything. The page itself works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

import engine
from editor.web import app
from tests.conftest import launched
from tests.e2e.conftest import Editor, Site, serving
from tests.e2e.web import foreign

pytestmark = pytest.mark.browser
NAMES = ("localhost", "editor.test")


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser for which foreign.test, rebound.test and editor.test are names of this machine."""
    with launched(playwright, *foreign.FLAGS) as started:
        yield started


@pytest.fixture(scope="module", autouse=True)
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Gradio's files lie in a folder that nobody else writes to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("gradio")))
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    ways = engine.Ways.only(engine.scripted(" something else"))
    with serving(ways, tmp_path_factory.mktemp("home") / "home.sqlite3", names=NAMES) as served:
        yield served


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    with foreign.foreign_server() as port:
        yield port


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def at(site: Site, host: str) -> str:
    return f"http://{host}:{site.url.rpartition(':')[2]}"


def rebound(tab: Page, site: Site) -> str:
    """A page whose name means this machine since it was loaded: to the browser the program is the same origin."""
    url = at(site, "rebound.test")
    tab.route("**/evil.html", lambda route: route.fulfill(content_type="text/html", body="<!doctype html><body>evil"))
    tab.goto(f"{url}/evil.html")
    return url


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("foreign.test", "127.0.0.1"), ("foreign.test", "localhost"), ("foreign.test", "editor.test"), ("localhost", "localhost"),
        ("127.0.0.1", "localhost"), ("editor.test", "editor.test"),
    ],
)  # fmt: skip
def test_a_foreign_page_gets_nothing(tab: Page, home: Site, elsewhere: int, host: str, target: str) -> None:
    """Another name, and another port of the same name, which browsers call the same site."""
    tab.goto(f"http://{host}:{elsewhere}/")
    assert foreign.attack(tab, home, at(home, target)) == {}


def test_a_window_that_is_opened_is_out_of_reach(tab: Page, home: Site, elsewhere: int) -> None:
    tab.goto(f"http://localhost:{elsewhere}/")
    assert "window" not in foreign.attack(tab, home, at(home, "localhost"), ["window"])


def test_a_rebound_name_gets_nothing(tab: Page, home: Site) -> None:
    url = rebound(tab, home)
    got = foreign.attack(tab, home, url)
    assert not {name: text for name, text in got.items() if '"unknown_host"' not in text}, "more than the refusal"
    answer = tab.goto(url)
    assert answer is not None and answer.status == 403
    assert answer.json()["error"]["code"] == "unknown_host" and "--allow-host rebound.test" in answer.text()


def test_without_the_guard_they_would(
    tab: Page, elsewhere: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attacks are real: most of them succeed where nobody stands in front of the routes."""
    monkeypatch.setattr(app, "Guard", lambda unguarded, names: unguarded)
    ways = engine.Ways.only(engine.scripted(" something else"))
    with serving(ways, tmp_path / "open.sqlite3") as site:
        tab.goto(f"http://localhost:{elsewhere}/")
        got = foreign.attack(tab, site, at(site, "localhost"))
        assert {"fetch, the page", "script", "style sheet", "picture", "framed", "changed"} <= set(got)
        for name in ("no-cors, new document", "form, new document"):
            assert "changed" in foreign.attack(tab, site, at(site, "localhost"), [name]), name
        url = rebound(tab, site)
        got = foreign.attack(tab, site, url, ["fetch, a document's file", "fetch, JSON with preflight"])
        assert got["fetch, a document's file"] == foreign.SECRET and "changed" in got


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "editor.test", "[::1]"])
def test_the_page_works_by_every_name_of_its_own(tab: Page, home: Site, tmp_path: Path, host: str) -> None:
    if host == "[::1]":
        ways = engine.Ways.only(engine.scripted(" something else"))
        with serving(ways, tmp_path / "six.sqlite3", host="::1") as site:
            works(tab, site, host)
    else:
        works(tab, home, host)


def works(tab: Page, site: Site, host: str) -> None:
    """Open, write, run, accept, save, reload, and a file in and out. Nothing is asked of another server."""
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("response", lambda answer: answer.status in (403, 413, 415) and problems.append(answer.url))
    ours = (at(site, host) + "/", f"blob:{at(site, host)}/", "data:")
    tab.on("request", lambda request: request.url.startswith(ours) or problems.append(request.url))
    tab.goto(at(site, host))
    tab.wait_for_selector('.pz-app[data-ready="true"]')
    editor = Editor(tab)
    editor.write("one two three")
    editor.select("two")
    tab.keyboard.press("Control+Enter")
    editor.wait_review()
    tab.keyboard.press("Tab")
    tab.wait_for_function("__palimpsest.text() !== 'one two three'")
    editor.wait_saved()
    written = editor.text()
    tab.reload()
    tab.wait_for_function("text => window.__palimpsest?.text() === text", arg=written)
    tab.get_by_test_id("open-file").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"from a file"}
    )
    tab.wait_for_function("__palimpsest.text() === 'from a file'")
    with tab.expect_download() as download:
        tab.get_by_test_id("download").click()
    assert download.value.path().read_bytes() == b"from a file"
    assert not problems


def test_a_link_to_the_page_works_and_a_link_to_data_does_not(tab: Page, home: Site, elsewhere: int) -> None:
    document = home.service.store.documents.create("Mine", "plain", foreign.SECRET)
    for path, arrives in (("/", True), (f"/#{document.id}", True), (f"/api/documents/{document.id}/file", False)):
        tab.goto(f"http://foreign.test:{elsewhere}/")
        tab.evaluate(
            "href => document.body.append(Object.assign(document.createElement('a'), {href, text: 'go'}))",
            at(home, "localhost") + path,
        )
        with tab.expect_response(lambda answer: "localhost" in answer.url) as answer:
            tab.get_by_text("go").click()
        assert (answer.value.status == 200) == arrives
        if arrives:
            tab.wait_for_selector('.pz-app[data-ready="true"]')
