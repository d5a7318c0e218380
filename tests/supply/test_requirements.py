"""What is installed is what the issue asks for and what was tested: every package by version, its files by hash."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

from tests.conftest import ROOT
from tests.supply import lock
from tests.supply.lock import DEV, LOCKS, RUN, TORCH, LockError, Pin

ASKED = {
    "torch": "2.13.0", "gradio": "6.31.*", "sqlalchemy": "2.1.*", "transformers": "5.*", "diff-match-patch": "*",
    "accelerate": "*", "safetensors": "*", "fastapi": "*", "alembic": "*",
}  # fmt: skip


def pins(name: str) -> dict[str, str]:
    """What a list of requirements or a lock means for this machine."""
    here = (pin for pin in lock.read(ROOT / name) if not pin.marker or Marker(pin.marker).evaluate())
    return {pin.name: pin.version for pin in here}


def found(package: str) -> str | None:
    try:
        return version(package).split("+")[0]
    except PackageNotFoundError:
        return None


def commands(target: str) -> list[list[str]]:
    """The pip installs that make would run for a target on a new machine."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    plan = subprocess.run(
        ["make", "-n", "-B", target], cwd=ROOT, env=outside, capture_output=True, text=True, check=True
    ).stdout
    return [shlex.split(line) for line in plan.splitlines() if "-m pip install" in line]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the requirements and the locks of the project."""
    for name in (*LOCKS, RUN, DEV, TORCH):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_asked_packages_are_pinned() -> None:
    held = pins("requirements.txt")
    assert all(fnmatch(held.get(package, "absent"), wish) for package, wish in ASKED.items())


@pytest.mark.parametrize("name", [*LOCKS, RUN, DEV])
def test_every_requirement_is_pinned_and_installed(name: str) -> None:
    held = pins(name)
    assert held
    assert held == {package: found(package) for package in held}


def test_torch_and_what_its_build_brought_are_those_of_the_lock() -> None:
    held = {package: found(package) for package in pins(TORCH)}
    assert held["torch"]
    assert {package: at for package, at in held.items() if at} == {
        package: at for package, at in pins(TORCH).items() if held[package]
    }


def test_nothing_that_a_package_asks_for_is_left_unpinned() -> None:
    held = pins(RUN) | pins(TORCH) | pins(DEV)
    left, seen = [Requirement(package) for name in LOCKS for package in pins(name)], set[tuple[str, str]]()
    while left:
        asked = left.pop()
        assert lock.plain(asked.name) in held, f"{asked} is in no lock"
        assert asked.specifier.contains(held[lock.plain(asked.name)], prereleases=True), f"{asked} is locked otherwise"
        for extra in {"", *asked.extras}:
            if (lock.plain(asked.name), extra) not in seen:
                seen.add((lock.plain(asked.name), extra))
                inner = [Requirement(line) for line in requires(asked.name) or ()]
                left += [each for each in inner if not each.marker or each.marker.evaluate({"extra": extra})]
    assert len({name for name, _ in seen}) > 80


def test_the_locks_agree_with_one_another() -> None:
    run, dev = pins(RUN), pins(DEV)
    assert {package: at for package, at in dev.items() if package in run} == {
        package: at for package, at in run.items() if package in dev
    }


@pytest.mark.parametrize("name", [RUN, DEV])
def test_every_file_that_can_be_hashed_is(name: str) -> None:
    for pin in lock.read(ROOT / name):
        assert pin.hashes, pin.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in pin.hashes)
        assert not lock.BUILDS.fullmatch(pin.name)
    assert not any(pin.hashes for pin in lock.read(ROOT / TORCH))


@pytest.mark.parametrize("name", [RUN, DEV, TORCH])
def test_a_lock_names_packages_only_and_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"^-|://|@", text, re.MULTILINE)


def test_the_locks_are_what_the_requirements_ask_for() -> None:
    lock.check()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("requirements.txt", "gradio==6.31.0", "gradio==6.30.0", f"gradio==6.30.0, {RUN} holds 6.31.0"),
        ("requirements.txt", "psutil==", "psutils==", "holds nothing of that name"),
        ("requirements.txt", "torch==2.13.0", "torch==2.12.0", "asks for torch==2.12.0"),
        ("requirements-dev.txt", "ruff==", "rough==", f"{DEV} holds nothing"),
        ("requirements.txt", "pillow==12.3.0", "pillow>=12", "requirements.txt: pillow>=12 is not pinned"),
        ("requirements.txt", "pillow==12.3.0", "-r other.txt", "-r other.txt is not pinned"),
        (RUN, "pillow==12.3.0 \\\n", "pillow==12.3.0\n# \\\n", f"{RUN} holds pillow without a hash"),
        (TORCH, "torch==2.13.0", "", "holds nothing of that name"),
    ],
)
def test_a_lock_that_does_not_fit_is_told_with_its_remedy(
    copied: Path, name: str, old: str, new: str, said: str
) -> None:
    lock.check(copied)
    replace(copied / name, old, new)
    with pytest.raises(LockError, match=re.escape(said)):
        lock.check(copied)


def test_a_missing_hash_or_lock_is_told(copied: Path) -> None:
    held = lock.read(copied / RUN)
    bare = [Pin(pin.name, pin.version, pin.marker, () if pin.name == "pillow" else pin.hashes) for pin in held]
    (copied / RUN).write_text("\n".join(map(str, bare)), encoding="utf-8")
    with pytest.raises(LockError, match="pillow without a hash; run: make lock"):
        lock.check(copied)
    (copied / DEV).unlink()
    with pytest.raises(LockError, match=f"{DEV} is missing; run: make lock"):
        lock.check(copied)


def test_a_lock_is_written_as_it_was_read(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """make lock changes nothing where nothing changed, not even the files' times."""
    held = {source: [pin for name in names for pin in lock.read(ROOT / name)] for source, names in LOCKS.items()}
    monkeypatch.setattr(lock, "resolve", lambda root, source, constraints, *, upgrade: held[source])
    before = {name: ((copied / name).read_bytes(), (copied / name).stat().st_mtime_ns) for name in (RUN, DEV, TORCH)}
    lock.make(copied)
    assert before == {name: ((copied / name).read_bytes(), (copied / name).stat().st_mtime_ns) for name in before}
    (copied / RUN).unlink()
    (copied / TORCH).unlink()
    lock.make(copied)
    assert {name: (copied / name).read_bytes() for name in before} == {name: old for name, (old, _) in before.items()}


def test_what_cannot_be_locked_is_said_and_the_locks_stay(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    # Nothing else: uv would first miss what another machine has at hand and this one may not.
    (copied / "requirements.txt").write_text("no-such-package-here==1\n", encoding="utf-8")
    before = (copied / RUN).read_bytes()
    with pytest.raises(LockError, match=r"requirements.txt could not be locked: (?s:.)*no-such-package-here"):
        lock.make(copied)
    assert (copied / RUN).read_bytes() == before


def test_make_run_installs_the_lock_by_hash_and_nothing_for_developers() -> None:
    by_hash, torch = commands("run")
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(by_hash)
    assert by_hash[-2:] == ["-r", RUN]
    assert torch[-3:] == ["torch", "-c", TORCH] and "--only-binary" in torch
    assert "pytest" not in pins(RUN)


@pytest.mark.slow
def test_make_test_adds_its_own_lock_by_hash() -> None:
    *_, added = commands("check")
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(added)
    assert added[-2:] == ["-r", DEV]


def wheel(folder: Path, name: str, requirement: str = "") -> None:
    """A package of one empty module."""
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requirement}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("digest", "said"),
    [
        ("--hash=sha256:{}", ""),
        ("--hash=sha256:" + "0" * 64, "DO NOT MATCH THE HASHES"),
        ("", "Hashes are required"),
    ],
    ids=["as locked", "another hash", "no hash"],
)
def test_a_file_with_another_hash_is_not_installed(tmp_path: Path, digest: str, said: str) -> None:
    """The command of the Makefile, on a folder of packages: what the lock does not name is not looked for either."""
    wheel(tmp_path, "locked", "Requires-Dist: unlocked\n")
    true = hashlib.sha256((tmp_path / "locked-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    (tmp_path / RUN).write_text(f"locked==1.0 {digest.format(true)}\n", encoding="utf-8")
    command = [sys.executable, *commands("run")[0][1:], "--no-index", "--find-links", ".", "--target", "out"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    outside["PIP_CONFIG_FILE"] = os.devnull
    done = subprocess.run(command, cwd=tmp_path, env=outside, capture_output=True, text=True, check=False)
    assert said in done.stderr
    assert (done.returncode == 0) == (tmp_path / "out" / "locked.py").exists() == (not said), done.stderr


def test_the_page_is_built_from_its_lock_by_hash() -> None:
    assert "npm ci" in (ROOT / "Makefile").read_text(encoding="utf-8")
    held = json.loads((ROOT / "assets/web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all(entry["integrity"].startswith("sha512-") for path, entry in held.items() if path)
