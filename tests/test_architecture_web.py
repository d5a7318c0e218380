"""The picture in assets/web/src/README.md: which folder of the page may import which, and how long files and lines may be."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

WEB = ROOT / "assets" / "web"
SRC = WEB / "src"
FILES = sorted(path for path in SRC.rglob("*") if path.suffix in {".js", ".ts", ".css"})
TESTS = sorted((WEB / "tests").rglob("*.js"))
MOST_FILES = 12
MOST_LINES = 300
WIDEST = 120
# `import ... from "./x.js"`, `import "./x.css"`, `@import "./x.css"` of a sheet, `@import { X } from "./x.js"` of a type.
IMPORT = re.compile(r"""import\b(?:[^"';]*?\bfrom)?\s*\(?["'](\.[^"']+)["']""")
Graph = dict[str, set[str]]


def name(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def target(path: Path, written: str) -> str:
    """The file that an import means; shapes are declared in .d.ts files and imported as .js."""
    found = posixpath.normpath(posixpath.join(posixpath.dirname(name(path)), written))
    return found if (SRC / found).exists() else found.removesuffix(".js") + ".d.ts"


def imports() -> Graph:
    return {name(path): {target(path, w) for w in IMPORT.findall(path.read_text(encoding="utf-8"))} for path in FILES}


def folder(file: str) -> str:
    return posixpath.dirname(file) or "."


def room(file: str) -> str:
    return file.split("/")[0] if "/" in file else "."


def merged(graph: Mapping[str, Iterable[str]], by: object) -> Graph:
    """The same arrows between what files belong to."""
    assert callable(by)
    arrows: Graph = {}
    for file, others in graph.items():
        arrows.setdefault(by(file), set()).update(by(other) for other in others)
    return {one: others - {one} for one, others in arrows.items()}


def circle(graph: Graph) -> list[str]:
    """The first circle that is found; none when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_circles_are_seen() -> None:
    assert circle({"a/x": {"b/y"}, "b/y": {"a/z"}}) == []
    assert circle(merged({"a/x": {"b/y"}, "b/y": {"a/z"}}, room))
    assert IMPORT.findall('import { a } from "./a.js";\n/** @import { B } from "../b.js" */\n@import "./c.css";') == [
        "./a.js", "../b.js", "./c.css",
    ]  # fmt: skip


def test_every_import_is_seen() -> None:
    graph = imports()
    assert {other for others in graph.values() for other in others} <= set(graph)
    assert sum(map(len, graph.values())) > len(graph)


@pytest.mark.parametrize("by", [str, folder, room])
def test_no_circles_among_files_folders_and_rooms(by: object) -> None:
    assert not circle(merged(imports(), by))


def allowed() -> Graph:
    """The table of the README: folder -> folders that it may import."""
    rows = re.findall(r"^\| `([^`]+)` \|.*\| ([^|]*) \|$", (SRC / "README.md").read_text(encoding="utf-8"), re.M)
    return {one.rstrip("/"): set(re.findall(r"`([^`]+?)/?`", others)) for one, others in rows}


def test_arrows_are_those_of_the_readme() -> None:
    """Both ways: what is not written is not imported, what is written is."""
    arrows = merged(imports(), folder)
    assert {one: others for one, others in arrows.items() if one != "."} == allowed()


def test_no_folder_is_full() -> None:
    counts: dict[str, int] = {}
    for path in [*FILES, *TESTS]:
        counts[str(path.parent)] = counts.get(str(path.parent), 0) + 1
    assert not {where: n for where, n in counts.items() if n > MOST_FILES}


def test_files_stay_short_and_lines_narrow() -> None:
    texts = {path: path.read_text(encoding="utf-8").splitlines() for path in [*FILES, *TESTS, WEB / "build.mjs"]}
    assert not {path: len(lines) for path, lines in texts.items() if len(lines) > MOST_LINES}
    lines = [(f"{path}:{i}", line) for path, lines in texts.items() for i, line in enumerate(lines, 1)]
    assert not [where for where, line in lines if len(line) > WIDEST and "url(" not in line]


def test_tests_mirror_what_they_test() -> None:
    known = {name(path).removesuffix(".js") for path in FILES} | {path.stem for path in WEB.glob("*.mjs")}
    tested = {path.relative_to(WEB / "tests").as_posix().removesuffix(".test.js") for path in TESTS}
    assert tested
    assert tested <= known


def test_no_file_is_a_drawer_for_anything() -> None:
    assert not {path.stem for path in FILES} & {"utils", "util", "helpers", "common", "misc"}
