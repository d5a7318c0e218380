"""What is done with a database in a terminal: ``python app.py verify|backup|recover|export|import|replay|vacuum``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from editor.documents.names import document_name
from editor.errors import EditorError
from editor.service import EditService
from storage import StorageError, Store, database_file, open_store
from storage.moving import git, transfer
from storage.upkeep import backups

Service = Callable[[Store], EditService]
"""the program with its model, which only a replay needs"""
USAGE = {
    "verify": "recompute every hash, id and seal; ends with 1 where something is not as it was written",
    "backup": "copy the database while it is in use",
    "recover": "put a backup in the place of a damaged database, which is kept under another name",
    "export": "documents as one file, or with --git as a repository",
    "import": "an export, a repository or another database into this one",
    "replay": "show the run of a revision step by step, and make it again",
    "vacuum": "give back what lies free in the file",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"palimpsest: {message}; {self.prog} --help says more\n")


def parser(command: str) -> argparse.ArgumentParser:
    """The arguments of a command; what else is given are options of the program."""
    made = _Parser(prog=f"app.py {command}", description=USAGE[command], allow_abbrev=False)
    add = made.add_argument
    add("--database", metavar="URL", help="SQLAlchemy URL (a SQLite file in your data folder)")
    if command == "backup":
        add("file", type=Path, help="where to; in a folder it gets a name of its own")
    elif command == "recover":
        add("file", type=Path, nargs="?", help="the backup (the newest that is known)")
    elif command == "export":
        add("file", type=Path, help="where to; with --git a new folder")
        add("documents", type=int, nargs="*", help="their numbers (all of them)")
        add("--git", action="store_true", help="a git repository whose commits are the revisions")
    elif command == "import":
        add("file", type=Path, nargs="+", help="what was exported, a folder with a repository, or another database")
    elif command == "replay":
        add("revision", help="its id, or how that begins")
    return made


def run(command: str, own: argparse.Namespace, database: str | None, service: Service) -> int:
    """Do it; the exit code. What is refused is one line on stderr."""
    try:
        if command == "recover":
            return _recover(own, database)
        store = open_store(database)
        try:
            return _COMMANDS[command](store, own, service)
        finally:
            store.engine.dispose()
    except (StorageError, EditorError) as error:
        print(f"palimpsest: {error}", file=sys.stderr)
        return 2


def _recover(own: argparse.Namespace, database: str | None) -> int:
    source, kept = backups.recover(database_file(database), own.file)
    print(f"{source} is in its place now; the damaged file is kept as {kept}")
    return 0


def _verify(store: Store, own: argparse.Namespace, service: Service) -> int:
    found = 0
    for problem in store.verification.problems():
        print(problem)
        found += 1
    print(f"{found} problem{'' if found == 1 else 's'} found in {store.database.where}")
    return int(found > 0)


def _backup(store: Store, own: argparse.Namespace, service: Service) -> int:
    made = backups.backup(Path(store.database.where), own.file)
    print(f"{made} ({made.stat().st_size / 2**20:.1f} MB)")
    return 0


def _export(store: Store, own: argparse.Namespace, service: Service) -> int:
    documents = own.documents or transfer.everything(store)
    if own.git:
        git.write(store, documents, own.file.expanduser(), document_name)
    else:
        transfer.export(store, documents, own.file)
    print(f"{len(documents)} document{'' if len(documents) == 1 else 's'} in {own.file}")
    return 0


def _import(store: Store, own: argparse.Namespace, service: Service) -> int:
    for file in own.file:
        for taken in transfer.bring(store, file):
            what = "merged into" if taken.merged else "is"
            print(f"“{taken.title}” {what} document {taken.document_id}, {taken.revisions} new revisions")
    return 0


def _vacuum(store: Store, own: argparse.Namespace, service: Service) -> int:
    print(f"{store.space.vacuum() / 2**20:.1f} MB given back")
    return 0


def _shown(frame: dict[str, Any], last: dict[str, Any]) -> str:
    """A step in one line; where there are several, the candidate and the span that it is of."""
    place = f"{frame['step']:>4}"
    if last.get("candidate"):
        place += f"  candidate {frame.get('candidate', 0) + 1}"
    if last["span"]:
        place += f"  span {frame['span'] + 1}"
    shown = "".join("░" if tok[1] in "mu" else str(tok[0]) for tok in frame["toks"])
    return f"{place}  {' '.join(shown.split())}"


def _replay(store: Store, own: argparse.Namespace, service: Service) -> int:
    revision = store.revisions.get(store.revisions.beginning(own.revision))
    run = store.revisions.run_of(revision.id)
    if not run.frames:
        print("its steps were thinned; what it was told and wrote is kept")
    for frame in run.frames:
        print(_shown(frame, run.frames[-1]))
    again = service(store).rerun(run.id)
    print("the same again" if again.same else "not the same again:", *([] if again.same else again.now))
    for reason in again.reasons:
        print(f"  {reason}")
    return int(not again.same)


_COMMANDS: dict[str, Callable[[Store, argparse.Namespace, Service], int]] = {
    "verify": _verify, "backup": _backup, "export": _export, "import": _import, "replay": _replay, "vacuum": _vacuum,
}  # fmt: skip
