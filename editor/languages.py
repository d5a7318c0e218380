"""Languages and sample documents, read from assets/."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import engine
from editor import datafiles
from editor.errors import EditorError
from editor.payload import Payload, text_of

ASSETS = Path(__file__).resolve().parents[1] / "assets"
PROSE = frozenset({"prose", "plain", "markdown"})
"""languages that are prose throughout"""
USUAL: tuple[tuple[str, str, tuple[str, ...]], ...] = (("prose", "Prose", ()), ("plain", "Plain text", ()))


SPOKEN = dict(
    pair.split(":")
    for pair in (
        "af:Afrikaans am:Amharic ar:Arabic az:Azerbaijani be:Belarusian bg:Bulgarian bn:Bengali br:Breton bs:Bosnian ca:Catalan "
        "cs:Czech cy:Welsh da:Danish de:German el:Greek eo:Esperanto es:Spanish et:Estonian eu:Basque fa:Persian fi:Finnish "
        "fo:Faroese "
        "fr:French ga:Irish gl:Galician gu:Gujarati he:Hebrew hi:Hindi hr:Croatian hu:Hungarian hy:Armenian id:Indonesian "
        "is:Icelandic "
        "it:Italian ja:Japanese ka:Georgian kk:Kazakh km:Khmer kn:Kannada ko:Korean ku:Kurdish la:Latin lb:Luxembourgish lo:Lao "
        "lt:Lithuanian lv:Latvian mk:Macedonian ml:Malayalam mn:Mongolian mr:Marathi ms:Malay mt:Maltese my:Burmese nb:Norwegian "
        "ne:Nepali nl:Dutch nn:Norwegian no:Norwegian oc:Occitan pa:Punjabi pl:Polish pt:Portuguese ro:Romanian ru:Russian "
        "sk:Slovak "
        "sl:Slovenian sq:Albanian sr:Serbian sv:Swedish sw:Swahili ta:Tamil te:Telugu th:Thai tl:Tagalog tr:Turkish "
        "uk:Ukrainian ur:Urdu "
        "vi:Vietnamese xh:Xhosa zh:Chinese zu:Zulu"
    ).split()
)
"""names of the languages that people write, by ISO 639-1"""


@dataclass(frozen=True, slots=True)
class Language:
    name: str
    title: str
    extensions: tuple[str, ...]
    names: tuple[str, ...] = ()
    """files that are called so, whatever their ending"""


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    title: str
    language: str
    path: Path


@dataclass(frozen=True, slots=True)
class Languages:
    """All that could be read, and what is wrong with the other files."""

    found: tuple[Language, ...]
    problems: tuple[str, ...]


def load(folder: Path) -> Languages:
    """The languages of a folder. Text as it is needs no file: it is there even where its file is not."""
    found, problems = datafiles.all_of(folder.glob("*.toml"), _read)
    missing = [Language(*usual) for usual in USUAL if usual[0] not in {language.name for language in found}]
    ordered = sorted([*found, *missing], key=lambda language: (language.name != "prose", language.title))
    return Languages(tuple(ordered), tuple(problems))


def _read(path: Path) -> Language:
    """One language. Raises EditorError, which names the file."""
    _, entry = datafiles.read(path)
    title, extensions, names = entry.get("title"), entry.get("extensions"), entry.get("names", [])
    if not isinstance(title, str) or not title.strip():
        raise datafiles.wrong(path, "", "'title' must be a text in quotes")
    if not isinstance(extensions, list) or not all(isinstance(one, str) and one.startswith(".") for one in extensions):
        raise datafiles.wrong(path, "", "'extensions' must be a list of endings such as \".txt\"")
    if not isinstance(names, list) or not all(isinstance(one, str) and one.strip() for one in names):
        raise datafiles.wrong(path, "", "'names' must be a list of file names such as \"Makefile\"")
    return Language(path.stem, title, tuple(extensions), tuple(names))


@cache
def known() -> Languages:
    return load(ASSETS / "languages")


def spoken(codes: Iterable[str]) -> str:
    """Languages that a text may be in, in words."""
    return " and ".join(sorted({SPOKEN.get(code, "not English") for code in codes}))


def languages() -> tuple[Language, ...]:
    return known().found


def language_of(filename: str) -> str:
    """The language of a file, by its name, by its ending, or by its name with another ending ("Dockerfile.dev"); plain where
    nothing is known."""
    path = Path(filename.lower())
    called = {name.lower(): language.name for language in languages() for name in language.names}
    endings = {ending: language.name for language in reversed(languages()) for ending in language.extensions}
    return called.get(path.name) or endings.get(path.suffix) or called.get(path.stem, "plain")


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


def language_named(payload: Payload, default: str = "plain") -> str:
    name: str = text_of(payload, "language", default)
    if name not in {language.name for language in languages()}:
        raise EditorError("unknown_language", f"there is no language {engine.shown(name)}; choose one of the list")
    return name
