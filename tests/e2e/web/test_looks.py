"""What the page looks like: its main states, light and dark, against pictures that were looked at and kept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import Profile
from tests.e2e.conftest import Editor, Site
from tests.e2e.web.looks import comparing
from tests.e2e.web.looks.states import PAGE, STATES, picture, selected
from tests.house import ROOT

pytestmark = pytest.mark.browser
NAMES = [state.__name__ for state in STATES]
# Done to a page that is as it should be.
SAME = {
    "letters placed between pixels": "app.style.textRendering = 'geometricPrecision'",
    "letters a little bolder": "app.style.webkitTextStroke = '0.3px'",
}
OTHER = {
    "no panel": "app.classList.add('panel-closed')",
    "no style sheet": "document.querySelectorAll('link[href*=palimpsest]').forEach((link) => link.remove())",
    "another accent": "app.style.setProperty('--accent', 'blue')",
    "another font": "app.style.setProperty('--sans', 'DejaVu Sans Mono')",
    "no text": "document.querySelector('.cm-content').style.visibility = 'hidden'",
}


@pytest.fixture(scope="module")
def sitting(browser: Browser) -> Iterator[Profile]:
    """A profile of its own: what a number looks like depends on the language."""
    made = Profile(browser, **PAGE, color_scheme="light", locale="en-GB")
    yield made
    made.context.close()


@pytest.fixture
def looked(sitting: Profile, site: Site) -> Iterator[Editor]:
    with sitting.blank(site.url) as page:
        yield Editor(page)


@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_a_state_looks_as_it_did(looked: Editor, site: Site, state: Callable[[Editor, Site], None]) -> None:
    state(looked, site)
    schemes = ("light", "dark")
    found = [comparing.complaint(f"{state.__name__}-{scheme}", picture(looked.page, scheme)) for scheme in schemes]
    assert not any(found), "\n".join(filter(None, found))


# ---- the comparison itself ------------------------------------------------------------------------------------------
def test_every_picture_is_of_a_state_and_all_are_small() -> None:
    kept = list(comparing.REFERENCES.glob("*.webp"))
    assert {path.stem for path in kept} == {f"{name}-{scheme}" for name in NAMES for scheme in ("light", "dark")}
    assert sum(path.stat().st_size for path in kept) < 700_000


def test_no_state_is_taken_for_another_nor_light_for_dark() -> None:
    kept = {path.stem: comparing.reference(path.stem) for path in comparing.REFERENCES.glob("*.webp")}
    assert not [(a, b) for a, b in combinations(sorted(kept), 2) if comparing.alike(kept[a], kept[b])]


def test_drawn_otherwise_is_the_same_and_a_broken_page_is_not(looked: Editor, site: Site) -> None:
    page = looked.page
    for done, same in [*((each, True) for each in SAME.items()), *((each, False) for each in OTHER.items())]:
        page.goto("about:blank")  # another document alone would not load the page again
        selected(looked, site)
        whole = comparing.read(picture(page, "light"))
        page.evaluate(f"(app) => {{ {done[1]} }}", page.query_selector(".pz-app"))
        changed = comparing.read(picture(page, "light"))
        assert changed.tobytes() != whole.tobytes(), f"{done[0]}: nothing was done"
        assert comparing.alike(changed, whole) == same, done[0]


def test_a_new_picture_is_left_with_its_difference_and_can_be_accepted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(comparing, "REFERENCES", tmp_path)
    monkeypatch.setattr(comparing, "RESULTS", tmp_path / "results")
    light, dark = (
        (comparing.Image.new("RGB", (1280, 800), colour), tmp_path / f"{colour}.png") for colour in ("white", "black")
    )
    for image, path in (light, dark):
        image.save(path)
    said = comparing.complaint("shelf-light", light[1].read_bytes())
    assert said and "there is no reference" in said and "--accept shelf-light" in said
    assert comparing.waiting() == ["shelf-light"]
    assert comparing.accept("shelf-light") == tmp_path / "shelf-light.webp"
    assert comparing.complaint("shelf-light", light[1].read_bytes()) is None
    said = comparing.complaint("shelf-light", dark[1].read_bytes())
    assert said and "100.0% of it differs" in said
    assert (tmp_path / "results" / "shelf-light.difference.png").is_file()
    assert comparing.complaint("shelf-light", light[1].read_bytes()) is None
    assert comparing.waiting() == [], "what has been mended is not offered any more"


def test_a_picture_that_no_test_left_cannot_be_accepted() -> None:
    command = [sys.executable, "-m", "tests.e2e.web.looks", "--accept", "nothing-light"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "no new picture nothing-light" in done.stderr
