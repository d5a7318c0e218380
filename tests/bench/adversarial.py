"""Seconds that the worst texts take, each in a process of its own: ``python -m tests.bench.adversarial [SECONDS]``.

What takes longer than SECONDS (20) is ended and shown with ">". MB: the most memory that it takes, over what it holds idle.
"""

from __future__ import annotations

import base64
import multiprocessing
import random
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

Case = Callable[[], Any]
MB2 = 2_000_000
DATA = base64.b64encode(random.Random(1).randbytes(1_500_000)).decode()
PROSE = "The train was late, so we waited for it. Then it came.\n" * 36_000


def service() -> Any:
    import engine
    from editor.service import EditService
    from storage import open_store

    store = open_store(f"sqlite:///{tempfile.mkdtemp()}/bench.sqlite3")
    return EditService(engine.Ways.only(engine.scripted(corrections={"teh": "the"})), store, "bench")


def call(name: str, **payload: Any) -> Case:
    made = service()
    return lambda: made.call(name, payload)


def writer_heat(text: str) -> Case:
    import engine

    denoiser = engine.load_ways(device="cpu").choose("revise")[1]
    return lambda: engine.heat(denoiser, text, engine.Span(0, len(text)))


def tokens(text: str) -> Case:
    import engine

    tokenizer = engine.load_ways(device="cpu").default.tokenizer
    return lambda: tokenizer.encode(text)


def passive(text: str) -> Case:
    from engine.edits.restyling import voice

    found = getattr(voice, "passives", None) or voice.PASSIVE.finditer
    return lambda: list(found(text))


def denoise(**body: Any) -> Case:
    from fastapi.testclient import TestClient

    from editor.web.app import create_app

    client = TestClient(create_app(service()), base_url="http://127.0.0.1")
    return lambda: client.post("/api/denoise", json=body)


def diff(old: str, new: str) -> Case:
    from editor.history import diffs

    return lambda: diffs.words(old, new)


def prose(language: str, text: str) -> Case:
    from editor.checking.comments import prose_in

    return lambda: prose_in(language, text)


def parse(language: str, text: str) -> Case:
    from editor.code.parsing import parses

    return lambda: parses(language, text)


CASES: dict[str, Callable[[], Case]] = {
    "passive: 6,000 spaces": lambda: passive("a" + " " * 6000),
    "passive: 100,000 spaces": lambda: passive("a" + " " * 100_000),
    "passive: 'is ' x 40,000": lambda: passive("is " * 40_000),
    "html: 200 KB of <div>": lambda: parse("html", "<div>" * 40_000),
    "html: 200 KB of <!--": lambda: parse("html", "<!--" * 50_000),
    "typescript: 2 MB of a<": lambda: parse("typescript", "a<" * 1_000_000),
    "sql: 2 MB of select": lambda: parse("sql", "select " * 290_000),
    "python: 2 MB of x = 1": lambda: parse("python", "x = 1\n" * 340_000),
    "python: 1 MB of .a": lambda: parse("python", "a" + ".a" * 500_000),
    "json: 1 MB of [": lambda: parse("json", "[" * 1_000_000),
    "prose in python: 2 MB": lambda: prose("python", "x = 1  # a comment of words\n" * 70_000),
    "prose in html: 2 MB of <p>": lambda: prose("html", "<p>some words here</p>" * 90_000),
    "heat: 30 kB of base64": lambda: writer_heat(DATA[:30_000]),
    "heat: 1 kB of Japanese": lambda: writer_heat("日本語の文章を書いています。" * 24),
    "tokens: 2 MB of prose": lambda: tokens(PROSE[:MB2]),
    "tokens: 2 MB of base64": lambda: tokens(DATA[:MB2]),
    "tokens: 2 MB of spaces": lambda: tokens(" " * MB2),
    "select all of 2 MB": lambda: call("prepare", text=PROSE[:MB2], spans=[[0, MB2]]),
    "a million spans": lambda: denoise(text="a b", spans=[[0, 1]] * 1_000_000),
    "100,000 pins": lambda: denoise(text="a b", spans=[[0, 1]], pins=[{"text": "x"}] * 100_000),
    "difference of 400 kB": lambda: diff(PROSE[:400_000], " ".join(f"w{i}" for i in range(70_000))),
    "difference of 2 MB": lambda: diff(PROSE[:MB2], PROSE[:MB2].replace("late", "late too")),
    "check: 2 MB in one line": lambda: call("check", **{"text": "word " * 400_000, "from": 0, "to": 1200}),
}  # fmt: skip


def measure(name: str, result: Any) -> None:
    work = CASES[name]()
    idle, longest, done = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, [0.0], threading.Event()

    def watch() -> None:
        last = time.perf_counter()
        while not done.wait(0.005):
            now = time.perf_counter()
            longest[0], last = max(longest[0], now - last), now

    threading.Thread(target=watch, daemon=True).start()
    start = time.perf_counter()
    try:
        work()
        error = ""
    except Exception as problem:
        error = type(problem).__name__
    seconds = time.perf_counter() - start
    time.sleep(0.02)
    done.set()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result.put((seconds, longest[0], (most - idle) / 1024, error))


def main() -> None:
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    spawn = multiprocessing.get_context("spawn")
    print(f"{'':28}{'seconds':>9}{'others wait':>13}{'MB':>8}")
    for name in CASES:
        result = spawn.Queue()
        process = spawn.Process(target=measure, args=(name, result))
        process.start()
        try:
            seconds, wait, size, error = result.get(timeout=limit + 15)
            print(f"{name:28}{seconds:9.2f}{wait:13.2f}{size:8.0f}  {error}", flush=True)
        except Exception:
            print(f"{name:28}{f'>{limit:g}':>9}", flush=True)
        process.kill()
        process.join()


if __name__ == "__main__":
    main()
