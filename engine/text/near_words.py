"""Words that are easily written for one another: a slip of the finger away, another form, or two that sound alike.

The words are those that a tokenizer has whole. They are proposals only: a model says which of them fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from engine.text.kinds.inflection import NOUNS, VERBS
from engine.text.tokenizer import Tokenizer

CONFUSED: tuple[tuple[str, ...], ...] = (
    ("its", "it's"), ("their", "there", "they're"), ("your", "you're"), ("then", "than"), ("to", "too"),
    ("affect", "effect"), ("lose", "loose"), ("who", "whom"), ("whose", "who's"), ("were", "where"), ("of", "off"),
    ("accept", "except"), ("advice", "advise"), ("passed", "past"), ("quite", "quiet"), ("weather", "whether"),
    ("principal", "principle"), ("lead", "led"), ("breath", "breathe"), ("chose", "choose"),
    ("bored", "board"), ("bare", "bear"), ("break", "brake"), ("breaks", "brakes"), ("desert", "dessert"), ("peace", "piece"),
    ("threw", "through"), ("tail", "tale"), ("tails", "tales"), ("waste", "waist"), ("week", "weak"), ("whole", "hole"),
    ("wait", "weight"), ("steal", "steel"), ("stake", "steak"), ("meet", "meat"), ("hear", "here"), ("knew", "new"),
    ("write", "right"), ("wear", "where"), ("sight", "site"), ("course", "coarse"), ("flour", "flower"), ("allowed", "aloud"),
    ("aisle", "isle"), ("pair", "pear"), ("role", "roll"), ("seen", "scene"), ("patients", "patience"), ("sail", "sale"),
    ("mail", "male"), ("plain", "plane"), ("wood", "would"), ("won", "one"), ("fair", "fare"), ("buy", "by"), ("sweet", "suite"),
    ("stationary", "stationery"), ("complement", "compliment"), ("personal", "personnel"), ("formally", "formerly"),
    ("heal", "heel"), ("cereal", "serial"), ("device", "devise"), ("raise", "rise"),
)  # fmt: skip
GRAMMAR: tuple[tuple[str, ...], ...] = (
    ("a", "an", "the"), ("in", "on", "at"), ("for", "to"), ("of", "from"), ("by", "with"), ("is", "are", "be"),
    ("was", "were"), ("has", "have", "had"), ("do", "does"), ("this", "these"), ("that", "those"), ("much", "many"),
    ("less", "fewer"), ("he", "him"), ("she", "her"), ("they", "them"), ("I", "me"), ("who", "which"),
)  # fmt: skip
AGREEING: tuple[tuple[str, ...], ...] = (
    ("is", "are", "am"), ("was", "were"), ("has", "have"), ("do", "does"), ("isn't", "aren't"), ("wasn't", "weren't"),
    ("hasn't", "haven't"), ("don't", "doesn't"), ("this", "these"), ("that", "those"),
)  # fmt: skip
"""forms that go by the number or the person of another word"""
SMALL = frozenset(
    "a an the of to in on at by for from with into onto about as than and or but so that which who whom whose this these those "
    "is are am was were be been being has have had having do does did will would can could may might shall should must not it "
    "its it's there their he she they them him her his i me my we us our you your if when because too very much many more most "
    "some any no".split()
)
"""words of grammar"""
CONTRACTED = (
    "aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't wasn't weren't won't wouldn't "
    "he'd he's i'd i'll i'm i've it's let's she's that's there's they'd they'll they're they've we're we've what's who's "
    "you'd you'll you're you've"
).split()
ENDINGS = ("", "s", "es", "d", "ed", "ing", "e")
"""of forms of one word"""
SHORTEST = 3
"""letters of a word from which on slips are looked for; shorter ones are near to too many"""
ALIKE = 0.8
"""share of letters that two words have in common, in order, from which on they are close without being a slip apart"""


def _alternatives(sets: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in (tuple(dict.fromkeys(words)) for words in sets):
        for word in group if len(group) > 1 else ():
            found.setdefault(word, []).extend(other for other in group if other != word)
    return found


CONFUSIONS, FORMS, AGREEMENT = (
    _alternatives(CONFUSED),
    _alternatives((*GRAMMAR, *VERBS, *NOUNS)),
    _alternatives(AGREEING),
)
WITHOUT_MARK = {word.replace("'", ""): word for word in CONTRACTED}


def _shorter(word: str) -> set[str]:
    """The word, and the word without one of its letters."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def slip(a: str, b: str) -> bool:
    """Whether one letter left out, put in, or another, or two swapped make b of a."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    left, right = a[start:], b[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or left[:2] == right[:2][::-1]
        and left[2:] == right[2:]
    )


class NearWords:
    """The whole words of one vocabulary, found by what is near to them."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._spelt: dict[str, set[str]] = {}
        """how a word is written, by its small letters"""
        for piece in tokenizer.pieces:
            if len(piece) > 1 and piece[0] == " " and piece[1:].isalpha() and piece[1:].isascii():
                self._spelt.setdefault(piece[1:].lower(), set()).add(piece[1:])
        self._by: dict[str, list[str]] = {}
        self._alone = {word for word in self._spelt if len(word) > 2 or word in SMALL}
        """words that stand by themselves: among short ones there are syllables and abbreviations"""
        for word in self._spelt:
            for part in _shorter(word) if len(word) >= SHORTEST else ():
                self._by.setdefault(part, []).append(word)

    def __contains__(self, word: str) -> bool:
        """Whether the vocabulary has the word, in whatever letters."""
        return word.lower() in self._spelt

    def of(self, word: str) -> list[str]:
        """Words near to this one, in its own letters; the word itself is not among them."""
        small = word.lower()
        found = [*CONFUSIONS.get(small, ()), *AGREEMENT.get(small, ()), *FORMS.get(small, ()), *self._forms(small)]
        found += [WITHOUT_MARK[small]] if small in WITHOUT_MARK else []
        if re.search(r"[^\W\d_]{2}[^siu']s\Z", small):  # of one, and of several
            found += [f"{small[:-1]}'s", f"{small}'"]
        if len(small) >= SHORTEST and small.isalpha():
            found += sorted({near for part in _shorter(small) for near in self._by.get(part, ()) if slip(small, near)})
        found += [spelt for spelt in sorted(self._spelt.get(small, ())) if word not in self._spelt[small]]
        return [made for made in dict.fromkeys(self._cased(word, near) for near in found) if made != word]

    def sounds(self, old: str, new: str) -> bool:
        """Whether the two are known to be mistaken for one another."""
        return new.lower() in CONFUSIONS.get(old.lower(), ())

    def agree(self, old: str, new: str) -> bool:
        """Whether one is the other in another number or person, of the words that have forms of their own for that."""
        return new.lower() in AGREEMENT.get(old.lower(), ())

    def ends(self, old: str, new: str) -> bool:
        """The same of words that have an ending for it."""
        a, b = old.lower(), new.lower()
        short, long = sorted((a, b), key=len)
        ends = (f"{short}s", f"{short}es", f"{short[:-1]}ies" if short.endswith("y") else "")
        return len(short) >= SHORTEST and long in ends and a in self._spelt

    def close(self, old: str, new: str) -> bool:
        """Whether one word is easily taken for the other, in whatever letters; neither need be known."""
        a, b = old.lower(), new.lower()
        if b in FORMS.get(a, ()) or b in self._forms(a) or WITHOUT_MARK.get(a) == b:
            return True
        return min(len(a), len(b)) >= SHORTEST and (slip(a, b) or SequenceMatcher(None, a, b).ratio() >= ALIKE)

    def parted(self, word: str) -> list[str]:
        """The word as two words that are written together, in its own letters."""
        cuts = [at for at in range(1, len(word)) if {word[:at].lower(), word[at:].lower()} <= self._alone]
        return [f"{word[:at]} {word[at:]}" for at in cuts]

    def _forms(self, word: str) -> list[str]:
        stems = [word[: len(word) - len(ending)] for ending in ENDINGS if word.endswith(ending)]
        made = {stem + ending for stem in stems if len(stem) >= SHORTEST for ending in ENDINGS}
        return sorted(form for form in made if form in self._spelt)

    def _cased(self, like: str, near: str) -> str:
        """``near`` with a capital where ``like`` has one, or where it has no other way to be written."""
        if like.isupper() and len(like) > 1:
            return near.upper()
        spelt = self._spelt.get(near.lower(), {near})
        if like[:1].isupper() or near.startswith("i'"):
            return near[:1].upper() + near[1:]
        return near if near in spelt else min(spelt)


@lru_cache(maxsize=2)
def near_words(tokenizer: Tokenizer) -> NearWords:
    """Made once for a vocabulary: a fifth of a second."""
    return NearWords(tokenizer)
