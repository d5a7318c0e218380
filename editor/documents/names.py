"""Titles and the names of files: what they lose on the way in, and what a title is called as a file."""

from __future__ import annotations

import re
import unicodedata

from editor.errors import EditorError
from editor.languages import languages
from editor.limits import FILE_NAME, TITLE
from storage import mended

UNTITLED = "Untitled"
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""marks that turn the direction of writing around: with one, "gpj.exe" reads "exe.jpg" """
_PATH = re.compile(r"^(?:[A-Za-z]:)?[\\/]|^[A-Za-z]:$|^~[\\/]|(?:^|[\\/])\.{1,2}(?:[\\/]|$)")
_UNFIT = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:[a-z][a-z0-9_+-]{1,9}|[A-Z][A-Z0-9]{1,4}|[chlmrsvyCHRS])$")
"""what looks like the ending of a file: ".csv", ".TXT", ".c"; not ".2" and not ".Weber" """


def plain(text: object) -> str:
    """On one line, without control characters, half characters, or marks that turn the direction of writing around."""
    spaced = " ".join(mended(str(text)).split())
    shown = "".join(character for character in spaced if unicodedata.category(character) != "Cc")
    return " ".join(_DIRECTIONS.sub("", shown).split())


def base(name: object) -> str:
    """The name of a file without its folders, of whatever system."""
    # No folder's name ends in "<": what stands there is "</b>", and in a title that is a title's own.
    return re.split(r"(?<!<)[\\/]", plain(name).rstrip("\\/ "))[-1].strip()


def title_of(title: object) -> str:
    """A title as it is kept; one that is the path of a file keeps the file's name. Raises EditorError."""
    text = plain(title)
    if _PATH.search(text):
        text = base(text)
    if not any(unicodedata.category(character)[0] not in "CZ" for character in text.strip(". ")):
        text = UNTITLED
    if len(text) > TITLE:
        raise EditorError("title_too_long", f"the title has {len(text)} characters; the limit is {TITLE}")
    return text


def copied(title: str) -> str:
    """The title of a copy, cut where the limit asks for it."""
    mark = " copy"
    return title[: TITLE - len(mark)].rstrip() + mark


def file_name(title: str, ending: str) -> str:
    """A name that every system takes for a file: ``title``, cut where it is too long, and ``ending``."""
    fit = _UNFIT.sub("-", plain(title)).strip(". ") or UNTITLED.lower()
    fit = f"_{fit}" if _RESERVED.match(fit) else fit
    room = FILE_NAME - len(ending.encode())
    return fit.encode()[:room].decode(errors="ignore").rstrip(". ") + ending


def document_name(title: str, language: str) -> str:
    """What a document is called as a file: the title, with the ending of its language where it has none that fits."""
    name = plain(title).rstrip(". ")
    mine = next((known for known in languages() if known.name == language), None)
    own = (".txt",) if mine is None else mine.extensions
    if mine is not None and name in mine.names and not name.startswith("."):
        return name
    found = _ENDING.search(name)
    # A title of one word that ends like a file is a file's name; in one of several, ".js" may be how the sentence ends.
    fits = found and (found.group().lower() in own or language == "plain" or not re.search(r"\s", name))
    if not found or not fits or not name[: found.start()].strip(". "):
        return file_name(name, own[0])
    return file_name(name[: found.start()], found.group())
