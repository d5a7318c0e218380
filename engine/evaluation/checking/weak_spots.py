"""Weak spots of held-out text: what is found wrong in correct paragraphs, and which planted mistakes are found and mended."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from engine.denoising.denoiser import Denoiser
from engine.edits.proofreading.weak_spots import Spot, check
from engine.evaluation.ways import Amounts, Scores
from engine.text.slots import Words, words_of
from engine.text.spans import Span
from engine.training.examples.mistakes import MISTAKES

Rng = np.random.Generator
BEFORE = 600
"""characters of text before a paragraph that are read"""
WORDS = (25, 75)
PLAIN = re.compile(r"\A[A-Z“\"][^|{}<>]*[.!?][”\"]?")
"""prose: a line that begins and ends like a sentence, without mark-up"""


def _letter(words: Words, at: int, rng: Rng) -> Words | None:
    """A letter left out."""
    word = words[at].strip()
    if len(word) < 4 or not word.isalpha():
        return None
    i = len(words[at]) - len(word) + int(rng.integers(1, len(word)))
    return [*words[:at], words[at][:i] + words[at][i + 1 :], *words[at + 1 :]]


PLANTED: dict[str, Callable[[Words, int, Rng], Words | None]] = {
    "typo": MISTAKES["typo"],
    "letter left out": _letter,
    "wrong form": MISTAKES["ending"],
    "small grammar": MISTAKES["grammar"],
    "taken for another": MISTAKES["homophone"],
    "word twice": MISTAKES["double"],
    "capital lost": MISTAKES["case"],
}


def paragraphs(heldout: Sequence[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    """(text before, paragraph): one of each of the first documents that have any."""
    found: list[tuple[str, str]] = []
    for number, text in enumerate(text for kind, text in heldout if kind == "prose"):
        low, high = WORDS
        fit = [m for m in re.finditer(r"[^\n]+", text) if low <= len(m[0].split()) <= high and PLAIN.fullmatch(m[0])]
        if fit and len(found) < count:
            chosen = fit[int(np.random.default_rng(number).integers(len(fit)))]
            found.append((text[max(0, chosen.start() - BEFORE) : chosen.start()], chosen[0]))
    return found


def planted(paragraph: str, kind: str, rng: Rng) -> str | None:
    """The paragraph with one mistake; None where none of the kind fits."""
    words = words_of(paragraph)
    for _ in range(200):
        made = PLANTED[kind](words, int(rng.integers(len(words))), rng)
        if made is not None and "".join(made) != paragraph:
            return "".join(made)
    return None


def weak_spots(ways: dict[str, Denoiser], heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Scores]:
    """Proposals per 1,000 words of paragraphs as they were published; mistakes found, and mended by the suggestion, one in each
    paragraph."""
    texts = paragraphs(heldout, amounts.paragraphs)
    if not texts:  # a small corpus may hold none long enough
        return
    for way, denoiser in ways.items():
        if not denoiser.revises or getattr(denoiser, "samples", 1) == 0:
            continue  # a judge weighs what is found: the writer alone has none
        found = [_checked(denoiser, before, text) for before, text in texts]
        words = sum(len(text.split()) for _, text in texts)
        spots = sum(len(each) for each, _ in found)
        row = {"score": "weak spots", "way": way}
        yield row | {
            "kind": "correct", "cases": len(texts), "words": words, "proposals per 1000 words": 1000 * spots / words,
            "seconds": float(np.median([seconds for _, seconds in found])),
        }  # fmt: skip
        for number, kind in enumerate(PLANTED):
            yield row | {"kind": kind} | _mended(denoiser, texts, kind, np.random.default_rng(number), amounts.planted)


def _mended(denoiser: Denoiser, texts: Sequence[tuple[str, str]], kind: str, rng: Rng, most: int) -> Scores:
    hits, fixed, cases, seconds = 0, 0, 0, []
    for before, text in texts:
        wrong = planted(text, kind, rng) if cases < most else None
        if wrong is None:
            continue
        spots, took = _checked(denoiser, before, wrong)
        cases += 1
        seconds.append(took)
        start = next(i for i, (a, b) in enumerate(zip(wrong + "\0", text + "\1", strict=False)) if a != b)
        made = [wrong[: s.start] + s.new + wrong[s.end :] for s in spots]
        hits += any(s.start <= start <= s.end for s in spots)
        fixed += text in made
    return {
        "cases": cases, "found": hits / max(1, cases), "mended": fixed / max(1, cases),
        "seconds": float(np.median(seconds)) if seconds else 0.0,
    }  # fmt: skip


def _checked(denoiser: Denoiser, before: str, text: str) -> tuple[list[Spot], float]:
    """(spots with offsets in the paragraph, seconds), the text before it read already as the page has it."""
    denoiser.warm(before, lambda: False)
    began = time.perf_counter()
    spots = check(denoiser, before + text, Span(len(before), len(before) + len(text)))
    took = time.perf_counter() - began
    return [replace(s, start=s.start - len(before), end=s.end - len(before)) for s in spots], took
