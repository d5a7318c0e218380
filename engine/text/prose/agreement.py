"""Rules of number and of the apostrophe that Harper has not: where the words around one tell which of its forms is right.

A rule follows a clause from its beginning, so that its subject is known: "the list of names are", "where is the keys". It
says what is likely wrong; a model confirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

SINGULAR = {
    "are": "is", "were": "was", "have": "has", "do": "does", "aren't": "isn't", "weren't": "wasn't", "haven't": "hasn't",
    "don't": "doesn't",
}  # fmt: skip
PLURAL = {one: many for many, one in SINGULAR.items()}
POINTING = {"this": "these", "these": "this", "those": "that"}
SAID = {
    "its": "it's", "whose": "who's", "whos": "whose", "lets": "let's", "there": "they're", "your": "you're", "todays": "today's",
    "yesterdays": "yesterday's", "tomorrows": "tomorrow's",
}  # fmt: skip
"""words with an apostrophe, by those that are written for them"""

PARTS = {
    "one": f"(?P<x>{'|'.join(PLURAL)})(?![\\w'])",
    "many": f"(?P<x>{'|'.join(SINGULAR)})(?![\\w'])",
    "start": r"(?:\A|(?<=\A[\"'(])|(?<=[.!?:;,]\s)|(?<=[.!?:;,]\s[\"'(])|(?<=\b(?:that|when)\s)|"
    r"(?<=\bbecause\s)|(?<=\bthough\s)|(?<=\bif\s))",
    "frame": "(?:the|my|your|his|her|its|our|their|these|those)",
    "person": "(?:my|your|his|her|our|their|the)",
    "count": r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|many|several|a few|both|[2-9]|\d\d+)",
    "word": "(?:[a-z]+ )?",
    "never": "(?:(?:also|always|never|often|still|now|only|just|really|usually) )?",
    # Behind these several may follow as several: "the rest of them are".
    "amount": r"(?:number|majority|minority|lots?|couple|pair|group|rest|half|range|variety|handful|bunch|series|set|total|team|"
    r"crowd|family|police|people|percentage|proportion|part|plenty|dozen|third|quarter|bulk|most|more|class|band|staff|kind|"
    r"sort|type|[a-z]+s)\b",
    # Words with an s at their end of which there need not be several are left out.
    "plural": r"(?!(?:news|species|means|gas|lens|canvas|atlas|bias|chaos|always|perhaps|besides|overseas|hers|ours|yours|theirs|"
    r"does|was|has|goes|says|[a-z]+wards|[a-z]+times|[a-z]+ics|maths|christmas|diabetes|headquarters|works|crossroads)\b)"
    r"(?:[a-z]+[^\Wsui\d_]s|people|children|men|women)(?![\w'-])",
    "name": r"(?:(?-i:[A-Z][a-z]+)|<person> [a-z]+)",
    # So many of these are one amount: "twenty years is too short".
    "measure": r"(?:years|months|weeks|days|hours|minutes|seconds|miles|met(?:re|er)s|kilomet(?:re|er)s|pounds|dollars|euros|"
    r"cents|percent|degrees|points|steps)\b",
    "place": "(?:(?:of|on|in|at|from|to|for|with|under|behind|near) (?:<frame> )?<word>[a-z]+ )?",
    "lives": r"(?P<x>(?!<plural> (?:are|were|have|of)\b)[a-z]+[^\Wsui\d_]s) "
    r"(?:in|on|at|to|every|very|it|me|us|them|him|her|the|a|an|my|our|too)\b",
    "base": "(?:still|ever|really|want|like|know|live|work|need|speak|been|arrived|got|gone)",
    "ing": r"(?!(?:being|thing|king|ring|spring|string|morning|evening|wedding|building|meeting|ceiling)\b)[a-z]{2,}ing\b",
    "late": r"(?:late|early|too|so|not|never|always|just|been|going|time to|raining|snowing|cold|hot|nice|better|true|possible|"
    r"impossible|important|hard to|easy to|good to|great to|ok|okay|over|fine|because|what|why|where|how|a|an|the|my|your|our)",
    "go": "(?:go|see|meet|start|get|take|make|have|try|do|not|be|keep|hope|say|talk|move|eat|begin|look|find|play|just|all|face|"
    "wait|leave|stay|ask|call|give|hear|know|pretend|stop|think|use|work|write)",
    "think": r"(?:<start>|\b(?:think|hope|believe|know|said|sure|afraid|glad|says|guess|heard) )",
    "apples": "(?P<x>(?-i:[a-z]+)'s)",
}  # fmt: skip
"""what stands in a rule for its name in angle brackets"""
RULES = r"""
# everyone have; one of the boxes are; every student have; the list of names are; do he
<start>(?:every(?:one|body|thing)|some(?:one|body|thing)|any(?:one|body)|no(?:body|thing| one)) <never><many>
<start>(?:each|one|neither|either) of <frame> <word><plural> <never><many>
<start>(?:every|each) (?!of\b|one\b|other\b)<word>[a-z]+ <never><many>
<start>(?:the|this|that|<person>|a|an) <word>(?!<amount>)[a-z]+ of (?:<frame> )?<word><plural> <never><many>
<start>(?P<x>do|don't) (?:he|she|it)\b
# there is two; is there any questions; where is the keys; has the letters arrived; was you; do your sister
\bthere (?P<x>is|was|has|isn't|wasn't) (?:been )?<count> (?!hundred|thousand|million)<word><plural>
\bthere (?P<x>is|was) <count>(?= of\b| more\b| left\b|[.,;!?]|\Z)
<start>(?P<x>is|was) there (?:any|<count>) <word><plural>
<start>(?:(?:where|how|why|when|what|who|how (?:much|long|often)) )?<one> <frame> <word><plural>
<start>(?:(?:where|how|why|when) )?(?P<x>was) (?:you|we|they)\b
<start>(?:(?:where|how|why|when|what) )?(?P<x>do|have) <person> (?!<plural>)[a-z]+ <base>\b
# the boxes is; the keys to the house is; all of the windows was; a number of guests has; Tom and Anna is
<start><frame> <word><plural> <place><never><one>
<start>(?:all|most|some|many|several|both|few|<count>) (?:of )?(?:<frame> )?<word>(?!<measure>)<plural> <never><one>
<start>a (?:number|couple) of <word><plural> <never><one>
<start><name> and <name> <never><one>
# this books are; those book is; my parents lives in
<start>(?P<x>this) <plural> (?:are|were|have|do|need|belong|look|seem)\b
<start>(?P<x>these|those) (?!<plural>|who\b|that\b|which\b|of\b)[a-z]+ (?:is|was|has|does)\b
<start><frame> <word><plural> (?:who )?<never><lives>
# its late; whose coming; whos idea; lets meet; there coming; your late; todays newspaper
\b(?P<x>its) <late>\b(?! own)
(?:<start>|\b(?:know|see|ask|me) )(?P<x>whose) (?:<ing>|there\b|been\b)(?! (?:is|was|are|were)\b)
\b(?P<x>whos) (?!there|that|been|<ing>)[a-z]+\b
<start>(?P<x>lets) <go>\b
<think>(?P<x>there) <ing>
<think>(?P<x>your) (?:late|welcome|right|wrong|not|going to)\b
\b(?P<x>todays|yesterdays|tomorrows) [a-z]+
# two dog's were; apple's and pears
(?:\b<count>|\ball the|\bthese|\bthose) <word><apples>(?= (?:are|were|have|had|and|or|in|on|at|from|that|which|who|to)\b|[.,;!?])
\b(?:sells?|buys?|bought|sold|eats?|ate|fresh|grows?|of) <apples>(?= (?:and|or) [a-z]+s?\b|[.,;!?])
"""
"""one a line; x is the word that is likely wrong"""


def forms(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind of the rule, form) of words that have another form than what stands around them asks for."""
    plain = text.translate({ord("’"): "'", ord("“"): '"', ord("”"): '"', ord("‘"): "'", ord("\n"): " "})
    for rule in COMPILED:
        for found in rule.finditer(plain):
            start, end = found.span("x")
            old = text[start:end]
            new, kind = other(found["x"].lower())
            made = new[:1].upper() + new[1:] if old[:1].isupper() else new
            yield start, end, kind, made.replace("'", "’") if "’" in text else made


def other(word: str) -> tuple[str, str]:
    """(the form that is meant where one is not, the kind of the rule): of a verb in the other number, of a word with or without
    its apostrophe."""
    for table, kind in ((SINGULAR | PLURAL | POINTING, "Agreement"), (SAID, "Punctuation")):
        if word in table:
            return table[word], kind
    if "'" in word:
        return word.replace("'", ""), "Punctuation"
    verb = re.sub(
        "(?:(?<=[^aeiou])ie|(?<=[cs]h)e|(?<=[xzo])e|(?<=ss)e)?s\\Z", lambda end: "y" if end[0] == "ies" else "", word
    )
    return verb, "Agreement"


def filled(rule: str, parts: Mapping[str, str] = PARTS) -> str:
    """A rule with its parts put in."""
    while (made := re.sub(r"(?<!\(\?P)<([a-z]+)>", lambda part: parts[part[1]], rule)) != rule:
        rule = made
    return made


COMPILED = tuple(
    re.compile(filled(rule), re.IGNORECASE) for rule in RULES.splitlines() if rule and not rule.startswith("#")
)
