"""A tokenizer whose tokens are the characters of one text."""

from __future__ import annotations

from collections import Counter

from tokenizers import Regex, decoders, models, pre_tokenizers
from tokenizers import Tokenizer as Backend

from engine.text.tokenizer import Tokenizer, readable

MOST = 256
"""characters that an alphabet has at the most: those that come most often"""
OTHER, BEGIN = "\u25a1", "<|text|>"
"""what stands for every other character, and before every row"""


def alphabet(text: str) -> Tokenizer:
    """The characters of a text in the order of their code points, and one token for all others. Neither that one nor what
    begins a row may stand in a fill."""
    counted = Counter(readable(text))
    counted.pop(OTHER, None)
    letters = sorted(letter for letter, _ in counted.most_common(MOST))
    backend = Backend(models.WordLevel({letter: i for i, letter in enumerate([*letters, OTHER])}, unk_token=OTHER))
    backend.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    backend.decoder = decoders.Fuse()
    backend.add_special_tokens([BEGIN])
    other, begin = len(letters), len(letters) + 1
    return Tokenizer(backend, frozenset((other, begin)), begin)
