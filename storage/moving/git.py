"""Documents as a git repository: a branch for each document and for each attempt beside it, a commit for each revision.

The archive itself lies under a ref of its own, so coming back loses nothing; commits that were made since become revisions.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from storage.database.rows import Plain
from storage.errors import BadArchive, StorageError
from storage.moving.archive import Parcel, parcels, parts
from storage.moving.files import ZipSource
from storage.revisions.revisions import DELETED
from storage.store import Store

ARCHIVE = "refs/palimpsest/archive"
WORK, NOTHING = "refs/palimpsest/work", "0" * 40
TRAILER = "Palimpsest-Revision"
Names = Callable[[str, str], str]
"""what a document of a title and a language is called as a file"""


def git(folder: Path, *arguments: str, data: bytes | None = None) -> bytes:
    """What the program git says. Raises StorageError."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout
    except FileNotFoundError as error:
        raise StorageError("the program git is not installed here; install it, or export one file instead") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        told = next((line for line in said if line.startswith("fatal")), said[-1])
        raise StorageError(f"git {arguments[0]} failed in {folder}: {told}") from error


# ---- out ---------------------------------------------------------------------------------------------------------
def write(store: Store, documents: Sequence[int], folder: Path, names: Names) -> None:
    """Some documents of a store as a new repository in an empty or new folder. Raises StorageError."""
    if folder.exists() and any(folder.iterdir()):
        raise StorageError(f"{folder} is not empty; name a new folder for the repository")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error.strerror}") from error
    git(folder, "init", "--quiet", "--initial-branch=main")
    with store.database.reading():
        found = parcels(store, documents)
        stream = b"".join(_stream(store, found, names))
    git(folder, "fast-import", "--quiet", "--date-format=raw", data=stream)
    git(folder, "update-ref", "-d", WORK)
    if found:
        git(folder, "symbolic-ref", "HEAD", f"refs/heads/{_branch(found[0])}")
        git(folder, "reset", "--quiet", "--hard")


def bundle(store: Store, documents: Sequence[int], folder: Path, names: Names) -> bytes:
    """The same as one file that ``git clone`` reads; made in a folder."""
    write(store, documents, folder / "repository", names)
    git(folder / "repository", "bundle", "create", "--quiet", str(folder / "bundle"), "--all")
    return (folder / "bundle").read_bytes()


def _stream(store: Store, found: Sequence[Parcel], names: Names) -> Iterator[bytes]:
    marks: dict[str, str] = {}
    for parcel in found:
        yield from _commits(store, parcel, names(parcel.document["title"], parcel.document["language"]), marks)
    yield f"commit {ARCHIVE}\ncommitter {_who('Palimpsest')} 0 +0000\n".encode() + _data(b"The archive")
    yield b"deleteall\n"
    for name, data in parts(store, found):
        yield f"M 100644 inline {name}\n".encode() + _data(data)
    yield b"\n"


def _commits(store: Store, parcel: Parcel, file: str, marks: dict[str, str]) -> Iterator[bytes]:
    """A document's revisions, parents first; of those that were deleted nothing is left to be told."""
    settings = {run["id"]: run["settings"] for run in parcel.runs}
    branch, stands = _branch(parcel), _standing(parcel.revisions)
    line, at = set(), parcel.document["head_id"]
    while at:
        line.add(at)
        at = stands[at]
    told = [r for r in parcel.revisions if r["kind"] != DELETED]
    held = {stands[r["id"]] for r in told}
    for r in told:
        marks[r["id"]] = mark = f":{len(marks) + 1}"
        who = str(settings.get(r["run_id"], {}).get("model", "Palimpsest")) if r["kind"] == "run" else "Typed"
        yield f"commit {WORK}\nmark {mark}\nauthor {_who(who)} {_when(r)}\n".encode()
        yield f"committer {_who('Palimpsest')} {_when(r)}\n".encode()
        yield _data(_message(r, settings.get(r["run_id"])).encode("utf-8", "replace"))
        parent = stands[r["id"]]
        yield f"from {marks[parent] if parent else NOTHING}\n".encode()
        yield f"deleteall\nM 100644 inline {_quoted(file)}\n".encode() + _data(store.texts.raw(r["text_hash"])) + b"\n"
        if r["id"] == parcel.document["head_id"]:
            yield f"reset refs/heads/{branch}\nfrom {mark}\n\n".encode()
        elif r["id"] not in held and r["id"] not in line:
            yield f"reset refs/heads/{branch}-{r['id'][:8]}\nfrom {mark}\n\n".encode()
        if r["name"]:
            yield f"reset refs/tags/{branch}/{_slug(r['name'])}-{r['id'][:8]}\nfrom {mark}\n\n".encode()


def _standing(revisions: Sequence[Plain]) -> dict[str, str | None]:
    """The nearest revision before each that was not deleted."""
    gone = {r["id"] for r in revisions if r["kind"] == DELETED}
    stands: dict[str, str | None] = {}
    for r in revisions:
        parent = r["parent_id"]
        stands[r["id"]] = stands[parent] if parent in gone else parent
    return stands


def _branch(parcel: Parcel) -> str:
    return f"{parcel.document['id']}-{_slug(parcel.document['title'])}"


def _slug(text: str) -> str:
    return re.sub(r"[^\w-]+", "-", text).strip("-_")[:60].lower() or "untitled"


def _quoted(file: str) -> str:
    return '"' + file.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _who(name: str) -> str:
    plain = re.sub(r"[<>\s]+", " ", name).strip() or "Palimpsest"
    return f"{plain} <palimpsest@localhost>"


def _when(revision: Plain) -> str:
    return f"{int(datetime.fromisoformat(revision['created_at']).timestamp())} +0000"


def _message(revision: Plain, settings: Plain | None) -> str:
    """What a revision is, then how it came about."""
    lines = [revision["name"] or revision["kind"].capitalize(), ""]
    lines += [revision["note"], ""] if revision["note"] else []
    if settings:
        lines += [f"Palimpsest-Recipe: {json.dumps(settings, ensure_ascii=False, sort_keys=True)}"]
    lines += [f"Palimpsest-Tag: {' '.join(str(tag).split())}" for tag in revision["tags"]]
    return "\n".join([*lines, f"{TRAILER}: {revision['id']}"]) + "\n"


def _data(data: bytes) -> bytes:
    return f"data {len(data)}\n".encode() + data + b"\n"


# ---- in ----------------------------------------------------------------------------------------------------------
def archived(folder: Path) -> ZipSource:
    """The archive in a repository. Raises BadArchive."""
    if ARCHIVE.encode() not in git(folder, "for-each-ref", "--format=%(refname)", ARCHIVE):
        raise BadArchive(f"{folder} holds no archive of Palimpsest ({ARCHIVE}); export it again")
    return ZipSource(git(folder, "archive", "--format=zip", ARCHIVE))


def commits_since(folder: Path) -> list[tuple[str, str, str]]:
    """What others committed, parents first: (its commit, the revision or the commit that it stands on, its text)."""
    log = git(folder, "log", "--branches", "--topo-order", "--reverse", "--format=%H%x00%P%x00%B%x01").decode(
        errors="replace"
    )
    known: dict[str, str] = {}
    made: list[tuple[str, str, str]] = []
    for entry in log.split("\x01\n"):
        if not entry.strip():
            continue
        commit, parents, message = entry.split("\0")
        parent = parents.split()[0] if parents else ""
        if found := re.findall(rf"^{TRAILER}: ([0-9a-f]{{32}})$", message, re.M):
            known[commit] = found[-1]
        elif parent in known:
            files = git(folder, "ls-tree", "-r", "-z", commit).split(b"\0")
            blob = files[0].split()[2].decode() if files[0] else ""
            text = git(folder, "cat-file", "blob", blob).decode(errors="replace") if blob else ""
            known[commit] = commit
            made.append((commit, known[parent], text))
    return made
