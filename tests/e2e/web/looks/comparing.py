"""What the page looked like and what it looks like: the share of a small picture that differs visibly.

Both are made small first, so that another drawing of the same letters is the same picture and a missing panel is not.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from tests.house import ROOT

REFERENCES = Path(__file__).parent
RESULTS = ROOT / "test-results" / "looks"
KEPT = (640, 400)
COMPARED = (320, 200)
CHANNEL = 40  # of 255: less is another hinting of the same letter
SHARE = 0.03  # of the whole picture
TILES = (5, 8)
TILE = 0.05  # of any tile, so that what is missing in one place is missed


def read(png: bytes) -> Image.Image:
    """A screenshot at the size that is kept."""
    return Image.open(io.BytesIO(png)).convert("RGB").resize(KEPT, Image.Resampling.BOX)


def reference(name: str) -> Image.Image | None:
    path = REFERENCES / f"{name}.webp"
    return Image.open(path).convert("RGB") if path.exists() else None


def differing(one: Image.Image, other: Image.Image) -> np.ndarray:
    """Which pixels differ in a channel by more than a reader overlooks."""
    a, b = (np.asarray(image.resize(COMPARED, Image.Resampling.BOX), dtype=int) for image in (one, other))
    return np.abs(a - b).max(axis=2) > CHANNEL


def worst(where: np.ndarray) -> float:
    """The share of the tile that differs most."""
    down, across = TILES
    tiles = where.reshape(down, where.shape[0] // down, across, where.shape[1] // across)
    return float(tiles.mean(axis=(1, 3)).max())


def passes(where: np.ndarray) -> bool:
    return bool(where.mean() <= SHARE) and worst(where) <= TILE


def alike(one: Image.Image, other: Image.Image) -> bool:
    return passes(differing(one, other))


def complaint(name: str, png: bytes) -> str | None:
    """Why a screenshot is not the picture that is kept; it is then left with the difference in test-results/."""
    new, kept = read(png), reference(name)
    for old in RESULTS.glob(f"{name}.*"):
        old.unlink()
    where = differing(new, kept) if kept else np.ones(COMPARED[::-1], dtype=bool)
    if kept and passes(where):
        return None
    RESULTS.mkdir(parents=True, exist_ok=True)
    new.save(RESULTS / f"{name}.webp", quality=85, method=6)
    Image.fromarray(where).resize(KEPT).save(RESULTS / f"{name}.difference.png")
    found = (
        f"{where.mean():.1%} of it differs ({SHARE:.0%} may) and {worst(where):.1%} of a tile of it ({TILE:.0%} may)"
        if kept
        else "there is no reference"
    )
    return (
        f"{name}: {found}. See {RESULTS}/{name}.webp and {name}.difference.png; "
        f"if it should look so: python -m tests.e2e.web.looks --accept {name}"
    )


def waiting() -> list[str]:
    """The names of new pictures that were not the ones that are kept."""
    return sorted(path.stem for path in RESULTS.glob("*.webp"))


def accept(name: str) -> Path:
    """Raises FileNotFoundError where no test left such a picture."""
    return Path(shutil.move(RESULTS / f"{name}.webp", REFERENCES / f"{name}.webp"))
