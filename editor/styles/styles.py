"""Writing styles, read from assets/styles/. A file with an error is named and left out; the other styles work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import engine
from editor import datafiles
from editor.errors import EditorError
from editor.languages import ASSETS, PROSE, languages
from editor.styles.fields import FIELDS, OWN, EntryError
from engine import Style, Ways, shown

FOLDER = ASSETS / "styles"
NEEDS_MODEL = "needs an instruct model: start Palimpsest with --model NAME"


@dataclass(frozen=True, slots=True)
class StyleFile:
    """A style and where it is offered."""

    style: Style
    description: str
    kind: str
    """"prose" or "code" """
    languages: tuple[str, ...] = ()
    """those of code that it is for; none: all of its kind"""

    def fits(self, language: str) -> bool:
        return language in self.languages if self.languages else (language in PROSE) == (self.kind == "prose")


@dataclass(frozen=True, slots=True)
class Styles:
    """All that could be read, in the order of their file names, and what is wrong with the others."""

    files: tuple[StyleFile, ...]
    problems: tuple[str, ...]


def load(folder: Path = FOLDER) -> Styles:
    titles: dict[str, str] = {}

    def one(path: Path) -> StyleFile:
        file = read(path)
        same = titles.setdefault(file.style.title.strip().casefold(), path.name)
        if same != path.name:
            raise datafiles.wrong(path, "", f"{same} is called {file.style.title!r}, too; give it another title")
        return file

    files, problems = datafiles.all_of(folder.glob("*.toml"), one)
    return Styles(tuple(files), tuple(problems))


@cache
def styles() -> Styles:
    return load()


def find(name: str, language: str | None, known: Styles | None = None) -> Style:
    """The style of that name. Raises EditorError where there is none, or none for this language (None: any)."""
    files = (known or styles()).files
    named = next((file for file in files if file.style.name == name), None)
    if named is None:
        broken = next((p for p in (known or styles()).problems if p.startswith(f"{name}.toml")), None)
        here = ", ".join(file.style.name for file in files if language is None or file.fits(language)) or "none"
        raise EditorError("unknown_style", broken or f"there is no style {shown(name)}; choose one of these: {here}")
    if language is not None and not named.fits(language):
        raise EditorError(
            "style_unfit", f"the style {name!r} is not for {language}; choose another style or another language"
        )
    return named.style


def offered(language: str | None, ways: Ways, known: Styles | None = None) -> list[dict[str, Any]]:
    """What the page shows: every style for a language (None: for any), and why one cannot be had with this model."""
    found = []
    for file in (known or styles()).files:
        if language is not None and not file.fits(language):
            continue
        able = way(ways, file.style) is not None
        where = file.languages or tuple(one.name for one in languages() if file.fits(one.name))
        found.append(
            {"name": file.style.name, "title": file.style.title, "description": file.description, "for": file.kind,
             "languages": list(where),
             "available": able, "why": "" if able else NEEDS_MODEL, "way": way(ways, file.style)}
        )  # fmt: skip
    return found


def way(ways: Ways, style: Style) -> str | None:
    """The name of the way that does a style best: told where one is good at that and the style wants it, else weighed."""
    told = ways.best.get("edit")
    means = {name: engine.means(denoiser, style) for name, denoiser in ways.denoisers.items()}
    default = ways.best["infill"]
    if told is not None and means[told] == "told":
        return told
    return default if means[default] == "weighed" else None


# ---- a file --------------------------------------------------------------------------------------------------------
def read(path: Path) -> StyleFile:
    """One style. Raises EditorError, which names the file and the line."""
    return _file(path, *datafiles.read(path))


def _file(path: Path, text: str, data: dict[str, Any]) -> StyleFile:
    def wrong(key: str, what: str) -> EditorError:
        leaf = re.escape(key.rpartition(".")[2])
        head = re.compile(rf"^[ \t]*(?:\[+[ \t]*)?[\"']?{leaf}[\"']?[ \t]*(?:=|\])", re.MULTILINE).search(text)
        line = 1 if head is None else text.count("\n", 0, head.end()) + 1
        return datafiles.wrong(path, f", line {line}", what)

    for key, value in data.items():
        if key not in OWN and key not in FIELDS:
            raise wrong(key, f"{shown(key)} is no setting of a style; it may have {', '.join([*OWN, *FIELDS])}")
        try:
            data[key] = (FIELDS.get(key) or OWN[key])(value)
        except (TypeError, ValueError, KeyError) as error:
            named = error.args[1] if isinstance(error, EntryError) else key
            raise wrong(named, f"{key!r} {error.args[0]}") from error
    for key in ("title", "for"):
        if not data.get(key, "").strip():
            raise wrong(key, f"{key!r} is missing; every style has one")
    named = data.get("languages", ())
    if not data.get("does") and not data.get("instruction"):
        raise wrong("title", "it has neither 'does' nor 'instruction', so no model could do it")
    style = Style(path.stem, data["title"], **{key: value for key, value in data.items() if key in FIELDS})
    return StyleFile(style, data.get("description", ""), data["for"], named)
