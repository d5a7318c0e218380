"""The page on a script that knows some slips."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

import engine
from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site, serving

SLIPS = {"teh": "the", "wsa": "was", "hte": "the"}


@pytest.fixture(scope="module")
def proofreader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    denoiser = engine.scripted(" something else", lambda: time.sleep(0.02), SLIPS)
    with serving(engine.Ways.only(denoiser), tmp_path_factory.mktemp("instant") / "site.sqlite3") as site:
        yield site


@pytest.fixture
def editor(profile: Profile, proofreader: Site) -> Iterator[Editor]:
    with profile.page(proofreader.url) as page:
        yield Editor(page)
