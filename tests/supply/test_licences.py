"""THIRD_PARTY_LICENCES.md lists what is locked and shipped, and only licences that the project can live with."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.supply import licences
from tests.supply.lock import DEV, RUN, TORCH, LockError, read

TEXT = (ROOT / licences.LIST).read_text(encoding="utf-8")
BSD = "Redistributions of source code must retain the above copyright notice. "


def package(folder: Path, monkeypatch: pytest.MonkeyPatch, fields: str, text: str = "") -> None:
    """An installed package of the name given."""
    info = folder / "given-1.0.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: given\nVersion: 1.0\n{fields}", encoding="utf-8")
    (info / "licenses" / "LICENSE").write_text(text, encoding="utf-8")
    (info / "RECORD").write_text("given-1.0.dist-info/licenses/LICENSE,,\n", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)


def test_the_list_is_that_of_the_locks_and_of_what_is_installed() -> None:
    assert licences.document() == TEXT, "run: make lock"


def test_every_locked_package_stands_there_with_its_versions() -> None:
    held = {(pin.name, pin.version) for lock in (RUN, TORCH, DEV) for pin in read(ROOT / lock)}
    rows = re.findall(r"^\| (\S+) \| ([^|]+) \| [^|]+ \| [^|]+ \|$", TEXT.split("## Python packages")[1], re.MULTILINE)
    assert {(name, at) for name, versions in rows[1:] for at in versions.split(", ")} == held
    assert len(held) > 100


@pytest.mark.slow
def test_a_list_that_is_out_of_date_is_noticed(tmp_path: Path) -> None:
    for name in (RUN, TORCH, DEV, licences.LIST, licences.BUNDLE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    assert licences.document(tmp_path) == TEXT
    old = (tmp_path / DEV).read_text(encoding="utf-8")
    (tmp_path / DEV).write_text(old.replace("pytest==", "pytest==1."), encoding="utf-8")
    assert licences.document(tmp_path) != TEXT


def test_the_page_lists_the_libraries_of_its_lock() -> None:
    held = json.loads((ROOT / "assets/web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    listed = licences.bundled()
    assert len(listed) > 20
    for name, at, licence in listed:
        assert held[f"node_modules/{name}"]["version"] == at
        assert licences.parts(licence) <= licences.ACCEPTED
        assert f"| {name} | {at} | {licence} |" in TEXT


def test_what_is_shipped_exists_and_is_named() -> None:
    for link in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (ROOT / link).is_file(), link
    for path in re.findall(r"^\| `([\w./]+)`", TEXT, re.MULTILINE):
        assert (ROOT / path).exists(), path
    assert "`assets/model/tokenizer.json`" in TEXT and "`assets/model/writer`" in TEXT


@pytest.mark.parametrize(
    ("fields", "text", "licence"),
    [
        ("License-Expression: MIT AND (Apache-2.0 OR BSD-2-Clause)\n", "", "MIT AND (Apache-2.0 OR BSD-2-Clause)"),
        ("License: Apache 2.0 License\n", "", "Apache-2.0"),
        ("Classifier: License :: OSI Approved :: ISC License (ISCL)\nLicense: ISC\n", "", "ISC"),
        ("Classifier: License :: OSI Approved :: MIT License\n", "", "MIT"),
        ("License: BSD\n", BSD, "BSD-2-Clause"),
        ("License: BSD\n", BSD + "Nor the names be\n used to endorse products.", "BSD-3-Clause"),
        ("", "Permission is hereby granted,\nfree of charge", "MIT"),
    ],
)
def test_a_licence_is_read_from_what_a_package_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: str, text: str, licence: str
) -> None:
    package(tmp_path, monkeypatch, fields, text)
    assert licences.licence_of("given") == licence


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("License-Expression: GPL-3.0-or-later\n", "given is under GPL-3.0-or-later, which is not in ACCEPTED"),
        ("License-Expression: MIT AND AGPL-3.0-only\n", "given is under AGPL-3.0-only"),
        ("License: GNU GPL\n", "the licence of given is not known"),
        ("", "the licence of given is not known"),
    ],
)
def test_a_licence_that_is_not_accepted_stops_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: str, said: str
) -> None:
    package(tmp_path, monkeypatch, fields)
    with pytest.raises(LockError, match=said):
        licences.licence_of("given")


def test_a_package_that_is_not_here_must_be_stated() -> None:
    assert licences.licence_of("nvidia-something-new") == "LicenseRef-NVIDIA-Proprietary"
    with pytest.raises(LockError, match="the licence of no-such-package is not known; .* STATED"):
        licences.licence_of("no-such-package")
