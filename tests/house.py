"""The house as its imports draw it: which files and folders there are, and who imports whom.

``python -m tests.house [ROOT]`` prints the layout of a checkout: folders, files, their lengths, floors and circles.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("engine", "storage", "editor")
Graph = dict[str, set[str]]
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""where a statement holds others"""


def sources(under: str, root: Path = ROOT) -> list[Path]:
    path = root / under
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module that a file imports, wherever in the file, by its full name."""
    return tuple(_imports(path))


def _statements(block: Iterable[ast.AST]) -> Iterator[ast.stmt]:
    """All statements, inner ones too; no expression holds one, so none is gone through."""
    for node in block:
        if isinstance(node, ast.stmt):
            yield node
        for name in BLOCKS:
            yield from _statements(getattr(node, name, ()))


def _imports(path: Path) -> Iterator[str]:
    for node in _statements(parsed(path).body):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


class House:
    """The files of a checkout. A folder is a room, and so is a file that lies directly in engine/, editor/ or storage/. The front
    door of a package (its ``__init__``) hands on what the rooms behind it hold, so it is left out of every graph."""

    def __init__(self, root: Path) -> None:
        self.root = root
        found = [path for package in PACKAGES for path in sources(package, root) if "migrations" not in path.parts]
        self.files = {self._module(path): path for path in found}

    def _module(self, path: Path) -> str:
        """engine/text/spans.py is engine.text.spans, engine/text/__init__.py is engine.text."""
        return ".".join(path.relative_to(self.root).with_suffix("").parts).removesuffix(".__init__")

    def room(self, name: str) -> str:
        path = self.files[name]
        return name if path.name == "__init__.py" or path.parent.parent == self.root else name.rpartition(".")[0]

    @property
    def folders(self) -> list[str]:
        """The rooms that are folders."""
        return sorted({room for room in map(self.room, self.files) if room not in PACKAGES} - self._single)

    @property
    def _single(self) -> set[str]:
        return {name for name, path in self.files.items() if path.name != "__init__.py"}

    def files_between(self) -> Graph:
        """Each file and the files that it imports."""
        return {
            name: {target for target in imports(path) if target in self.files and target != name} - set(PACKAGES)
            for name, path in self.files.items()
            if name not in PACKAGES
        }

    def rooms_between(self) -> Graph:
        """Each room and the rooms that its files import from."""
        found: Graph = {}
        for name, targets in self.files_between().items():
            found.setdefault(self.room(name), set()).update(self.room(target) for target in targets)
        return {name: targets - {name} for name, targets in found.items()}


def circle(graph: Graph) -> list[str]:
    """Names on a way that leads back, or that lead to one; none where there is no such way."""
    return floors(graph)[1]


def floors(graph: Graph) -> tuple[list[list[str]], list[str]]:
    """(names by floor, the ground first: each imports from floors below only; those that stand on no floor)."""
    left, built = dict(graph), []
    while left:
        floor = sorted(name for name, targets in left.items() if not targets & set(left))
        if not floor:
            break
        built.append(floor)
        for name in floor:
            del left[name]
    return built, sorted(left)


def report(root: Path) -> None:
    house = House(root)
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in house.files.items()}
    lines = {name: count for name, count in lengths.items() if count}
    script = sorted((root / "assets" / "web" / "src").rglob("*.js"))
    written = {str(path.relative_to(root)): path.read_text(encoding="utf-8").splitlines() for path in script}
    for what, counts in (("Python", lines), ("JavaScript", {name: len(text) for name, text in written.items()})):
        largest = max(counts, key=lambda name: counts[name])
        middle = statistics.median(counts.values())
        print(
            f"{what}: {len(counts)} files, {sum(counts.values())} lines, median {middle:g}, largest {largest} {counts[largest]}"
        )
    widths = [len(line) for text in written.values() for line in text]
    print(f"JavaScript lines over 120 characters: {sum(w > 120 for w in widths)}, the longest {max(widths)}")
    folders: dict[Path, int] = {}
    for path in [*house.files.values(), *script]:
        folders[path.parent] = folders.get(path.parent, 0) + (path.name != "__init__.py")
    print(f"folders: {len(folders)}")
    for folder, count in sorted(folders.items()):
        print(f"  {str(folder.relative_to(root)):36} {count}")
    for what, graph in (("files", house.files_between()), ("rooms", house.rooms_between())):
        built, left = floors(graph)
        print(f"{what}: {len(built)} floors, in circles or above them: {', '.join(left) or 'none'}")


if __name__ == "__main__":
    report(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
