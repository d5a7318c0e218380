"""The DiT network and how its checkpoints are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

import engine
from engine import Span
from engine.errors import ModelDamaged, ModelMissing, UnsupportedModel
from engine.models import load
from engine.models.dit import checkpoint as dit_checkpoint
from tests.conftest import some
from tests.engine import tiny_dit
from tests.engine.families import family, passes
from tests.engine.reference_dit import answered, canvas_of, case, reference
from tests.engine.tiny_dit import BLOCKS, MASK, WORDS

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."
EOT = WORDS - 1
FAMILIES = sorted(tiny_dit.CONFIGS)


# ---- the network ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("adaln", [True, False])
@pytest.mark.parametrize("old", [True, False])
def test_the_network_is_the_published_one(tmp_path: Path, adaln: bool, old: bool) -> None:
    d = engine.load(tiny_dit.write(tmp_path, "bd3lm", adaln=adaln, old=old))
    ids, positions = [3, 200, MASK, 77, 5], [4, 0, 9, 2, 17]
    visible = torch.rand(5, 5, generator=torch.Generator().manual_seed(0)) < 0.6
    visible |= torch.eye(5, dtype=torch.bool)
    with passes(d.masked.network) as made:
        scores, kept = d.masked.network(torch.tensor([ids]), torch.tensor([positions]), 0.7, visible=visible[None])
    assert torch.allclose(scores[0].double(), reference(ids, positions, visible, 0.7, adaln=adaln), atol=1e-4)
    assert len(kept) == BLOCKS and len(made) == 1
    # The same in two passes, where nothing sees what comes later.
    visible = visible.tril()
    whole = d.masked.network(torch.tensor([ids]), torch.tensor([positions]), 0.7, visible=visible[None])[0]
    _, past = d.masked.network(
        torch.tensor([ids[:2]]), torch.tensor([positions[:2]]), 0.7, visible=visible[None, :2, :2]
    )
    later, _ = d.masked.network(
        torch.tensor([ids[2:]]), torch.tensor([positions[2:]]), 0.7, visible=visible[None, 2:], past=past
    )
    assert torch.allclose(later, whole[:, 2:], atol=1e-5)


# ---- whole runs ----------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_every_system_fills_in_and_repeats_itself(name: str) -> None:
    d = family(name)
    spans = [Span(4, 9), Span(31, 34)]
    for system in engine.SYSTEMS:
        if engine.SYSTEMS[system].strength == 0:
            continue
        runs = [list(engine.infill(d, TEXT, spans, system=system, seed=2, length=4, candidates=2)) for _ in range(2)]
        assert [s.candidates for s in runs[0]] == [s.candidates for s in runs[1]]
        last = runs[0][-1]
        assert last.done and all(slot.state in "ns" for span in last.spans for slot in span.slots)
        assert [len(span.slots) for span in last.spans] == [4, 4]


@pytest.mark.parametrize("name", some(FAMILIES, "mdlm"))
def test_a_document_longer_than_the_network_reads(name: str) -> None:
    long = "word " * 60
    last = list(engine.infill(family(name), long, [Span(150, 154)], system="eso-b", length=3, guidance=0.5))[-1]
    assert last.done
    assert engine.nll(family(name), long, [Span(150, 154)], ["text"]) > 0
    assert engine.nll(family(name), long, [Span(150, 154)], [""]) >= 0


@pytest.mark.parametrize("name", some(FAMILIES, "mdlm"))
def test_words_that_stand_are_not_revised(name: str) -> None:
    with pytest.raises(UnsupportedModel, match="cannot weigh"):
        engine.infill(family(name), TEXT, [Span(4, 9)], system="instant-edit")
    last = list(engine.infill(family(name), TEXT, [Span(4, 9)], system="mercury", strength=0.5, seed=1))[-1]
    assert last.done


# ---- what is published ---------------------------------------------------------------------------------------------
def test_the_families_are_known_by_their_configs(tmp_path: Path) -> None:
    for name in FAMILIES:
        folder = tiny_dit.write(tmp_path / name, name)
        assert load.family(folder) == name.removesuffix("-uniform")
        d = engine.load(folder)
        assert d.mask_id == MASK or d.facts.uniform and d.mask_id >= d.masked.vocabulary
    assert dit_checkpoint.family_of({"model_type": "llama"}) is None


def test_a_lightning_state_keeps_its_prefixes(tmp_path: Path) -> None:
    tiny_dit.write(tmp_path, "mdlm", old=True)
    torch.save(tiny_dit.weights("_orig_mod.backbone."), tmp_path / "pytorch_model.bin")
    assert engine.load(tmp_path).mask_id == MASK


def test_the_mask_is_the_tokenizers_where_it_has_one(tmp_path: Path) -> None:
    tiny_dit.write(tmp_path, "mdlm")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"mask_token": {"content": "Z"}}), encoding="utf-8")
    d = engine.load(tmp_path)
    assert d.mask_id == d.tokenizer.encode("Z")[0]


def test_without_a_tokenizer_the_error_says_which_one_to_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_dit.write(tmp_path / "mine", "mdlm")
    (tmp_path / "mine" / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match="tokenizer.json of openai-community/gpt2 into"):
        engine.load(tmp_path / "mine")
    # Only a folder that came from the hub sends for one.
    cached = tiny_dit.write(tmp_path / "models--kuleshov-group--mdlm-owt" / "snapshots" / ("0" * 40), "mdlm")
    kept = (cached / "tokenizer.json").rename(tmp_path / "tokenizer.json")
    asked = []
    monkeypatch.setattr("huggingface_hub.hf_hub_download", lambda *what: asked.append(what) or str(kept))
    assert engine.load(cached).mask_id == MASK
    assert asked == [("openai-community/gpt2", "tokenizer.json")]


def test_no_code_of_theirs_is_run_and_options_are_kept(tmp_path: Path) -> None:
    auto_map = {"AutoModelForMaskedLM": "kuleshov-group/mdlm-owt--modeling_mdlm.MDLM"}
    folder, said = tiny_dit.write(tmp_path, "mdlm", auto_map=auto_map), []
    options = engine.Loading(dtype="bfloat16", window=16, progress=lambda done, what: said.append((done, what)))
    d = engine.load(folder, options=options)
    assert d.masked.network.output_layer.linear.weight.dtype == torch.bfloat16 and d.window == 16
    assert engine.load(folder).masked.network.output_layer.linear.weight.dtype == torch.float32
    assert said[-1] == (1.0, f"{tmp_path.name}: all weights read")
    close = answered(d.condition(case(d, "ab", 3, "yz")), canvas_of({}, 3)).softmax(-1)
    exact = answered(engine.load(folder).condition(case(d, "ab", 3, "yz")), canvas_of({}, 3)).softmax(-1)
    assert (close - exact).abs().max() < 0.05
    with pytest.raises(UnsupportedModel, match="leave --quantisation"):
        engine.load(folder, options=engine.Loading(quantisation="int8"))


def _damage(folder: Path, **changes: object) -> None:
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({k: v for k, v in (config | changes).items() if v is not None}), encoding="utf-8")


@pytest.mark.parametrize(
    ("family", "changes", "error", "says"),
    [
        ("mdlm", {"n_heads": None}, ModelDamaged, "does not say 'n_heads'"),
        ("mdlm", {"n_blocks": "many"}, ModelDamaged, "cannot be read"),
        ("mdlm", {"hidden_dim": 64}, ModelDamaged, "do not fit its config.json"),
        ("mdlm", {"n_blocks": 3}, ModelDamaged, "lacks blocks.2"),
        ("mdlm", {"n_blocks": 1}, ModelDamaged, "holds blocks.1"),
        ("esolm", {"mask_index": 5}, ModelDamaged, "use the tokenizer that"),
        ("bd3lm", {"causal": True}, UnsupportedModel, "knows no masks"),
        ("sedd", {"graph": {"type": "uniform"}}, UnsupportedModel, "nothing is published"),
        ("sedd", {"noise": {"type": "geometric"}}, UnsupportedModel, "wrong levels"),
    ],
)
def test_damage_is_named(tmp_path: Path, family: str, changes: dict, error: type[Exception], says: str) -> None:
    _damage(tiny_dit.write(tmp_path, family), **changes)
    with pytest.raises(error, match=says):
        engine.load(tmp_path)


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    weights = tiny_dit.write(tmp_path, "mdlm") / "model.safetensors"
    weights.write_bytes(b"nothing")
    with pytest.raises(ModelDamaged, match="cannot be read"):
        engine.load(tmp_path)
    weights.unlink()
    with pytest.raises(ModelMissing, match="Lightning"):
        engine.load(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelDamaged, match="copy it again"):
        engine.load(tmp_path)
