"""Forms of verbs that cannot stand where they do ("I have wrote", "he will comes"), and what people bring from other languages
("I am agree", "there have many"): rules for ``usage``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from engine.text.kinds.inflection import PARTICIPLES, PASTS, SAME, bare_of, ing, participle, past, third
from engine.text.prose.agreement import PARTS, compiled

UNCLEAR = frozenset(
    "broke rose saw lay felt found left hung lit bound ground wound struck thought spoke rang shone".split()
)
"""forms of the past that are other words, too"""
ALONE = [made for base, made in PASTS.items() if base not in SAME and made not in UNCLEAR and made not in PASTS]
"""forms of the past that are nothing else"""
GONE = [made for base, made in PASTS.items() if PARTICIPLES[base] != made and made not in ("got", "rose", "beat")]
"""those that have a participle of another form"""
DONE = [made for made in PARTICIPLES.values() if made not in PASTS and made not in PASTS.values() and made != "gotten"]
"""participles that are no other form"""
BASES = [
    base
    for base in PASTS
    if base not in ("lead", "let", "cost", "bet", "cut", "hit", "split", "spread", "quit", "mean")
]

DOING = "talk work play walk help live learn stay travel cook dance study visit ask wait watch listen".split()
GOING = {ing(base): base for base in (*BASES, *DOING) if base not in ("meet", "build", "say")}
"""verbs, by their form in -ing"""
TRIED = {
    past(base): base
    for base in (
        *DOING,
        *"stop want arrive finish decide try call change move open start need like happen use join".split(),
    )
}
"""regular verbs, by their past"""

OWN = {
    "gone": f"(?P<x>{'|'.join(GONE)})(?![\\w'-])",
    "done": f"(?P<x>{'|'.join(DONE)})(?![\\w'-])",
    "ended": f"(?:{'|'.join(sorted({*PARTICIPLES.values()}))}|[a-z]{{2,}}ed)\\b",
    "past": f"(?P<x>{'|'.join(ALONE)})(?![\\w'-])",
    "comes": rf"(?P<x>{'|'.join(third(base) for base in BASES if base not in ('see', 'do', 'put', 'shine', 'let'))})(?![\w'-])",
    "come": rf"(?:{'|'.join(BASES)}|pay|work|help|live|talk|play|use|wait|ask|visit|learn|"
    r"stay|swim|travel|cook|dance|walk|imagine|join|change|open|answer|explain|finish)\b",
    "give": f"(?P<x>{'|'.join(base for base in BASES if PARTICIPLES[base] != base)})(?![\\w'-])",
    "able": "(?:can|could|will|would|might|can't|cannot|couldn't|won't)",
    "tried": f"(?P<x>{'|'.join(TRIED)})(?![\\w'-])",
    "taking": f"(?P<x>{'|'.join(GOING)})(?![\\w'-])",
    "take": r"(?P<x>receive|arrive|finish|decide|agree|enjoy|explain|happen|learn|listen|remember|believe|describe|prefer|"
    r"improve|contact|manage|realise|realize|visit|send|try)(?![\w'-])",
    "now": "(?:(?:already|also|always|even|ever|finally|just|never|not|now|often|only|recently|still|soon|really) )?",
    "has": r"(?:have|has|haven't|hasn't|having|(?:i|you|we|they)'ve|(?:should|could|would|must|might)(?:n't)?(?: not)? have)",
    "modal": r"(?<!\bthe )(?<!\ba )(?<!\bhis )(?<!\bher )(?<!\bmy )(?<!\btheir )(?<!\byour )(?<!\bthis )(?<!\bof )(?<!\bin )"
    r"\b(?:can|could|will|would|should|must|might|can't|cannot|couldn't|won't|wouldn't|shouldn't)",
    "one": "(?:i|you|he|she|it|we|they|one|who|people|everyone|<person> [a-z]+)",
    "us": r"(?:i|we|he|she|they)",
    "called": r"(?P<x>call|visit|use|clean|open|close|change|finish|invent|create|discuss|explain|accept|start|paint|cook|invite|"
    r"surprise|own|produce|follow|organi[sz]e|train|save|attack|publish|describe)(?![\w'-])",
    "proposed": r"(?:suggest(?:s|ed)?|recommend(?:s|ed)?|finish(?:es|ed)?|considers?|den(?:y|ies|ied)|practi[cs]e[sd]?|"
    r"(?:can't|couldn't|cannot) help|(?:give|gave|gives|given) up)",
    "think": "(?:think|thinks|thinking|thought|dream|dreams|talk|talked)",
    "upon": r"(?:without|instead of|interested in|tired of|afraid of|(?:good|bad) at|before|after|thank you for|thanks for|"
    r"<think> (?:of|about))",
    "bring": r"(?:become|begin|bring|build|buy|choose|come|do|eat|forget|get|give|go|hear|keep|know|leave|lend|lose|make|meet|"
    r"pay|say|see|sell|send|sing|sit|speak|spend|take|teach|tell|throw|understand|wear|write)",
    "it": r" (?:it|him|her|them|me|us|you|the|a|an|my|your|his|our|their|this|that|these|those|some|all|everything|something|"
    r"nothing|no|many|two|three|nobody|to|in|with|home|away|there)\b",
    "much": r"(?:many|several|some|a lot of|lots of|a few|two|three|four|five|six|ten|no)",
    "asked": r"(?:know|knows|knew|tell (?:me|us|you|him|her)|told (?:me|us|you|him|her)|ask(?:ed|s)? (?:me|us|him|her)|"
    r"remember|wonder|wondered|show (?:me|us)|find out|no idea|not sure)",
    "nice": r"(?:good|nice|bad|big|small|beautiful|important|interesting|kind|old|clever|smart|hard|long|useful|friendly|"
    r"famous|difficult|easy|popular|strong|quiet|busy|happy|polite|honest)",
    "soul": r"(?:<job>|engineer|actor|artist|man|woman|boy|girl|child|friend|person|city|town|country|village|place|day|book|"
    r"film|movie|idea|question|problem|house|school|company|dog|cat|game|thing|language|story|song|job|boss|neighbou?r)",
    "end": r"(?=[.,;!?]|\Z| (?:and|but|or|for|in|at|on|with|from|because|who|that|when|as|so)\b)",
    "who": r"(?:<person> [a-z]+ is|(?:he|she) (?:has been|was)|<name> is)",
    "beings": r"(?:person|people|man|woman|men|women|boys?|girls?|child|children|friends?|teachers?|students?|neighbou?rs?|"
    r"colleagues?|customers?|guests?|doctors?|drivers?|users?|players?|workers?|visitors?)",
    "so": r"(?=[.,;!?]|\Z| (?:again|and|at|because|but|enough|for|he|i|in|last|now|on|she|since|so|that|they|this|to|today|"
    r"together|we|when|with|yesterday)\b)",
    "since": r" [^.,;:!?]{0,50}\b(?:since|from|of|until|between|by|for|about|than|over|the|during|in) <then>",
    "like": "(?:like|love|want|enjoy|need|hope|hate|appreciate)",
    "liked": "(?:<like>s?|miss(?:es)?|liked|loved|wanted|enjoyed|needed|hoped|hated|appreciated)",
    "on": r"(?:in (?:bed|the <ground>)|on (?:<frame>|a) <ground>|around|awake)",
    "them": r"(?:it|this|that|things|him|her|them|me|us) (?:(?:very|too|so|more|less) )?",
    "runs": r"(?:works?|worked|working|runs?|ran|running|functions?|functioned|performs?|performed|drives?|drove|sings?|sang|"
    r"dances?|danced|swims?|swam|sleeps?|slept|plays?|played|behaves?|behaved)",
    "did": rf"(?:[a-z]+ed|is|are|was|were|has|have|had|can|will|lives?|works?|{'|'.join(ALONE)})\b",
    "ground": r"(?:bed|floor|sofa|couch|beach|ground|grass|back|side|blanket|carpet|table|desk|stomach|bench|sun|garden|bath|"
    r"dark|street|road|snow)\b",
}  # fmt: skip
"""what stands in a rule for its name in angle brackets"""
MADE = {
    "participle": r"""
# I have wrote; has he ate; we have never rode
\b<has> <now><gone>
\b(?:have|has|had) (?:i|you|he|she|it|we|they) <now><gone>
<start>(?:i|you|he|she|it|we|they|<name>) had <now><gone>
""",
    "given": r"""
# I have never see it; we have not receive it
\b<has> (?:not|never|already|ever|also) <give>
\b(?:have|has|haven't|hasn't|i've|we've) (?:(?:not|never|already|just|ever) )?<take>
# it can be find in the cellar; the house was build by; she is call by
(?:<modal>|\bto) <now>be <now><give>(?= (?:by|in|on|at|with|from|under|behind|near|here|there|again|before|after)\b|[.,;!?]|\Z)
\b(?:is|are|was|were|been|being|be) <now><give> by\b
\b(?:is|are|was|were|been|being|be) <now><called> by\b
""",
    "past": r"""
# we seen your brother; she done it all; yesterday I have seen; I have met him last year
<start>(?:(?:and|but|so|then) )?<us> <now>(?<!been )<done>(?=<it>)
<start><then>,? (?:i|you|we|they|he|she|it|<name>) (?P<x>(?:have|has) (?P<v><ended>))
<start>(?:i|you|we|they|he|she|it|<name>) (?P<x>(?:have|has) (?P<v><ended>))(?!<since>) [^.,;:!?]{0,50}\b<then>(?=[.,;!?]|\Z)
""",
    "base": r"""
# he will comes; you should went; we wanted to bought; you must to pay
<modal> <now><comes>
<modal> <now><past>
<modal> <now><tried>
\bplease <past>
\b(?:want|wants|wanted|need|needs|needed|able|going|have|has|had|like|decided|hope|tried|forgot|would like) to <past>
\b(?:want|wants|wanted|need|needs|needed|able|like|likes|decided|hope|hopes|tried|try|have|has|had) to <now><taking>
(?<!\ball that )(?<!\bthing that )<start><one> <able> <now>(?P<x>to (?P<v><come>|be|have))
(?<!\bwhat )(?<!\ball )(?<!\bthan )\b<one> (?:must|should) <now>(?P<x>to (?P<v><come>|be|have))
""",
    "ing": r"""
# look forward to meet you; enjoy to swim
\b(?:look|looks|looked|looking) forward to (?P<x><come>)(?=<it>| from\b)
\b(?:enjoys?|enjoyed|dislikes?|disliked|avoids?|avoided|(?:don't|doesn't|didn't|not) mind) (?P<x>to (?P<v><come>))
(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbeen )\b<proposed> (?P<x>to (?P<v><come>))
# without say goodbye; before leave the house; thank you for come
\b<upon> (?P<x><bring>)(?=<it>| (?:goodbye|hello|back|here|up|out)\b)
""",
}  # fmt: skip
"""by the form that is meant of the verb v, or of x itself: rules, one a line"""
PHRASES = r"""
# I am agree; he have 20 years; I have 20 years old; I am never been
\b(?P<x>(?:am|are) (?P<form>agree))\b(?! to disagree) => \g<form>
\b(?P<x>(?:was|were) (?P<form>agree))\b => \g<form>d
# she never have been; he always have had
\b(?:he|she|it) (?P<x>(?P<form>never|always|already|just|often) have)(?= (?:been|had)\b| <ended>) => has \g<form>
\b(?P<x>(?P<form>i)'m agree)\b => \g<form> agree
\bi <now>(?P<x>have) (?:\d+|[a-z]+(?:-[a-z]+)?) years old\b => am
\b(?:he|she|it|<person> [a-z]+) <now>(?P<x>has) (?:only )?(?:\d+|[a-z]+(?:-[a-z]+)?) years old\b => is
\b(?:you|we|they) <now>(?P<x>have) (?:both |only )?(?:\d+|[a-z]+(?:-[a-z]+)?) years old\b => are
\b(?:i|you|we|they) (?P<x>am|are) <now>been\b => have
\b(?:he|she|it) (?P<x>is) (?:already |never |just |always )been\b => has
# I have never have; she has not be
\b(?:have|has|haven't|hasn't|i've|we've) (?:never|not|always|already|ever) (?P<x>have)\b => had
\b(?:have|has|haven't|hasn't|i've|we've) (?:(?:never|not|always|already|ever) )?(?P<x>be)\b => been
# there have many; I very like
\bthere (?P<x>have) <much> => are
\bthere (?P<x>has) (?:a|an|one)\b => is
\b(?:he|she) (?P<x>very (?P<form><like>))\b => really \g<form>s
\b(?:i|you|we|they|he|she) (?P<x>very (?P<form><liked>))\b => really \g<form>
# I don't know where is the station
\b<asked> where (?P<x>(?P<v>is|are|was|were) (?P<form>(?:the|my|your|his|her|our|their) [a-z]+))(?=[.,;!?]|\Z) => \g<form> \g<v>
\b<asked> (?:what|how|when|why) (?P<x>(?P<v>should|can|could|must) (?P<form>i|we|you|he|she|they|it)) [a-z]+ => \g<form> \g<v>
# she is very good teacher; my father is engineer at; so nice a day
(?<!not )\b(?:is|was|am|he's|she's|it's|i'm) (?P<x>(?P<form>(?:very|really) <nice>)) <soul><end> => a \g<form>
<start><who> (?P<x>(?P<form><job>))<end> => a \g<form>
<start><who> (?P<x>(?P<form><post>))<end> => an \g<form>
# he going to move
(?:<start>|\bthat |\bbecause )(?P<x>(?P<form>he|she|it)) going to => \g<form> is
(?:<start>|\bthat |\bbecause )(?P<x>(?P<form>we|they|you)) going to => \g<form> are
# at the morning; in monday; make sport; married with
\b(?P<x>at) the (?:morning|afternoon|evening)<so> => in
\b(?P<x>in) (?:mon|tues|wednes|thurs|fri|satur|sun)day(?: morning| afternoon| evening)?<so> => on
\b(?P<x>make) (?:a lot of |much |some |more |any )?(?:sports?|homework)<so> => do
\b(?P<x>makes) (?:a lot of |much |some |more |any )?sports?<so> => does
# the engine runs good again
\b<runs> (?P<x>good)<so> => well
# the man which called; them apples are
\b(?:the|a|an|every|some|many|any|that) (?:[a-z]+ )?<beings> (?P<x>which) <did> => who
<start>(?P<x>them) <plural> (?:are|were|is|was|have|look|taste|smell)\b => those
# between you and I; he did it for my wife and I
\bbetween (?:you|him|her|them|<name>|<person> [a-z]+) and (?P<x>I)<so> => me
\b(?:for|with|to|from|about|by|at|invited|told|gave|helped) (?:you|him|her|them|<name>|<person> [a-z]+) and (?P<x>I)<so> => me
# on sunday morning; he was laying in bed; a real nice evening
\b(?:is|are|was|were|am|i'm|been|just) (?P<x>laying) <on>(?! (?:an?|the) ) => lying
\b(?:was|is|were|are|had)(?: an?)? (?P<x>(?P<form>real)) (?:<nice>|tired|late|slow|expensive|funny|quick|hot|cold|sad)\b => really
\b(?:i|he|she|they|we) (?P<x>laid) <on>(?! (?:an?|the) ) => lay
# take it more serious
\b(?:take|takes|took|taking|taken) <them>(?P<x>serious)<so> => seriously
"""
"""what is meant in place of x, one a line"""


def formed(plain: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind, form) of words of a text with straight quotes that have another form, or order, than they can have."""
    for kind, rules, make in _compiled():
        for rule, form in rules:
            for found in rule.finditer(plain):
                parts = found.groupdict()
                made = make(parts.get("v") or found["x"]) if make is not None else found.expand(form)
                yield *found.span("x"), kind, made


@cache
def _compiled() -> list[tuple[str, tuple[tuple[re.Pattern[str], str], ...], Callable[[str], str] | None]]:
    parts = PARTS | OWN
    ruled = [("Form", compiled(rules, parts), _lowered(MAKERS[name])) for name, rules in MADE.items()]
    return [*ruled, ("Phrase", compiled(PHRASES, parts), None)]


def _lowered(make: Callable[[str], str]) -> Callable[[str], str]:
    return lambda verb: make(verb.lower())


MAKERS: dict[str, Callable[[str], str]] = {
    "participle": participle, "given": participle,
    "base": lambda verb: GOING.get(verb) or TRIED.get(verb) or bare_of(verb), "ing": lambda verb: ing(bare_of(verb)),
    "past": lambda verb: verb if verb.endswith("ed") else past(bare_of(verb)),
}  # fmt: skip
"""how each form is made"""
