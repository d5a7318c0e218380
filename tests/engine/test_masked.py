"""Masked diffusion checkpoints: the published weights run as they were trained, and the rules of a fill."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from unittest import mock

import pytest
import torch
from safetensors import safe_open
from torch.nn.functional import linear, silu
from transformers import AutoModelForMaskedLM

import engine
from engine import Span
from engine.canvas import Canvas, Context, Gap
from engine.errors import ModelDamaged, SpanTooLong, UnsupportedModel
from engine.models import family, mlm, native
from engine.models.llada import EXPECTED
from engine.models.masked import MaskedDenoiser, Whole
from engine.models.masked_text import Frame
from engine.scripted import byte_tokenizer
from tests.engine import tiny_masked
from tests.engine.families import options, passes
from tests.engine.tiny_masked import KINDS, NATIVE, SHIFTED

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."


@cache
def folder(kind: str) -> Path:
    return tiny_masked.write(Path(mkdtemp(prefix="palimpsest-masked-")), kind)


@cache
def loaded(kind: str) -> MaskedDenoiser:
    """In float32, on processors that would use less too."""
    exact = {"precision": lambda _: torch.float32}
    with mock.patch.multiple(native, **exact), mock.patch.multiple(mlm, **exact):
        denoiser = engine.load(folder(kind), device="cpu")
    assert isinstance(denoiser, MaskedDenoiser)
    return denoiser


def context_of(denoiser: MaskedDenoiser, *parts: str | int, **known: object) -> Context:
    """Texts and gaps (a number of slots) by turns."""
    segments = tuple(tuple(denoiser.tokenizer.encode(part)) for part in parts[::2])
    return Context(segments, tuple(Gap(slots, **known) for slots in parts[1::2]))


def masks(denoiser: MaskedDenoiser, rows: list[list[int | None]]) -> Canvas:
    """Canvases with some slots written; None is noisy."""
    ids = torch.tensor([[denoiser.mask_id if i is None else i for i in row] for row in rows])
    noisy = torch.tensor([[i is None for i in row] for row in rows])
    return Canvas(ids, noisy, torch.zeros_like(noisy))


# ---- the networks --------------------------------------------------------------------------------------------------
def reference(kind: str, ids: torch.Tensor) -> torch.Tensor:
    """(S, V) outputs at every position of one text, from the checkpoint's own files and nothing of transformers."""
    weights: dict[str, torch.Tensor] = {}
    for file in folder(kind).glob("*.safetensors"):
        with safe_open(file, "pt") as shard:
            weights |= {name: shard.get_tensor(name).float() for name in shard.keys()}
    config = json.loads((folder(kind) / "config.json").read_text())
    theta = config.get("rope_theta") or config["rope_parameters"]["rope_theta"]
    names = (
        ("model.transformer.wte", "model.transformer.ln_f", "model.transformer.ff_out", "model.transformer.blocks.{}.")
        if kind == "llada"
        else ("model.embed_tokens", "model.norm", "lm_head", "model.layers.{}.")
    )
    inside = (
        ("attn_norm", "q_proj", "k_proj", "v_proj", "attn_out", "ff_norm", "ff_proj", "up_proj", "ff_out")
        if kind == "llada"
        else (
            "input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
            "post_attention_layernorm", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
        )
    )  # fmt: skip
    heads, groups, d, size = 4, 2, 8, len(ids)

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + config["rms_norm_eps"]) * weights[f"{name}.weight"]

    angle = torch.arange(size)[:, None] * theta ** (-torch.arange(0, d, 2) / d)
    turn = torch.polar(torch.ones_like(angle), angle)[:, None]  # (S, 1, D / 2)

    def rotated(x: torch.Tensor) -> torch.Tensor:
        """(S, H, D): the first half of a head's dimensions is paired with the second."""
        turned = torch.complex(x[..., : d // 2], x[..., d // 2 :]) * turn
        return torch.cat([turned.real, turned.imag], -1)

    x = weights[f"{names[0]}.weight"][ids]
    for layer in range(2):
        before, q, k, v, out, between, gate, up, down = (names[3].format(layer) + name for name in inside)

        def project(x: torch.Tensor, name: str) -> torch.Tensor:
            return linear(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"))

        y = norm(x, before)
        queries, keys = project(y, q).view(size, heads, d), project(y, k).view(size, groups, d)
        if "qwen3" in kind:
            queries, keys = norm(queries, q.replace("q_proj", "q_norm")), norm(keys, k.replace("k_proj", "k_norm"))
        values = project(y, v).view(size, groups, d)
        keys, values = (z.repeat_interleave(heads // groups, 1) for z in (rotated(keys), values))
        weight = torch.einsum("qhd,khd->hqk", rotated(queries), keys).div(d**0.5).softmax(-1)
        x = x + project(torch.einsum("hqk,khd->qhd", weight, values).reshape(size, -1), out)
        y = norm(x, between)
        x = x + project(silu(project(y, gate)) * project(y, up), down)
    return linear(norm(x, names[1]), weights.get(f"{names[2]}.weight", weights[f"{names[0]}.weight"]))


@pytest.mark.parametrize("kind", NATIVE)
def test_a_checkpoint_computes_what_its_own_network_does(kind: str) -> None:
    """In both directions, and shifted where it was trained so."""
    network = loaded(kind).network
    ids = torch.randint(256, (2, 17), generator=torch.Generator().manual_seed(1))
    ids[:, 5:9] = loaded(kind).mask_id
    at = torch.tensor([[0, 5, 6, 8], [5, 7, 8, 16]])
    ours = network(ids, torch.ones_like(ids, dtype=torch.bool), 0.5, at)
    theirs = torch.stack([reference(kind, row) for row in ids])
    if kind in SHIFTED:
        theirs = torch.cat([theirs[:, :1], theirs[:, :-1]], 1)
    torch.testing.assert_close(
        ours, torch.stack([row[i] for row, i in zip(theirs, at, strict=True)]), atol=1e-4, rtol=1e-4
    )


@pytest.mark.parametrize("kind", ["roberta", "modernbert"])
def test_a_masked_language_model_reads_its_text_between_its_own_marks(kind: str) -> None:
    d = loaded(kind)
    model = AutoModelForMaskedLM.from_pretrained(folder(kind), dtype=torch.float32).eval()
    encode = d.tokenizer.encode
    ids = torch.tensor([[0, *encode("Once"), 4, 4, 4, *encode(" time"), 2]])
    theirs = model(ids).logits[0, 5:8].log_softmax(-1)
    ours = d.condition(context_of(d, "Once", 3, " time")).logits(masks(d, [[None] * 3]), 1.0)[0]
    allowed = ours > -1e8
    theirs = (
        torch.cat([theirs, torch.full((3, 1), -1e9)], 1)[:, : ours.shape[1]].masked_fill(~allowed, -1e9).log_softmax(-1)
    )
    torch.testing.assert_close(ours[allowed], theirs[allowed], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_half_precision_says_nearly_the_same(kind: str) -> None:
    half = engine.load(folder(kind), device="cpu")
    half.network.model.bfloat16()
    context, canvas = context_of(half, "Once upon", 3, " time"), masks(half, [[None, 70, None]])
    ours, theirs = (d.condition(context).logits(canvas, 0.5).exp() for d in (half, loaded(kind)))
    assert ours.dtype == torch.float32 and float((ours - theirs)[:, ::2].abs().max()) < 0.1


# ---- the text ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_a_slot_that_is_not_there_is_as_if_it_had_never_been(kind: str) -> None:
    """Rows of different lengths, alone and together; the noise that a canvas shows is not read."""
    d = loaded(kind)
    null = d.null_id
    rows = [[None, 70, None, 72, None, None], [None, null, null, 72, None, null], [71, 70, null, None, 72, 73]]
    canvas = masks(d, rows)
    together = d.condition(context_of(d, "Once", 4, " upon a", 2, " time")).logits(canvas, 0.5)
    for row, kept in enumerate(([0, 1, 2, 3, 4, 5], [0, 3, 4], [0, 1, 3, 4, 5])):
        first = sum(i < 4 for i in kept)
        short = context_of(d, "Once", first, " upon a", len(kept) - first, " time")
        alone = d.condition(short).logits(masks(d, [[rows[row][i] for i in kept]]), 0.5)[0]
        ours = together[row, kept]
        lengths = [i for i in (d.expand_id, d.delete_id) if i is not None]  # they depend on the room there is
        alone[:, lengths] = ours[:, lengths] = -1e9
        torch.testing.assert_close(ours.log_softmax(-1).exp(), alone.log_softmax(-1).exp(), atol=1e-4, rtol=1e-4)
        gone = [i for i in range(6) if i not in kept]
        assert torch.equal(together[row, gone].argmax(-1), torch.full((len(gone),), null))
    noise = torch.where(canvas.noisy, torch.randint(256, canvas.ids.shape), canvas.ids)
    again = d.condition(context_of(d, "Once", 4, " upon a", 2, " time")).logits(replace(canvas, ids=noise), 0.5)
    torch.testing.assert_close(again, together)


def test_the_text_is_clipped_to_what_the_network_reads() -> None:
    seen = []

    def scores(ids: torch.Tensor, there: torch.Tensor, t: float) -> torch.Tensor:
        seen.append(ids[0].tolist())
        return torch.zeros(*ids.shape, 259)

    def read(before: int, after: int, **limits: int) -> tuple[int, int]:
        d = MaskedDenoiser(Whole(scores, 259), byte_tokenizer(), "t", mask_id=2, frame=Frame((0,), (0,)), **limits)
        context = Context((tuple(10 + i % 200 for i in range(before)), (7,) * after), (Gap(4),))
        d.condition(context).logits(masks(d, [[None] * 4]), 1.0)
        row = seen[-1]
        assert row[0] == row[-1] == 0 and len(row) <= limits.get("positions", 10**6)
        start = row.index(2)
        assert row[start : start + 4] == [2] * 4
        kept = row[1:start]
        assert tuple(kept) == context.segments[0][before - len(kept) :], "what is near is kept"
        return len(kept), len(row) - start - 5

    assert read(30, 40) == (30, 40), "nothing needs to go"
    assert read(5000, 40) == (5000 - 6 * 512, 40), "the window moves in strides"
    assert read(900, 300, positions=106) == (52, 33)
    assert read(10, 300, positions=106) == (10, 90), "what one side does not need is the other's"
    before = {read(size, 0, window=64)[0] for size in range(65, 200)}
    assert min(before) > 48 and max(before) == 64, "a small window moves in small strides"
    d = MaskedDenoiser(Whole(scores, 259), byte_tokenizer(), "t", mask_id=2, positions=20)
    with pytest.raises(SpanTooLong, match="select less"):
        d.condition(Context(((), (7,) * 30, ()), (Gap(1), Gap(1))))


@pytest.mark.parametrize("kind", ["llada", "dream", "roberta"])
def test_nothing_is_known_around_an_unconditional_canvas_and_the_likelihood_masks_one_at_a_time(kind: str) -> None:
    d = loaded(kind)
    context = context_of(d, "Once", 3, " upon", 2, "!")
    assert [set(s) for s in d.unconditional(context).segments] == [{d.mask_id}] * 3
    assert [len(s) for s in d.unconditional(context).segments] == [4, 5, 1]
    fills = [tuple(d.tokenizer.encode(" ab")), tuple(d.tokenizer.encode("cd"))]
    ids = [*d.frame.before, *context.segments[0], *fills[0], *context.segments[1], *fills[1], *context.segments[2]]
    ids = torch.tensor([*ids, *d.frame.after])
    total = 0.0
    start = len(d.frame.before) + 4
    for place in (start, start + 1, start + 2, start + 8, start + 9):
        hidden = ids.clone()
        hidden[place] = d.mask_id
        with torch.no_grad():
            out = d.network(hidden[None], torch.ones_like(ids[None], dtype=torch.bool), 0.0, torch.tensor([[place]]))
        total -= float(out[0, 0].log_softmax(-1)[ids[place]])
    assert d.nll(context, fills) == pytest.approx(total / 5, abs=1e-4)
    assert d.nll(context_of(d, "a", 0, "b"), [()]) == 0.0


# ---- the rules of a fill -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_no_mark_is_ever_proposed_and_no_line_break_in_a_line(kind: str) -> None:
    d = loaded(kind)
    special = [i for i in range(d.network.vocabulary) if i >= d.tokenizer.size or i in d.tokenizer.special_ids]
    assert len(special) >= 3 and d.mask_id in special
    newline, space = d.tokenizer.encode("\n")[0], d.tokenizer.encode(" ")[0]
    for gap in (Gap(3, exact=True), Gap(3, exact=True, multiline=True), Gap(3, exact=True, leading_space=True)):
        p = (
            d.condition(replace(context_of(d, "Once", 3, " time"), gaps=(gap,)))
            .logits(masks(d, [[None] * 3]), 1.0)
            .exp()
        )
        torch.testing.assert_close(p.sum(-1), torch.ones(1, 3))
        assert float(p[..., special].max()) == 0 and float(p[..., d.null_id].max()) == 0
        assert (float(p[..., newline].max()) == 0) is not gap.multiline
        if gap.leading_space:
            assert float(p[0, 0, space]) == 1 and float(p[0, 1, space]) < 1
    for segments in (("", "x"), ("a\n", "x")):
        start = (
            d.condition(context_of(d, segments[0], 1, segments[1], exact=True)).logits(masks(d, [[None]]), 1.0).exp()
        )
        assert float(start[0, 0, space]) == 0, "a line does not begin with a space"
    standing = d.condition(context_of(d, "a", 2, "b")).logits(masks(d, [[newline, None]]), 0.5).exp()
    assert float(standing[0, 0, newline]) > 0, "what stands there is weighed, whatever it is"


def test_a_length_token_may_stand_only_where_it_can_be_carried_out() -> None:
    d = loaded("dreamon")
    null, expand, delete = d.null_id, d.expand_id, d.delete_id
    assert expand is not None and delete is not None and d.length_by == "tokens"
    p = (
        d.condition(context_of(d, "Once", 3, " time"))
        .logits(masks(d, [[None] * 3, [None, 70, null], [None, null, null]]), 1.0)
        .exp()
    )
    assert float(p[0, :, expand].max()) == 0, "no room"
    assert float(p[0, :, delete].min()) > 0 and float(p[1, 0, expand]) > 0 and float(p[2, 0, expand]) > 0
    assert float(p[1, 1, [expand, delete]].max()) == 0, "on what is written"
    assert float(p[2, 0, delete]) == 0, "nothing would be left"
    exact = d.condition(context_of(d, "Once", 2, " time", exact=True)).logits(masks(d, [[None, null]]), 1.0).exp()
    assert float(exact[..., [expand, delete]].max()) == 0, "somebody decided the length"


@pytest.mark.parametrize("kind", ["dream", "llada", "roberta"])
def test_a_model_without_length_tokens_has_its_length_looked_for(kind: str) -> None:
    d = loaded(kind)
    assert d.expand_id is None and d.delete_id is None and d.length_by == "search"


def test_expand_and_delete_change_the_length_of_a_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    d = loaded("dreamon")
    letter = d.tokenizer.encode("x")[0]
    wanted: list[int] = []

    def scores(hidden: torch.Tensor) -> torch.Tensor:
        """Sure of one token a pass, on the slots in order: the first slot most."""
        found = torch.zeros(*hidden.shape[:2], d.network.vocabulary)
        token = wanted.pop(0) if wanted else letter
        found[..., token] = 20.0 - torch.arange(hidden.shape[1])
        found[..., letter] += 2.0
        return found

    monkeypatch.setattr(d.network, "score", scores)

    def lengths(*tokens: int) -> list[int]:
        wanted[:] = tokens
        loop = engine.infill(d, TEXT, [Span(4, 9)], system="autoregressive", seed=0)
        return [sum(slot.state != "x" for slot in step.spans[0].slots) for step in loop]

    assert lengths() == [6] * 7, "as many masks as the old words had tokens"
    grown = lengths(d.expand_id, d.expand_id)
    assert grown[:4] == [6, 7, 8, 8]
    shrunk = lengths(d.delete_id, d.delete_id, letter, d.delete_id)
    assert shrunk[:5] == [6, 5, 4, 4, 3]
    wanted[:] = [d.delete_id, letter, letter]
    last = list(engine.infill(d, TEXT, [Span(4, 9)], system="llada", seed=0, steps=6))[-1]
    assert set(last.spans[0].text) == {"x"} and last.spans[0].why.startswith("the model added")


# ---- end to end ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("system", engine.SYSTEMS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_system_runs_on_every_checkpoint(kind: str, system: str) -> None:
    d = loaded(kind)
    chosen = options(system, steps=3)
    if engine.SYSTEMS[system].strength == 0:
        chosen["strength"] = 0.5
    with passes(d.network.model) as made:
        spans = [Span(4, 9), Span(16, 19)]
        steps = list(engine.infill(d, TEXT, spans, system=system, seed=1, candidates=2, length="same", **chosen))
    last = steps[-1]
    assert last.done and last.nfe == len(made)
    assert all(slot.state in "nsx" for row in last.candidates for span in row for slot in span.slots)
    assert not any("\n" in span.text for row in last.candidates for span in row)


def test_a_length_is_looked_for_in_two_passes_each() -> None:
    d = loaded("llada")
    with passes(d.network.model) as made:
        steps = list(engine.infill(d, TEXT, [Span(4, 9)], steps=3, seed=1))
    searched = [step for step in steps if step.phase == "length"]
    assert searched and searched[-1].nfe % 2 == 0 and steps[-1].nfe == len(made) == searched[-1].nfe + steps[-1].index
    assert "surest" in steps[-1].spans[0].why


# ---- what cannot be run --------------------------------------------------------------------------------------------
def test_families_are_told_by_the_settings() -> None:
    told = {kind: family(folder(kind)) for kind in KINDS}
    assert told == {
        "llada": "llada", "dream": "dream", "dreamon": "dream", "a2d-qwen3": "a2d", "a2d-qwen2": "a2d", "a2d-llama": "a2d",
        "open-dcoder": "a2d", "roberta": "mlm", "modernbert": "mlm",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["llada", "dream", "a2d-qwen3"])
def test_a_checkpoint_without_a_mask_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModel, match="mask_token_id"):
        engine.load(tiny_masked.write(tmp_path, kind, mask=False), device="cpu")


def test_a_tokenizer_that_changes_the_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModel, match="byte-level"):
        engine.load(tiny_masked.word_piece(tmp_path), device="cpu")


def test_a_checkpoint_that_lacks_a_weight_is_damaged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tiny_masked.write(tmp_path, "llada")
    (tmp_path / "model-00001-of-00002.safetensors").unlink()
    with pytest.raises(ModelDamaged):
        engine.load(tmp_path, device="cpu")
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    kept = {name: file for name, file in index["weight_map"].items() if file.startswith("model-00002")}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index | {"weight_map": kept}))
    with pytest.raises(ModelDamaged, match="lacks"):
        engine.load(tmp_path, device="cpu")


@pytest.mark.parametrize(
    ("field", "value"), [("block_type", "sequential"), ("include_qkv_bias", True), ("alibi", True)]
)
def test_what_is_not_a_llama_network_is_refused(field: str, value: object, tmp_path: Path) -> None:
    assert field in EXPECTED
    config = json.loads((tiny_masked.write(tmp_path, "llada") / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {field: value}))
    with pytest.raises(UnsupportedModel, match=field):
        engine.load(tmp_path, device="cpu")
