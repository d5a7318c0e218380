"""Small words that people leave out or take for one another because their own language does: prepositions, articles, a verb that
is missing ("If you any questions"). Rules for ``usage``.
"""

from __future__ import annotations

from engine.text.prose.learners import GOING

AROUND = {
    "to": r"(?= to (?!the\b)[a-z]|[.,;!?]|\Z| (?:and|because|but|by|for|in|on|so|this|today|tomorrow|when|where|with|"
    r"yesterday)\b)",
    # Without an article these are no verbs ("we went to park the car") and no habits ("she goes to school").
    "shop": r"(?-i:(?:supermarket|cinema|station|airport|post office|restaurant|museum|library|pharmacy|gym|hotel|"
    r"theat(?:re|er)|"
    r"bakery|kitchen|bathroom|toilet|doctor|dentist|swimming pool|city cent(?:re|er)|bus stop|train station|"
    r"police station))",
    "errand": r"(?-i:shop|bank|park|beach|market|office|city|village|forest|zoo|garden)",
    "errands": r"(?= to (?:buy|get|see|meet|eat|play|pay|ask|look|fetch|take|swim|drink|find|visit|work)\b|"
    r" and (?:bought|got|saw|met|ate|"
    r"played|paid|asked|looked|took|swam)\b)",
    "indoors": r"(?-i:kitchen|garden|office|restaurant|supermarket|cinema|library|museum|bathroom|bedroom|living room|"
    r"hotel|"
    r"airport|bakery|gym)",
    "shut": r"(?=[.;!?]|\Z| (?:because|but|when|yesterday|today|tomorrow|tonight|until|with|where|on (?:mon|tues|"
    r"wednes|thurs|fri|satur|sun)day)\b)",
    "reach": "(?:contact|reach|call|pay|inform|answer|told|reply|send it|apply)",
    "wire": "(?:phone|telephone|e-?mail|mail|post)",
    "turn": r"(?:put|unpack|(?:paste|translate|divide|move)d?|cop(?:y|ied)|(?:convert|turn|pour)(?:ed)?)",
    "taking": f"(?:{'|'.join(GOING)})",
    "onto": r"(?= (?:to|because|a|an|the|this|for|in|at|about|on|with|you|it)\b)",
    "opened": r"(?:\A|(?<=[.!?]\s)|\b(?:but|because) )",
    "single": r"(?!(?:men|women|children|people|who|that|which|now|also|still|often|just|never|fish|sheep|deer|police|"
    r"media|"
    r"criteria|data|even|more|there|then|too|alike|always|feet|teeth|mice|[a-z]+ly)\b)[a-z]{3,}(?<![sxzhy])",
    "month": r"(?-i:January|February|March|April|May|June|July|August|September|October|November|December)",
    "beside": r"than (?:the|in|it|i|he|she|we|you|they|my|your|his|her|our|their|a|an|me|him|this|that|before|ever|last|usual|"
    r"expected|at|on|with|mine|yours|hers|ours|theirs|those|these|any|most|all|other|others)\b",
    "flat": r"(?:table|desk|floor|shelf|sofa|beach|wall|roof|balcony|carpet|stove)\b(?! (?:of contents|below|above|"
    r"drawer))",
    "lain": r"(?:books?|keys?|cups?|phones?|glasses|bags?|papers?|letters?|laptops?|plates?|bottles?|newspapers?|"
    r"tickets?|glass|"
    r"pictures?|posters?|lamps?|boxes|box|computers?|shoes?|clothes|cats?|dogs?|pens?|flowers?)",
    "put": r"(?:put|puts|left|laid|forgot|lay|lies|leave)",
    "screen": r"(?:tv|television|the internet|the radio|the phone|facebook|instagram|youtube|the telephone)",
    "watch": r"(?:watch(?:ed|es|ing)?|saw|seen|see|read|found|find|look(?:ed)? it up|talk(?:ed|s|ing)?|spoke|heard|"
    r"bought|ordered|search(?:ed)?|"
    r"rented)",
    "learner": r"(?:living|working|learning|studying|playing|using|teaching|driving|renting|wearing|married|waiting)",
    "long": r"(?:\d+|<count>|many|a few|several|some|a long|one|a|an) (?:more )?(?:minutes?|hours?|days?|weeks?|"
    r"months?|years?|time)\b",
    "began": r"since (?:(?:<long>)|(?:19|20)\d\d|last|yesterday|january|february|march|april|may|june|july|august|"
    r"september|october|"
    r"november|december|i was|monday|tuesday|wednesday|thursday|friday|childhood|my childhood|then|this morning)",
    "still": r"(?:(?:already|now|still|also) )?",
    "often": r"(?:once|twice|times|(?:one|two|three|four|five|six|eight|\d+) (?:hours?|days?|books?|lessons?|minutes))",
    "vague": r"(?:questions?|problems?|doubts|comments|suggestions|ideas|concerns|complaints|further [a-z]+|"
    r"other [a-z]+|more questions)",
    "glad": r"(?:happy|sorry|tired|ready|afraid|hungry|thirsty|glad|busy|sick|ill|nervous|angry|excited|interested|"
    r"disappointed|"
    r"surprised|worried|proud|bored|very (?:happy|sorry|tired|glad|busy|nervous|angry|nice|kind|good|excited|"
    r"disappointed|proud))",
    "glads": r"(?= (?:to|that|about|because|with|in|of|for|when|today|now|and)\b|[.!?]|\Z)",
    "wares": r"(?:apple|banana|pear|carrot|orange|lemon|onion|egg|cake|pizza|burger|book|shoe|flower|ticket|photo|"
    r"video|dvd|cd|pen|"
    r"vegetable|grape|plum|bean|melon|mushroom|snack|drink|sandwich|toy|shirt|sofa|chair|lamp|cup|plate|bag)",
    "sold": r"(?= (?:and|or) (?!<frame>)[a-z]+s(?!['\w])|[.,;!?]| (?:are|were|for sale|for|from|at|in|on|here)\b|\Z)",
    "of": r"(?<!\bthe )(?<!\ba )(?<!\ban )(?<!\bmy )(?<!\bthis )(?<!\bthat )(?<!\bhis )(?<!\bher )(?<!\bour )(?<!\byour )"
    r"(?<!\btheir )(?<!\beach )(?<!\bevery )(?<!\bone )",
    "owned": r"(?:fence|house|garden|dog|cat|car|flat|street|school|children|kids|neighbou?rs?|teachers?|room|holiday|"
    r"own|way|town|village|city|home|company|team|office|customers?|order|website|shop|boss|trip)\b",
    "heading": r"(?:not|very|so|too|all|both|happy|going|here|there|late|ready|always|never|still|often|sure|looking|"
    r"coming|working|"
    r"living|waiting|having|leaving|trying|using|nice|kind|good|old|new|on|in|at)\b",
    "tongue": r"\b(?-i:english|french|german|spanish|italian|russian|japanese|portuguese|american|british|european|"
    r"african|"
    r"dutch|greek|arabic|swedish|danish|norwegian|finnish|hungarian|austrian|irish|scottish|canadian|"
    r"australian|mexican|brazilian|korean|indian|ukrainian|romanian|czech)",
    "dish": r"(?:fr(?:y|ies)|windows?|press|horns?|doors?|toast|dressing|muffins?|beans?|leather|setters?|oven|"
    r"chocolate|whiskey|"
    r"coffee|ink|numerals?|measles)\b",
}  # fmt: skip
"""what stands in a rule for its name in angle brackets"""
PREPOSITIONS = r"""
# married with a doctor; depends of; explained me the rules; going the cinema; listen music
<start>(?:i|he|she|we|they|<name>|<person> [a-z]+) (?P<x>(?P<form>married) with) <spouse> => \g<form>
\b(?:is|was|am|are|were|been|get|got|getting|be|i'm|he's|she's) married (?P<x>with) <spouse> => to
\bdepend(?:s|ed|ing)? (?P<x>of)\b => on
\binterested (?P<x>on|about|for)\b => in
\bgood (?P<x>in) <skill>\b => at
\barriv(?:e|es|ed|ing) (?P<x>to) (?:<frame>|work|school)\b => at
\bafraid (?P<x>from)\b => of
\bdifferent (?P<x>of)\b => from
\blisten(?:s|ed|ing)? (?P<x>(?P<form>music|the radio|the news|me|him|them|us))\b => to \g<form>
\bexplain(?:s|ed|ing)? (?P<x>(?P<form>me|us|him|them)) (?:the|how|why|what|this|that|a|everything)\b => to \g<form>
\b<going> (?P<x>(?P<form>the|my)) <venue>(?! (?:way|road)) => to \g<form>
# go at the bank; go to home; I went to shop to buy bread; we met in restaurant
\b(?:go|goes|going|went|gone|come|comes|came) (?P<x>at) <person> <venue> => to
\b<going> (?:back )?(?P<x>to (?P<form>home))<so> => \g<form>
\b<going> to (?P<x>(?P<form><shop>))<to> => the \g<form>
\b<going> to (?P<x>(?P<form><errand>))<errands> => the \g<form>
\b(?:in|at) (?P<x>(?P<form><indoors>))<shut> => the \g<form>
# the book was in the table; in the last page; in television; reach me in phone; twice in month
\bthe <lain> (?:is|are|was|were|lay|lies) (?:still )?(?P<x>in) <person> <flat> => on
\b<put> (?:it|them|<frame> <lain>) (?P<x>in) <person> <flat> => on
\b(?P<x>in) the (?:first|last|next|same|second|third|previous|following) page\b => on
# at 20 June; on 2015; in five o'clock; in holiday
\b(?P<x>in|at) (?:the )?(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? <month>\b|<month> \d{1,2}(?:st|nd|rd|th)?(?=[.,;!?]|\Z| at\b)) => on
\b(?P<x>on) (?:<month>|(?:19|20)\d\d)<so> => in
\b(?P<x>in|on) (?:\d{1,2}(?::\d\d)?|<count>|one) ?(?:o'clock|am|pm|a\.m|p\.m)\b => at
\b(?:am|is|are|was|were|been|go|goes|going|went|gone|while) (?P<x>in|at) (?:holiday|vacation)<so> => on
\b<watch> (?:(?:it|this|that|something|a lot|a film|a movie|the news|films|movies|her|him) )?(?P<x>in) <screen>(?![\w'-]) => on
\b<reach> (?:(?:me|us|him|her|them) )?(?P<x>in|per) <wire>(?=[.,!?]|\Z| (?:or|and|at|before|until)\b) => by
\b(?P<x>in) the weekend<so> => at
\b<often> (?P<x>in) (?:day|week|month|year)(?=[.,;!?]|\Z| (?:and|but|because|for|with|to|in|at)\b) => a
\b<turn> (?:it |them )?(?P<x>in to) (?:a|an|the|my|your|our|its|\d|two|three|english)\b => into
# responsible of; consists from; similar with; suffer of; waiting you
\bresponsible (?P<x>of|from) (?:<frame>|this|that|all|it)\b => for
\bconsist(?:s|ed|ing)? (?P<x>from)\b => of
\bsimilar (?P<x>with) (?:<frame>|mine|yours|a|an)\b => to
\bsuffer(?:s|ed|ing)? (?P<x>of|under) (?!<frame>)[a-z]+ => from
\bparticipat(?:e|es|ed|ing) (?P<x>to|at) => in
\bwait(?:s|ed|ing)? (?P<x>(?P<form>me|him|them|us|you|your (?:answer|reply)|the (?:bus|train|result)))\b => for \g<form>
# over are fence; they our late
\b(?:over|for|from|in|at|on|near|behind|under) (?P<x>are) <owned>(?! (?:and|enough)\b) => our
<start>(?:we|they|there) (?P<x>our) <heading> => are
"""
LACKING = r"""
# works as nurse in; I am working here since two years; I live here since 2015
\b(?:work|works|worked|working|job|hired|started|employed) as (?P<x>(?P<form><job>))<end> => a \g<form>
\b(?:work|works|worked|working|job|hired|started|employed) as (?P<x>(?P<form><post>))<end> => an \g<form>
\bi (?P<x>am) <still><learner> [^.,;:!?]{0,40}\b(?=<began>|for <count> (?:months|years)\b) => have been
\b(?:he|she) (?P<x>is) <still><learner> [^.,;:!?]{0,40}\b(?=<began>|for <count> (?:months|years)\b) => has been
\b(?:we|they|you) (?P<x>are) <still><learner> [^.,;:!?]{0,40}\b(?=<began>|for <count> (?:months|years)\b) => have been
<start>(?:i|we|they) (?P<x>(?P<form>work|learn|play)) [^.,;:!?]{0,40}\b(?=<began>) => have \g<form>ed
<start>(?:i|we|they) (?P<x>live) [^.,;:!?]{0,40}\b(?=<began>) => have lived
# if you any questions; I very happy to; she tired today
\bif (?P<x>(?P<form>you|they)) any (?:<vague>|[a-z]+s)\b => \g<form> have
\bif (?P<x>(?P<form>you|they)) <vague>(?=[.,!?]| (?:about|with|please|you|don't|do|regarding|on|or)\b) => \g<form> have
<start>(?P<x>(?P<form>i)) (?:also )?<glad><glads> => \g<form> am
<start>(?P<x>(?P<form>he|she)) (?:also )?<glad><glads> => \g<form> is
<start>(?P<x>(?P<form>we|they)) (?:also )?<glad><glads> => \g<form> are
# the weather is more better there; it is truth that; I like to talking; can to imagine
\b(?P<x>more (?P<form><softer>))(?= (?:here|there|now|in|for|and|because|at|today|to|if|when|with)\b) => \g<form>
\bit(?: is|'s| was) (?P<x>truth) that\b => true
\bit(?: is|'s| was) (?:(?:very|so|also|really) )?(?P<x>(?P<form>importan)ce) (?:to|that|for)\b => \g<form>t
\b(?:is|are|was|were) (?:very|so|too|really) (?P<x>(?P<form>differen|importan|patien|silen|intelligen)ce) => \g<form>t
\b(?:i am|i'm|(?:he|she) is|(?:we|they|you) are|i was|are you) (?:(?:very|really|also|so) )?(?P<x>interesting) in\b => interested
# more easy than; more big than
\b(?P<x>more (?P<form>cheap|cold|fast|hard|high|long|old|quick|short|slow|small|strong|tall|young)) <beside> => \g<form>er
\b(?P<x>more (?P<form>nice|large|late|wide|safe)) <beside> => \g<form>r
\b(?P<x>more (?P<form>eas|happ|heav|earl|prett|bus|dirt|nois|laz|luck)y) <beside> => \g<form>ier
\b(?P<x>more (?P<form>bi(?P<last>g)|ho(?P<end>t))) <beside> => \g<form>\g<last>\g<end>er
\b(?:is|are|was|were|be|much|even) (?P<x>more good) <beside> => better
\b(?:is|are|was|were|be|much|even) (?P<x>more bad) <beside> => worse
# much more cheaper; every people; everything what he had; he was very rudely
\b(?:much|even|far|is|are|was|were|became?|gets?|got) (?P<x>more (?P<form><softer>))\b => \g<form>
\b(?P<x>every people) (?:has|have|is|are|can|should|needs?|wants?|knows?|in) => everyone
\b(?:(?:every|some|any|no)thing|all|the (?:only|best) thing) (?P<x>what) (?:i|you|we|they|he|she|it|is|was|<frame>)\b => that
\b(?:is|was|are|were|am) (?:very|so|too|really) (?P<x>(?P<form><quick>)ly)<stop> => \g<form>
# I writing to ask
<opened>(?P<x>(?P<form>i)) <taking><onto> => \g<form> am
<opened>(?P<x>(?P<form>he|she)) <taking><onto> => \g<form> is
<opened>(?P<x>(?P<form>we|they)) <taking><onto> => \g<form> are
# both proposal were
<start>(?:both|many|several|few) (?P<x>(?P<form><single>)) (?:are|were|have)\b => \g<form>s
"""
WARES = r"""
# three sons's
\b(?!(?:lens|news|gas|bias|canvas|atlas|chaos|christmas)')(?P<x>(?P<form>(?-i:[a-z]+[^\Wsuie\d_]s))'s)(?![\w]) => \g<form>
# Apple's and pears; potato's for sale; we bought some onion's
<of>\b(?P<x>(?P<form><wares>)'s)<sold> => \g<form>s
<of>\b(?P<x>(?P<form>potato|tomato|mango|sandwich|peach|radish)(?:e?'s))<sold> => \g<form>es
"""
NAMES = r"""
# our french teacher
(?P<x><tongue>)(?![\w'/-])(?! <dish>)
"""
"""one a line, as in ``agreement``; x is the word that may be wrong, or that something is missing behind"""
