"""Files of settings (assets/styles, assets/languages): read with care, because users put their own there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from editor.errors import EditorError

MOST = 1 << 20
"""bytes of a file"""
T = TypeVar("T")


def wrong(path: Path, where: str, what: str) -> EditorError:
    """What is wrong with a file, and where in it."""
    return EditorError("bad_file", f"{path.name}{where}: {what}. It is left out; mend the file and start again", 500)


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """A TOML file as (text, settings). Raises EditorError, which names the file and the line."""
    try:
        if path.exists() and not path.is_file():
            raise wrong(path, "", "it is no file")
        if path.stat().st_size > MOST:
            raise wrong(path, "", f"it has more than {MOST // 2**20} MB")
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f", line {line[1]}" if line else ", at its end"
        raise wrong(path, where, str(error).partition(" (at ")[0]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(path, "", f"it cannot be read ({error})") from error
    except RecursionError as error:
        raise wrong(path, "", "it is nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits
        raise wrong(path, "", f"it holds a number that is too long ({str(error).split(';')[0]})") from error


def all_of(paths: Iterable[Path], read_one: Callable[[Path], T]) -> tuple[list[T], list[str]]:
    """What could be read, and what is wrong with the others: one file never stops the rest."""
    found, problems = [], []
    for path in sorted(paths):
        try:
            found.append(read_one(path))
        except EditorError as error:
            problems.append(str(error))
        except Exception as error:  # nobody foresaw it, and the page is still to open
            problems.append(str(wrong(path, "", f"it is of no use ({type(error).__name__})")))
    return found, problems
