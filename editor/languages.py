"""Languages and sample documents, read from assets/."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from editor.errors import EditorError

ASSETS = Path(__file__).resolve().parents[1] / "assets"
PROSE = frozenset({"prose", "plain", "markdown"})
"""languages that are prose throughout"""


@dataclass(frozen=True, slots=True)
class Language:
    name: str
    title: str
    extensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    title: str
    language: str
    path: Path


@cache
def languages() -> tuple[Language, ...]:
    found = []
    for path in sorted((ASSETS / "languages").glob("*.toml")):
        entry = tomllib.loads(path.read_text(encoding="utf-8"))
        found.append(Language(path.stem, entry["title"], tuple(entry["extensions"])))
    return tuple(sorted(found, key=lambda language: (language.name != "prose", language.title)))


def language_of(filename: str) -> str:
    """The language of a file, by its ending; plain where nothing is known."""
    suffix = Path(filename).suffix.lower()
    return next((language.name for language in languages() if suffix in language.extensions), "plain")


@cache
def samples() -> tuple[Sample, ...]:
    """Sample documents in the order of their file names: 1-a-title.md is called "A title"."""
    found = []
    for path in sorted((ASSETS / "samples").iterdir()):
        title = path.stem.split("-", 1)[1].replace("-", " ").capitalize()
        language = "prose" if path.suffix == ".txt" else language_of(path.name)
        found.append(Sample(path.name, title, language, path))
    return tuple(found)


def sample_named(name: object) -> Sample:
    """The sample document of that file name. Raises EditorError."""
    found = next((sample for sample in samples() if sample.name == name), None)
    if found is None:
        names = ", ".join(sample.name for sample in samples())
        raise EditorError("unknown_sample", f"there is no sample {name!r}; choose one of {names}")
    return found
