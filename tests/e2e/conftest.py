"""The page on the scripted denoiser: fast, with forward passes that can be counted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, Route, expect

import engine
from editor.service import EditService
from editor.web.app import create_app
from engine.models.scripted import ScriptedDenoiser
from storage import open_store
from tests.conftest import PATIENCE, SECONDS, Profile, listening

DELAY = 0.04
expect.set_options(timeout=PATIENCE)


@dataclass
class Site:
    url: str
    service: EditService
    denoiser: ScriptedDenoiser


@contextmanager
def serving(
    ways: engine.Ways,
    database: Path,
    host: str = "127.0.0.1",
    names: Collection[str] = ("localhost",),
) -> Iterator[Site]:
    """The page of a model, with a database of its own."""
    store = open_store(f"sqlite:///{database}")
    service = EditService(ways, store, "test")
    denoiser = ways.default
    assert isinstance(denoiser, ScriptedDenoiser)
    with listening(create_app(service, names), host) as server:
        yield Site(server.url, service, denoiser)
    store.engine.dispose()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    denoiser = engine.scripted(" something else", lambda: time.sleep(DELAY))
    ways = engine.Ways(
        {"causal": denoiser, "writer": engine.scripted(" by another hand", lambda: time.sleep(DELAY))},
        {"infill": "causal", "revise": "writer", "edit": "writer"},
    )
    with serving(ways, tmp_path_factory.mktemp("site") / "site.sqlite3") as served:
        yield served


def until(holds: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait for what the page does not show."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)


@contextmanager
def slowly(denoiser: ScriptedDenoiser) -> Iterator[None]:
    """Passes that take so long that a page on a busy machine stops them in the middle of a run."""
    usual, denoiser.delay = denoiser.delay, lambda: time.sleep(6 * DELAY)
    try:
        yield
    finally:
        denoiser.delay = usual


@dataclass
class Editor:
    """A page and what a person does with it."""

    page: Page

    def text(self) -> str:
        return self.page.evaluate("__palimpsest.text()")

    def write(self, text: str) -> None:
        """A new document with this text, as an editor would have it."""
        before = self.page.evaluate("location.hash")
        self.page.get_by_test_id("new-document").click()
        self.page.wait_for_function("before => location.hash !== before && __palimpsest.text() === ''", arg=before)
        self.page.evaluate("t => __palimpsest.view.dispatch({changes: {from: 0, insert: t}})", text)

    def select(self, words: str) -> None:
        self.page.evaluate(
            """words => { const at = __palimpsest.text().indexOf(words), view = __palimpsest.view;
            view.dispatch({selection: {anchor: at, head: at + words.length}}); view.focus(); }""",
            words,
        )

    def wait_review(self, timeout: int = PATIENCE) -> None:
        self.page.locator('[data-testid="accept"]:visible').wait_for(timeout=timeout)

    def held(self, name: str) -> list[Route]:
        """The calls of a name, which wait here until the test lets them go on."""
        held: list[Route] = []

        def sort(route: Route) -> None:
            asked = json.loads(route.request.post_data or "{}")
            if asked["data"]["name"] == name:
                held.append(route)
            else:
                route.continue_()

        self.page.route("**/component_server/", sort)
        return held

    @contextmanager
    def answered(self, name: str, having: str | None = None) -> Iterator[None]:
        """Wait at the end until the page has shown the answer to a call of this name, with a value of this name in it."""

        def wanted(response: Response) -> bool:
            if not response.url.endswith("/component_server/"):
                return False
            asked = json.loads(response.request.post_data or "{}")["data"]
            return asked["name"] == name and (having is None or having in asked["payload"])

        with self.page.expect_response(wanted) as answer:
            yield
        answer.value.finished()
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def wait_saved(self) -> None:
        self.page.wait_for_function("!__palimpsest.unsaved()")

    def revisions(self) -> list[str | None]:
        return [item.get_attribute("data-kind") for item in self.page.get_by_test_id("history-item").all()]


@pytest.fixture
def tabs(profile: Profile, site: Site) -> Iterator[list[Page]]:
    with profile.blank(site.url) as first:
        yield [first, profile.context.new_page()]


@pytest.fixture
def editor(profile: Profile, site: Site) -> Iterator[Editor]:
    with profile.page(site.url) as page:
        yield Editor(page)


@pytest.fixture
def real(page: Page) -> Editor:
    """The page of the real program, with the embedded model."""
    return Editor(page)


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    return tmp_path
