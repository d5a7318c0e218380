"""DiffusionGemma (transformers' ``diffusion_gemma``): an encoder that reads the text before, a decoder that denoises a canvas.

Both are the same weights. The encoder is causal, so its keys and values do not depend on the canvas: encoded once, they serve
every step, exactly. The decoder attends from the canvas to them and to all of the canvas. It sees nothing behind the canvas; so
the canvas goes on with the text after the spans, as much of it as fits, and that text is put there anew in every pass. Noise is
uniform: an undecided slot holds some token, and the network is not told which slots those are.

Shapes: B rows, L slots, C canvas tokens (slots and fixed text between and behind them), P tokens of text before, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from engine.context.reader import Encoded, Reader
from engine.context.window import WINDOW, window
from engine.denoising.correction import Judge
from engine.denoising.denoiser import USUAL, Conditions, Draft
from engine.denoising.facts import Facts
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Corruption, Uniform
from engine.errors import UnsupportedModel
from engine.models.causal.checkpoint import read_tokenizer
from engine.models.gemma.block_canvas import CanvasBlock, Plan
from engine.models.loading.attention import ATTENTION
from engine.models.loading.fit import check_tokenizer
from engine.models.loading.options import PLAIN, Loading, title
from engine.models.loading.pretrained import pretrained
from engine.text.allowed import NEVER, Allowed, Bans
from engine.text.chat import Chat, TemplateChat, ends_of
from engine.text.context import Context
from engine.text.tokenizer import Tokenizer
from engine.text.wishes import LengthBy

COLDEST = 1e-3
"""temperature 0 as scores that are fed back know it: all on the likeliest token"""
CHARACTERS = 8
"""of text after the spans that are tokenised for each canvas token, so that there are always enough"""


def load_diffusion_gemma(where: Path, device: str, options: Loading = PLAIN) -> DiffusionGemmaDenoiser:
    """From a folder. Raises UnsupportedModel, ModelDamaged, OutOfMemory."""
    from transformers import DiffusionGemmaForBlockDiffusion

    model = pretrained(DiffusionGemmaForBlockDiffusion, where, device, options, attn_implementation=ATTENTION)
    loaded = read_tokenizer(where)
    if loaded.bos_token_id is None:
        raise UnsupportedModel(
            f"{title(where)} has no beginning-of-text token in its tokenizer; use another checkpoint"
        )
    check_tokenizer(loaded, where, int(model.config.get_text_config().vocab_size))
    tokenizer = Tokenizer(loaded.backend_tokenizer, frozenset(loaded.all_special_ids), loaded.bos_token_id)
    denoiser = DiffusionGemmaDenoiser(model, tokenizer, title(where), window=options.window or WINDOW)
    denoiser.chat = chat = TemplateChat.of(loaded, tokenizer, keep_bos=False)
    denoiser.end_ids = ends_of(chat, loaded.eos_token_id, tokenizer.special_ids)
    return denoiser


class DiffusionGemmaDenoiser:
    """The model behind the Denoiser protocol. It has no token for an empty slot: its null_id never enters the network."""

    revises = True
    length_by: LengthBy = "search"
    expand_id: int | None = None
    delete_id: int | None = None
    chat: Chat | None = None
    end_ids: tuple[int, ...] = ()

    def __init__(
        self, model: PreTrainedModel, tokenizer: Tokenizer, name: str, *, window: int = WINDOW, cached: bool = True
    ) -> None:
        """
        Args:
            window: tokens of text before the first span that are read.
            cached: whether the text before is encoded once per run or, to compare with, in every pass.
        """
        text: Any = model.config.get_text_config()
        if text.use_bidirectional_attention == "all":
            raise UnsupportedModel(
                f"{name}: its encoder reads both ways, so the text before cannot be kept; use another"
            )
        self.name, self.tokenizer, self.window, self.cached = name, tokenizer, window, cached
        self.model: Any = model
        self.device = str(model.device)
        self.size = int(text.vocab_size)
        self.mask_id, self.null_id, self.width = self.size, self.size + 1, self.size + 2
        self.corruption: Corruption = Uniform(tokenizer.ordinary)
        self.canvas_length = int(model.config.canvas_length)
        self.max_slots = self.canvas_length * 3 // 4  # the rest is for the text after
        self.after = self.canvas_length * CHARACTERS
        self.reader = Reader(self.model.model.encoder.language_model)
        self.bans = Bans(tokenizer, self.size, model.device)
        self.kinds = tuple(text.layer_types)
        self.reaches = {"full_attention": None, "sliding_attention": int(text.sliding_window) - 1}
        """for each kind of layer, how many tokens of the text before the decoder sees; None: all"""
        drawn = torch.randint(
            len(tokenizer.ordinary), (self.canvas_length,), generator=torch.Generator().manual_seed(0)
        )
        self.noise = tokenizer.ordinary[drawn]

    def condition(self, context: Context, how: Conditions = USUAL) -> DiffusionGemmaConditioned:
        """Raises SpanTooLong where spans lie too far apart for one canvas."""
        return DiffusionGemmaConditioned(self, context, how)

    @property
    def facts(self) -> Facts:
        return Facts(reads_noise=True, self_conditions=True, usual={"gemini": self._usual()})

    def _usual(self) -> dict[str, float | int]:
        """What the checkpoint's generation_config.json says, and the library's own where it says nothing."""
        config: Any = self.model.generation_config
        known = {name: given for name, given in vars(config).items() if given is not None}
        told = config._get_default_generation_params() | known
        return {
            "steps": int(told["max_denoising_steps"]),
            "temperature_start": float(told["t_max"]),
            "temperature_end": float(told["t_min"]),
            "entropy_bound": float(told["sampler_config"].entropy_bound),
            "stop_entropy": float(told["confidence_threshold"]),
        }

    def before(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """The tokens that the encoder reads: a window with the beginning-of-text token in front."""
        return (self.tokenizer.bos_id, *window(ids, self.window))

    def unconditional(self, context: Context) -> Context:
        return replace(context, segments=((),) * len(context.segments))

    def nll(self, context: Context, fills: Sequence[tuple[int, ...]]) -> float:
        """Nats per token of the fills where each token is noise in turn: a pseudo-likelihood, as for masked models."""
        gaps = tuple(replace(gap, slots=len(fill)) for gap, fill in zip(context.gaps, fills, strict=True))
        ids = torch.tensor([[token for fill in fills for token in fill]], dtype=torch.long, device=self.device)
        conditioned = self.condition(replace(context, gaps=gaps))
        total = 0.0
        for slot in range(ids.shape[1]):
            noisy = torch.zeros(ids.shape, dtype=torch.bool, device=self.device)
            noisy[0, slot] = True
            shown = ids.clone()
            shown[0, slot] = self.noise[slot]
            canvas = Canvas(shown, noisy, torch.zeros_like(noisy))
            for _ in conditioned.draft(canvas):
                pass
            total -= float(conditioned.logits(canvas, 1 / ids.shape[1])[0, slot].log_softmax(-1)[ids[0, slot]])
        return total / max(1, ids.shape[1])

    def warm(self, text: str, should_stop: Callable[[], bool], position: int | None = None) -> None:
        ids = tuple(self.tokenizer.encode(text) if position is None else self.tokenizer.encode_before(text[:position]))
        read = (self.tokenizer.bos_id, *ids[: self.window]) if position is None else self.before(ids)
        for _ in self.reader.read(read):
            if should_stop():
                return

    def prepare(self, context: Context, seed: int, should_stop: Callable[[], bool]) -> None:
        """Read the text before: that is all a run begins with."""
        for _ in self.reader.read(self.before(context.segments[0])):
            if should_stop():
                return


class DiffusionGemmaConditioned:
    """The model bound to one text."""

    judge: Judge | None = None
    normalised = True
    divergence: float | None = None
    grid: Tensor | None = None

    def __init__(self, denoiser: DiffusionGemmaDenoiser, context: Context, how: Conditions) -> None:
        self._d = denoiser
        self._context = context
        self._reader = denoiser.reader.session()
        self._before = denoiser.before(context.segments[0])
        self._encoded: Encoded | None = None
        self._how = how
        self._last: Tensor | None = None
        """(B, L, V) the scores of the step before, for self-conditioning"""
        self._plan = Plan.of(context, denoiser.canvas_length)
        last = [self._before[-1], *(s[-1] if s else self._before[-1] for s in context.segments[1:-1])]
        self._allowed = [Allowed(denoiser.bans, context, gap, i) for gap, i in zip(context.gaps, last, strict=True)]

    @property
    def nfe(self) -> int:
        return self._reader.nfe

    @property
    def timeless(self) -> bool:
        return not self._how.self_conditioning

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        """Encode the text before."""
        if self._encoded is None and self._d.cached:
            for done, total in self._reader.read(self._before):
                yield Draft("read", done, total)
            self._encoded = self._reader.context(self._before)

    @torch.no_grad()  # not inference_mode: the loop writes into what it gets
    def logits(self, canvas: Canvas, t: float) -> Tensor:
        d, (rows, slots) = self._d, canvas.ids.shape
        laid = self._plan.block(canvas, d.null_id, d.size, d.noise)
        self._reader.nfe += 1
        fed = None if self._last is None else self._fed(laid)
        raw = self._pass(laid, fed)
        if self._how.self_conditioning:
            # What is fed back are the scores that tokens were drawn from.
            heats = torch.tensor(self._how.temperature.rows(t, rows), device=raw.device).clamp_min(COLDEST)
            self._last = raw.new_zeros(rows, slots, d.size)
            self._last[laid.row, laid.slot] = raw[laid.row, laid.place] / heats[laid.row, None]
        scores = raw.new_full((rows, slots, d.width), NEVER)
        scores[laid.row, laid.slot, : d.size] = raw[laid.row, laid.place]
        return self._restricted(scores, canvas)

    def _pass(self, laid: CanvasBlock, fed: Tensor | None) -> Tensor:
        """(B, C, V) float32."""
        d, n, width = self._d, len(laid.ids), laid.ids.shape[1]
        more: dict[str, Any] = {
            "decoder_input_ids": laid.ids,
            "decoder_attention_mask": self._mask(laid),
            "self_conditioning_logits": fed,
        }
        if d.cached:
            assert self._encoded is not None, "draft first"
            positions = torch.arange(len(self._before), len(self._before) + width, device=laid.ids.device)
            more["past_key_values"] = Prefix(self._encoded, d.kinds, d.reaches, n)
            more["decoder_position_ids"] = positions[None]
        else:
            more["input_ids"] = torch.tensor([self._before], device=laid.ids.device).expand(n, -1)
        scores: Tensor = d.model(**more).logits
        return scores

    def _mask(self, laid: CanvasBlock) -> dict[str, Tensor] | None:
        """Rows with fewer tokens are padded behind, and nobody sees the padding; None where no row is."""
        if laid.present.all():
            return None
        (n, c), before = laid.present.shape, len(self._before)
        seen = {}
        for kind, reach in self._d.reaches.items():
            text = laid.present.new_ones(n, before if reach is None else min(reach, before))
            seen[kind] = torch.cat([text, laid.present], 1)[:, None, None].expand(-1, 1, c, -1)
        return seen

    def _fed(self, laid: CanvasBlock) -> Tensor:
        """(B, C, V) what the network believed in the step before: of fixed tokens, that they are what they are."""
        assert self._last is not None
        believed = self._last.new_full((*laid.ids.shape, self._d.size), NEVER)
        believed.scatter_(-1, laid.ids[..., None], 0.0)
        believed[laid.row, laid.place] = self._last[laid.row, laid.slot]
        return believed.to(self._d.model.dtype)

    def _restricted(self, scores: Tensor, canvas: Canvas) -> Tensor:
        """The scores without what must not be written. What stands on a slot may stay there; an empty slot stays empty."""
        d, gaps = self._d, self._context.gaps
        for (start, end), gap, allowed in zip(self._context.ranges(), gaps, self._allowed, strict=True):
            if start == end:
                continue
            part, ids, noisy = (x[:, start:end] for x in (scores, canvas.ids, canvas.noisy))
            never = torch.zeros(part.shape, dtype=torch.bool, device=part.device)
            never[..., : d.size] = allowed.never
            if gap.ends:
                never[:, 1:, list(d.end_ids)] = False
            if not gap.roomy:
                never[:, 0, : d.size] = allowed.first
            never = torch.where(noisy[..., None], never, never.scatter(-1, ids[..., None], False))
            part.masked_fill_(never, NEVER)
            part[..., d.null_id].masked_fill_(~noisy & (ids == d.null_id), 0.0)
        return scores


class Prefix:
    """The encoded text as the decoder asks for it: read only, the same for all rows, in sliding layers only its end."""

    is_compileable = False

    def __init__(self, text: Encoded, kinds: Sequence[str], reaches: Mapping[str, int | None], rows: int) -> None:
        self.length = len(text.ids)
        self.layers = []
        for kind, (keys, values) in zip(kinds, text.layers, strict=True):
            start = max(0, self.length - (reaches[kind] or self.length))
            kept = (x[:, :, start:].expand(rows, -1, -1, -1) for x in (keys, values))
            self.layers.append(SimpleNamespace(**dict(zip(("keys", "values"), kept, strict=True))))

    def get_seq_length(self, layer_idx: int = 0) -> int:
        return self.length
