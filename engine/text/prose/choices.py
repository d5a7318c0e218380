"""What stands as its writer means it, though a rule or a model would have it otherwise: a verb that may be of one or of several,
a wish, the way that somebody speaks, and words that a sentence speaks of.
"""

from __future__ import annotations

import re

from engine.text.prose.agreement import AHEAD, FINITE, PARTS, filled

EITHER = re.compile(
    filled(
        r"(?:\b(?:(?:meta)?data|media|criteria|staff|team|crew|family|government|committee|council|company|board|audience|public|police|army|"
        r"press|couple|pair|class|group|crowd|majority|minority|(?<!the )number|range|rest|half|third|quarter|percent|none|"
        r"neither|either|any|club|party|band|choir|jury|faculty|management|opposition|press|orchestra|squad)"
        r"(?: (?:of|in|on|from|for|at) (?:<frame> )?(?!<who>)[a-z]+(?: (?!<who>)[a-z]+)?)?|"
        r"<start>what (?:[a-z']+ ){1,3}[a-z']+|<start>what (?!is\b)[a-z]+s)"
        r"(?: (?:also|always|never|often|still|now|only|just|really|usually|already))? ?\Z",
        PARTS
        | {
            "who": r"(?:that|which|who|what|how|and|also|always|never|often|still|now|only|just|really|usually|already)\b"
        },
    ),
    re.IGNORECASE,
)
WISHED = re.compile(
    r"\b(?:if|wish(?:es|ed|ing)?(?: that)?|though|suppose|supposing|imagine|rather|unless|whether|lest) "
    r"(?:[\w'-]+ ){1,4}\Z",
    re.IGNORECASE,
)
"""behind these "were" is no mistake: "as if she were ill" """
EACH = re.compile(r"\b(?:each|every|many a|no) (?:[\w'-]+,? ){1,6}and (?:[\w'-]+ ){1,3}\Z", re.IGNORECASE)
"""several that are spoken of one by one: "every man and woman has" """
PERSON = re.compile(r"\b(?:i|you|we|they|these|those) who \Z", re.IGNORECASE)
"""their verb goes by these, not by what "it" would have"""
ASKED = re.compile(
    r"\s(?:(?:do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|is|are|was|were) "
    r"(?:i|you|he|she|it|we|they|the|my|your|his|her|its|our|their)|(?:i|he|she|we|they))\b",
    re.IGNORECASE,
)
"""what stands behind "whom": its verb's subject"""
GOVERNED = re.compile(
    r"\b(?:of|to|for|with|from|by|in|on|among|between|about|against|behind|after|before)\W+\Z", re.IGNORECASE
)
"""what stands before "whom", whatever its verb is: "most of whom had left" """
LOOSED = re.compile(
    r"\s(?:the|a|an|his|her|their|its|our|my|your|those|these)(?: [a-z]+)? (?:hounds?|dogs?|horses?|birds?|falcons?|hawks?|"
    r"pigeons?|arrows?|bolts?|volley|ropes?|moorings?|lines?|sails?|anchor|screws?|nuts?|knots?|straps?|reins|ties|bonds|chains?|"
    r"ends?|threads?|laces?|belts?|soil|earth|animals?|boats?|balloons?|bull|cattle|sheep|prisoners?|avalanche|missiles?)\b",
    re.IGNORECASE,
)
"""what one lets loose, and hardly loses"""
OPEN = re.compile('["“]')
SAID = re.compile('["“]([^"“”\\n]*+)["”]')
NAMED = re.compile(
    r"\b(?:writ(?:e|es|ing|ten)|wrote|words?|phrases?|terms?|forms?|verbs?|nouns?|spell(?:s|ed|ing|ings)?|spelt|typos?|"
    r"types?|typed|misspell(?:s|ed|ing)?|mean|means|meant|say|says|saying|said|pronounced?|reads?|instead of|than|and|or|not|"
    r"sign|label(?:led)?|text|line|title|mistakes?|errors?)[ ,:]+(?:of |that |as |for |the |a )?\Z",
    re.IGNORECASE,
)
"""what stands before words that are spoken of"""
MARKS = " \t\n\"'“‘”’()[]*_,;:!?.…—–"
"""what may stand around words"""
SPOKEN_OF = 4
"""words of a quotation up to which it may name them"""
STRONG = re.compile(
    r"\b(?:ain['’]t|y['’]all|innit|nowt|owt|summat|thou|thee|thy|ye|yer|bain['’]t|them['’]s|t['’]is|meself|hisself|theirselves)\b|"
    r"(?<!\w)['’](?:em|un|ere|im|er|ave|e|tis|twas|ead|ell)\b|\b[a-z]{2,24}in['’](?!\w)|\b(?:o|wi|an|th)['’] ",
    re.IGNORECASE,
)
"""what is written so in dialect only"""
WEAK = (
    re.compile(r"\b(?:\w{1,24}n['’]t|never|hardly) (?:\w{1,24} ){0,4}no(?:thing|body|where|ne| one)?\b", re.IGNORECASE),
    re.compile(r"\b(?:he|she|it) don['’]t\b", re.IGNORECASE),
    re.compile(
        r"(?:\b(?:have|has|had)|['’](?:ve|d|s)) (?:took|went|came|did|ate|broke|saw|wrote|ran|gave|forgot)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:we|you|they) (?:was|is|has)\b|\bi (?:says|goes|were|seen|done|knowed|seed|come)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:them (?!that|who|which)[a-z]{1,24}s|me (?:mam|mum|da|dad|brother|lad|mate|own)|lad|lass|reckon|mister|sir)\b",
        re.IGNORECASE,
    ),
)
"""marks of a way of speaking: two of them, and what is quoted is dialect"""


def either(before: str) -> bool:
    """Whether what stands before a verb may be one or several, as its writer means it: "the data were", "none of them is"."""
    return EITHER.search(before[-AHEAD:].replace("\n", " ")) is not None


def meant(text: str, start: int, end: int, new: str) -> bool:
    """Whether words that break a rule are meant as they stand, for all that a text shows; ``new`` would stand there."""
    old, new = (words.strip(MARKS).lower() for words in (text[start:end], new))
    before = text[max(0, start - AHEAD) : start + len(text[start:end]) - len(text[start:end].lstrip())]
    before = before.replace("\n", " ")
    if old == "were" and new == "was" and WISHED.search(before):
        return True
    if old in ("is", "was", "has", "does") and EACH.search(before):
        return True
    if PERSON.search(before):
        return new in ("is", "was", "has", "does")
    if old == "whom" and new == "who":
        return (
            GOVERNED.search(before) is not None
            or ASKED.match(text, start + len(text[start:end].rstrip(MARKS))) is not None
        )
    if old.split()[-1:] == ["loose"] and new.split()[-1:] == ["lose"]:
        return LOOSED.match(text, end) is not None
    quoted = _quoted(text, start)
    if quoted is None:
        return False
    if old in FINITE and _bare(text[slice(*quoted)]):
        return True
    return _named(text, *quoted) or old != new and _dialect(_spoken(text, *quoted))


def _quoted(text: str, at: int) -> tuple[int, int] | None:
    """What stands between the double quotes around a place, the second of which may be missing."""
    opened = None
    for mark in OPEN.finditer(text, 0, at + 1):
        opened = None if opened is not None and mark[0] == '"' else mark
    if opened is None:
        return None
    shut = text.find("”" if opened[0] == "“" else '"', opened.end())
    return (opened.end(), len(text) if shut < 0 else shut) if shut < 0 or shut >= at else None


def _bare(quoted: str) -> bool:
    """Whether what is quoted is no speech but a few words, as an example is: "she don't" is not for letters."""
    return quoted[:1].islower() and quoted[-1].isalpha() and 1 < len(quoted.split()) <= SPOKEN_OF


def _named(text: str, start: int, end: int) -> bool:
    """Whether what is quoted is spoken of as words."""
    words = text[start:end].split()
    if not 0 < len(words) <= SPOKEN_OF or words[-1][-1] in ".!?,…":  # somebody says something
        return False
    return NAMED.search(text, max(0, start - 40), start - 1) is not None


def _spoken(text: str, start: int, end: int) -> str:
    """All that is quoted in the paragraph of a quotation: as a rule one person says it."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return " ".join([text[start:end], *SAID.findall(text, first, len(text) if last < 0 else last)])


def _dialect(said: str) -> bool:
    """Whether a speech has the marks of a dialect."""
    return STRONG.search(said) is not None or sum(mark.search(said) is not None for mark in WEAK) > 1
