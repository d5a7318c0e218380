"""Rules of number and of the genitive that are no more than a suspicion: without a dictionary of verbs and nouns they cannot
tell "the train leave" from "the summer work", nor "my parents house" from "my parents guess". What they say needs a model that
likes it better; no fault is counted by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from engine.text.kinds.inflection import NOUNS, PAST, SAME, third
from engine.text.prose.agreement import PARTS, SINGULAR, compiled, other
from engine.text.prose.telling import told
from engine.text.prose.usage import doubted

FINITE = (
    "is are am was were has have had do does did will would can could shall should may might must isn't aren't wasn't weren't "
    "hasn't haven't hadn't don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't ought"
).split()
WISHING = re.compile(
    r"\b(?:(?:suggest|recommend|insist|demand|propos|ask|request|requir|urg|advis|prefer)(?:s|e|es|ed|ing)?|important|essential|"
    r"vital|necessary|crucial|imperative|lest|god)\b(?! \Z)[^.;:!?]*\Z|"
    r"\b(?:let|lets|makes?|made|helps?|sees?|saw|hears?|heard|watch|have|"
    r"has|had|did|does|do|will|would|can|could|shall|should|may|might|must)\b(?:(?! that\b)[^.;:!?])*\Z",
    re.IGNORECASE,
)
"""behind these a verb stands without its ending: "I suggest that he leave" """

COMMON = (
    "agree allow answer appear arrive ask bark become begin believe belong break bring burn buy call carry change choose "
    "clean close come contain cook cry dance depend describe die disagree drink drive eat enjoy explain fall feel find "
    "finish fly follow forget get give go grow happen hate have hear help hope include keep know laugh learn leave like "
    "listen live look lose love make mean meet move need open own pay play prefer produce provide read remember require "
    "ring rise run say see seem sell send show sing sit sleep smell smile sound speak spend stand start stay stop study "
    "suggest swim take talk taste teach tell think travel try turn understand use visit wait wake walk want wash watch wear "
    "win wish work write"
).split()
"""verbs behind which anything may stand"""
ACTS = (
    "accept add attend avoid build check collect compare complain connect consider copy count cover create decide "
    "delete deliver destroy develop disappear discuss divide earn encourage exist expect express fail fix force "
    "ignore improve increase install introduce invite involve join kill lead lie load manage mention miss notice "
    "occur offer own pick point prevent print promise protect prove publish pull push raise reach receive recommend "
    "reduce refuse remove repair replace reply return save serve share shout solve spoil store support tend throw "
    "touch treat trust update wonder worry"
).split()
"""verbs that are nouns, too, or seldom used: they stand behind a pronoun"""
THINGS = (
    "animal answer apple banana bag bike bird boat book bottle box bus car carrot cat chair city colleague computer "
    "cookie cow cup customer difference doctor dog door egg exam example film flat flower friend game garden guest "
    "hat horse hotel house idea island jacket job key kilometre lake letter list magazine map meeting minute mistake "
    "month mountain movie museum neighbour newspaper onion option orange page park parent party pen phone picture "
    "plan plane plate potato present problem project question rabbit reason restaurant river room sandwich shirt shoe "
    "shop sister brother ship song stamp station story street student table tool teacher team ticket tomato tourist "
    "town toy train tree uncle user vegetable village visitor week window word worker year"
).split()
"""nouns of what is counted: one of them has an article"""

OWN = {
    "closed": rf"(?:{'|'.join([*FINITE, *PAST, *(many for _, many in NOUNS)])})\b",
    "finite": r"(?:<closed>|(?:[a-z]+ed|[a-z]+s (?:me|him|us|them|you|it))\b)",
    "open": r"(?!(?:(?!\b(?:that|which|who|because|if|when|while|but|and|how|what|so)\b)[^.,;:!?])*\b<finite>)",
    "group": r"(?:staff|public|crew|government|couple|audience|committee|company|youth|cattle|folk|(?:meta)?data|media|young|old|"
    r"rich|poor|sick|dead|elderly|few|many|latter|former|two|three|four|five|six|ten|best|first|last|next|only|same|army|press|"
    r"council|management|english|french|british|dutch|chinese|japanese|sheep|fish|deer|children|men|women|teeth|feet)\b",
    "one": r"(?!<amount>|<group>|<small>)[a-z]+(?:[^\Ws]|ss)",
    "alone": r"(?!<amount>|<group>|<small>|(?:what|how|why|such|none|some|any|several|enough|half|both|people|women|other|"
    r"nor|neither|either|yet|still|what|whatever|whoever)\b)[a-z]{3,}[^\Ws]",
    "small": r"(?:and|or|of|in|on|at|to|by|for|from|with|as|than|that|which|who|whose|but|the|a|an|not|no|so|if|when|where|"
    r"while|like|near|under|over|about|after|before|into|onto|without|because|i|he|she|it|we|they|you|me|us|him|them|up|down|"
    r"out|off|there|here|also|too|very|then|now|just|only|even|ago|away|alone|else|each|all|both|more|most|those|these|back|"
    r"through|across|along|behind|between|during|against|around|above|below|beside|inside|outside|until|since|per|via)\b",
    "bare": rf"(?!<small>|<closed>|(?:{'|'.join(SAME)})\b)(?-i:[a-z]+)(?<!s)(?<!ed)(?<!ing)(?<!ly)(?<!er)(?<!est)",
    "common": rf"(?P<x>(?:{'|'.join(COMMON)})(?= [a-z]))",
    "acts": rf"(?P<x>(?:{'|'.join([*COMMON, *ACTS])})(?= [a-z]|[.,]))",
    "begun": r"(?:<start>|\b(?:and|but|so|then|until|while|where|since|sometimes|often|usually) )",
    "free": r"(?!(?:to|can|could|will|would|should|must|may|might|lets?|makes?|helps?|sees?|hears?|does|not|that|which|who|what|"
    r"whether|if|because|how|when)\b)[a-z']+",
    "counted": f"(?-i:{'|'.join(THINGS)})",
    "tall": r"(?-i:small|big|nice|new|old|little|beautiful|good|large|long|short|great|different|famous|bad|quiet|fresh|red|blue|"
    r"green|black|white|cheap|expensive|interesting|funny|important|simple|strange|young)",
    "lots": r"(?:many|several|various|these|those|lots of|a lot of|plenty of|a couple of|a number of|dozens of|<count>)",
    "big": "(?:<tall> )?",
    "subject": "(?:i|we|you|they|he|she|people|everyone|everybody|<person> [a-z]+)",
    "unlike": r"(?:(?:also|always|often|never|sometimes|usually|don't|doesn't|didn't|"
    r"(?:(?:want|like|need|love|have|decid|try|hope|plan)(?:s|d|ed|ing)? )?to|can|could|will|would|should|must) )?",
    "get": r"(?:sells?|sold|buys?|bought|eats?|ate|grows?|grew|have|has|had|needs?|needed|wants?|wanted|likes?|liked|loves?|"
    r"loved|hates?|hated|met|meets?|finds?|found|makes?|made|tells?|told|reads?|writes?|wrote|sees?|saw|watch|watches|watched|visits?|"
    r"visited|builds?|built|wears?|wore|brings?|brought|gets?|got|keeps?|kept|collects?|collected|draws?|drew|paints?|painted)",
    "stop": r"(?=[.,;!?]|\Z| (?:and|but|or|because|for|in|at|on|from|with|when|that|which|who|where|every|there|here|today|"
    r"yesterday|last|if|to)\b)",
    "crowd": r"(?:there|people|police|you|we|they|who|what|which|some|many|both|all|most|few|such|more)\b",
    "mine": "(?:my|your|his|her|our|their|this|that)",
    "verb": rf"(?:{'|'.join(COMMON)})\b",
    "plain": r"(?P<x><bare>(?=<follow>))",
    "ends": r"(?P<x>(?!<small>|<closed>)(?-i:[a-z]+)[^\Wsui\d_]s)(?=<follow>|[.!?]|\Z)",
    "follow": r" (?:at|in|on|to|from|with|by|for|into|about|after|before|over|under|through|during|near|without|like|the|a|an|"
    r"my|your|his|her|its|our|their|this|these|those|all|every|some|any|no|me|him|us|them|you|it|very|too|well|always|again|"
    r"home|here|there|away|up|down|out|off|back|together|hard|fast|early|late|more|less|much|many|that|what|how|why|if|"
    r"because|when|[a-z]+ly)\b",
    "persons": r"(?:(?:grand)?(?:parents|mothers|fathers|sons|daughters)|boys|girls|friends|peoples|brothers|sisters|uncles|"
    r"aunts|cousins|husbands|kids|babies|neighbou?rs|guests|dogs|cats|horses|birds|ladies|mums|moms|dads|colleagues|pupils|kings|"
    r"queens|companies|countries|twins|nurses|"
    r"(?!papers|letters|matters|orders|powers|waters|numbers|others|centers|quarters|headquarters|corners|borders|minutes)"
    r"[a-z]{2,}(?:er|or|ist|ian|ent|ant)s)\b",
    "bodies": r"(?:council|committee|club|school|church|bank|team|firm|hotel|hospital|airline|university|museum|factory|ministry|"
    r"court|library|restaurant|newspaper|city|town|village|child|baby|army|navy|union|charity)s\b",
    "thing": r"(?!<small>|<closed>)(?:wedding|meeting|building|painting|clothing|spelling|writing|drawing|"
    r"[a-z]{3,}(?<!ing)(?<!ly))\b",
    "leading": r"\b(?:it's|that's|in|at|to|from|of|by|near|with|for|about|on|behind|outside|inside|into|under|is|was|likes?|"
    r"liked|loves?|loved|uses?|used|saw|see|visit|visited|borrowed|forgot|lost|found)",
    "others": r"(?:respect|hear|share|accept|value|about|to|of|with|on|into|read|in|for|from|other|most|some|many|young|old)",
    "owned": r"(?!<small>|<closed>|[a-z]+ed\b)[a-z]{3,}\b",
    "tells": "(?:is|was|are|were|has|had|will|would|can|could|says|said|shows|states)",
    "behind": r"(?= (?:is|was|and|or|in|on|at|to|for|with|when|because|before|after)\b|[.,;:!?]|\Z)",
}  # fmt: skip
NUMBER = r"""
# the train leave at six; television have; it make me; the results shows that; the dogs barks; my brother and me goes to
<start>(?:<frame>|this|every|each|a|an) <word><one> <never><common><open>
<start>(?:<frame>|this|every|each|a|an) <word><one> <never><plain><open>
\b(?:a|an|this|every|each|another) <word><one> (?:that|which|who) <never><common>
<start><plural> <never>(?P<x>is|was|has|isn't|wasn't|hasn't|doesn't)(?![\w'])(?! (?:a|an|the|what|how|my|one|always|never)\b)
<start>(?:the|my|our|your|his|her) <word><one>, (?:together|along) with [^.,;:!?]{3,50}, <never>(?P<x>are|were|have)(?![\w'])
<begun>(?:he|she|it) <never><acts>
<start>(?:<person> [a-z]+|(?:he|she|it)),? (?:for example|however|of course|for instance|too|as well), <never><acts>
\b(?:he|she|it|<person> <one>) <never>(?!<small>|<closed>)[a-z]+[^\Ws]s (?:<free> ){1,6}and <never><common>
<begun>(?:the|this|that|<person>) <word><one> <never>(?P<x>have|do) (?:to|not|been|no)\b
<start>(?!<group>|<crowd>)(?-i:[A-Z][a-z]+[^\Ws]) <never>(?P<x>have) (?:been|gone|done|seen|[a-z]{2,}ed)\b
<start><alone> <never>(?P<x>are|have|do|aren't|haven't|don't)(?![\w'])
<start>(?:he|she|it|everyone|everybody|somebody|someone|nobody) <never><common><open>
<start>(?:mr|mrs|ms|dr|miss)\.? (?-i:[A-Z][a-z]+) <never><common><open>
<start>(?:<frame> |some |most |all |both |several )?<word><plural> (?:who )?<never><ends><open>
\b(?:and|but|so) <frame> <word><plural> <never><ends><open>
# one of my friends live
<start>(?:one|each|neither|either) of <frame> <word><plural> <never><common><open>
<start>(?:one|each|neither|either) of <frame> <word><plural> <never><plain><open>
<start>(?:<name>|<person> [a-z]+) and (?:i|me|you|he|she|him|her|<name>|<person> [a-z]+) <never><ends>
<start>(?:<name>|<person> [a-z]+) and (?:i|me|he|she|him) <never>(?P<x>is|was|has|does)(?![\w'])
"""
ASKED = r"""
# does anyone knows; did she goes; it doesn't works; others people
\b(?P<x>others) <plural>
\b(?:does|did|do) (?:he|she|it|they|we|you|anyone|anybody|someone|somebody|everyone|everybody|<frame> <word>[a-z]+) <never><ends>
\b(?:doesn't|didn't|don't) <never><ends>
# why do your brother arrive late?
<start>(?:(?:where|how|why|when|what|who|how (?:much|long|often)) )?(?P<x>do|don't) <mine> <one> <never><verb>(?=[^.;:!?]*\?)
"""
PERSON = r"""
# they is; she never have been
\b(?:we|they) <never>(?P<x>is|was|has|does|isn't|wasn't|hasn't|doesn't)(?![\w'])
<begun>(?:he|she) <never>(?P<x>are|have|do|aren't|haven't|don't)(?![\w'])
"""
COUNTED = r"""
# they have many option; there were hardly any tourist
\b<lots> <big>(?P<x><counted>)<stop>
\b(?:are|were|aren't|weren't) (?:there )?(?:hardly |not )?(?:any|no|some) <big>(?P<x><counted>)<stop>
"""
BARE = r"""
# she sells vegetable; we live in small village
\b<subject> <unlike><get> (?P<x><big><counted>)<stop>
\b<subject> [^.,;:!?]{1,50} (?:in|at|near|with|from|to|for|about|on) (?P<x><tall> <counted>)<stop>
"""
GENITIVE = r"""
# at my parents house; the boys room is; other peoples opinions
(?:<start>|\b<others> )(?P<x>peoples) <owned>
<leading> <frame> <word>(?P<x><persons>) <thing><behind>
(?:<start>|<think>)<frame> <word>(?P<x><persons>|<bodies>) <thing>(?= <tells>\b)
"""
"""one a line; x is the word that may be wrong"""


def suspected(text: str) -> Iterator[tuple[int, int, str, tuple[str, ...]]]:
    """(start, end, kind of the rule, forms) of words that may be in the wrong number, or want an apostrophe."""
    plain = text.translate({ord("’"): "'", ord("“"): '"', ord("”"): '"', ord("\n"): " "})
    timed: set[tuple[int, int]] = set()
    for start, end, kind, form in doubted(plain):
        timed |= {(start, end)} if kind == "Tense" else set()
        yield start, end, kind, (form,)
    for rule in _compiled(NUMBER):
        for found in rule.finditer(plain):
            if found.span("x") not in timed and not WISHING.search(plain, max(0, found.start() - 80), found.start("x")):
                yield *found.span("x"), "Number", (_other_number(found["x"]),)
    for start, end, kind, form in told(plain):
        if not WISHING.search(plain, max(0, start - 80), start):
            yield start, end, kind, (form,)
    for rule in _compiled(PERSON):
        for found in rule.finditer(plain):
            said = plain.count('"', 0, found.start()) % 2
            if not said and not WISHING.search(plain, max(0, found.start() - 80), found.start("x")):
                yield *found.span("x"), "Person", (_other_number(found["x"]),)
    for rule in _compiled(COUNTED):
        for found in rule.finditer(plain):
            yield *found.span("x"), "Bare", (third(found["x"]),)
    for rule in _compiled(BARE):
        for found in rule.finditer(plain):
            word = found["x"]
            yield *found.span("x"), "Bare", (third(word), f"{'an' if word[0] in 'aeio' else 'a'} {word}")
    for rule in _compiled(ASKED):
        for found in rule.finditer(plain):
            yield *found.span("x"), "Number", (_other_number(found["x"]),)
    mark = "’" if "’" in text else "'"
    for rule in _compiled(GENITIVE):
        for found in rule.finditer(plain):
            word = found["x"]
            yield *found.span("x"), "Genitive", (f"{word}{mark}", f"{word[:-1]}{mark}s")


def _other_number(verb: str) -> str:
    """A verb of one for one of several, and the other way round."""
    if verb.endswith("s") or verb in SINGULAR:
        return other(verb)[0]
    return third(verb)


@cache
def _compiled(rules: str) -> tuple[re.Pattern[str], ...]:
    return tuple(rule for rule, _ in compiled(rules, PARTS | OWN))
