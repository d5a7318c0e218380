"""``python -m tests.bench.storage [--quick]``: what a database costs. Seconds to list revisions, saves refused
meanwhile, and what typing leaves on the disk."""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from sqlalchemy import func, select

from storage import StorageError, Store, open_store
from storage.database.models import TextRow
from tests.bench.timing import row

LISTS = ((10, 1_000_000), (150, 1_000_000), (1_000, 10_000))
"""revisions, and characters of each"""
PAUSES, TYPED = 200, 60_000
"""pauses while typing, and characters of the document"""


def prose(characters: int, seed: int = 1) -> str:
    """Words nobody wrote, as compressible as a text is."""
    dice = random.Random(seed)
    words = ["".join(dice.choices("etaoinshrdlu", k=dice.randint(1, 9))) for _ in range(5_000)]
    return " ".join(dice.choices(words, k=characters // 6))[:characters]


def edited(text: str, number: int) -> str:
    """The text with some words in its middle written anew."""
    at = (number * 7919) % max(1, len(text) - 40)
    return f"{text[:at]} changed for the {number}th time {text[at + 30 :]}"


def filled(store: Store, revisions: int, characters: int) -> int:
    """A document with so many revisions; its number."""
    text = prose(characters)
    document = store.documents.create("long", "prose", text)
    base = document.base
    for number in range(1, revisions):
        text = edited(text, number)
        base = store.edits.commit(document.id, base, text).base
    return document.id


def meanwhile(url: str, work: Callable[[], object]) -> tuple[float, int, int]:
    """Seconds of ``work``, and how many saves another program gets done and is refused during it."""
    other = open_store(url)
    document = other.documents.create("typed meanwhile", "prose", "")
    done, counts = threading.Event(), [0, 0]

    def type_on() -> None:
        base, number = document.base, 0
        while not done.is_set():
            number += 1
            try:
                base = other.edits.save(document.id, base, f"typed {number}").base
                counts[0] += 1
            except StorageError:
                counts[1] += 1
            done.wait(0.02)

    typing = threading.Thread(target=type_on)
    typing.start()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    done.set()
    typing.join()
    other.engine.dispose()
    return seconds, counts[0], counts[1]


def lists(folder: Path, sizes: tuple[tuple[int, int], ...]) -> None:
    print("\nthe list of a document's revisions, while another program saves")
    widths = (10, 11, 10, 10, 10, 10)
    print(row("revisions", "characters", "commit ms", "list s", "saved", "refused", widths=widths))
    for revisions, characters in sizes:
        url = f"sqlite:///{folder / f'{revisions}.sqlite3'}"
        store = open_store(url)
        start = time.perf_counter()
        document = filled(store, revisions, characters)
        commit = (time.perf_counter() - start) / revisions * 1e3
        seconds, saved, refused = meanwhile(
            url, lambda store=store, document=document: store.documents.history(document)
        )  # type: ignore[misc]
        print(row(revisions, characters, commit, f"{seconds:.3f}", saved, refused, widths=widths), flush=True)
        store.engine.dispose()


GROWN = (10, 1_000, 10_000, 50_000)
"""revisions of a text of 2,000 characters"""
LAST, BATCH = 8, 500
"""commits that are timed, each a transaction, and those before them that are one together"""


def grown(folder: Path, sizes: tuple[int, ...]) -> None:
    """What a long history costs: the last commits, the list, a search, and the file."""
    print("\na history that grows")
    widths = (10, 10, 10, 10, 10)
    print(row("revisions", "commit ms", "list s", "search s", "MB", widths=widths))
    path = folder / "grown.sqlite3"
    store = open_store(f"sqlite:///{path}")
    text = prose(2_000)
    document, number = store.documents.create("grown", "prose", text), 1
    base, commits = document.base, []
    for size in sizes:
        while number < size:
            alone = size - number <= LAST
            start = time.perf_counter()
            with nullcontext() if alone else store.database.writing():
                for _ in range(1 if alone else min(BATCH, size - LAST - number)):
                    text = edited(text[:2_000], number)
                    base = store.edits.commit(document.id, base, text).base
                    number += 1
            commits.append(time.perf_counter() - start)
        commit = statistics.median(commits[-LAST:])
        start = time.perf_counter()
        assert len(store.documents.history(document.id)) == size
        listed = time.perf_counter() - start
        start = time.perf_counter()
        assert store.search.history(f"{size - 1}th")[0] and store.search.documents("changed")
        found = time.perf_counter() - start
        store.database.scrub()
        print(
            row(
                size,
                f"{commit * 1e3:.1f}",
                f"{listed:.3f}",
                f"{found:.3f}",
                f"{path.stat().st_size / 1e6:.1f}",
                widths=widths,
            )
        )
    store.engine.dispose()


def edits(folder: Path, count: int = 1_000, characters: int = 100_000) -> None:
    """Small edits of a long text."""
    path = folder / "edits.sqlite3"
    store = open_store(f"sqlite:///{path}")
    filled(store, count, characters)
    store.database.scrub()
    whole, texts = path.stat().st_size / 1e6, store.texts.size() / 1e6
    print(f"\n{count} small edits of {characters} characters: {whole:.1f} MB, of which texts {texts:.1f}")
    store.engine.dispose()


def pauses(folder: Path) -> None:
    path = folder / "pauses.sqlite3"
    store = open_store(f"sqlite:///{path}")
    text = prose(TYPED)
    document = store.documents.create("typed", "prose", text)
    base, start = document.base, time.perf_counter()
    for number in range(PAUSES):
        text += f" and {number}"
        base = store.edits.save(document.id, base, text).base
    milliseconds = (time.perf_counter() - start) / PAUSES * 1e3
    with store.engine.connect() as connection:
        texts = connection.scalar(select(func.count()).select_from(TextRow))
    store.engine.dispose()
    print(f"\n{PAUSES} pauses while typing in {TYPED} characters ({milliseconds:.1f} ms a save)")
    print(f"texts left {texts}, megabytes on the disk {path.stat().st_size / 1e6:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.storage", description="Figures of the database.")
    parser.add_argument("--quick", action="store_true", help="short lists only")
    sizes = LISTS[:1] if parser.parse_args().quick else LISTS
    with tempfile.TemporaryDirectory() as folder:
        pauses(Path(folder))
        lists(Path(folder), sizes)
        edits(Path(folder))
        grown(Path(folder), GROWN[:2] if len(sizes) == 1 else GROWN)


if __name__ == "__main__":
    main()
