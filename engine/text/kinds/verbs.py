"""Whether an English sentence says that something is or does something: without a verb it is a heading, whatever its mark."""

from __future__ import annotations

import re

from engine.text.kinds.inflection import PAST, PASTS, past, third

_HELPING = (
    "is are was were am has have had do does did will would can could may might must should shall isn't aren't "
    "wasn't weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't i'm "
    "it's he's she's that's there's here's what's let's we're you're they're i've we've you've they've i'll we'll "
    "you'll he'll she'll it'll they'll i'd we'd you'd he'd she'd they'd"
).split()
_REGULAR = (
    "ask answer arrive agree allow appear believe belong call carry change check clean climb close continue cook "
    "cover cross cry decide depend describe disappear discover dream drop enjoy enter expect explain fail fill "
    "finish fix follow happen hate help hope include invite join jump knock laugh learn like listen live look "
    "love manage matter mention miss move need notice offer open order own pass plan play point prefer prepare "
    "promise pull push rain reach realise realize receive remain remember remind repeat reply require rest return "
    "save seem serve share show sign smell smile sound start stay stop suggest suppose talk taste thank touch "
    "travel try turn use visit wait walk want wash watch welcome wish wonder work worry admit apologise apologize "
    "appreciate attach contain confirm consider contact create develop enclose hear inform lead lie offer provide "
    "regret request warn"
).split()
_PLAIN = frozenset(
    "the of and to you he she they we i it my his her their our your with for this that these those there nobody".split()
)
"""words by which English is told"""
_COMMONEST = frozenset("the of and to is was that with for".split())
ENGLISH = 2
"""of these words tell that a text is English"""
_BEFORE_NONE = frozenset("to the a an of in on at my your his her its our their this these some no".split())
"""words behind which no verb says anything"""
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")


_FINITE = frozenset(_HELPING).union(PAST, *((base, third(base), past(base)) for base in [*_REGULAR, *PASTS]))


def says(text: str) -> bool:
    """Whether a text has a verb that says something of something."""
    found = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    return any(_finite(found[:at], word, found[at + 1 :]) for at, word in enumerate(found))


def _finite(before: list[str], word: str, behind: list[str]) -> bool:
    if word in _HELPING:
        return True
    if before and before[-1] in _BEFORE_NONE:
        return False
    if word.endswith("ed") and len(word) > 4:
        return bool(before) and behind[:1] != ["by"]
    return word in _FINITE


def missing(text: str, old: str) -> bool:
    """Whether a text lacks a verb where an English sentence stood that had one."""
    return bool(_PLAIN.intersection(_WORD.findall(old.lower()))) and says(old) and not says(text)


def english(text: str) -> bool:
    """Whether a text of some length is English."""
    return len(_COMMONEST.intersection(_WORD.findall(text.lower()))) >= ENGLISH
