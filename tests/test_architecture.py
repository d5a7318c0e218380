"""The picture in DESIGN.md: who may import whom, who may read the environment, how long a file may be."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from functools import cache

import pytest

import engine
import storage
from tests.conftest import ROOT
from tests.house import PACKAGES, Graph, House, circle, imports, parsed, sources

LIMIT = 300

WEB = {"gradio", "fastapi", "starlette", "uvicorn"}
SQL = {"sqlalchemy", "alembic", "sqlite3"}
SLOW = {"transformers", "sympy"}
MODEL = {"torch", "transformers", "tokenizers", "safetensors", "accelerate"}
FORBIDDEN = {
    "engine": WEB | SQL | {"editor", "storage", "app"},
    "storage": WEB | MODEL | {"editor", "engine", "app"},
    "editor": SQL | MODEL | {"app"},
    **{
        f"engine/{room}": {"transformers"}
        for room in ("text", "diffusion", "samplers", "denoising", "systems", "runs", "context", "models/lean")
    },
}
DOZEN = 12
HOUSE = House(ROOT)


@cache
def rooms() -> Graph:
    """Only where it is asked for: to read all files takes a second in each process of tests."""
    return HOUSE.rooms_between()


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


# ---- rooms (tests/house.py) -----------------------------------------------------------------------------------------
def test_no_files_import_each_other_in_a_circle() -> None:
    assert not circle(HOUSE.files_between())


def test_no_rooms_import_each_other_in_a_circle() -> None:
    assert not circle(rooms())


@pytest.mark.parametrize("name", HOUSE.folders)
def test_a_room_imports_what_it_says(name: str) -> None:
    """``May import:`` in a folder's ``__init__`` is the rule, and holds nothing that is not needed."""
    path = ROOT / name.replace(".", "/") / "__init__.py"
    doc = ast.get_docstring(parsed(path)) or ""
    said = " ".join(doc.split()).partition("May import: ")[2]
    assert said, f"{path.relative_to(ROOT)} says nothing of what belongs there and what it may import"
    allowed = set() if said == "nothing of the house." else set(said.rstrip(".").split(", "))
    errors = {f"{package}.errors" for package in PACKAGES}
    assert rooms()[name] - errors == allowed


def test_no_folder_holds_more_than_a_dozen_files() -> None:
    counts: dict[str, int] = {}
    for package in (*PACKAGES, "tests"):
        for path in sources(package):
            if path.name != "__init__.py":
                folder = str(path.parent.relative_to(ROOT))
                counts[folder] = counts.get(folder, 0) + 1
    assert not {folder: count for folder, count in counts.items() if count > DOZEN}


@pytest.mark.parametrize(
    ("package", "banned"),
    [
        pytest.param("engine", FORBIDDEN["engine"] | SLOW, marks=pytest.mark.slow),
        pytest.param("editor.web.app", SLOW, marks=pytest.mark.slow),
        pytest.param("storage", FORBIDDEN["storage"] - {"sqlite3"}, marks=pytest.mark.slow),
        ("app", WEB | SQL | MODEL),
    ],
)
def test_nothing_comes_in_by_a_detour(package: str, banned: set[str]) -> None:
    """What a bare import really loads, in a fresh process. For app this is what keeps --help quick, for the
    engine and the page the start: the embedded model needs no library of networks."""
    code = f"import sys, {package}; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # transformers and torch may themselves look at sqlite3 or a web server; our own packages and Gradio they never load.
    also = banned & {"sqlite3", "starlette", "uvicorn"} if package == "engine" else set()
    assert not set(loaded.split()) & (banned - also)


def test_gradio_is_imported_at_one_place_and_without_its_stubs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which would be parsed and written beside its components at every start."""
    found = [path for path in sources("editor") if any(name.partition(".")[0] == "gradio" for name in imports(path))]
    assert [path.name for path in found] == ["library.py"]
    from gradio.component_meta import create_or_modify_pyi

    from editor.web.library import gr, without_stubs

    parsed: list[str] = []
    monkeypatch.setattr(ast, "parse", lambda code: parsed.append(code) or ast.Module([], []))
    with without_stubs():
        create_or_modify_pyi(gr.HTML, "HTML", [])
        assert not parsed and inspect.getfile(ast.NodeVisitor) == ast.__file__
    with pytest.raises(ValueError, match="source code"):
        create_or_modify_pyi(gr.HTML, "HTML", [])
    assert parsed, "by itself it would"


def test_the_environment_is_read_in_app_alone() -> None:
    for package in ("engine", "storage", "editor"):
        for path in sources(package):
            if not re.search(
                "environ|getenv", path.read_text(encoding="utf-8")
            ):  # to walk all trees takes half a second
                continue
            tree = parsed(path)
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


@pytest.mark.parametrize("package", PACKAGES)
def test_one_name_is_one_thing(package: str) -> None:
    """No two classes of a package share a name, and nothing that a package hands on hides a module of it."""
    named: dict[str, list[str]] = {}
    for path in sources(package):
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert not {name: files for name, files in named.items() if len(files) > 1}
    handed = getattr(importlib.import_module(package), "__all__", ())
    assert not {name for name in handed if f"{package}.{name}" in HOUSE.files}
