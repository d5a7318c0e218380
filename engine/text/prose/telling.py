"""The tense of a story: where nearly all that happens is past, a verb that is not may have slipped out of it. As in
``suspicions``, a model must like the other form better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from engine.text.kinds.inflection import PAST, third
from engine.text.prose.agreement import PARTS, compiled
from engine.text.prose.usage import KNOWN, REGULAR, past

LEAST, TIMES = 3, 4
"""verbs of the past that make a story, and how many times as many they must be as those of the present"""
VERBS = [
    base
    for base in (*KNOWN, "come", "become", "run", *REGULAR)
    if base not in ("lead", "mean", "need", "order", "plan", "change", "use")
]
LASTING = frozenset("say think know believe live love like hate hope want remember own".split())
"""what often still is so, whatever the tense around: "my aunt was poor; she says that nobody minded" """
OWN = {
    "base": f"(?P<x>{'|'.join(VERBS)})(?![\\w'-])",
    "ends": f"(?P<x>{'|'.join(map(third, VERBS))})(?![\\w'-])",
    "slips": f"(?P<x>{'|'.join(third(base) for base in VERBS if base not in LASTING)})(?![\\w'-])",
    "went": f"(?:{'|'.join(PAST)}|[a-z]{{2,}}ed)",
    "onto": r"(?=,? (?:at|in|on|to|from|with|by|for|into|about|after|over|under|through|near|without|like|the|a|an|my|your|his|"
    r"her|its|our|their|this|that|me|him|them|you|it|very|always|again|home|here|there|away|up|down|out|off|back|and|but|how|what)\b|[.!?])",
    "noun": r"(?!(?:and|or|of|in|on|at|to|that|which|who|was|were|had|did|is|are|has)\b)[a-z]+[^\Ws]",
    "one": r"(?:he|she|it|<name>|(?:a|an|the|my|his|her|our|their|this|that|one) <word><noun>)",
    "opened": r"(?:<start>|\b(?:and|but|so|then|until|while|where|suddenly|finally|later) )",
    "doer": r"(?:i|we|you|they|he|she|it|<name>|(?:the|my|his|her|our|their) <word>[a-z]+)",
    "free": r"(?!(?:to|can|could|will|would|should|must|may|might|lets?|makes?|made|helps?|helped|sees?|saw|hears?|heard|watched|"
    r"felt|do|did|didn't|not|that|which|who|what|whether|if|because|how)\b)[a-z']+",
}  # fmt: skip
RULES = {
    "Tense": r"""
# a girl come up to him; he sat on the bench and look at the sea
<opened><one> <never><base><onto>
\b<doer> <never><went> (?:<free> ){0,6}and <base><onto>
""",
    "Drift": r"""
# then he goes to the door; they take a bag; he opened it and takes a book
<opened><one> <never><slips><onto>
<opened>(?:i|we|they) <never><base><onto>
\b<doer> <never><went> (?:<free> ){0,6}and <slips><onto>
""",
}
"""by kind, a rule a line; x is the verb"""
TENSES = r"""
\b(?:was|were|had|did|didn't|wasn't|weren't|hadn't|<went>)(?![\w'])
\b(?:is|are|am|has|does|do|don't|doesn't|isn't|aren't|can|will|i'm|it's|that's|there's|we're|they're|<ends>)(?![\w'])
"""
"""what is past, and what is not"""
SAID = re.compile(r'"[^"]*+"')


def told(plain: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind, form) of verbs of a text with straight quotes that may have slipped out of its tense."""
    story = SAID.sub(lambda said: '"' * len(said[0]), plain)
    pasts, presents = (sum(1 for _ in tense.finditer(story)) for tense in _compiled(TENSES))
    if pasts < LEAST or pasts < TIMES * presents:
        return
    for kind, rules in RULES.items():
        for rule in _compiled(rules):
            for found in rule.finditer(story):
                yield *found.span("x"), kind, past(found["x"])


@cache
def _compiled(rules: str) -> tuple[re.Pattern[str], ...]:
    return tuple(rule for rule, _ in compiled(rules, PARTS | OWN))
