"""Mistakes put into clean text, so that a writer learns to find and mend them.

No clean-licence data set of real mistakes is at hand that is large enough; these imitate what people do: slips of the
fingers, words dropped, doubled or swapped, small grammar, homophones, capitals and commas. Each kind is one function in
``MISTAKES`` from words to words. A text is a list of words; a word keeps the white space before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from engine.text.near_words import CONFUSIONS, FORMS
from engine.text.slots import Words, words_of

Rng = np.random.Generator

NEIGHBOURS = {
    key: near
    for row, below in (("qwertyuiop", "asdfghjkl"), ("asdfghjkl", "zxcvbnm"), ("zxcvbnm", ""))
    for i, key in enumerate(row)
    for near in ((row[i - 1 : i] if i else "") + row[i + 1 : i + 2] + below[max(0, i - 1) : i + 1],)
}
"""keys beside a key on a QWERTY keyboard"""


def _split(word: str) -> tuple[str, str, str]:
    """White space, the letters, and the punctuation behind them."""
    start = len(word) - len(word.lstrip())
    end = max([start, *(found.end() for found in re.finditer(r"\w+", word))])
    return word[:start], word[start:end], word[end:]


def typo(words: Words, at: int, rng: Rng) -> Words | None:
    """One slip of the finger: a neighbouring key, two letters swapped, one left out or typed twice."""
    space, core, tail = _split(words[at])
    if len(core) < 3 or not core.isalpha():
        return None
    i = int(rng.integers(1, len(core) - 1))
    letter = core[i]
    near = NEIGHBOURS.get(letter.lower(), letter)
    slips = (
        core[:i] + str(rng.choice(list(near))) + core[i + 1 :],
        core[:i] + core[i + 1] + letter + core[i + 2 :],
        core[:i] + core[i + 1 :],
        core[:i] + letter + core[i:],
    )
    made = slips[int(rng.integers(len(slips)))]
    return None if made == core else _replace(words, at, space + made + tail)


def _swap(table: dict[str, list[str]]) -> Callable[[Words, int, Rng], Words | None]:
    def swap(words: Words, at: int, rng: Rng) -> Words | None:
        space, core, tail = _split(words[at])
        others = table.get(core) or table.get(core.lower())
        if not others:
            return None
        other = str(rng.choice(others))
        return _replace(words, at, space + (other.capitalize() if core[:1].isupper() and core != "I" else other) + tail)

    return swap


def ending(words: Words, at: int, rng: Rng) -> Words | None:
    """A wrong ending: -s added or lost, -ed or -ing lost."""
    space, core, tail = _split(words[at])
    if len(core) < 4 or not core.isalpha() or not core.islower():
        return None
    if core.endswith("ing") and len(core) > 5:
        made = core[:-3]
    elif core.endswith("ed") and len(core) > 4:
        made = core[: -2 if rng.random() < 0.5 else -1]
    elif core.endswith("s") and not core.endswith("ss"):
        made = core[:-1]
    else:
        made = core + "s"
    return _replace(words, at, space + made + tail)


def drop(words: Words, at: int, rng: Rng) -> Words | None:
    """A short word left out."""
    if at == 0 or len(words) < 4 or len(words[at].strip()) > 5 or not words[at].strip().isalpha():
        return None
    return [*words[:at], *words[at + 1 :]]


def double(words: Words, at: int, rng: Rng) -> Words | None:
    """A short word typed twice."""
    if at == 0 or len(words[at].strip()) > 6 or not words[at].strip().isalpha():
        return None
    return [*words[: at + 1], words[at], *words[at + 1 :]]


def swap_neighbours(words: Words, at: int, rng: Rng) -> Words | None:
    """Two neighbouring words in the wrong order."""
    if at == 0 or at + 1 >= len(words):
        return None
    left, right = _split(words[at]), _split(words[at + 1])
    if left[2] or right[2] or not (left[1].islower() and right[1].islower()) or left[1] == right[1]:
        return None
    return [*words[:at], left[0] + right[1], right[0] + left[1], *words[at + 2 :]]


def case(words: Words, at: int, rng: Rng) -> Words | None:
    """A capital lost at the beginning of a sentence or a name."""
    space, core, tail = _split(words[at])
    if not core[:1].isupper() or core.isupper():
        return None
    return _replace(words, at, space + core[0].lower() + core[1:] + tail)


def comma(words: Words, at: int, rng: Rng) -> Words | None:
    """A comma lost, or one too many."""
    if words[at].endswith(","):
        return _replace(words, at, words[at][:-1])
    if at + 1 >= len(words) or not words[at][-1:].isalpha() or rng.random() < 0.8:
        return None
    return _replace(words, at, words[at] + ",")


def _replace(words: Words, at: int, word: str) -> Words:
    return [*words[:at], word, *words[at + 1 :]]


MISTAKES: dict[str, Callable[[Words, int, Rng], Words | None]] = {
    "typo": typo,
    "homophone": _swap(CONFUSIONS),
    "grammar": _swap(FORMS),
    "ending": ending,
    "drop": drop,
    "double": double,
    "order": swap_neighbours,
    "case": case,
    "comma": comma,
}


def spoil(text: str, mistakes: int, rng: Rng) -> tuple[str, list[str]]:
    """The text with up to ``mistakes`` mistakes, and their kinds. Where none fits, the text comes back unchanged."""
    words, made = words_of(text), list[str]()
    kinds = list(MISTAKES)
    for _ in range(20 * mistakes):
        if len(made) == mistakes or not words:
            break
        kind = kinds[int(rng.integers(len(kinds)))]
        changed = MISTAKES[kind](words, int(rng.integers(len(words))), rng)
        if changed is not None:
            words = changed
            made.append(kind)
    return "".join(words), made
