"""A test set in JFLEG's format: what proofreading makes of sentences that people wrote, beside what other people made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from engine.denoising.denoiser import Denoiser
from engine.errors import CorpusMissing
from engine.evaluation.checking.texts import underlined
from engine.evaluation.editing import fits
from engine.evaluation.metrics import gleu
from engine.evaluation.ways import Scores, rewrite
from engine.training.examples.instructions import INSTRUCTIONS

PROOFREAD, SUGGESTED, TOLD = "Proofread", "Instant edit, every suggestion taken", "told to correct it"


def references(ways: dict[str, Denoiser], folder: Path, steps: int, most: int) -> Iterator[Scores]:
    """GLEU of ``*.src`` with ``*.ref0``, ``*.ref1``, ... line by line: of what *Proofread* in the page makes of each, and of what
    stands there when every suggestion of Instant edit is taken. A way that cannot weigh words that stand is told to correct them.

    Raises CorpusMissing.
    """
    sources = sorted(folder.glob("*.src"))
    if not sources:
        raise CorpusMissing(f"{folder} holds no .src file; name a folder in JFLEG's format (test.src, test.ref0, ...)")
    for source in sources:
        texts = source.read_text(encoding="utf-8").splitlines()
        refs = [path.read_text(encoding="utf-8").splitlines() for path in sorted(folder.glob(f"{source.stem}.ref*"))]
        if not refs or any(len(ref) != len(texts) for ref in refs):
            raise CorpusMissing(f"{source} needs {source.stem}.ref0, ... with as many lines as it has")
        for way, denoiser in ways.items():
            can = [i for i, text in enumerate(texts) if text.strip() and (denoiser.revises or fits(denoiser, text))]
            kept = can[:most]
            plain, wanted = [texts[i] for i in kept], [[ref[i] for ref in refs] for i in kept]
            for how, made in _makers(denoiser, steps).items():
                score = gleu(plain, [made(text) for text in plain], wanted)
                row = {"score": "references", "kind": f"{source.stem}: {how}", "way": way, "cases": len(kept)}
                yield row | {"GLEU": score, "source GLEU": gleu(plain, plain, wanted)}


def _makers(denoiser: Denoiser, steps: int) -> dict[str, Callable[[str], str]]:
    if not denoiser.revises:
        return {TOLD: lambda text: rewrite(denoiser, text, INSTRUCTIONS["grammar"][0], steps=steps).text}
    return {
        PROOFREAD: lambda text: rewrite(denoiser, text, None).text,  # in as many steps as by default, like the page
        SUGGESTED: lambda text: taken(denoiser, text),
    }


def taken(denoiser: Denoiser, text: str) -> str:
    """A text with every suggestion of Instant edit taken."""
    for spot in reversed(underlined(denoiser, text)):
        text = text[: spot.start] + spot.new + text[spot.end :]
    return text
