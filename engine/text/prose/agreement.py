"""Rules of number and of the apostrophe that Harper has not: where the words around one tell which of its forms is right.

A rule follows a clause from its beginning, so that its subject is known: "the list of names are", "where is the keys". It
says what is likely wrong; a model confirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.text.kinds.inflection import base_of

SINGULAR = {
    "are": "is", "were": "was", "have": "has", "do": "does", "aren't": "isn't", "weren't": "wasn't", "haven't": "hasn't",
    "don't": "doesn't",
}  # fmt: skip
PLURAL = {one: many for many, one in SINGULAR.items()}
FINITE = frozenset([*SINGULAR, *PLURAL])
BASE = frozenset(("have", "do", "don't", "were"))
WISHED = re.compile(
    r"\b(?:suggest|recommend|insist|demand|propos|ask|request|requir|urg|advis|prefer|important|essential|vital|necessary|crucial|"
    r"imperative|lest)[a-z]*\b[^.;:!?]*\Z",
    re.IGNORECASE,
)
"""behind these a verb may stand without its ending: "required that each machine have an address" """
SEVERAL = {"doesnt": "don't", "hasnt": "haven't", "isnt": "aren't", "wasnt": "weren't"}
"""forms of one without their apostrophe, by what several have"""
UNMARKED = {"dont": "doesn't", "havent": "hasn't", "arent": "isn't", "werent": "wasn't"}
"""forms of several without their apostrophe, by what one has"""
POINTING = {"this": "these", "these": "this", "those": "that"}
SAID = {
    "its": "it's", "whose": "who's", "whos": "whose", "lets": "let's", "there": "they're", "your": "you're", "todays": "today's",
    "yesterdays": "yesterday's", "tomorrows": "tomorrow's",
}  # fmt: skip
"""words with an apostrophe, by those that are written for them"""

SHORT = (
    "cheap|clean|clear|clever|close|cold|cool|cute|dark|deep|fast|fine|great|hard|high|kind|large|late|long|loud|low|near|new|nice|"
    "old|poor|quick|quiet|rich|safe|short|slow|small|smart|soft|strong|sweet|tall|thick|tough|warm|weak|wide|wise|young"
)
"""adjectives that are compared by their ending"""
PARTS = {
    "one": f"(?P<x>{'|'.join(PLURAL)})(?![\\w'])",
    "unmarked": f"(?P<x>{'|'.join(UNMARKED)})\\b",
    "bareone": f"(?P<x>{'|'.join(SEVERAL)})\\b",
    "many": f"(?P<x>{'|'.join(SINGULAR)})(?![\\w'])",
    "start": r"(?:\A|(?<=\A[\"'(])|(?<=[.!?:;,#*/]\s)|(?<=\s\s)|(?<=[.!?:;,]\s[\"'(])|(?<=\b(?:that|when)\s)|"
    r"(?<=\bbecause\s)|(?<=\bthough\s)|(?<=\bif\s))",
    "frame": "(?:the|my|your|his|her|its|our|their|these|those)",
    "person": "(?:my|your|his|her|our|their|the)",
    "count": r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|a hundred|"
    r"a dozen|many|several|a few|both|[2-9]|\d\d+)",
    "word": "(?:[a-z]+ )?",
    "never": "(?:(?:also|always|never|often|still|now|only|just|really|usually) )?",
    # Behind these several may follow as several: "the rest of them are".
    "amount": r"(?:number|majority|minority|lots?|couple|pair|group|rest|half|range|variety|handful|bunch|series|set|total|team|"
    r"crowd|family|police|people|percentage|proportion|part|plenty|dozen|third|quarter|bulk|most|more|class|band|staff|kind|"
    r"sort|type|[a-z]+s)\b",
    # What there is only one of, whatever it ends with or is made of.
    "mass": r"(?:news|information|advice|furniture|luggage|baggage|equipment|homework|knowledge|traffic|weather|software|"
    r"hardware|evidence|progress|research|money|music|mathematics|physics|accommodation|behaviou?r|rubbish)",
    "states": r"(?:united (?:states|nations|emirates)|netherlands|philippines|bahamas|maldives|[a-z]+ times)\b",
    # Words with an s at their end of which there need not be several are left out.
    "plural": r"(?!(?:news|species|means|gas|lens|canvas|atlas|bias|chaos|always|perhaps|besides|overseas|hers|ours|yours|theirs|"
    r"does|was|has|goes|says|[a-z]+wards|[a-z]+times|[a-z]+ics|maths|christmas|diabetes|headquarters|works|crossroads)\b)"
    r"(?:[a-z]+[^\Wsui\d_]s|people|children|men|women)(?![\w'-])",
    "name": r"(?:(?-i:[A-Z][a-z]+)|<person> [a-z]+)",
    # So many of these are one amount: "twenty years is too short".
    "measure": r"(?:years|months|weeks|days|hours|minutes|seconds|miles|met(?:re|er)s|kilomet(?:re|er)s|pounds|dollars|euros|"
    r"cents|percent|degrees|points|steps)\b",
    # Of boxes, parties and others it is not told what one is.
    "stem": r"(?!others)[a-z]+(?<!ie)(?<![cs]he)(?<![sxz]e)",
    "does": r"(?:is|was|has|does|can|will|must|should|[a-z]{2,}[^\Wsui\d_]s)",
    "hundreds": "<count>(?: hundred| thousand)?",
    "about": "(?:(?:about|around|over|almost|nearly|at least|more th[ae]n|fewer than|less than) )?",
    "place": "(?:(?:of|on|in|at|from|to|for|with|under|behind|near) (?:<frame> )?<word>[a-z]+ )?",
    "lives": r"(?P<x>(?!<plural> (?:are|were|have|of)\b)[a-z]+[^\Wsui\d_]s) "
    r"(?:in|on|at|to|every|very|it|me|us|them|him|her|the|a|an|my|our|too)\b",
    "base": "(?:still|ever|really|want|like|know|live|work|need|speak|been|arrived|got|gone)",
    "ing": r"(?!(?:being|thing|king|ring|spring|string|morning|evening|wedding|building|meeting|ceiling)\b)[a-z]{2,}ing\b",
    "late": r"(?:late|early|too|so|not|never|always|just|been|going|time to|raining|snowing|cold|hot|nice|better|true|possible|"
    r"impossible|important|hard to|easy to|good to|great to|ok|okay|over|fine|because|what|why|where|how|a|an|the|my|your|our)",
    "fine": r"(?:nice|good|great|bad|cheap|expensive|easy|hard|hot|cold|warm|big|small|free|open|closed|ready|broken|clear|funny|"
    r"sad|old|new|fast|slow|dark|empty|far|worth|useful|different|difficult|interesting|boring|beautiful|delicious|quiet|safe)",
    "clause": r"(?= (?:and (?:the|i|we|you|it|he|she|they)|but|because|to|that|for|when|if|here|there|today|now)\b|[.,;!?]|\Z)",
    "go": "(?:go|see|meet|start|get|take|make|have|try|do|not|be|keep|hope|say|talk|move|eat|begin|look|find|play|just|all|face|"
    "wait|leave|stay|ask|call|give|hear|know|pretend|stop|think|use|work|write)",
    "think": r"(?:<start>|\b(?:think|hope|believe|know|said|sure|afraid|glad|says|guess|heard) )",
    "being": r"(?:(?:i am|i'm|i was|(?:he|she) (?:is|was)|he's|she's)(?: still| also| now)?)",
    "job": r"(?:teacher|doctor|nurse|student|lawyer|programmer|developer|driver|waiter|waitress|singer|writer|dentist|farmer|"
    r"carpenter|plumber|mechanic|designer|journalist|scientist|housewife|pilot|policeman|fireman|soldier|beginner)",
    "post": r"(?:engineer|actor|actress|artist|accountant|architect|electrician|author|only child|immigrant)",
    "someone": r"(?:man|woman|boy|girl|teacher|doctor|boss|friend|neighbou?r|driver|child|person|lady|nurse|guy|colleague)",
    "where": "(?:at|in|from|behind|on|next to|near|with)",
    "finite": r"(?:are|is|was|were|have|has|had|do|does|did|will|would|can|could|must|should|may|and|or|but|in|on|of|at|to|for|"
    r"from|by|with|that|who|which|we|i|you|he|she|they|it|as|than|when|because)",
    "softer": f"(?:better|worse|(?:{SHORT})(?<!e)er|(?:{SHORT})(?<=e)r|[a-z]{{2,}}ier|bigger|hotter|thinner|fatter|sadder)",
    "softest": f"(?:best|worst|(?:{SHORT})(?<!e)est|(?:{SHORT})(?<=e)st|[a-z]{{2,}}iest|biggest|hottest|thinnest|fattest)",
    "apples": "(?P<x>(?-i:[a-z]+)'s)",
    "discs": "(?P<x>(?P<form>(?-i:[A-Z]{2,5}))'s)",
    "unit": r"(?:minutes?|hours?|days?|nights?|weeks?|months?|years?)",
    "then": r"(?:yesterday(?: (?:morning|afternoon|evening))?|last (?:night|week|weekend|month|year|spring|summer|autumn|winter|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:<count>|a|an|one|a few) <unit> ago)",
    "were": r"(?= (?:are|were|have|had|and|or|in|on|at|from|that|which|who|to|we|i|they|he|she|you|last|for|yesterday|today|"
    r"here|there|with|when|this|now)\b|[.,;!?]|\Z)",
}  # fmt: skip
"""what stands in a rule for its name in angle brackets"""
RULES = r"""
# each of them have; the man at the desk don't; everyone have; one of the boxes are; every student have; the list of names are
<start>(?:every(?:one|body|thing)|some(?:one|body|thing)|any(?:one|body)|no(?:body|thing| one)) <never><many>
<start>(?:each|one|neither|either) of <frame> <word><plural> <never><many>
<start>(?:each|one|every one) of (?:them|us|you|these|those) <never><many>
(?:<start>|\b(?:but|so) )(?:the|this|that|<person>) <word><someone> <where> (?:<frame> |a )?<word>[a-z]+ <never><many>
<start>(?:every|each) (?!of\b|one\b|other\b)<word>[a-z]+ <never><many>
<start>(?:the|this|that|<person>|a|an) <word>(?!<amount>)[a-z]+ of (?:<frame> )?<word><plural> <never><many>
<start>(?:(?:where|how|why|when|what|who|how (?:much|long|often)) )?(?P<x>do|don't) (?:he|she|it)\b
# he dont; my brother havent; the news are
<start>(?:he|she|it|this|that|everyone|everybody|nobody|somebody|someone|<person> (?!<amount>)[a-z]+[^\Ws]) <never><unmarked>
<start>(?:(?:and|but|so) )?(?:we|you|they|(?:<frame> |some |most |all )?<word><plural>) <never><bareone>
<start>(?:(?:the|this|that|my|your|his|her|our|their|all|no) )?(?:(?!and\b|or\b|of\b)[a-z]+ )?<mass> <never><many>
# there is two; is there any questions; where is the keys; has the letters arrived; was you; do your sister
\bthere (?P<x>is|was|has|isn't|wasn't) (?:been )?<count> (?!hundred|thousand|million)<word><plural>
\bthere (?P<x>is|was) <count>(?= of\b| more\b| left\b|[.,;!?]|\Z)
<start>(?P<x>is|was) there (?:any|<count>) <word><plural>
<start>(?:(?:where|how|why|when|what|who|how (?:much|long|often)) )?<one> <frame> <word><plural>
<start>(?:(?:where|how|why|when) )?(?P<x>was) (?:you|we|they)\b
<start>(?:(?:where|how|why|when|what) )?(?P<x>do|have) <person> (?!<plural>)[a-z]+ <base>\b
# the boxes is; the keys to the house is; all of the windows was; a number of guests has; Tom and Anna is
<start><frame> (?!<states>)<word>(?=(?-i:[a-z]))<plural> <place><never><one>
<start><about>(?:all|most|some|many|several|both|few|<hundreds>) (?:of )?(?:<frame> )?<word>(?!<measure>)<plural> <never><one>
<start>a (?:number|couple) of <word><plural> <never><one>
<start>the number of <word><plural> (?:who |that )?<never><many>
<start>(?:the )?(?:police|people|cattle) <never><one>
<start><name> and <name> <never><one>
# this books are; those book is; my parents lives in
<start>(?P<x>this) <plural> (?:are|were|have|do|need|belong|look|seem)\b
<start>(?P<x>these|those) (?!<plural>|who\b|that\b|which\b|of\b)[a-z]+ (?:is|was|has|does)\b
<start><frame> <word>(?=(?-i:[a-z]))<plural> (?:who )?<never><lives>
# its late; whose coming; whos idea; lets meet; there coming; your late; todays newspaper
\b(?P<x>its) <late>\b(?! own)
(?:<start>|\b(?:but|so|and|think) )(?P<x>its) (?:(?:very|really|quite) )?<fine><clause>
\b(?P<x>its) (?:still|already|almost|actually|probably|really|currently|only) (?:<ing>|not|the|an?|on|in|at|there|here|open)\b
\b(?P<x>who's) (?!<ing>)[a-z]+ (?:is|was|are|were) (?:this|that|it|these|those)\b => whose
\b(?P<x>who's) (?!<ing>)[a-z]+ (?:it|this|that|they|these|those) (?:is|was|are|were)\b => whose
(?:<start>|\b(?:know|see|ask|me) )(?P<x>whose) (?:<ing>|there\b|been\b)(?! (?:is|was|are|were)\b)
\b(?P<x>whos) (?!there|that|been|<ing>)[a-z]+\b
<start>(?P<x>lets) <go>\b
<think>(?P<x>there) <ing>
<think>(?P<x>your) (?:late|welcome|right|wrong|not|going to|ready|sure|able|always|never|so(?!-)|too|the|a|an)\b
<think>(?P<x>their) (?:is|are|was|were|isn't|aren't|wasn't|weren't|will be|must be|seems to be)\b => there
<think>(?P<x>their) (?:in|on|at|from|under|behind|near) (?:the|a|an|my|your|his|her|our|this|that)\b => they're
<think>(?P<x>their) (?:going to|not(?! (?:in|un))|all|both|so(?!-)|too|the|a|an)\b => they're
\b(?:over|right|out|up|down|in|go|going|went|been|get|got) (?P<x>their)(?=[.,;!?]|\Z) => there
# the companys offer
\b(?:<person>|this|that|every|each) <word>(?P<x>(?P<form>(?-i:[a-z]+[^aeiou\W]))ys) (?!<finite>\b)[a-z]+ => \g<form>y's
# every steps returns
<start>(?:every|each) (?P<x>(?=<plural>)(?P<form><stem>)s) <never><does>\b => \g<form>
# more easier than; the most easiest
\b(?P<x>more (?P<form><softer>))(?= than\b|[.,;!?]|\Z) => \g<form>
\b(?:the|my|your|his|her|its|our|their|one of the) (?P<x>most (?P<form><softest>))\b => \g<form>
# I am teacher at a school
\b<being> (?P<x>(?P<form><job>))(?= (?:at|in|and|for|with|from|by)\b|[.,;!?]|\Z) => a \g<form>
\b<being> (?P<x>(?P<form><post>))(?= (?:at|in|and|for|with|from|by)\b|[.,;!?]|\Z) => an \g<form>
\b(?P<x>todays|yesterdays|tomorrows) [a-z]+
# two dog's were; apple's and pears
(?:\b<count>|\ball the|\bthese|\bthose) <word><apples>(?= (?:are|were|have|had|and|or|in|on|at|from|that|which|who|to)\b|[.,;!?])
# the CD's are; over fifty DVD's
\b(?:the|my|your|his|her|our|their|some|many|old|new) <discs>(?= (?:are|were|have|do|aren't|weren't)\b) => \g<form>s
\b(?:<count>|these|those|all the|several|of our|of my) <word><discs><were> => \g<form>s
\b(?:sells?|buys?|bought|sold|eats?|ate|fresh|grows?|of) <apples>(?= (?:and|or) [a-z]+s?\b|[.,;!?])
"""
"""one a line; x is the word that is likely wrong"""


def forms(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind of the rule, form) of words that have another form than what stands around them asks for."""
    plain = text.translate({ord("’"): "'", ord("“"): '"', ord("”"): '"', ord("‘"): "'", ord("\n"): " "})
    for rule, form in COMPILED:
        for found in rule.finditer(plain):
            start, end = found.span("x")
            old = text[start:end]
            if old.lower() in BASE and WISHED.search(plain, max(0, found.start() - AHEAD), found.start("x")):
                continue
            new, kind = (found.expand(form), "Agreement") if form else other(found["x"].lower())
            made = new[:1].upper() + new[1:] if old[:1].isupper() else new
            yield start, end, kind, made.replace("'", "’") if "’" in text else made


def other(word: str) -> tuple[str, str]:
    """(the form that is meant where one is not, the kind of the rule): of a verb in the other number, of a word with or without
    its apostrophe."""
    for table, kind in ((SINGULAR | PLURAL | POINTING | UNMARKED | SEVERAL, "Agreement"), (SAID, "Punctuation")):
        if word in table:
            return table[word], kind
    if "'" in word:
        return word.replace("'", ""), "Punctuation"
    return base_of(word), "Agreement"


def filled(rule: str, parts: Mapping[str, str] = PARTS) -> str:
    """A rule with its parts put in."""
    while (made := re.sub(r"(?<!\(\?P)(?<!\\g)<([a-z]+)>", lambda part: parts[part[1]], rule)) != rule:
        rule = made
    return made


def compiled(rules: str, parts: Mapping[str, str] = PARTS) -> tuple[tuple[re.Pattern[str], str], ...]:
    """(pattern, form that is meant; "" where the word itself tells it) of rules, one a line: "pattern => form"."""
    lines = [line.partition(" => ") for line in rules.splitlines() if line and not line.startswith("#")]
    return tuple((re.compile(filled(rule, parts), re.IGNORECASE), form) for rule, _, form in lines)


COMPILED = compiled(RULES)
AHEAD = 80
"""characters before a word in which its subject, or a wish, is looked for"""
