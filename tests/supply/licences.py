"""List the licences of all that is locked: ``python -m tests.supply.licences`` (part of ``make lock``) writes them down.

They come from what the installed packages say of themselves; what this machine does not install is in STATED.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from tests.supply.lock import DEV, ROOT, RUN, TORCH, LockError, Pin, read

LIST = "THIRD_PARTY_LICENCES.md"
BUNDLE = "assets/web/dist/THIRD_PARTY_LICENCES.txt"
MADE = "<!-- From here on made by make lock: do not edit. -->\n"
INSTALLED_BY = {RUN: "`make run`", TORCH: "torch, by machine", DEV: "`make test`"}

# Read from the files of those packages that not every machine installs.
STATED = {
    "audioop-lts": "PSF-2.0",
    "colorama": "BSD-3-Clause",
    "cuda-bindings": "Apache-2.0",
    "cuda-pathfinder": "Apache-2.0",
    "cuda-toolkit": "LicenseRef-NVIDIA-Proprietary",  # an empty package that asks for others
    "httpx2-jsfetch": "BSD-3-Clause",
    "nvidia-nvtx": "Apache-2.0",
    "nvidia-*": "LicenseRef-NVIDIA-Proprietary",
    "triton": "MIT",
}
NAMES = {
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
TEXTS = {
    "used to endorse": "BSD-3-Clause",
    "Redistributions of source code must retain": "BSD-2-Clause",
    "Permission is hereby granted, free of charge": "MIT",
}
# All may be used beside a program under Apache-2.0. MPL-2.0 covers its own files only, which are used unchanged; NVIDIA's
# libraries are no part of the project: torch fetches them on machines whose build of it asks for them.
ACCEPTED = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CNRI-Python ISC LLVM-exception MIT MIT-CMU MPL-2.0 PSF-2.0 Zlib"
    " LicenseRef-NVIDIA-Proprietary".split()
)


def stated(name: str) -> str | None:
    return next((licence for pattern, licence in STATED.items() if fnmatch(name, pattern)), None)


def installed(name: str) -> str | None:
    """The SPDX expression of an installed package; None if it is not installed or gives no licence that is known here."""
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return None
    if expression := fields(package, "License-Expression"):
        return expression[0]
    classifiers = [line.split(" :: ")[-1] for line in fields(package, "Classifier") if line.startswith("License")]
    for said in [*fields(package, "License"), *classifiers]:
        licence = NAMES.get(said, said)
        if parts(licence) <= ACCEPTED:
            return licence
    # What is left says "BSD", or nothing, or gives the text.
    text = re.sub(r"\s+", " ", " ".join([*fields(package, "License"), *texts(package)]))
    return next((licence for words, licence in TEXTS.items() if re.search(words, text)), None)


def fields(package: Distribution, name: str) -> list[str]:
    return [value for value in package.metadata.get_all(name, []) if value]


def texts(package: Distribution) -> Iterable[str]:
    """A package's files of licences."""
    for file in package.files or ():
        if re.search(r"dist-info/.*(licen[cs]e|copying)", str(file), re.IGNORECASE):
            yield file.read_text(encoding="utf-8")


def parts(licence: str) -> set[str]:
    """The single licences of an SPDX expression."""
    return set(re.findall(r"[^\s()]+", licence)) - {"AND", "OR", "WITH"}


def licence_of(name: str) -> str:
    """Raises LockError for a package whose licence is not known or not among those that the project accepts."""
    found = stated(name) or installed(name)
    if found is None:
        raise LockError(
            f"the licence of {name} is not known; read its files and write it into STATED in tests/supply/licences.py"
        )
    if strange := parts(found) - ACCEPTED:
        raise LockError(
            f"{name} is under {', '.join(sorted(strange))}, which is not in ACCEPTED in tests/supply/licences.py"
        )
    return found


def packages(root: Path = ROOT) -> dict[str, dict[str, list[Pin]]]:
    """Every locked package: the locks that hold it, with what they hold of it."""
    found: dict[str, dict[str, list[Pin]]] = {}
    for lock in INSTALLED_BY:
        for pin in read(root / lock):
            found.setdefault(pin.name, {}).setdefault(lock, []).append(pin)
    return found


def rows(root: Path = ROOT) -> list[tuple[str, str, str, str]]:
    """Package, versions, licence and who installs it."""
    return [
        (
            name,
            ", ".join(sorted({pin.version for pins in locks.values() for pin in pins})),
            licence_of(name),
            INSTALLED_BY[next(iter(locks))],
        )
        for name, locks in sorted(packages(root).items())
    ]


def bundled(root: Path = ROOT) -> list[tuple[str, str, str]]:
    """The libraries in the page's bundle, as its own file of licences lists them."""
    return re.findall(r"^(\S+) (\d\S*) \((\S+)\)$", (root / BUNDLE).read_text(encoding="utf-8"), re.MULTILINE)


def table(heading: Iterable[str], body: Iterable[Iterable[str]]) -> str:
    heads = list(heading)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [heads, ["---"] * len(heads), *body])


def document(root: Path = ROOT) -> str:
    """THIRD_PARTY_LICENCES.md as it must be: what is written by hand, then the tables. Raises LockError."""
    by_hand = (root / LIST).read_text(encoding="utf-8").split(MADE)[0]
    page = table(["library in the page's bundle", "version", "licence"], bundled(root))
    python = table(["Python package", "version", "licence", "installed by"], rows(root))
    return f"{by_hand}{MADE}\n## The page's libraries\n\n{page}\n## Python packages\n\n{python}"


def main() -> int:
    try:
        (ROOT / LIST).write_text(document(), encoding="utf-8")
    except LockError as error:
        print(f"palimpsest: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
