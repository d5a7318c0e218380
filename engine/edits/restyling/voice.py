"""From the passive to the active voice: the clause is taken apart by rule in every way it may be, and the judge chooses.

Only where somebody is named who does it: a pronoun, a name, or a noun for people that the style's file knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from engine.edits.restyling.site import Site
from engine.edits.restyling.weighing import Weighing
from engine.text.kinds.inflection import ing, third

# Every quantifier that could give back what it took, only to fail again, is possessive: a text of nothing but spaces, or
# letters, is gone through once.
AUXILIARY = (
    r"(?P<aux>(?:(?:will|would|can|could|may|might|must|should|shall|has to|have to|had to) (?:not )?be|"
    r"(?:has|have|had) (?:not )?been|"
    r"(?:is|are|was|were) (?:not )?(?:being )?|(?:is|are|was|were)n['’]t ))\s*+"
)
CLAUSE = re.compile(r"[^,;:()—–]+")
PASSIVE = re.compile(
    rf"(?<!\s)\s++{AUXILIARY}(?P<adverb>\w++(?<=\wly)\s++)?(?P<part>\w++)\s++(?P<middle>(?:[\w'’-]++\s++){{0,5}}?)by\s++(?P<agent>.+)",
    re.DOTALL,
)
"""what stands behind the subject of a clause"""
HANDED_ON = re.compile(
    r"\b(?:and|but) (?:then |now |still |also |later )?(?:is|are|was|were|has|have|had|will|would|can|could|must|should|may|"
    r"might|does|did|isn['’]t|aren['’]t|wasn['’]t|weren['’]t)\b"
)
"""what goes on to say something of the subject that the active voice gives another"""
OPENING, QUOTE = " \t\n\r\"“‘'([", re.compile('["“”]')
"""what may stand before a clause, and what cuts one in two"""
BY = re.compile(r"(?<!\s)\s++by\s++")
MOST = 24
"""ways to take a clause apart that are weighed"""
OBJECTS = {"i": "me", "he": "him", "she": "her", "we": "us", "they": "them", "who": "whom", "it": "it", "you": "you"}
SUBJECTS = {"me": "I", "him": "he", "her": "she", "us": "we", "them": "they", "you": "you"}
CUTS = frozenset(
    "in on at to for with from after before during when while because since until last next this every under into and or but "
    "today yesterday tomorrow twice once as".split()
)
"""words that may begin what stands behind the agent, or before the subject"""
DETERMINERS = frozenset(
    "the a an this that these those all some most many every each my your his her its our their no both several two three "
    "four five six "
    "ten another other".split()
)
MANY = frozenset("these those all most many both several some two three four five six ten various few other".split())
ONE = frozenset("a an this that every each another one".split())
PLURAL = frozenset("people police men women children staff those us them you".split())
WHO = frozenset("of in from at".split())
"""words behind the noun of a doer that belong to it: a friend of my mother"""
JOINING = frozenset(
    "and but so because that when while if although then which who after before until since once".split()
)
PARTICLES = frozenset("for after of at about into upon with on to from".split())
"""words behind a verb that stay with it: paid for, looked after"""
MOVED = frozenset(
    "taken stolen removed brought sent driven carried moved bought borrowed saved freed fetched translated released made copied "
    "thrown pulled drawn received led kept chosen picked".split()
)
"""what is done from somewhere"""
MODALS = frozenset("will would can could may might must should shall".split())
COUNTING = frozenset("one all both every each many most some".split())
DATES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september "
    "october november "
    "december christmas easter spring summer autumn winter noon midnight".split()
)
NO_PARTICIPLE = frozenset("need bed red seed feed speed indeed hundred sacred naked wicked aged shed".split())


def turned(weighing: Weighing) -> Iterator[Site | None]:
    """Clauses with "was done by somebody". No forward pass."""
    source = weighing.source
    for start, end in weighing.sentences:
        clause = source[start:end]
        body = clause.rstrip(".!?\"'”’ ")
        for at, found in passives(body):
            ways = _ways(weighing, body[at : found.start()], found, first=not body[:at].strip(OPENING))
            options = tuple(dict.fromkeys(islice(ways, 4 * MOST)))[:MOST]
            place = (start + at, start + found.end())
            if options and "?" not in clause[len(body) :]:
                yield Site((place,), options, (0.0,) * len(options), forced=True)


def passives(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """(where its subject begins, the rest) of every passive. A subject begins where its clause does."""
    for clause in CLAUSE.finditer(text):
        at = clause.end() - len(clause[0].lstrip(OPENING))
        found = PASSIVE.search(text, at + 1, clause.end())
        if found is not None and len(QUOTE.findall(text, at, found.end())) % 2 == 0:
            yield at, found


def _ways(weighing: Weighing, whole: str, found: re.Match[str], first: bool) -> Iterator[str]:
    if not _participle(found["part"].lower(), weighing):
        return
    for lead, subject in _subjects(whole):
        yield from _orders(weighing, found, lead, subject, first)


def _particle(middle: str) -> tuple[str, str]:
    """(what stands behind the object, what stays with the verb) of the words behind a participle."""
    words = middle.split()
    return (" ".join(words[:-1]), words[-1]) if words and words[-1].lower() in PARTICLES else (middle, "")


def _participle(word: str, weighing: Weighing) -> bool:
    return word in weighing.style.past or word.endswith("ed") and len(word) > 3 and word not in NO_PARTICIPLE


def _orders(weighing: Weighing, found: re.Match[str], lead: str, subject: str, first: bool) -> Iterator[str]:
    for middle, named in _middles(found["middle"].strip(), found["agent"]):
        for agent, rest in _agents(named):
            if rest.startswith("from ") and found["part"].lower() not in MOVED:
                continue  # "by a committee from Madrid": it is not read from Madrid
            number = doer(agent, weighing.style.doers)
            if number is None or "not" in found["aux"] and agent.split()[0].lower() in COUNTING:
                continue  # "not by one man" is not "one man did not"
            if HANDED_ON.match(rest) or HANDED_ON.search(agent):
                continue  # "was made by Ann and is sold by Tom": Ann is not sold
            who = SUBJECTS.get(agent.lower(), agent)
            adverb, behind = (found["adverb"] or "").strip(), _joined(rest, found, weighing)
            for verb, what in product(_verbs(weighing, found, who, number > 1), _objects(subject, weighing)):
                rest_of, particle = _particle(middle)
                made = " ".join(word for word in (lead, who, adverb, verb, particle, what, rest_of, behind) if word)
                yield made[:1].upper() + made[1:] if first else made


def doer(agent: str, nouns: frozenset[str]) -> int | None:
    """1 for somebody, 2 for several, None where what is named is no person, no group of people and no name."""
    words = agent.split()
    if agent.lower() in SUBJECTS:
        return 1 if agent.lower() in ("me", "him", "her") else 2
    if not words or re.search(r"[\d\n]", agent) or any(w.lower() in DATES for w in words):
        return None
    parts = [_one(part.split(), nouns) for part in re.split(r",? and |, ", agent)]
    if None in parts:
        return None
    return parts[0] if len(parts) == 1 else 2


def _one(words: list[str], nouns: frozenset[str]) -> int | None:
    """The same for a single noun with what belongs to it."""
    end = next(
        (i for i, word in enumerate(words) if i and (word.lower() in WHO or words[i:] == ["next", "door"])), len(words)
    )
    phrase = [w for w in words[:end] if w]
    if not phrase:
        return None
    head, lead = phrase[-1], phrase[0].lower()
    bare = re.sub(r"['’]s?$", "", head).lower()
    if head != head.rstrip("'’") or "'s" in head or "’s" in head:
        return None
    if bare in PLURAL or _single(bare) in nouns and bare not in nouns:
        return 2
    if bare in nouns:
        return 2 if lead in MANY else 1
    if lead in DETERMINERS:
        phrase = phrase[1:]
    named = bool(phrase) and all(re.fullmatch(r"[A-ZÀ-Þ][\w.'’-]*|of|de|van|von|der|la|&", word) for word in phrase)
    return (2 if lead in MANY else 1) if named and not (lead in DETERMINERS and len(phrase) < 2) else None


def _single(word: str) -> str:
    """A noun of one for a noun of several."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("men"):
        return word[:-3] + "man"
    if re.search(r"(?:ch|sh|ss|x)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def _middles(middle: str, named: str) -> Iterator[tuple[str, str]]:
    """(what stands before the agent, the agent and what follows): "by mistake by Ann" names Ann."""
    yield middle, named
    for found in BY.finditer(named):
        if HANDED_ON.search(named, 0, found.start()):
            return  # what is behind is done to it, too, by somebody else
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
    if words[joins].lower() not in CUTS | {"by", "of"}:
        yield " ".join(words[:joins]), " ".join(words[joins:])
    said = next((at for at in range(len(words) - 1, joins, -1) if words[at - 1].lower() == "that"), 0)
    if said > 1:  # "we are glad that the plan was approved by the board"
        yield " ".join(words[:said]), " ".join(words[said:])
    if words[joins].lower() in CUTS | {"by", "of"}:
        for at in range(joins + 2, min(joins + 6, len(words))):
            yield " ".join(words[:at]), " ".join(words[at:])


def _objects(subject: str, weighing: Weighing) -> Iterator[str]:
    """The subject behind the verb, with a small letter where its first word may be no name; nothing for what is no noun
    phrase."""
    first, *rest = subject.split(" ")
    if not rest and first.lower() in OBJECTS:
        yield OBJECTS[first.lower()]
    elif _phrase([first, *rest]):
        small = first[:1].isupper() and first[1:].islower() and len(weighing.encode(" " + first.lower())) == 1
        if first.lower() in DETERMINERS or small:
            yield " ".join([first.lower(), *rest])
        if first.lower() not in DETERMINERS and first[:1].isupper() or not first[:1].isupper():
            yield subject


def _phrase(words: list[str]) -> bool:
    """Whether words may be a noun with what belongs to it: no clause begins among them."""
    if words[-1].lower() in MODALS:
        return False
    for at, word in enumerate(words):
        low, before = word.lower(), words[at - 1].lower() if at else ""
        if low in OBJECTS or low in JOINING - {"and", "that"} or at and low == "that":
            return False
        if (
            at
            and low in DETERMINERS - MANY
            and before not in CUTS | {"of", "all", "both", "by", "about", "between", "than"}
        ):
            return False
    return True


def _agents(text: str) -> Iterator[tuple[str, str]]:
    """(agent, what stands behind it) for every place where the agent may end: the end first."""
    words = text.split(" ")
    yield text, ""
    for at in range(1, len(words)):
        if words[at].lower() in CUTS and words[at : at + 2] != ["next", "door"]:
            yield " ".join(words[:at]), " ".join(words[at:])


def _verbs(weighing: Weighing, found: re.Match[str], agent: str, several: bool) -> Iterator[str]:
    """The verb in the active voice, as the doer wants it."""
    auxiliary, part = re.sub(r"\s+", " ", found["aux"].strip()), found["part"].lower()
    past, bases = _forms(part, weighing)
    denied = "not" in auxiliary.split() or "n't" in auxiliary or "n’t" in auxiliary
    many = several or agent == "I"
    words = [word for word in auxiliary.split() if word != "not"]
    no = ["not"] if denied else []
    if words[-1] == "be":
        first = {"has": "have", "have": "have"}.get(words[0], words[0])
        first = "has" if first == "have" and not many else first
        yield from (" ".join([first, *words[1:-1], *no, base]) for base in bases)
    elif words[-1] == "been":
        yield " ".join(["had" if words[0] == "had" else "have" if many else "has", *no, part])
    elif words[-1] == "being":
        yield from (" ".join([_being(agent, several, words[0] in ("was", "were")), *no, ing(base)]) for base in bases)
    elif words[0].startswith(("was", "were")):
        yield from ([f"did not {base}" for base in bases] if denied else [past])
    elif denied:
        yield from (f"{'do' if many else 'does'} not {base}" for base in bases)
    else:
        yield from (base if many else third(base) for base in bases)


def _being(agent: str, several: bool, past: bool) -> str:
    if agent == "I":
        return "was" if past else "am"
    return ("were" if past else "are") if several else ("was" if past else "is")


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
