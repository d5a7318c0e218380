"""Other words for words: those that the style's file lists, where what stands around them is what the file asks for.

A key is a word or a phrase. ``^`` before it: only where a sentence begins. Words in square brackets before or behind it must
stand there and stay: ``[to, will] obtain``, ``it's [been, got]``; ``*`` is any letters, and CONTEXTS has names for some lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from engine.edits.restyling.keeping import begins, cased, kept, with_article
from engine.edits.restyling.site import Site
from engine.edits.restyling.weighing import Weighing
from engine.text.prose.agreement import AHEAD, PARTS, filled

CONTEXTS = {
    "verb": "to will would can could may might must should shall please not cannot don't doesn't didn't can't won't wouldn't "
    "couldn't shouldn't let's i'll we'll you'll they'll he'll she'll it'll i'd we'd you'd they'd help",
    "subject": "i you we they who people",
    "noun": "the a an this that these those my your his her its our their some any no each every another all",
    "have": "has have had having i've we've you've they've he's she's it's",
    "favour": "come make attend help offer accept send give do find get open reach deliver provide pay answer confirm meet join "
    "be use change return refund ship promise guarantee take go stay have see fix cancel move reply process access "
    "enter park bring extend repair",
    "task": "send let call tell bring pay read sign return reply confirm check come wait use open close write give take leave "
    "make remember keep follow fill complete submit contact visit ask help put turn click choose book register show "
    "collect join forward provide arrange attend",
    "be": "is are was were be been being am i'm you're we're they're he's she's it's",
}
"""what may stand in brackets for a list: words behind which a verb has no ending, a noun follows, and so on; what one is sorry
not to do, what one asks people to do"""
NEGATED = re.compile(r"(?:\b(?:not|never|no|hardly)|n['’]t)[ \n]\Z", re.IGNORECASE)
WRITTEN_OUT = 20.0
"""nats that a contraction is worth more to be written out, and the other way round: it says the same, and half of them written
out is no style"""
WORDY, PHRASE = 2.0, 3
"""nats that a phrase of so many words is worth for each word less: a model finds the end of "due to the fact that" so likely that
all of it costs what "because" does"""
MARKS = {"comma": ",", "end": r"[.!?;]|[ \n]*\Z"}
_KEY = re.compile(r"\A(\^?)(?:\[([^\]]*)\] )?([^\[\]]+?)(?: \[([^\]]*)\])?")

JOINT = re.compile(filled(r"<start><name> (?:and|or) (?:(?:i|you|he|she|it|<name>) )?\Z"), re.IGNORECASE)
"""what stands before a verb, or before the last of its subjects, where there are several"""
SEVERAL = re.compile(
    filled(
        r"[ \n]{1,3}(?:(?!(?:of|in|on|at|to|for|with|and|or|that|which|is|are|was|were)\b)[a-z'’-]{1,24}[ \n]{1,3}){0,2}<plural>",
        PARTS | {"plural": PARTS["plural"].replace("[a-z]+", "[a-z]{1,24}")},
    ),
    re.IGNORECASE,
)
"""what stands behind an amount of what is counted"""
GREETED = re.compile(r"\b(?:Hi|Hey|Hello|Dear)(?: [\w.]{1,20}){1,3},\s{1,2}\Z")
"""behind a greeting a letter begins, with a capital or without one"""
SPEAKER = re.compile(r"\b(?:I|me|my|mine)\b")
ASKED = re.compile(
    r"\b(?:know|knows|knew|ask(?:s|ed|ing)?(?: (?:me|us|him|her|them))?|see|wonder(?:s|ed|ing)?|sure|certain|"
    r"tell (?:me|us|him|her|them|you)|"
    r"told (?:me|us|him|her|them|you)|check|find out|doubt|care|remember|decide|say|says|clear|unclear|matters?) \Z",
    re.IGNORECASE,
)
"""behind these "if" and "when" ask and set no condition"""
COUNTED, MASSED = re.compile(r"(?:many|number of)\Z"), re.compile(r"(?:much|deal of)\Z")
LOVE = re.compile(r"[ \n]{1,3}love(?=[,.!]?[ \n]{0,3}(?:[A-Z]|\Z)|,?\n)")
"""how a letter ends, and no amount"""
ONE = re.compile(r"(?:\A|\A(?:I|he|she|it) )(?:am|is|was|has|does|makes)\b", re.IGNORECASE)
"""what has the number of one"""


def listed(weighing: Weighing) -> Iterator[Site | None]:
    """Words and phrases of the file, the longest first. No forward pass."""
    for pattern, key in _patterns(tuple(weighing.style.words)):
        for found in pattern.finditer(weighing.source):
            place, old = found.span("old"), found["old"]
            if old.isupper() and len(old) > 1 and not old.startswith("I"):
                continue  # an abbreviation
            if key.startswith("^") and not begins(weighing, place[0]):
                if not GREETED.search(weighing.source, max(0, place[0] - AHEAD), place[0]):
                    continue
            if old.lower() in ("if", "when") and ASKED.search(weighing.source, max(0, place[0] - AHEAD), place[0]):
                continue  # "let us know if": no condition
            options = tuple(o for o in weighing.style.words[key] if not _speaks(o, old, weighing.source))
            if not options:
                continue
            if "" in options and NEGATED.search(weighing.source[max(0, place[0] - 12) : place[0]]):
                continue  # "not very" is not "not"
            worth = weighing.style.worth + (WRITTEN_OUT if _written_out(old, options) or _drawn(old, options) else 0.0)
            yield _site(weighing, place, options, [worth + _wordy(old, option) for option in options])


def _speaks(option: str, old: str, source: str) -> bool:
    """Whether an option lets somebody say "I" in a text in which nobody does."""
    return SPEAKER.search(option) is not None and SPEAKER.search(old) is None and SPEAKER.search(source) is None


def _wordy(old: str, option: str) -> float:
    """What it is worth that a phrase becomes a word or two."""
    had, has = len(old.split()), len(option.split())
    return WORDY * (had - has) if had >= PHRASE and 0 < has < had - 1 else 0.0


def _written_out(old: str, options: tuple[str, ...]) -> bool:
    """Whether a contraction ("can't", "we're") may become the words that it is made of."""
    begin = re.match(r"[A-Za-z]{1,3}", old)
    return (
        begin is not None
        and any(mark in old for mark in "'’")
        and all("'" not in option and option.lower().startswith(begin[0].lower()[:1]) for option in options)
    )


def _drawn(old: str, options: tuple[str, ...]) -> bool:
    """Whether words ("cannot", "we are") may become their contraction."""
    said = "".join(old.replace("’", "'").lower().split())
    return "'" not in said and all("'" in option and _within(option.lower(), said) for option in options)


def _within(short: str, said: str) -> bool:
    """Whether a contraction has no letter but those of the words, in their order."""
    letters = iter(said.replace("willnot", "wonot"))
    return all(letter in letters for letter in short if letter.isalpha())


@lru_cache(maxsize=16)
def _patterns(keys: tuple[str, ...]) -> list[tuple[re.Pattern[str], str]]:
    """(expression, key), those with the most to match first. One may begin inside another ("she will not"): the better is
    taken."""
    made = []
    for key in sorted(keys, key=len, reverse=True):
        parts = _KEY.fullmatch(key.strip())
        if parts is None:
            continue
        before = rf"(?<![\w'’-])(?:{_any(parts[2])})[ \n]+" if parts[2] else r"(?<![\w'’-])"
        behind = _behind(parts[4]) if parts[4] else r"(?![\w-])(?!['’]\w)"
        made.append((re.compile(f"{before}(?P<old>{_words(parts[3])}){behind}", re.IGNORECASE), key))
    return made


def _behind(listed: str) -> str:
    """What follows: some word, or for ``comma`` and ``end`` a mark."""
    names = [part.strip() for part in listed.split(",")]
    ways = [MARKS[name] for name in names if name in MARKS]
    words = _any(",".join(name for name in names if name not in MARKS))
    ways += [rf"[ \n]+(?:{words})(?![\w-])"] if words else []
    return f"(?={'|'.join(ways)})"


def _any(listed: str) -> str:
    """An expression for any of some words with commas between."""
    words = [
        word
        for part in listed.split(",")
        for word in CONTEXTS.get(part.strip(), part.strip().replace(" ", "\0")).split()
    ]
    return "|".join(_words(word.replace("\0", " ")) for word in words)


def _words(text: str) -> str:
    escaped = re.escape(text.replace("’", "'")).replace("'", "['’]").replace(r"\ ", r"[ \n]+")
    return escaped.replace(r"\*", r"[a-z]{1,20}")


def _site(weighing: Weighing, place: tuple[int, int], options: tuple[str, ...], worth: list[float]) -> Site | None:
    """A site whose options keep what must be kept; None where none is left."""
    source, (a, b) = weighing.source, place
    if "" in options:  # a word that goes takes its space along, and hands on its capital
        place, options = _without(weighing, a, b, options)
        a, b = place
    made = [(cased(option, source[a:b]), w) for option, w in zip(options, worth, strict=True)]
    made = [(o, w) for o, w in made if o != source[a:b] and kept(weighing, place, o) and not _doubled(source, place, o)]
    if JOINT.search(source[max(0, a - AHEAD) : a]):  # "Anna and I can't": what one has is not what both have
        made = [(o, w) for o, w in made if not ONE.search(o)]
    if source[a:b].lower().endswith("of"):
        made = [(o, w) for o, w in made if _amounts(o.lower(), source[b : b + AHEAD])]
    if not made:
        return None
    return with_article(source, Site((place,), tuple(o for o, _ in made), tuple(w for _, w in made)))


def _amounts(option: str, behind: str) -> bool:
    """Whether an amount fits what it is of: "a large number of" books, "much" of what nobody counts."""
    if LOVE.match(behind):
        return False
    several = SEVERAL.match(behind) is not None
    return several if COUNTED.search(option) else not several if MASSED.search(option) else True


def _doubled(source: str, place: tuple[int, int], option: str) -> bool:
    """Whether two or three words would stand twice side by side: "over the course of" before "the course of"."""
    before, new, behind = (text.lower().split() for text in (source[: place[0]], option, source[place[1] :]))
    return any(new[-n:] == behind[:n] or new[:n] == before[-n:] for n in (2, 3) if len(new) >= n)


def _without(weighing: Weighing, a: int, b: int, options: tuple[str, ...]) -> tuple[tuple[int, int], tuple[str, ...]]:
    """The place of words that may go, and the options there: commas and spaces around them go too."""
    source = weighing.source
    ahead = re.match(r",?\s+(\w)", source[b:])
    if begins(weighing, a) and ahead:
        end = b + ahead.end()
        letter = ahead[1].upper()
        return (a, end), tuple(letter if not o else f"{o} {ahead[1]}" for o in options)
    start = len(source[:a].rstrip())
    if start < a and source[start - 1 : start] == "," and source[b : b + 1] == ",":
        return (start - 1, b + 1), tuple(o and f", {o}," for o in options)
    return (start, b), tuple(o and f" {o}" for o in options)
