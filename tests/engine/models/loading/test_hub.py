"""Names on the hub, with the hub played by a folder: what is asked of it, what it may refuse, and whose code may run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from huggingface_hub.errors import (
    GatedRepoError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

import engine
from engine import Loading, ModelMissing, OutOfMemory, RemoteCodeRefused
from engine.models.loading import hub, memory
from tests.engine.tiny import write

NAME = "owner/a-model"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The hub has what lies in ``offered``; ``asked`` lists the calls."""
    offered = write(tmp_path / "offered", "llama")
    held = tmp_path / "models--owner--a-model" / "snapshots" / COMMIT
    held.mkdir(parents=True)
    asked: list[tuple[object, ...]] = []

    def one(name: str, file: str, revision: str | None) -> str:
        asked.append(("config", name, revision))
        shutil.copy(offered / file, held)
        return str(held / file)

    def all_of(name: str, revision: str | None, allow_patterns: list[str], tqdm_class: type) -> str:
        asked.append(("files", name, revision, *allow_patterns))
        bar = tqdm_class(total=200, unit="B")
        for file in offered.iterdir():
            if any(file.match(pattern) for pattern in allow_patterns):
                shutil.copy(file, held)
                bar.update(50)
        return str(held)

    def refuse(name: str, revision: str | None) -> None:
        raise httpx.ConnectError("no network")

    monkeypatch.setattr(hub, "hf_hub_download", one)
    monkeypatch.setattr(hub, "snapshot_download", all_of)
    monkeypatch.setattr(hub, "get_safetensors_metadata", refuse)
    return SimpleNamespace(offered=offered, held=held, asked=asked)


def test_a_model_by_name(cache: SimpleNamespace) -> None:
    told: list[str] = []
    options = Loading(revision="v2", progress=lambda _, what: told.append(what))
    denoiser = engine.load(NAME, "cpu", options=options)
    assert denoiser.name == "a-model"
    assert [call[:3] for call in cache.asked] == [("config", NAME, "v2"), ("files", NAME, "v2")]
    assert "*.py" not in cache.asked[1]
    assert any("fetched" in what and NAME in what for what in told) and "a-model: all weights read" in told


def test_old_weights_are_fetched_only_where_there_are_no_others(cache: SimpleNamespace) -> None:
    (cache.offered / "model.safetensors").rename(cache.offered / "kept")
    (cache.offered / "pytorch_model.bin").write_bytes(b"no weights")
    with pytest.raises(engine.ModelDamaged):
        engine.load(NAME, "cpu")
    assert cache.asked[-1][-1] == "pytorch_model*.bin" and len(cache.asked) == 3


def test_weights_that_do_not_fit_are_not_downloaded(cache: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    tensor = SimpleNamespace(dtype="BF16", shape=[10**6, 10**6])
    answer = SimpleNamespace(files_metadata={"model.safetensors": SimpleNamespace(tensors={"a.weight": tensor})})
    monkeypatch.setattr(hub, "get_safetensors_metadata", lambda name, revision: answer)
    monkeypatch.setattr(memory, "available", lambda device: 10**9)
    with pytest.raises(OutOfMemory, match=r"2000\.0 GB.*nothing was downloaded"):
        engine.load(NAME, "cpu", options=Loading(dtype="bfloat16"))
    assert [call[0] for call in cache.asked] == ["config"]


RESPONSE = httpx.Response(404, request=httpx.Request("GET", "https://huggingface.co"))


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (RepositoryNotFoundError("no", response=RESPONSE), "check the name"),
        (GatedRepoError("no", response=RESPONSE), "accept its terms"),
        (RevisionNotFoundError("no", response=RESPONSE), "v9"),
        (RemoteEntryNotFoundError("no", response=RESPONSE), "config.json"),
        (LocalEntryNotFoundError("no"), "connect to the network"),
        (OfflineModeIsEnabled("no"), "connect to the network"),
        (httpx.ConnectTimeout("too long"), "try again"),
    ],
)
def test_what_the_hub_refuses(monkeypatch: pytest.MonkeyPatch, error: Exception, remedy: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(hub, "hf_hub_download", fail)
    with pytest.raises(ModelMissing, match=remedy) as caught:
        engine.load(NAME, "cpu", options=Loading(revision="v9"))
    assert NAME in str(caught.value) and "\n" not in str(caught.value)


# Code that comes with a model


def foreign(folder: Path, code: str = "modeling_odd.OddModel") -> None:
    """A config as of a model that transformers does not know."""
    (folder / "config.json").write_text(json.dumps({"model_type": "odd", "auto_map": {"AutoModel": code}}))


def test_code_runs_only_where_it_was_allowed(cache: SimpleNamespace) -> None:
    foreign(cache.offered)
    for options, reason in (
        (Loading(), "--remote-code together with --revision"),
        (Loading(remote_code=True), "pinned commit.*got None"),
        (Loading(remote_code=True, revision="main"), "pinned commit.*got 'main'"),
        (Loading(remote_code=True, revision=COMMIT[:12]), "pinned commit"),
        (Loading(revision=COMMIT), "--remote-code"),
    ):
        with pytest.raises(RemoteCodeRefused, match=reason) as caught:
            engine.load(NAME, "cpu", options=options)
        assert "modeling_odd.py" in str(caught.value)
    assert {call[0] for call in cache.asked} == {"config"}, "nothing is downloaded before it may run"


def test_code_of_a_third_party_is_refused_whatever_was_pinned(cache: SimpleNamespace) -> None:
    foreign(cache.offered, "other/repo--modeling_odd.OddModel")
    with pytest.raises(RemoteCodeRefused, match="from other/repo"):
        engine.load(NAME, "cpu", options=Loading(remote_code=True, revision=COMMIT))
    with pytest.raises(RemoteCodeRefused, match="from other/repo"):
        engine.load(cache.offered, "cpu", options=Loading(remote_code=True))


def test_in_a_folder_the_flag_is_enough_and_needed(cache: SimpleNamespace) -> None:
    foreign(cache.offered)
    with pytest.raises(RemoteCodeRefused, match="all your rights.*--remote-code$"):
        engine.load(cache.offered, "cpu")


def test_a_known_architecture_never_runs_code_that_lies_beside_it(cache: SimpleNamespace) -> None:
    """Its auto_map is not needed, so it is not followed, with the flag or without."""
    config = json.loads((cache.offered / "config.json").read_text())
    evil = {"auto_map": {"AutoModelForCausalLM": "modeling_evil.Evil"}}
    (cache.offered / "config.json").write_text(json.dumps(config | evil))
    (cache.offered / "modeling_evil.py").write_text("raise SystemExit('ran')")
    for options in (Loading(), Loading(remote_code=True)):
        assert engine.load(cache.offered, "cpu", options=options).name == "offered"
