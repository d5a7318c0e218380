"""How close a text is to what was wanted."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from gleu.aggreg import make_drn_accum
from gleu.corpus_main import drn_accum_to_gleu
from gleu.count import make_dx_xlen, set_tokenization
from gleu.util import make_id_rindex

ORDER = 4
"""the longest n-gram of GLEU"""
DRAWS = 500
"""choices of one reference for each text, where there are several; as in the script of GLEU's authors"""


def character_f1(text: str, wanted: str) -> float:
    """Share of characters that match in order, 0..1: twice the matches over both lengths."""
    return 1.0 if text == wanted else SequenceMatcher(None, text, wanted, autojunk=False).ratio()


def words(text: str) -> str:
    """Words and marks, with a space between any two."""
    return " ".join(re.findall(r"\w+|[^\w\s]", text))


def gleu(sources: Sequence[str], texts: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Corpus GLEU of grammatical error correction, 0..100 (Napoles et al., ACL 2015, with the 2016 revision, arXiv
    1605.02592): n-grams shared with the reference count, those kept from the source against the reference count off.

    Every text needs a reference. Another measure of the same name, NLTK's, is that of Wu et al. (2016).
    """
    if not len(sources) == len(texts) == len(references):
        raise ValueError(f"{len(sources)} sources, {len(texts)} texts and {len(references)} lists of references")
    if not texts:
        return 0.0
    count = max(map(len, references))
    wanted = [[words(refs[k % len(refs)]) for k in range(count)] for refs in references]
    plain, made = list(map(words, sources)), list(map(words, texts))
    set_tokenization("word")
    counts = make_drn_accum(ORDER, plain, wanted, made)
    wanted_lengths, lengths = make_dx_xlen(wanted), make_dx_xlen([made])[0]
    before = random.getstate()  # the draws are the authors' and the same each time, by way of the global generator
    draws = make_id_rindex(DRAWS if count > 1 else 1, len(texts), count, fix=True)
    random.setstate(before)
    return 100 * float(np.mean([drn_accum_to_gleu(counts, draw, wanted_lengths, lengths) for draw in draws]))
