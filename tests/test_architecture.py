"""The picture in DESIGN.md: who may import whom, who may read the environment, how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
import storage
from tests.conftest import ROOT

LIMIT = 300

WEB = {"gradio", "fastapi", "starlette", "uvicorn"}
SQL = {"sqlalchemy", "alembic", "sqlite3"}
MODEL = {"torch", "transformers", "tokenizers", "safetensors", "accelerate"}
FORBIDDEN = {
    "engine": WEB | SQL | {"editor", "storage", "app", "tools"},
    "storage": WEB | MODEL | {"editor", "engine", "app", "tools"},
    "editor": SQL | MODEL | {"app", "tools"},
    "app.py": {"tools"},
    "tools": WEB | SQL | MODEL | {"app", "editor", "engine", "storage"},
    "engine/samplers": {"engine.models", "engine.cache", "engine.denoiser", "engine.denoise", "transformers"},
    "engine/models": {"engine.samplers", "engine.denoise", "engine.systems", "engine.edits"},
    "engine/denoise.py": {"engine.models", "engine.systems", "engine.edits", "transformers"},
}


def sources(under: str) -> list[Path]:
    path = ROOT / under
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file, by its full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("under", FORBIDDEN)
def test_arrows_point_one_way(under: str) -> None:
    assert sources(under)
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(under)
        for name in imports(path)
        for banned in FORBIDDEN[under]
        if name == banned or name.startswith(banned + ".")
    }
    assert not wrong


@pytest.mark.parametrize(
    ("package", "banned"),
    [("engine", FORBIDDEN["engine"]), ("storage", FORBIDDEN["storage"] - {"sqlite3"}), ("app", WEB | SQL | MODEL)],
)
def test_nothing_comes_in_by_a_detour(package: str, banned: set[str]) -> None:
    """What a bare import really loads, in a fresh process. For app this is what keeps --help quick."""
    code = f"import sys, {package}; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # transformers and torch may themselves look at sqlite3 or a web server; our own packages and Gradio they never load.
    also = banned & {"sqlite3", "starlette", "uvicorn"} if package == "engine" else set()
    assert not set(loaded.split()) & (banned - also)


def test_the_environment_is_read_in_app_alone() -> None:
    for package in ("engine", "storage", "editor"):
        for path in sources(package):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | set(imports(path))
            assert not names & {"environ", "getenv", "os.environ", "os.getenv"}, path


@pytest.mark.parametrize("package", [engine, storage])
def test_public_names_exist(package: object) -> None:
    names: list[str] = package.__all__  # type: ignore[attr-defined]
    assert len(set(names)) == len(names)
    assert all(hasattr(package, name) for name in names)


def test_files_stay_short() -> None:
    files = [path for under in ("app.py", "engine", "storage", "editor", "tests") for path in sources(under)]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert not {name: lines for name, lines in lengths.items() if lines > LIMIT}


def test_no_file_is_a_drawer_for_anything() -> None:
    names = {path.stem for under in ("engine", "storage", "editor") for path in sources(under)}
    assert not names & {"utils", "util", "helpers", "common", "misc"}
