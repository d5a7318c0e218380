"""How close a text is to what was wanted."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

ORDER = 4
"""the longest n-gram of GLEU"""


def character_f1(text: str, wanted: str) -> float:
    """Share of characters that match in order, 0..1: twice the matches over both lengths."""
    return 1.0 if text == wanted else SequenceMatcher(None, text, wanted, autojunk=False).ratio()


def words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text)


def _grams(tokens: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def gleu(sources: Sequence[str], texts: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Corpus GLEU of grammatical error correction, 0..100 (Napoles et al., ACL 2015, with the 2016 revision, arXiv
    1605.02592): n-grams shared with the reference count, those kept from the source against the reference count off.

    With several references per text the mean over the references' positions. No library on PyPI has this GLEU; the one in
    NLTK is another measure of the same name (Wu et al. 2016).
    """
    count = max(map(len, references), default=0)
    scores = []
    for k in range(count):
        chosen = [refs[k % len(refs)] for refs in references]
        scores.append(_gleu([words(x) for x in sources], [words(x) for x in texts], [words(x) for x in chosen]))
    return 100 * sum(scores) / len(scores) if scores else 0.0


def _gleu(sources: list[list[str]], texts: list[list[str]], references: list[list[str]]) -> float:
    length = wanted = 0
    right, possible = [0] * ORDER, [0] * ORDER
    for source, text, reference in zip(sources, texts, references, strict=True):
        length += len(text)
        wanted += len(reference)
        for n in range(1, ORDER + 1):
            made, good = _grams(text, n), _grams(reference, n)
            wrong = Counter({g: c for g, c in _grams(source, n).items() if g not in good})
            right[n - 1] += max((made & good).total() - (made & wrong).total(), 0)
            possible[n - 1] += max(len(text) + 1 - n, 0)
    if not length or 0 in right or 0 in possible:
        return 0.0
    precision = sum(math.log(r / p) for r, p in zip(right, possible, strict=True)) / ORDER
    return math.exp(min(0.0, 1 - wanted / length) + precision)
