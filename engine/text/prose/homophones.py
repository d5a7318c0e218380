"""Words that are written for one another because they sound alike: rules for ``usage``, where the words around one ask for the
other.
"""

from __future__ import annotations

AROUND = {
    "can": r"(?:can|can't|cannot|could|couldn't|will|won't|would|did you|didn't|don't|doesn't|to|never|ever|let me)",
    "whom": r"(?:you|me|him|it|us|them|that|what|how|about|from|some(?:one|body|thing)|any(?:one|body|thing)|"
    r"every(?:one|body|thing)|no(?:thing|body)|the|a|an|my|your|his|her|its|our|their|this|these)\b",
    "stop": r"(?=[.,;!?]|\Z)",
    "more": r"(?:more|less|rather|other|better|worse|fewer|sooner|<softer>)",
    "beside": r"(?:the|a|an|my|your|his|her|its|our|their|this|that|these|those|i|you|he|she|it|we|they|me|him|us|them|most|any|"
    r"some|all|to|ever|before|usual|expected|last|just|one|two|three|go|stay|be|have|do|take|wait|live|walk|work|buy|spend)\b",
    "lost": r"(?:the|a|an|my|your|his|her|its|our|their|this|it|them|him|us|me|you|weight|money|time|control|interest|hope|touch|"
    r"faith|track|sleep|everything|all|any|some|that|more)\b(?! (?:hounds|dogs|arrows?|horses?|screws?|ends?)\b)",
    "touched": r"(?:the|my|your|his|her|its|our|their|this|these|those|all|every|many|most|both|us|you|me|him|them|it|people|"
    r"how|everyone|everybody|other|local|small)\b(?! (?:change|changes|repairs?|sale|payment|transfer|rescue|cure|escape)\b)",
    "onward": r"(?:us|me|him|her|it|them|the|a|an|my|your|his|our|their|home|here|there|up|out|back)\b",
    "doing": r"(?:(?!thing|something|nothing|anything|everything|building|meeting|wedding|evening|morning|feeling|painting|"
    r"clothing|ceiling)[a-z]{2,}ing)",
    "along": r"(?= (?:to|for|home|back|over|with|in|on|at|from|tomorrow|tonight|today|soon|late|here|there|us|me|him|it|the|a|my|"
    r"your|our)\b|[.,!?]|\Z)",
    "toward": r"(?:wants?|wanted|going|went|needs?|needed|used|try|tried|able|listen|listens|listened|talk|talked|back)",
    "aim": r"(?:go|see|be|do|get|have|make|take|buy|live|work|the|my|your|his|her|our|their|school|bed|me|him|us|them)",
    "at": r"(?:over|right|up|down|near|around|from|in|out|live|been|came|come|am|is|are|was|were)",
    "since": r"(?:and|for|in|at|on|now|today|with|since|to)",
    "may": r"(?:to|will|would|can|could|might|may|must|should|don't|didn't|doesn't|won't|not|never|always|they|we|i|"
    r"you)",
    "hang": r"(?:too|very|so|quite|bit|little|come|comes|came|hangs?|feels?|felt|fits?)",
    "some": r"(?:a|an|the|no|any|this|that|its|[a-z]+(?:ive|ful|ous|al)|bad|good|great|big|strong|little|side|large|"
    r"huge|same|main)",
    "several": r"(?:a|an|the|no|any|these|its|[a-z]+(?:ive|ful|ous|al)|bad|good|great|side|main|some)",
    "will": r"(?:will|would|can|could|may|might|must|should|not|don't|doesn't|didn't|does|did|also|really|directly|"
    r"badly|seriously)",
    "fair": r"(?:the|this|bad|good|nice|cold|wet|hot|warm|lovely|terrible|awful|stormy|rainy|winter|summer|of)",
    "forecast": r"(?:is|was|in|today|forecast|will|has|had|got|this|for|report|conditions)",
    "ask": r"(?:know|knows|knew|sure|wonders?|wondered|asks?|asked|decides?|decided|question|see|tell|tells|told|me|"
    r"him|her|us|doubt|matter|of|on|check|choose)",
    "if": r"(?:i|you|he|she|it|we|they|or|to|<frame>|there|this|that|a)",
    "good": r"(?:some|any|much|good|bad|useful|legal|your|his|my|our|their|of|for|the|this|great|more|one|"
    r"final|best|no)",
    "kin": r"(?:friends?|mother|father|brothers?|sisters?|wife|husband|sons?|daughters?|family|parents|children|kids|uncle|aunt|"
    r"cousins?|boss|teacher|neighbou?rs?|colleagues?|house|car|dog|cat|room|bag|phone|hair|eyes|hands?|head|face|job|life|money)",
    "near": r"(?:with|of|from|to|for|at|in|on|about|by|behind|near|asked|lost|sold|washed|visited|met|called|loves?|loved|"
    r"shook|raised|shakes?|opened|closed|took|told|helped|sees|saw|and)",
    "tight": r"(?= (?:and|is|was|are|were|in|on|at|for|because|when|who|to|that|again)\b|[.,;!?]|\Z)",
    "wear": r"(?:warm|clean|dirty|wet|dry|winter|summer|wear|wears|wearing|wore|washing|some|new|my|your|our|their)",
    "placed": r"(?:next|here|there|first|last|in|on|at|new|left|right|ill|away|out|up|[a-z]+ed)\b",
    "asked": r"(?:<start>|\b(?:to|please|and|i|we|you|they|can|could|will|must|should|then|it) )",
    "switch": r"(?:turn|turned|switch|switched|take|took|cut|put|log|logged|cool|set|call|called|fell|fall|drop|wash)",
    "should": r"(?:i|we|they|would|can|could|should|will|must|to)",
    "against": r"(?:you|him|her|them|us|me|against|that|everyone|people|<frame>)",
    "rather": r"(?:a|an|often|the same|sure|enough|well|right|(?:<degree>|good|nice|different|interesting|happy|"
    r"easy)(?! [a-z]+s\b))",
    "keep": r"(?:be|keep|kept|stay|very|too|so|it was|it is|it's)",
    "during": r"(?:and|in|at|here|there|during|please)",
    "walk": r"(?:walk|walks|walked|walking|drive|drives|drove|driving|go|goes|went|going|run|ran|running|flew|half|"
    r"quarter|straight|right)",
    "just": r"(?:has|have|had|i|he|she|we|they|you|just)",
    "away": r"(?:the|his|her|my|our|their|away|by|me|us|it|him|them|a)",
    "town": r"(?:place|house|town|city|room|shop|street|country|school|hotel|village|know|knows|ask|remember|see|"
    r"that's)",
    "what": r"(?:what|how|why|where|who|when|if|that|anything|him|her|it|the|much|which)",
    "things": r"(?:a|an|some|new|more|my|your|his|her|our|their|me|him|us|them)",
    "gone": r"(?:not|very|so|too|late|early|all|both|at|in|on|no|many|two|three|<doing>|[a-z]{2,}ed)",
}  # fmt: skip
"""what stands in a rule for its name in angle brackets"""
RULES = r"""
# and than we left; better then the old one; rather stay then go
(?:\band|[.,;]) (?P<x>than) (?=[a-z]) => then
\b<more> (?:[a-z]+ ){0,4}(?P<x>then) <beside> => than
# it is to hot; come to; I want too go
\b<behind> (?P<x>to) <degree>(?! [a-z]+ (?:of|to)\b) => too
\b(?:come|coming|me|him|there) (?P<x>to)(?=[.!]|\Z) => too
\b<toward> (?P<x>too) <aim>\b => to
# a friend who's team has; he's sister; with he friend
\b(?P<x>who's) (?!<ing>|<placed>)[a-z]+ (?:has|had|have|is|was|were|are) => whose
\b<near> (?P<x>he's) <kin><tight> => his
\b<near> (?P<x>he) <kin><tight> => his
\b<near> (?P<x>she) <kin><tight> => her
\b<near> (?P<x>they) <kin><tight> => their
\b<near> (?P<x>we) <kin><tight> => our
# warm close; turn of the light; take your shoes of
\b<wear> (?P<x>close)(?=[.,;!?]|\Z| (?:and|because|for|in|on|are|were|with)\b) => clothes
<asked><switch> (?:(?:it|them|<frame> [a-z]+) )?(?P<x>of)(?= (?:before|when|and|because)\b|[.,;!?]|\Z) => off
<asked>(?:turn|switch|get|take) (?P<x>of) <frame>\b => off
# he said me; the best than
\b(?:i|he|she|we|they|you) (?P<x>said) (?:me|him|us|them)\b(?! [a-z]+ing) => told
\b(?P<x>best) than\b => better
\b(?P<x>worst) than\b => worse
\b(?P<x>(?P<form>cheap|cold|fast|great|hard|high|long|old|quick|short|slow|small|strong|tall|young)est) than\b => \g<form>er
\b(?P<x>(?P<form>easi|happi|heavi|earli|pretti|busi|bigg|hott)est) than\b => \g<form>er
\b(?:much|even|far|getting|a lot|became|become) (?P<x>worst)(?=[.,;!?]|\Z| (?:and|because|every|now|in)\b) => worse
\b(?:have|has|had|i've|we've) (?:seen|had|known|heard) (?P<x>worst) [a-z]+s\b => worse
# is this you're bag; I hope your coming; I hope their coming
\b<before> (?P<x>you're) [a-z]+(?=[.,;!?]|\Z| <next>\b) => your
<think>(?P<x>your) <doing><along> => you're
<think>(?P<x>their) <doing><along> => they're
# can't here you; come over hear
\b<can> (?P<x>here) <whom> => hear
\b<at> (?P<x>hear)(?=[.,;!?]|\Z| <since>\b) => here
# loose your keys; too lose
\b<may> (?P<x>loose) <lost> => lose
\b(?P<x>loosing) <lost> => losing
\b(?P<x>looses) <lost> => loses
\b(?:it|he|she|<person> [a-z]+) (?:(?:also|always|never|often|just|really) )?(?P<x>loose) <lost> => loses
\b(?:i|you|we|they) (?:(?:also|always|never|often|just|really) )?(?P<x>loose) <lost> => lose
\b<hang> (?P<x>lose)(?=[.,;!?]|\Z| (?:around|at|in|on|and|enough|from|for)\b) => loose
# a bad affect on; it will effect us
\b<some> (?P<x>affect)(?= (?:on|of|in|was|is|that|as)\b|[.,;!?]|\Z) => effect
\b<several> (?P<x>affects)(?= (?:on|of|in|were|are|that)\b|[.,;!?]|\Z) => effects
\b<will> (?P<x>effect) <touched> => affect
\b(?:it|this|that|which|[a-z]+[^\Ws]) (?P<x>effects) <touched> => affects
# the whether was fine; I don't know weather he
\b<fair> (?P<x>whether)(?= <forecast>\b|[.,;!?]|\Z) => weather
\b<ask> (?P<x>weather) <if>\b => whether
# good advise; I advice you
\b<good> (?P<x>advise)(?![\w'-]) => advice
\b<should> (?P<x>advice) <against>\b => advise
# quiet a lot; be quite
\b(?P<x>quiet) <rather>\b => quite
\b(?:an?|the|this|that|very) (?P<x>quite) (?:street|place|room|town|village|voice|life|area|child|corner)\b => quiet
\b<keep> (?P<x>quite)(?=[.!?]|\Z| <during>\b) => quiet
# walked passed the shop; we past the church
\b<walk> (?P<x>passed) <onward> => past
\b<just> (?P<x>past) <away>\b => passed
# we where late; the house were I was born
\b(?:we|you|they|there|people) (?P<x>where) <gone>\b => were
\b<town> (?P<x>were) (?:i|he|she|it|we|you|they)\b => where
# I don't no why; to by some milk
\b(?:don't|didn't|doesn't|to|not) (?P<x>no) <what>\b => know
\b(?<!referred )(?<!opposed )(?<!according )(?<!known )to (?P<x>by) <things>\b(?! (?:[a-z]+ ){0,2}(?:of|means)\b) => buy
"""
"""one a line, as in ``agreement``; x is the word that may be wrong"""
