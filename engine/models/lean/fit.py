"""Whether a library model can be run lean, and putting the lean body in its place."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.context.network import CausalNetwork
from engine.context.shared_attention import SharedKeys
from engine.models.lean.body import LeanBody, one_each
from engine.models.lean.int8 import available, rounded
from engine.models.lean.llama import Llama
from engine.models.lean.projections import Layout, packed, settle, sound
from engine.models.lean.vocabulary import OtherRows, OtherScores, PackedHead, differing

PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
WEIGHTS = {
    *(f"self_attn.{name}.weight" for name in PROJECTIONS[:4]),
    *(f"mlp.{name}.weight" for name in PROJECTIONS[4:]),
    "input_layernorm.weight",
    "post_attention_layernorm.weight",
}
BIASES = {f"self_attn.{name}.bias" for name in PROJECTIONS[:3]}
OFF = {torch.float32: 1e-4, torch.bfloat16: 0.1}
ROUNDED_OFF = 0.1
"""the share of choices that may come out otherwise, by rounding: see ``distance``"""
TRIED, STREAMS = 12, 2
"""tokens of the text by which the two are compared, and rows of it"""


def quicken(model: CausalNetwork, beside: CausalNetwork | None = None, *, int8: bool = False) -> bool:
    """Put the lean body in the place of the library's, where the model is a Llama on a processor and its scores stay the same.

    Its weights are laid out anew then and the library's own are gone: whoever changes or copies them comes before. A model that
    is quickened already may lend its vocabulary to one that is a copy of it with other weights (``beside``): the two networks
    were compared on the first then, where it is laid out in the same way. ``int8`` rounds a float32 model where this build of
    torch can multiply so. Changes of layers are weights then, whether it is quickened or not. Our own network
    is known to say the same, so one product is compared, and laying out is left to ``lay_out`` or to the first pass.
    """
    settle(model.get_output_embeddings())
    quickened = model.device.type == "cpu" and alike(model, model.base_model)
    if quickened:
        layouts = [(rounded, ROUNDED_OFF)] if int8 and model.dtype == torch.float32 and available() else []
        late = isinstance(model, Llama)
        quickened = any(
            _placed(model, beside, lay, None if late else off)
            for lay, off in (*layouts, (packed, OFF[model.dtype]))
            if sound(lay, model.dtype)
        )
    settle(model.base_model)
    return quickened


def lay_out(model: CausalNetwork) -> None:
    """What ``quicken`` left for later, in this thread: what runs meanwhile waits for no more than it needs."""
    body, head = model.base_model, model.get_output_embeddings()
    if isinstance(body, LeanBody):
        body.lay_out(map)
    if isinstance(head, PackedHead):
        head.lay_out()


def _placed(model: CausalNetwork, beside: CausalNetwork | None, lay: Layout, off: float | None) -> bool:
    """Whether the lean body stands in its place; with ``off``, laid out and its scores no farther from the library's."""
    body: Any = model.base_model
    own: Any = model.get_output_embeddings()
    other: Any = (
        None if beside is None or not isinstance(beside.base_model, LeanBody) else beside.base_model.embed_tokens
    )
    tied = own.weight is body.embed_tokens.weight and own.bias is None
    ids = differing(own.weight, other.weight) if tied and isinstance(other, nn.Embedding) else None
    lean, product = LeanBody(body, lay), PackedHead(own, lay)
    if off is not None:
        with one_each() as pool:
            packing = pool.submit(product.lay_out) if ids is None else None
            lean.lay_out(pool.map)
            if beside is None or getattr(beside.base_model, "lay", None) is not lay:
                settle(body)
                if not pool.submit(distance, body, lean, model).result() <= off:
                    return False
            if packing is not None:
                packing.result()
    head: nn.Module = product
    if ids is not None:
        assert beside is not None
        rows = own.weight[ids].detach().clone()
        lean.embed_tokens = OtherRows(other, ids, rows)
        head = OtherScores(beside.get_output_embeddings(), ids, rows)
    setattr(model, model.base_model_prefix, lean)
    model.set_output_embeddings(head)
    return True


def alike(model: CausalNetwork, body: Any) -> bool:
    """Whether the layout is exactly that of a Llama: no weight more or less, plain ones, and nothing of another family."""
    config = model.config
    head = model.get_output_embeddings()
    windows = getattr(config, "sliding_window", None) and getattr(config, "use_sliding_window", True)
    if (
        model.dtype not in OFF
        or windows
        or getattr(config, "hidden_act", None) != "silu"
        or type(head) is not nn.Linear
    ):
        return False
    parts = {name for name, _ in body.named_children()}
    if parts != {"embed_tokens", "layers", "norm", "rotary_emb"} or type(body.embed_tokens) is not nn.Embedding:
        return False
    for layer in body.layers:
        names = {name for name, _ in layer.named_parameters()}
        linear = [module for name, module in layer.named_modules() if name.rpartition(".")[2] in PROJECTIONS]
        if names - BIASES != WEIGHTS or BIASES & names not in (set(), BIASES):
            return False
        if any(type(module) is not nn.Linear or module.weight.dtype != model.dtype for module in linear):
            return False
    return True


@torch.inference_mode()
def distance(body: Any, lean: LeanBody, model: CausalNetwork) -> float:
    """Half the sum of differences of what two bodies say comes next, on average over a text with a shared context: the share of
    choices that come out otherwise."""
    rng = torch.Generator().manual_seed(0)
    ids = torch.randint(int(model.config.vocab_size), (STREAMS, TRIED), generator=rng)
    head: Any = model.get_output_embeddings()
    found = []
    for one in (body, lean):
        read = _shared([], None, 1, TRIED, 0)
        first: Tensor = one(
            input_ids=ids[:1], position_ids=read.positions, use_cache=False, shared=read
        ).last_hidden_state
        layers = [read.new[layer] for layer in range(len(read.new))]
        rows = _shared(layers, None, STREAMS, TRIED, TRIED)
        last: Tensor = one(input_ids=ids, position_ids=rows.positions, use_cache=False, shared=rows).last_hidden_state
        found.append(torch.cat([head(h).float().softmax(-1).flatten(0, 1) for h in (first, last)]))
    return float((found[0] - found[1]).abs().sum(-1).mean()) / 2


def _shared(context: list[tuple[Tensor, Tensor]], own: None, rows: int, size: int, start: int) -> SharedKeys:
    positions = torch.arange(start, start + size).expand(rows, -1)
    visible = torch.ones(size, size, dtype=torch.bool).tril().expand(rows, -1, -1)
    return SharedKeys(context, own, visible, positions, positions)
