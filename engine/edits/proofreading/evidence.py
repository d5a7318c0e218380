"""What a change of words that stand must show for itself, by what kind of change it is.

Words that look alike may be mistaken for one another, small words of grammar may be the wrong ones. A word of content for another
one, one put in or left out would mean something else, however likely a model finds it.
"""

from __future__ import annotations

import math
from collections import Counter
from difflib import SequenceMatcher

from engine.edits.proofreading.changes import DOUBLED, named, relation
from engine.edits.proofreading.dictionary import LETTERS
from engine.text.near_words import SMALL, near_words
from engine.text.prose.choices import either, meant
from engine.text.prose.english import spelt_right
from engine.text.slots import words_of
from engine.text.tokenizer import Tokenizer

FORBIDDEN = math.inf
MORE = {"near": 4.0, "ending": 4.0, "stripped": 4.0, "small": 1.0, "rare": 8.0, "gone": 14.0}
"""nats beyond what any change must give (chosen on pairs that are not scored): between two real words that look alike, between
two forms of one, between small words or where one is put in or goes, for a word that only a dictionary knows or that is written
like a name, and where a word of content goes"""
ALIKE = 0.6
"""share of letters that a misspelling has in common with what is meant, in order"""
BESIDE = 4
"""words on either side among which one that goes may stand once more"""


class Evidence:
    """Nats that a change of a passage must give beyond what any must; FORBIDDEN: none are enough."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._near = near_words(tokenizer)

    def __call__(self, old: str, new: str) -> float:
        before, after = words_of(old), words_of(new)
        same = 0
        while same < min(len(before), len(after)) and before[same] == after[same]:
            same += 1
        behind = 0
        while behind < min(len(before), len(after)) - same and before[-1 - behind] == after[-1 - behind]:
            behind += 1
        left, right = before[same : len(before) - behind], after[same : len(after) - behind]
        if (one := _cores("".join(left))) == (other := _cores("".join(right))):
            return 0.0  # marks, capitals, spaces
        start = len("".join(before[:same]))
        if left and meant(old, start, start + len("".join(left)), "".join(right)):
            return FORBIDDEN
        if "".join(one) == "".join(other):
            return 0.0 if relation(self._near, "".join(left), "".join(right)) == "split" else FORBIDDEN
        if len(left) != len(right):
            if len(left) > len(right) and DOUBLED.search("".join(before[max(0, same - 1) : same + len(left) + 2])):
                return FORBIDDEN
            around = before[max(0, same - BESIDE) : same] + before[len(before) - behind :][:BESIDE]
            return _more_or_less(left, right, around)
        if len(one) == len(other) == 1 and self._near.agree(one[0], other[0]) and either("".join(before[:same])):
            return FORBIDDEN
        ahead = ["", *before][same : same + len(left)]
        return max(self._word(a, b, name=named(last, a)) for last, a, b in zip(ahead, left, right, strict=True))

    def _word(self, old: str, new: str, *, name: bool) -> float:
        kind = relation(self._near, old, new)
        if kind == "misspelt" and name:
            kind = "rare"
        if kind in MORE:
            return MORE[kind]
        if kind != "other":
            return 0.0
        first, second = _cores(old), _cores(new)
        if len(first) == len(second) == 1:
            if SMALL.issuperset(first + second):
                return MORE["small"]
            alike = SequenceMatcher(None, first[0], second[0]).ratio() >= ALIKE and first[0][0] == second[0][0]
            if alike and not name and first[0] not in self._near and not spelt_right(first[0]):
                return 0.0
        return FORBIDDEN


def _more_or_less(left: list[str], right: list[str], around: list[str]) -> float:
    """The same of words that become more or fewer: small ones, or one that stands beside once more."""
    old, new = (Counter(core for word in words for core in _cores(word)) for words in (left, right))
    beside = {core for word in around for core in _cores(word)}
    gone = [word for word in (old - new).elements() if word not in SMALL and word not in beside]
    if len(gone) > 1 or gone and new - old or not SMALL.issuperset(new - old):
        return FORBIDDEN
    return MORE["gone"] if gone else MORE["small"]


def _cores(word: str) -> list[str]:
    return [core.lower() for core in LETTERS.findall(word)]
