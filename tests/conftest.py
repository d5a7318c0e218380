"""What several tests share: a store on a real file, the program as a real process, a real browser. What takes long to import is
imported where it is used: the process that hands out the tests reads this file, too."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

    from engine.models.causal.denoiser import CausalDenoiser
    from engine.models.scripted import ScriptedDenoiser
    from storage import Store

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 90_000
"""milliseconds after which a page is given up: far more than it takes, for machines that are busy with other things"""
SECONDS = PATIENCE / 1000
"""the same for all else that is waited for"""
# An example may take as long as a busy machine makes it take.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What make quick draws is a sample of what make test draws.
settings.register_profile("quick", settings.get_profile("patient"), max_examples=20)
settings.load_profile("patient")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
FLAGS += ["--process-per-site"]  # a page that opens finds the process of the one before, and the scripts it compiled
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
"""the first that is there; the shell opens a page for a quarter less"""
READY = '.pz-app[data-ready="true"]'
# What is imported is no garbage, and to look for some in it takes long: not until all tests are known, and not there.
gc.disable()


def some(cases: Iterable[Any], *quick: Any) -> list[Any]:
    """Cases of a test, of which make quick tries some only: these, or the first where none is named."""
    every = list(cases)
    return some_of([(case,) for case in every], *(i for i, case in enumerate(every) if case in quick))


def some_of(cases: Iterable[Sequence[Any]], *quick: int) -> list[Any]:
    """The same for cases that are values of several names; those for make quick by their places."""
    return [pytest.param(*case, marks=[pytest.mark.slow] * (i not in (quick or [0]))) for i, case in enumerate(cases)]


def examples(count: int) -> settings:
    """As many examples of hypothesis as make test draws; make quick draws its share of them."""
    return settings(max_examples=max(1, count * settings().max_examples // 100))


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What uses the embedded model or Chromium is marked so, whoever forgets to."""
    for item in items:
        for mark, fixtures in {"model": {"embedded", "program", "real"}, "browser": {"browser"}}.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(mark)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What every store of a test begins with: made once, by the migrations."""
    from storage import open_store

    file = tmp_path_factory.mktemp("new") / "new.sqlite3"
    open_store(f"sqlite:///{file}").engine.dispose()
    assert [path.name for path in file.parent.iterdir()] == [file.name], "all of it is in the one file"
    return file.read_bytes()


@pytest.fixture
def store(tmp_path: Path, new_database: bytes) -> Iterator[Store]:
    with beginning(tmp_path / "test.sqlite3", new_database) as opened:
        yield opened


@contextmanager
def beginning(file: Path, new_database: bytes) -> Iterator[Store]:
    """A store on a new file."""
    from storage import open_store

    file.write_bytes(new_database)
    opened = open_store(f"sqlite:///{file}")
    yield opened
    opened.engine.dispose()


@pytest.fixture
def logged() -> Iterator[list[logging.LogRecord]]:
    """What is logged meanwhile."""
    kept, root = BufferingHandler(1000), logging.getLogger()
    root.addHandler(kept)
    yield kept.buffer
    root.removeHandler(kept)


@pytest.fixture(scope="session")
def embedded() -> CausalDenoiser:
    """The real embedded model."""
    import engine
    from engine.models.causal.denoiser import CausalDenoiser

    loaded = engine.load_ways(device="cpu").denoisers["causal"]
    assert isinstance(loaded, CausalDenoiser)
    return loaded


def stopped(denoiser: ScriptedDenoiser) -> int:
    """How many forward passes there were when none came for half a second."""
    while True:
        before = denoiser.nfe
        time.sleep(0.5)
        if denoiser.nfe == before:
            return before


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    url: str
    port: int


@contextmanager
def listening(app: FastAPI, host: str = "127.0.0.1") -> Iterator[Server]:
    """An application in this process, behind a port of its own."""
    import uvicorn

    config = uvicorn.Config(app, host=host, port=0, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Server(f"http://{f'[{host}]' if ':' in host else host}:{port}", port)
    server.should_exit = True
    thread.join(SECONDS)


@dataclass
class Program:
    url: str
    process: subprocess.Popen[str]
    database: Path


def start_program(database: Path, port: int | None = None) -> Program:
    """app.py as a process of its own, answering /healthz."""
    port = port or free_port()
    command = [sys.executable, "app.py", "--no-open", "--port", str(port), "--database", f"sqlite:///{database}"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PALIMPSEST_")}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        if process.poll() is not None:
            assert process.stderr is not None
            raise RuntimeError(f"app.py ended: {process.stderr.read()}")
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1).close()
            return Program(url, process, database)
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("app.py did not answer within two minutes")


def stop_program(program: Program) -> None:
    program.process.terminate()
    program.process.wait(SECONDS)
    assert program.process.stderr is not None
    program.process.stderr.close()


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    started = start_program(tmp_path_factory.mktemp("data") / "e2e.sqlite3")
    yield started
    stop_program(started)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all: a thread can have no second."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@contextmanager
def launched(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    started = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
    context, page = started.new_context, started.new_page

    def patient(opened: BrowserContext | Page) -> Any:
        opened.set_default_timeout(PATIENCE)
        return opened

    started.new_context = lambda **options: patient(context(**options))  # type: ignore[method-assign]
    started.new_page = lambda **options: patient(page(**options))  # type: ignore[method-assign]
    yield started
    started.close()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as started:
        yield started


class Profile:
    """One profile of the browser for page after page, so that each finds cache and process warm. A page begins without what pages
    before it kept, and with nothing that was done to them; only a clock that was set cannot be taken back."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        self._waiting: dict[str, Page] = {}

    @contextmanager
    def blank(self, url: str) -> Iterator[Page]:
        """A page that is to go to this site, and is closed with all that it opened."""
        self._forget(url)
        before = self.context.pages
        try:
            yield self.context.new_page()
        finally:
            for page in self.context.pages:
                if page not in before:
                    page.close()
            self.context.unroute_all(behavior="ignoreErrors")
            self.context.set_offline(False)
            self.context.clear_permissions()
            self.context.clear_cookies()

    @contextmanager
    def page(self, url: str, at: str = "", size: tuple[int, int] = (1280, 800), **media: Any) -> Iterator[Page]:
        """The page of a site, ready. Fails at the end when one of its scripts did."""
        problems: list[str] = []
        with self.blank(url) as page:
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.set_viewport_size({"width": size[0], "height": size[1]})
            if media:
                page.emulate_media(**media)
            page.goto(url + at)
            page.wait_for_selector(READY)
            yield page
        assert not problems, problems

    def _forget(self, url: str) -> None:
        """What the browser keeps for the site, by a page that stays and so keeps the process, too."""
        if url not in self._waiting:
            self._waiting[url] = self.context.new_page()
            self._waiting[url].goto(f"{url}/healthz")
        self._waiting[url].evaluate("localStorage.clear()")


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[Profile]:
    made = Profile(browser)
    yield made
    made.context.close()


@pytest.fixture
def page(profile: Profile, program: Program) -> Iterator[Page]:
    """The page of the program, on a fresh profile."""
    with profile.page(program.url) as opened:
        yield opened
