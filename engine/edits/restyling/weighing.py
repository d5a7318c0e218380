"""How good a change is: what a causal model says of the text with it, and of it among examples of the style and of its opposite.

score = log p(change, text after | text before) - the same of the old words
        + guidance (log p(change | examples) - log p(change | opposite) - the same of the old words) + what it is worth beforehand

Classifier-free guidance with two contexts in place of one and none (arXiv 2207.12598), for whole words in place of tokens.
"""

from __future__ import annotations

from collections.abc import Generator as Gen
from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch

from engine.context.reader import Reader
from engine.edits.restyling.site import Site, written
from engine.edits.restyling.style import Style
from engine.models.causal.denoiser import CausalDenoiser
from engine.text.boundaries import Range, sentences
from engine.text.prose.blocks import Block

ROWS = 24
"""texts that are read at once"""

Given = Sequence[tuple[Site, str]]
Work = Gen[None, None, list[float]]
"""One forward pass between any two yields; gives a score for every option."""


class Weighing:
    """One text, one span of it and one style, as a causal model reads them."""

    def __init__(
        self, causal: CausalDenoiser, text: str, start: int, end: int, style: Style, seed: int = 0,
        within: Sequence[Block] | None = None,
    ) -> None:  # fmt: skip
        self.causal = causal
        self.style = style
        self.source = text[start:end]
        self.before, self.after = text[:start], text[end:]
        self.reader = causal.reader.session()
        self.aside = causal.aside.session()
        self.seed = seed
        shown = [] if within is None else [block.moved(-start) for block in within]
        self.blocks: list[Block] | None = (
            None if within is None else [b for b in shown if b.end > 0 and b.start < end - start]
        )
        """what of the span may be changed, in its own characters; None: all of it"""
        self.sentences = self._sentences()
        self.others = 0
        """forward passes made elsewhere for this run"""
        lead = self.before.endswith(" ")
        self._base = causal.before(self.encode_before(self.before))
        self._lead = " " if lead else ""

    def _sentences(self) -> list[Range]:
        whole = [(0, len(self.source))]
        ranges = (
            whole if self.blocks is None else [(max(0, b.start), min(len(self.source), b.end)) for b in self.blocks]
        )
        return [(a + c, a + d) for a, b in ranges for c, d in sentences(self.source[a:b])]

    def free(self, site: Site) -> bool:
        """Whether all that a site changes may be changed."""
        return self.blocks is None or all(
            any(self._carried(site, a, b, block.parts) for block in self.blocks) for a, b in site.places
        )

    def _carried(self, site: Site, a: int, b: int, parts: Sequence[tuple[int, int]]) -> bool:
        """Whether a place lies in the parts of a block, and what stands between them (a number, an address, code) is taken along
        by every option as it is."""
        if a == b:
            return any(c <= a <= d for c, d in parts)
        near = [(max(a, c), min(b, d)) for c, d in parts if c < b and a < d]
        if not near or near[0][0] != a or near[-1][1] != b:
            return False
        held = (self.source[d:c] for (_, d), (c, _) in pairwise(near))
        return all("\n" not in what and all(what.strip() in option for option in site.options) for what in held)

    def paragraph(self, at: int) -> bool:
        """Whether a paragraph begins or ends at a character: no heading, entry, cell or quotation."""
        if self.blocks is None:
            return True
        return any(b.kind == "paragraph" and at in (max(0, b.start), b.end) for b in self.blocks)

    @property
    def nfe(self) -> int:
        return self.reader.nfe + self.aside.nfe + self.others

    def encode(self, text: str) -> tuple[int, ...]:
        return tuple(self.causal.tokenizer.encode(text))

    def encode_before(self, text: str) -> tuple[int, ...]:
        """The tokens before a word, without the space that belongs to it."""
        return tuple(self.causal.tokenizer.encode_before(text))

    def prefix(self, at: int, given: Given = ()) -> tuple[tuple[int, ...], str]:
        """(tokens of the text up to a character of the span, the space that belongs to the word behind). ``given``: changes that
        stand already, all of them before."""
        part = self._lead + written(self.source[:at], given)
        space = " " if part.endswith(" ") else ""
        return self._base + self.encode_before(part), space

    def among(self, examples: Sequence[str], at: int) -> tuple[tuple[int, ...], str]:
        """The same with examples in place of the text before the sentence."""
        start = max((a for a, _ in self.sentences if a <= at), default=0)
        part = self.source[start:at]
        space = " " if part.endswith(" ") else ""
        head = (self.causal.tokenizer.bos_id, *self.encode("\n".join(examples)))
        return head + self.encode_before("\n" + part), space

    def read(self, reader: Reader, ids: tuple[int, ...]) -> Iterator[None]:
        for _ in reader.read(ids):
            yield

    def rows(
        self, reader: Reader, prefix: tuple[int, ...], texts: Sequence[str]
    ) -> Gen[None, None, list[tuple[float, int]]]:
        """(log p, tokens) of texts that may follow ``prefix``."""
        yield from self.read(reader, prefix[:-1])
        found: list[tuple[float, int]] = []
        for at in range(0, len(texts), ROWS):
            encoded = [self.encode(text) for text in texts[at : at + ROWS]]
            scores = self.tokens(reader, prefix, encoded)
            found += [(sum(score), len(ids)) for score, ids in zip(scores, encoded, strict=True)]
            yield
        return found

    def tokens(self, reader: Reader, prefix: tuple[int, ...], encoded: Sequence[tuple[int, ...]]) -> list[list[float]]:
        """log p of every token of rows that may follow a prefix that was read. One forward pass."""
        width = 1 + max(map(len, encoded))
        device = reader.model.device
        batch = torch.full((len(encoded), width), prefix[-1], dtype=torch.long, device=device)
        for row, ids in enumerate(encoded):
            batch[row, 1 : 1 + len(ids)] = torch.tensor(ids, dtype=torch.long, device=device)
        log_p = reader.branch(prefix[:-1], len(encoded)).extend(batch)
        picked = log_p[:, :-1].gather(-1, batch[:, 1:, None]).squeeze(-1).tolist()
        return [row[: len(ids)] for row, ids in zip(picked, encoded, strict=True)]

    def tail(self, at: int, most: int | None = None) -> str:
        """Text behind a character of the span, cut between words."""
        most = self.style.ahead if most is None else most
        text = self.source[at:] + self.after[: most + 20]
        if len(text) <= most:
            return text
        cut = text[:most].rfind(" ")
        return text[: cut if cut > 0 else most]

    def score(self, site: Site, given: Given = ()) -> Work:
        """How many nats every option is better than what stands, after changes that stand already."""
        a, end = site.places[0][0], site.places[-1][1]
        behind = self.tail(end)
        stretch = [self.source[a:end]]
        for option in site.options:
            shifted = tuple((c - a, d - a) for c, d in site.places)
            stretch.append(written(self.source[a:end], [(Site(shifted, (), ()), option)]))
        prefix, space = self.prefix(a, given)
        found = yield from self.rows(self.reader, prefix, [space + text + behind for text in stretch])
        total = [p + self.style.per_token * n for p, n in found]
        if self.style.examples and self.style.guidance:
            behind = self.tail(end, self.style.ahead // 2)
            for examples, sign in ((self.style.examples, 1.0), (self.style.opposite, -1.0)):
                prefix, space = self.among(examples, a)
                found = yield from self.rows(self.aside, prefix, [space + text + behind for text in stretch])
                total = [t + sign * self.style.guidance * p for t, (p, _) in zip(total, found, strict=True)]
        return [t - total[0] + w for t, w in zip(total[1:], site.worth, strict=True)]
