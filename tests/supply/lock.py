"""Lock the Python packages: ``python -m tests.supply.lock``, which ``make lock`` runs; ``--check`` compares and needs no network.

requirements.txt and requirements-dev.txt name what the project itself uses. The locks name all that comes with it, for every
platform and Python at once: requirements.lock what ``make run`` installs and requirements-dev.lock what ``make test`` adds, both
with the hashes of their files, and requirements-torch.lock torch and what its builds bring, which differ from machine to machine.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "3.11"  # and every newer one
RUN, DEV, TORCH = "requirements.lock", "requirements-dev.lock", "requirements-torch.lock"
LOCKS = {"requirements.txt": (RUN, TORCH), "requirements-dev.txt": (DEV,)}
# One version of these is many builds (CPU, CUDA, ROCm), and each brings others of the rest: no list of hashes fits all.
BUILDS = re.compile(r"torch|triton|(nvidia|cuda)-.*")
HEADER = "# Made by make lock from {source}: do not edit.\n"
BY_VERSION = "# By version only: which of them a machine needs, and which build of them, depends on its torch.\n"


class LockError(Exception):
    """What is wrong with the locks, and what to run."""


@dataclass(frozen=True)
class Pin:
    """One requirement of a lock, ``name==version ; marker``, with the hashes of its files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @classmethod
    def read(cls, line: str) -> Pin:
        """Raises LockError for what is not pinned to one version."""
        asked, *hashes = re.split(r"\s+--hash=", line.strip())
        exact, _, marker = (part.strip() for part in asked.partition(";"))
        found = re.fullmatch(r"([\w.-]+)(?:\[[\w,.-]+])?==([\w.!+]+)", exact)
        if not found:
            raise LockError(f"{exact} is not pinned; write name==version")
        return cls(plain(found[1]), found[2], marker, tuple(hashes))

    def __str__(self) -> str:
        asked = f"{self.name}=={self.version}" + (f" ; {self.marker}" if self.marker else "")
        return " \\\n    ".join([asked, *(f"--hash={digest}" for digest in self.hashes)])


def plain(name: str) -> str:
    """A package's name as indexes spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read(path: Path) -> list[Pin]:
    """The pins of a lock or of a list of requirements. Raises LockError when it is not there or not pinned."""
    try:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    except FileNotFoundError as error:
        raise LockError(f"{path.name} is missing; run: make lock") from error
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines())
    try:
        return [Pin.read(line) for line in lines if line]
    except LockError as error:
        raise LockError(f"{path.name}: {error}") from error


def check(root: Path = ROOT) -> None:
    """Raise LockError unless the locks hold what the requirements ask for, with hashes wherever there can be any."""
    for source, names in LOCKS.items():
        locked = [pin for name in names for pin in read(root / name)]
        for asked in read(root / source):
            held = {pin.version for pin in locked if pin.name == asked.name}
            if held != {asked.version}:
                found = ", ".join(sorted(held)) or "nothing of that name"
                raise LockError(
                    f"{source} asks for {asked.name}=={asked.version}, {names[0]} holds {found}; run: make lock"
                )
    for name in (RUN, DEV):
        if bare := [pin.name for pin in read(root / name) if not pin.hashes]:
            raise LockError(f"{name} holds {', '.join(bare)} without a hash; run: make lock")


def make(root: Path = ROOT, *, upgrade: bool = False) -> None:
    """Write the locks anew. What they hold stays at its version unless the requirements say otherwise, or upgrade is set."""
    found = resolve(root, "requirements.txt", constraints=(), upgrade=upgrade)
    write(root / RUN, "requirements.txt", (pin for pin in found if not BUILDS.fullmatch(pin.name)))
    builds = [Pin(pin.name, pin.version, pin.marker, ()) for pin in found if BUILDS.fullmatch(pin.name)]
    write(root / TORCH, "requirements.txt", builds, note=BY_VERSION)
    write(root / DEV, "requirements-dev.txt", resolve(root, "requirements-dev.txt", (RUN, TORCH), upgrade=upgrade))
    check(root)


def resolve(root: Path, source: str, constraints: Iterable[str], *, upgrade: bool) -> list[Pin]:
    """All that a list of requirements needs anywhere. Raises LockError in uv's words when there is no such set."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "requirements.txt"  # uv keeps the versions that it finds there
        out.write_text("".join(f"{pin}\n" for name in LOCKS[source] for pin in kept(root / name)), encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", PYTHON]
        # A package without a wheel would run its set-up, with packages that no lock names.
        command += ["--generate-hashes", "--no-build", "--no-header", "--no-annotate", "--output-file", str(out)]
        command += [part for name in constraints for part in ("--constraints", name)]
        command += ["--upgrade"] * upgrade
        done = subprocess.run([*command, source], cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LockError(f"{source} could not be locked: {done.stderr.strip()}")
        return read(out)


def kept(path: Path) -> Iterator[Pin]:
    if path.exists():
        yield from read(path)


def write(path: Path, source: str, pins: Iterable[Pin], note: str = "") -> None:
    """Leave the file as it is when nothing changed: make goes by its time."""
    text = HEADER.format(source=source) + note + "".join(f"{pin}\n" for pin in pins)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: written")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.supply.lock", description="Lock the Python packages.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest of what requirements*.txt do not name")
    parser.add_argument("--check", action="store_true", help="only compare the locks with requirements*.txt")
    options = parser.parse_args()
    work: Callable[[], None] = check if options.check else lambda: make(upgrade=options.upgrade)
    try:
        work()
    except LockError as error:
        print(f"palimpsest: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
