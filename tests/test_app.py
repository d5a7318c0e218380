"""The program from outside: its options, and one clear line with exit code 2 for whatever keeps it from starting."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser

import app
import engine
from engine.models.embedded import palimpsest
from tests.conftest import PATIENCE, ROOT, SECONDS, free_port, some, some_of

ASSETS = ROOT / "assets" / "model"


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(app.PREFIX)}
    return kept | {f"{app.PREFIX}NO_OPEN": "1"} | more


def ended(*arguments: str, python: tuple[str, ...] = (), **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the program as a process that ends by itself."""
    return subprocess.run(
        [sys.executable, *python, "app.py", *arguments],
        cwd=ROOT, env=environment(**variables), capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip


def refused(*arguments: str, **variables: str) -> str:
    """Start the program as a process; return the one line it must end with."""
    done = ended(*arguments, **variables)
    return one_line(done.returncode, done.stdout, done.stderr)


def one_line(code: int, out: str, err: str) -> str:
    assert (code, out) == (2, ""), err
    assert err.startswith("palimpsest: ") and err.count("\n") == 1, err
    return err


def loads_nothing_heavy(*arguments: str) -> bool:
    """Whether the program ends before it loads what takes seconds."""
    log = ended(*arguments, python=("-X", "importtime")).stderr
    loaded = {line.split("|")[-1].strip() for line in log.splitlines() if line.startswith("import time:")}
    return "argparse" in loaded and not loaded & {"torch", "gradio", "sqlalchemy"}


@pytest.mark.slow
def test_help_and_version_are_quick() -> None:
    for option, says in (("--help", "--model"), ("--version", app.VERSION)):
        done = ended(option)
        assert done.returncode == 0 and says in done.stdout and loads_nothing_heavy(option)
    assert done.stdout.strip() == app.VERSION


def test_a_taken_port() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        line = refused("--port", port)
        assert port in line and "in use" in line and "--port" in line
        assert loads_nothing_heavy("--port", port), "the port must be tried before anything is loaded"


@pytest.mark.parametrize(
    "arguments",
    some([
        ("--port", "99999"), ("--port", "-1"), ("--port", "http"), ("--host", "no.such.host.invalid"),
        ("--device", "tpu"), ("--log-level", "loud"), ("--prot", "1"), ("stray",), ("--dtype", "int3"),
        ("--quantisation", "1bit"), ("--device-map", "spread"), ("--window", "wide"), ("--allow-host", "*"),
        ("--allow-host", "http://notes.example"), ("--allow-host", "notes.example:80"), ("--allow-host", "a,,b"),
    ], ("--port", "99999"), ("stray",), ("--allow-host", "a,,b")),
)  # fmt: skip
def test_an_unusable_option(arguments: tuple[str, ...]) -> None:
    assert arguments[-1] in refused(*arguments)


@pytest.mark.parametrize(
    ("variable", "value"),
    some_of([
        ("PORT", "http"), ("DEVICE", "tpu"), ("LOG_LEVEL", "loud"), ("NO_OPEN", "maybe"), ("REMOTE_CODE", "perhaps"),
        ("QUANTISATION", "int2"), ("WINDOW", "1e3"),
    ], 0, 3),
)  # fmt: skip
def test_an_unusable_variable_is_named(variable: str, value: str) -> None:
    line = refused(**{f"PALIMPSEST_{variable}": value})
    assert value in line and f"PALIMPSEST_{variable}" in line


@pytest.mark.slow
def test_a_database_that_cannot_be_used(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("This is not a database. " * 10)
    for url in (f"sqlite:///{text}", f"sqlite:///{text}/inside.db", f"sqlite:///{tmp_path}", "no url"):
        line = refused("--port", "0", "--database", url)
        assert url in line and ("--database" in line or "sqlite:///PATH" in line)
    assert text.read_text().startswith("This is not")


def test_variables_and_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(app.PREFIX):
            monkeypatch.delenv(name)
    plain = vars(app.settings([]))
    assert plain == {
        "host": "127.0.0.1", "port": 7860, "database": None, "model": None, "writer": None, "device": "auto", "dtype": "auto",
        "quantisation": None, "device_map": None, "offload": None, "revision": None, "remote_code": False, "window": None,
        "refresh": 0, "drift": 1.0, "allow_host": None,
        "no_open": False, "log_level": "warning",
    }  # fmt: skip
    values = {
        "host": "::1", "port": 81, "database": "sqlite:///a b.db", "model": "--odd name", "writer": "a b",
        "device": "cpu", "dtype": "float16", "quantisation": "int8", "device_map": "auto", "offload": "a b", "revision": "v1",
        "remote_code": True, "window": 300, "refresh": 8, "drift": 0.5, "no_open": True, "log_level": "debug",
        "allow_host": "a.example,b",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"{app.PREFIX}{name.upper()}", "1" if value is True else str(value))
    assert vars(app.settings([])) == values
    assert app.settings(["--port", "82"]).port == 82
    for name in values:
        monkeypatch.setenv(f"{app.PREFIX}{name.upper()}", "")
    assert vars(app.settings([])) == plain


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_database: bytes) -> list[str]:
    """Arguments for app.main in this process, where torch is loaded already."""
    for name in ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE", "HF_HUB_VERBOSITY"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # it adds one that writes where this test looks
    (tmp_path / "a.sqlite3").write_bytes(new_database)
    return ["--no-open", "--port", "0", "--device", "cpu", "--database", f"sqlite:///{tmp_path / 'a.sqlite3'}"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the store lives as long as the process
@pytest.mark.parametrize(
    "damage", some(["absent", "empty", "no weights", "half the weights", "no config", "bad config"])
)
def test_a_model_folder_that_cannot_be_used(
    damage: str, inside: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a model"
    if damage != "absent":
        folder.mkdir()
    if damage in ("no weights", "half the weights", "bad config"):
        shutil.copy(ASSETS / "base" / "config.json", folder)
        shutil.copy(ASSETS / "tokenizer.json", folder)
    if damage in ("half the weights", "no config"):
        with (ASSETS / "base" / "model.safetensors").open("rb") as weights:
            (folder / "model.safetensors").write_bytes(weights.read(1_000_000))
    if damage == "bad config":
        (folder / "config.json").write_text('{"model_type": ')
    code = app.main([*inside, "--model", str(folder)])
    assert str(folder) in one_line(code, *capsys.readouterr())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("damage", ["absent", "empty"])
def test_a_writer_that_cannot_be_used(
    damage: str, inside: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a writer"
    if damage != "absent":
        folder.mkdir()
    assert str(folder) in one_line(app.main([*inside, "--writer", str(folder)]), *capsys.readouterr())
    assert "belongs to" in one_line(app.main([*inside, "--writer", "x", "--model", "y/z"]), *capsys.readouterr())


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("arguments", "named"),
    some_of([
        (("--window", "3"), "got 3"), (("--offload", "x"), "--device-map"), (("--quantisation", "int8"), "embedded"),
        (("--device-map", "auto"), "embedded"),
    ], 0, 2),
)  # fmt: skip
def test_loading_that_makes_no_sense(
    arguments: tuple[str, ...], named: str, inside: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert named in one_line(app.main([*inside, *arguments]), *capsys.readouterr())


def test_the_choices_are_those_of_the_engine() -> None:
    from engine.models.loading import options as loading

    assert (app.DTYPES, app.MAPS) == (loading.PRECISIONS, loading.MAPS)


def test_loading_is_shown_on_a_terminal_once_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with app.Loaded() as shown:
        shown.tell(0.1, "soon over")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(app.Loaded, "PATIENCE", 0.0)
    with app.Loaded() as shown:
        shown.tell(0.25, "layer 3" + "." * 300)
        shown.tell(0.26, "too soon after")
    err = capsys.readouterr().err
    assert "loading  25% layer 3" in err and "too soon" not in err and "\n" not in err
    assert err.endswith("\r\x1b[K"), "the line is wiped"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with app.Loaded() as shown:
        shown.tell(0.5, "in a log file")
    assert capsys.readouterr().err == ""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("damage", ["absent", "half written", "no tokenizer"])
def test_an_embedded_model_that_is_not_whole(
    damage: str, inside: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assets = tmp_path / "model"
    (assets / "base").mkdir(parents=True)
    monkeypatch.setattr(palimpsest, "ASSETS", assets)
    if damage != "no tokenizer":
        shutil.copy(ASSETS / "tokenizer.json", assets)
    if damage == "half written":
        shutil.copy(ASSETS / "base" / "manifest.json", assets / "base")
        (assets / "base" / "model.safetensors").write_bytes(b"half")
    line = one_line(app.main(inside), *capsys.readouterr())
    assert ("restore it" if damage == "no tokenizer" else "make model") in line


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_is_left_of_loading_goes_on_behind_the_page(inside: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    serving, done = threading.Event(), threading.Event()
    ways = replace(engine.Ways.only(engine.scripted()), rest=lambda: done.set() if serving.wait(SECONDS) else None)

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        serving.set()
        assert done.wait(SECONDS)

    monkeypatch.setattr(engine, "load_ways", lambda *arguments, **more: ways)
    monkeypatch.setattr(uvicorn.Server, "run", run)
    assert app.main(inside) == 0


@pytest.mark.model
@pytest.mark.browser
def test_it_starts_answers_and_stops_on_ctrl_c(tmp_path: Path, browser: Browser) -> None:
    """Set by variables alone; stopped while it writes to a client and reads an open page's text ahead."""
    port, database = free_port(), tmp_path / "new folder" / "a.sqlite3"
    variables = {"PALIMPSEST_PORT": str(port), "PALIMPSEST_DATABASE": f"sqlite:///{database}"}
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment(**variables),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        url = f"http://127.0.0.1:{port}"
        with urllib.request.urlopen(f"{url}/healthz", timeout=SECONDS) as answer:
            health = json.load(answer)
        assert health == {"status": "ok", "model": "SmolLM2-135M", "device": health["device"], "version": app.VERSION}
        assert database.is_file()
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector('.pz-app[data-ready="true"]')
        body = json.dumps({"text": "word " * 900, "spans": [[4000, 4300]]}).encode()
        request = urllib.request.Request(f"{url}/api/denoise", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=SECONDS) as stream:
            assert stream.readline().startswith(b"data: ")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=PATIENCE / 1000)
        page.close()
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, "Traceback" in err) == (0, False), err
