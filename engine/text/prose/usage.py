"""Suspicions of more kinds than number: the wrong tense behind a time, negation twice, much and less of what is counted, words
taken for one another, "i", and capitals behind a full stop. As in ``suspicions``: a model must like the other form better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from engine.text.kinds import inflection
from engine.text.kinds.inflection import PASTS, SAME
from engine.text.prose.agreement import PARTS, compiled
from engine.text.prose.homophones import AROUND, RULES
from engine.text.prose.learners import OWN as FORMS
from engine.text.prose.learners import formed
from engine.text.prose.prepositions import AROUND as BESIDE
from engine.text.prose.prepositions import LACKING, NAMES, PREPOSITIONS, WARES

REGULAR = (
    "agree answer appear arrive ask bark believe belong call carry change clean close cook cry dance decide describe "
    "die drop enjoy expect explain finish happen hate help hope laugh learn like listen live look love move need open "
    "order pass pay phone plan play prefer push rain reach receive remember rent reply return shout smile snow start "
    "stay stop study talk travel try turn use visit wait walk want wash watch wish work"
).split()
KNOWN = [base for base in PASTS if base not in SAME]
"""irregular verbs whose present is no other form of theirs"""

OWN = {
    "verb": rf"(?P<x>(?:{'|'.join([*KNOWN, *REGULAR])})(?:s|es)?)(?![\w'-])",
    "who": r"(?:i|we|you|they|he|she|it|<name>)",
    "not": r"(?:don't|doesn't|didn't|can't|cannot|couldn't|won't|wouldn't|haven't|hasn't|hadn't|isn't|aren't|wasn't)",
    "behind": r"(?:(?:is|are|was|were|am|be|been|he's|she's|it's|i'm|we're|they're|you're|feels?|felt|looks?|looked|seems?|"
    r"seemed|gets?|got|became|come|came|arrived?|left|far|way|much))",
    "degree": r"(?:hot|cold|big|small|late|early|tired|expensive|long|short|hard|young|old|fast|loud|noisy|high|heavy|much|many|"
    r"few|little|bad|sad|sick|ill|weak|difficult|busy|shy|afraid|nervous|strong|dark|wet|sweet|salty|spicy|dangerous|important|easy)",
    "before": r"(?:in|on|at|with|of|for|from|about|is this|is that|are these|forgot|forget|like|liked|love|loved|need|lost|"
    r"saw|see|got|read|use|take|bring|and)",
    "next": r"(?:is|was|and|or|in|on|at|to|for|with|when|because|before|after|last|this|today)",
    "does": r"(?:am|was|have|had|do|did|don't|didn't|will|would|can|can't|could|couldn't|should|must|may|might|won't|wouldn't|"
    r"haven't|wasn't|think|thought|know|knew|want|need|like|love|hope|guess|see|saw|get|got|go|went|said|told|met|feel|felt|"
    r"just|really|also|never|always|still|only|found|made|took|work|live|lived|[a-z]{2,}ed)",
    "going": r"(?:go|goes|going|went|gone|come|comes|came|drive|drove|walk|walked|travel|travelled|return|returned)",
    "spouse": r"(?:a|an|the|my|your|his|her|<name>)\b(?! (?:child|baby|son|daughter|family))",
    "subject": r"(?:i|we|you|they|he|she|it|the|my|his|her|there)",
    "skill": r"(?:maths?|mathematics|football|tennis|chess|english|french|german|languages|sports?|"
    r"(?!the|morning|evening|spring)[a-z]+ing)",
    "venue": r"(?:cinema|beach|station|shops?|supermarket|museum|doctor|dentist|hospital|park|theat(?:re|er)|city|office|airport|"
    r"library|restaurant|market|mountains|church|pool|party|zoo|bank|bakery|gym|sea|kitchen|garden|university)\b",
    "have": r"(?:have|had|has|want|need|see|seen|know|get|got|eat|drink|find|found|buy|make|made|give|take|use|bring|leave|"
    r"read)",
    "none": r"(?!(?:can't|cannot|couldn't) (?:just )?(?:do|say) )(?:<not>|never|hardly)",
    "same": r"(?!(?:that|because|if|and|but|or|when|which|who|so|as|than|say|says|saying)\b)",
    "very": r"(?:very|so|too|really|quite|pretty|extremely|as|more)",
    "act": r"(?:(?:run|drive|sing|speak|walk|work|play|write|dance|talk|move|read|swim|eat|sleep|act|behave|learn|cook|draw|"
    r"paint|answer|treat|do|open|close|breathe|explain|type|count|pronounce)(?:s|es)?|ran|drove|driven|sang|sung|spoke|spoken|"
    r"wrote|written|swam|ate|slept|learnt|drew|drawn|did|done|(?:walk|work|play|danc|talk|mov|act|behav|learn|cook|paint|"
    r"answer|treat|open|clos|explain|typ|count|pronounc)ed|(?:runn|driv|sing|speak|walk|work|play|writ|danc|talk|mov|read|"
    r"swimm|eat|sleep|act|behav|learn|cook|draw|paint|answer|treat|do|open|clos)ing)",
    "object": r" (?:it|them|me|him|her|us|(?:<frame>|a) [a-z]+|english|french|german|spanish|chess|tennis|football)",
    "quick": r"(?:quick|slow|quiet|careful|beautiful|nice|bad|clear|loud|soft|sudden|perfect|polite|fluent|correct|patient|"
    r"serious|dangerous|brave|calm|sad|proud|rude|regular|deep|neat|strange|different|wonderful|aggressive|nervous|cheap|"
    r"strong|fair)",
    "sure": r"(?:beautiful|careful|perfect|polite|fluent|correct|patient|serious|dangerous|regular|constant|proper|"
    r"aggressive|nervous|efficient|wonderful|separate|sudden|immediate|nice)",
    "stop": r"(?=[.,;!?]|\Z| (?:in|on|at|for|to|with|from|when|because|and|but|that|since|today|yesterday|during|after|"
    r"before|if)\b)",
    "alone": r"(?=[.,;!?]|\Z| (?:in|on|at|to|for|from|about|and|left|today|now|is|was|has|do|does|did|can|that|which|we|"
    r"you|i|they|he|she|this)\b)",
    "short": r"(?:etc|approx|vs|incl|excl|resp|dept|est|fig|figs|vol|vols|eds|min|max|tel|ext|misc|temp|avg|inc|ltd|spp|ed|al)",
}  # fmt: skip
DOUBTS = {
    "Tense": r"""
# yesterday I go; when I was a child, I play; we go there last year
<start><then>,? <who> <never><verb>
\bwhen <who> (?:was|were) [^.,;:!?]{1,40}, <who> <never><verb>
\b(?:was|were|had) [^.,;:!?]{1,40}\bthan <who> (?P<x>expect|think|hope|plan|imagine)(?=[.,;!?]|\Z)
(?:<start>|\b(?:and|but|so) )<who> <never><verb> [^.,;:!?]{0,50}\b<then>(?=[.,;!?]|\Z)
""",
    "Negation": r"""
# I don't know nothing; we never saw nobody there; he doesn't have no money
\b<none> (?:<same>[a-z']+ ){1,4}(?P<x>no(?P<form>thing|body|where)\b) => any\g<form>
\b<none> (?:<same>[a-z']+ ){1,4}(?P<x>no one)\b => anyone
\b(?:<not>|never) (?:[a-z]+ )?<have> (?P<x>no) (?!(?:one|longer|more|matter|other|less|fewer|doubt)\b)[a-z] => any
""",
    "Quantity": r"""
# how much people; too much cars; less people
\b(?:how|too|so|as|very) (?P<x>much) <plural> => many
\b(?P<x>less) <plural> => fewer
# many homework; a few money; two mans
\b(?P<x>many) <mass><alone> => much
\ba (?P<x>few) <mass><alone> => little
\b(?:<count>|these|those|some|all|the|most|of) (?P<x>(?P<form>wo|)mans)(?![\w'-]) => \g<form>men
\b(?:<count>|these|those|some|all|the|most|of|my|his|her|our|their) (?P<x>childs|childrens)(?![\w'-]) => children
""",
    "Confused": RULES,
    "Preposition": PREPOSITIONS,
    "Lacking": LACKING,
    "Wares": WARES,
    "Name": NAMES,
    "Conjunction": r"""
# although he was tired, but he went on; because it rained, so we left
<start>(?:although|though|even though) [^.,;:!?]{3,60}, (?P<x>but (?P<form><subject>))\b => \g<form>
<start>because [^.,;:!?]{3,60}, (?P<x>so (?P<form>i|we|you|they|he|she|it))\b => \g<form>
""",
    "Adverb": r"""
# he runs very quick; speaks English good; sings beautiful
\b<act>(?:<object>)? <very> (?P<x>(?P<form><quick>))<stop> => \g<form>ly
\b<act>(?:<object>)? <very> (?P<x>(?P<form>happ|angr|eas|heav|nois|laz|hungr)y)<stop> => \g<form>ily
\b<act>(?:<object>)? (?:<very> )?(?P<x>(?P<form>terribl|horribl|gentl|comfortabl|incredibl|sensibl)e)<stop> => \g<form>y
\b<act>(?:<object>)? (?P<x>(?P<form><sure>))<stop> => \g<form>ly
\b<act><object> (?:<very> )?(?P<x>good)<stop> => well
\b<act> <very> (?P<x>good)<stop> => well
""",
    "Pronoun": r"""
# i met an old friend; i'm
(?<![\w.'(/-])(?P<x>(?-i:i))(?= <does>\b|'(?:m|ve|ll|d)\b) => I
""",
    "Space": r"""
# at the station , but; it leaves ? ; late,but
(?P<x>(?P<form>(?<![a-z])[a-z]++) ++(?P<mark>[,;?!]|\.(?!\.)))(?=\s|\Z) => \g<form>\g<mark>
(?P<x>(?P<form>\b[a-z]{2,},)(?P<next>and|but|so|or|because|which|who|then|the|we|you|he|she|it|they))\b => \g<form> \g<next>
""",
    "Capital": r"""
# it was good. we left
\b(?!<short>\.)(?-i:[a-z]{2,})\. (?P<x>(?-i:[a-z][a-z']*))(?![\w./@-])
""",
}  # fmt: skip
"""by kind, a rule a line; x is the word that may be wrong"""
NARRATED = frozenset(("Tense", "Negation", "Capital", "Form", "Phrase"))
"""kinds that people's speech is left with, where it is quoted"""


OPENED = re.compile(r"(?:\A|[.!?:]\s{1,2})\Z")
"""what stands before a sentence"""
SMALL = ("Preposition", "Lacking", "Wares", "Name")
"""kinds whose rules are those of ``prepositions``"""


def doubted(plain: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind, form) of words of a text with straight quotes that may be meant otherwise."""
    small = next((c for c in plain if c.isalpha()), "A").islower()
    for start, end, kind, made in (*formed(plain), *_ruled(plain)):
        if kind in ("Capital", "Name") and small:  # who begins without a capital writes so
            continue
        if kind in NARRATED and plain.count('"', 0, start) % 2:
            continue
        large = plain[start].isupper() and plain[start:end] != "I"
        if kind == "Wares" and large and not OPENED.search(plain, max(0, start - 3), start):
            made = made.lower()  # "we bought Apple's and pears"
            large = False
        yield start, end, kind, _raised(made) if large else made


def _ruled(plain: str) -> Iterator[tuple[int, int, str, str]]:
    for kind, rules in compiled_doubts().items():
        for rule, form in rules:
            for found in rule.finditer(plain):
                made = found.expand(form) if form else past(found["x"]) if kind == "Tense" else _raised(found["x"])
                yield *found.span("x"), kind, made


def past(verb: str) -> str:
    """The past of a verb of DOUBTS, which may have the ending of one."""
    base = verb.lower()
    return inflection.past(base if base in PASTS or base in REGULAR else inflection.base_of(base))


def _raised(word: str) -> str:
    return word[:1].upper() + word[1:]


@cache
def compiled_doubts() -> dict[str, tuple[tuple[re.Pattern[str], str], ...]]:
    parts = {"Confused": AROUND | PARTS | OWN} | dict.fromkeys(SMALL, FORMS | PARTS | OWN | BESIDE)
    return {kind: compiled(rules, parts.get(kind, PARTS | OWN)) for kind, rules in DOUBTS.items()}
