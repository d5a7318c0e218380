"""Pairs of register: formal and casual, plain, short. Made by rule from any text.

No data set with a clean licence holds such pairs, so they come from what style guides list: contractions, a lexicon of
formal and casual words, of long words and plain ones, and words that can be left out. A rule works in one direction at a
time; the pair is used in both. What rules cannot do (new sentence structure), a writer does not learn from them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

CONTRACTIONS = {
    "do not": "don't", "does not": "doesn't", "did not": "didn't", "is not": "isn't", "are not": "aren't",
    "was not": "wasn't", "were not": "weren't", "has not": "hasn't", "have not": "haven't", "had not": "hadn't",
    "cannot": "can't", "could not": "couldn't", "would not": "wouldn't", "should not": "shouldn't", "will not": "won't",
    "it is": "it's", "that is": "that's", "there is": "there's", "what is": "what's", "who is": "who's",
    "I am": "I'm", "you are": "you're", "we are": "we're", "they are": "they're", "I have": "I've", "we have": "we've",
    "they have": "they've", "you have": "you've", "I will": "I'll", "we will": "we'll", "you will": "you'll",
    "they will": "they'll", "he is": "he's", "she is": "she's", "let us": "let's", "I would": "I'd", "we would": "we'd",
}  # fmt: skip
CASUAL = {
    "however": "but", "therefore": "so", "thus": "so", "consequently": "so", "furthermore": "also", "moreover": "also",
    "in addition": "also", "nevertheless": "still", "obtain": "get", "obtained": "got", "receive": "get",
    "received": "got", "purchase": "buy", "purchased": "bought", "require": "need", "requires": "needs",
    "required": "needed", "assist": "help", "assistance": "help", "children": "kids", "child": "kid",
    "inform": "tell", "informed": "told", "many": "lots of", "numerous": "lots of", "very": "really",
    "discover": "find out", "discovered": "found out", "attempt": "try", "attempted": "tried", "large": "big",
    "excellent": "great", "regarding": "about", "concerning": "about", "such as": "like", "employment": "work",
    "sufficient": "enough", "request": "ask for", "requested": "asked for", "approximately": "about",
    "immediately": "right away", "perhaps": "maybe", "commence": "start", "commenced": "started",
    "conclude": "wrap up", "demonstrate": "show", "demonstrates": "shows", "demonstrated": "showed",
}  # fmt: skip
SIMPLE = {
    "utilize": "use", "utilizes": "uses", "utilized": "used", "utilizing": "using", "commence": "begin",
    "commenced": "began", "terminate": "end", "terminated": "ended", "approximately": "about", "subsequently": "later",
    "subsequent": "later", "prior to": "before", "in order to": "to", "due to the fact that": "because",
    "in the event that": "if", "a number of": "some", "a majority of": "most", "the majority of": "most",
    "numerous": "many", "additional": "more", "additionally": "also", "assistance": "help", "assist": "help",
    "demonstrate": "show", "demonstrated": "showed", "demonstrates": "shows", "endeavour": "try", "endeavor": "try",
    "facilitate": "help", "implement": "carry out", "implemented": "carried out", "initiate": "start",
    "initiated": "started", "obtain": "get", "obtained": "got", "purchase": "buy", "purchased": "bought",
    "reside": "live", "resided": "lived", "residence": "home", "sufficient": "enough", "possess": "have",
    "possesses": "has", "possessed": "had", "require": "need", "requires": "needs", "required": "needed",
    "with regard to": "about", "in addition to": "besides",
    "frequently": "often", "primarily": "mainly", "located": "found", "constructed": "built",
    "established": "set up", "provide": "give", "provides": "gives", "provided": "gave", "attempt": "try",
    "attempted": "tried", "notify": "tell", "notified": "told", "permit": "let", "remainder": "rest",
    "component": "part", "components": "parts", "modify": "change", "modified": "changed", "identical": "the same",
    "principal": "main", "initial": "first", "objective": "aim", "perform": "do", "performed": "did",
}  # fmt: skip
SPARE = (
    "very", "really", "quite", "rather", "actually", "basically", "essentially", "simply", "just", "certainly",
    "clearly", "obviously", "of course", "in fact", "as a matter of fact", "it should be noted that", "note that",
    "it is important to note that", "needless to say", "in general", "generally speaking", "for the most part",
    "more or less", "somewhat", "perhaps", "in my opinion", "I think that", "I think", "at this point in time",
)  # fmt: skip


def _swap(text: str, table: Mapping[str, str]) -> str:
    """Replace whole words and phrases, longest first; a capital at the beginning is kept."""

    def put(found: re.Match[str]) -> str:
        old = found[0]
        new = table.get(old) or table.get(old.lower(), old)  # re calls a dotless "ı" an "i", lower() does not
        return new[:1].upper() + new[1:] if old[:1].isupper() and not new.startswith("I") else new

    keys = sorted(table, key=len, reverse=True)
    return re.sub(rf"\b(?:{'|'.join(map(re.escape, keys))})\b", put, text, flags=re.IGNORECASE)


def casual(text: str) -> str:
    """Contractions and everyday words."""
    lowered = {**CONTRACTIONS, **{key.lower(): value for key, value in CONTRACTIONS.items()}}
    changed = re.sub(
        r"\b(However|Therefore|Thus|Consequently|Furthermore|Moreover|In addition|Nevertheless), ", _opening, text
    )
    return _swap(_swap(changed, lowered), CASUAL)


def _opening(found: re.Match[str]) -> str:
    return CASUAL[found[1].lower()].capitalize() + " "


def formal(text: str) -> str:
    """Contractions written out. The lexicon is not turned round: a casual word has too many formal ones."""
    table = {short: long for long, short in CONTRACTIONS.items()}
    return _swap(text, {**table, **{key.lower(): value for key, value in table.items()}})


def simpler(text: str) -> str:
    """Plain words for long ones."""
    return _swap(text, SIMPLE)


def shorter(text: str) -> str:
    """Hedges, fillers and short asides in brackets left out."""
    spare = "|".join(map(re.escape, sorted(SPARE, key=len, reverse=True)))
    changed = re.sub(
        rf"(?<=[.!?]\s)(?:{spare}),? (\w)|^(?:{spare}),? (\w)", lambda m: (m[1] or m[2]).upper(), text, flags=re.I
    )
    changed = re.sub(rf",? \b(?:{spare})\b,?(?= )", "", changed, flags=re.IGNORECASE)
    return re.sub(r" \([^()]{1,60}\)", "", changed)


REGISTERS: dict[str, Callable[[str], str]] = {
    "casual": casual,
    "formal": formal,
    "simpler": simpler,
    "shorter": shorter,
}
"""from a text to the text in that register; the same text where no rule fits"""


def register_pairs(text: str) -> list[tuple[str, str, str]]:
    """(kind, source, target) for every register that changes the text. Formal also comes from casual turned round."""
    found = []
    for kind, rule in REGISTERS.items():
        changed = rule(text)
        if changed != text and changed.strip():
            found.append((kind, text, changed))
            if kind == "casual":
                found.append(("formal", changed, text))
    return found
