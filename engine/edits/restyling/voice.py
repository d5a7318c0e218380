"""From the passive to the active voice: the clause is taken apart by rule in every way it may be, and the judge chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from engine.edits.restyling.sites import Site, sentences
from engine.edits.restyling.weighing import Weighing

# Every quantifier that could give back what it took, only to fail again, is possessive: a text of nothing but spaces, or
# letters, is gone through once.
AUXILIARY = (
    r"(?P<aux>(?:(?:will|would|can|could|may|might|must|should|shall|has to|have to|had to) (?:not )?be|"
    r"(?:has|have|had) (?:not )?been|"
    r"(?:is|are|was|were) (?:not )?(?:being )?|(?:is|are|was|were)n['’]t ))\s*+"
)
CLAUSE = re.compile(r"[^,;:()]+")
PASSIVE = re.compile(
    rf"(?<!\s)\s++{AUXILIARY}(?P<adverb>\w++(?<=\wly)\s++)?(?P<part>\w++)\s++(?P<middle>(?:[\w'’-]++\s++){{0,5}}?)by\s++(?P<agent>.+)",
    re.DOTALL,
)
"""what stands behind the subject of a clause"""
BY = re.compile(r"(?<!\s)\s++by\s++")
MOST = 24
"""ways to take a clause apart that are weighed"""
OBJECTS = {"i": "me", "he": "him", "she": "her", "we": "us", "they": "them", "who": "whom", "it": "it", "you": "you"}
SUBJECTS = {"me": "I", "him": "he", "her": "she", "us": "we", "them": "they"}
CUTS = frozenset(
    "in on at to for with from after before during when while because since until last next this every under into and or but "
    "today yesterday tomorrow twice once as".split()
)
"""words that may begin what stands behind the agent, or before the subject"""
DETERMINERS = frozenset(
    "the a an this that these those all some most many every each my your his her its our their no both several".split()
)
JOINING = frozenset("and but so because that when while if although then".split())


def turned(weighing: Weighing) -> Iterator[Site | None]:
    """Clauses with "was done by somebody". No forward pass."""
    source = weighing.source
    for start, end in sentences(source):
        clause = source[start:end]
        body = clause.rstrip(".!?\"'”’ ")
        for at, found in passives(body):
            ways = _ways(weighing, body[at : found.start()], found, first=at == 0)
            options = tuple(dict.fromkeys(islice(ways, 4 * MOST)))[:MOST]
            place = (start + at, start + found.end())
            if options:
                yield Site((place,), options, (0.0,) * len(options), forced=True)


def passives(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """(where its subject begins, the rest) of every passive. A subject begins where its clause does."""
    for clause in CLAUSE.finditer(text):
        at = clause.end() - len(clause[0].lstrip())
        found = PASSIVE.search(text, at + 1, clause.end())
        if found is not None:
            yield at, found


def _ways(weighing: Weighing, whole: str, found: re.Match[str], first: bool) -> Iterator[str]:
    for lead, subject in _subjects(whole):
        yield from _orders(weighing, found, lead, subject, first)


def _orders(weighing: Weighing, found: re.Match[str], lead: str, subject: str, first: bool) -> Iterator[str]:
    for middle, named in _middles(found["middle"].strip(), found["agent"]):
        for agent, rest in _agents(named):
            who = SUBJECTS.get(agent.lower(), agent)
            for verb in _verbs(weighing, found, who):
                adverb = (found["adverb"] or "").strip()
                behind = _joined(rest, found, weighing)
                words = [lead, who, adverb, verb, _object(subject, weighing), middle, behind]
                made = " ".join(word for word in words if word)
                yield made[:1].upper() + made[1:] if first else made


def _middles(middle: str, named: str) -> Iterator[tuple[str, str]]:
    """(what stands before the agent, the agent and what follows): "by mistake by Ann" names Ann."""
    yield middle, named
    for found in BY.finditer(named):
        yield f"{middle} by {named[: found.start()]}".strip(), named[found.end() :]


def _joined(rest: str, found: re.Match[str], weighing: Weighing) -> str:
    """What stands behind the agent; a second participle gets the subject that it has lost."""
    second = re.match(r"(and|but) (\w+)\b", rest)
    if second is None or not (second[2].endswith("ed") or second[2] in weighing.style.past):
        return rest
    one = found["aux"].split()[0].split("n'")[0] in ("is", "was", "has")
    return f"{second[1]} {'it' if one else 'they'} {found['aux'].strip()} {rest[second.start(2) :]}"


def _subjects(text: str) -> Iterator[tuple[str, str]]:
    """(words that stand before the subject, the subject itself) for every place where it may begin."""
    words = text.split()
    joins = 1 if words[0].lower() in JOINING and len(words) > 1 else 0
    yield " ".join(words[:joins]), " ".join(words[joins:])
    if words[joins].lower() in CUTS | {"by", "of"}:
        for at in range(joins + 2, min(joins + 6, len(words))):
            yield " ".join(words[:at]), " ".join(words[at:])


def _object(subject: str, weighing: Weighing) -> str:
    first, *rest = subject.split(" ")
    if not rest and first.lower() in OBJECTS:
        return OBJECTS[first.lower()]
    small = first[:1].isupper() and first[1:].islower() and len(weighing.encode(" " + first.lower())) == 1
    return " ".join([first.lower() if first.lower() in DETERMINERS or (small and rest) else first, *rest])


def _agents(text: str) -> Iterator[tuple[str, str]]:
    """(agent, what stands behind it) for every place where the agent may end: the end first."""
    words = text.split(" ")
    yield text, ""
    for at in range(1, len(words)):
        if words[at].lower() in CUTS:
            yield " ".join(words[:at]), " ".join(words[at:])


def _verbs(weighing: Weighing, found: re.Match[str], agent: str) -> Iterator[str]:
    """The verb in the active voice, in the forms it may have."""
    auxiliary, part = re.sub(r"\s+", " ", found["aux"].strip()), found["part"].lower()
    past, bases = _forms(part, weighing)
    denied = "not" in auxiliary.split() or "n't" in auxiliary or "n’t" in auxiliary
    words = [word for word in auxiliary.split() if word not in ("not",)]
    if words[-1] == "be":
        yield from (" ".join([*words[:-1], *(["not"] if denied else []), base]) for base in bases)
    elif words[-1] == "been":
        have = "had" if words[0] == "had" else None
        for form in [have] if have else ["has", "have"]:
            yield f"{form}{' not' if denied else ''} {part}"
    elif words[-1] == "being":
        forms = _being(agent, words[0] in ("was", "were"))
        yield from (f"{form}{' not' if denied else ''} {_ing(base)}" for form in forms for base in bases)
    elif words[0].startswith(("was", "were")):
        yield from ([f"did not {base}" for base in bases] if denied else [past])
    elif denied:
        yield from (f"{form} not {base}" for form in ("does", "do") for base in bases)
    else:
        for base in bases:
            yield from (_third(base), base)


def _being(agent: str, past: bool) -> list[str]:
    if agent == "I":
        return ["was" if past else "am"]
    return ["was", "were"] if past else ["is", "are"]


def _forms(part: str, weighing: Weighing) -> tuple[str, list[str]]:
    """(past tense, possible infinitives) of a participle."""
    if part in weighing.style.past:
        past, base = weighing.style.past[part]
        return past, [base]
    if not part.endswith("ed"):
        return part, [part]
    stem = part[:-2]
    bases = [stem[:-1] + "y"] if stem.endswith("i") else [stem, part[:-1]]
    return part, bases + ([stem[:-1]] if len(stem) > 3 and stem[-1] == stem[-2] else [])


def _third(base: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh|o)$", base):
        return base + "es"
    return base[:-1] + "ies" if re.search(r"[^aeiou]y$", base) else base + "s"


def _ing(base: str) -> str:
    return (base[:-1] if re.search(r"[^e]e$", base) else base) + "ing"
