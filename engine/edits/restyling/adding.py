"""Words that can be put in: by infilling where code has room, and phrases of the style's file before and behind a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import torch

from engine.denoising.denoiser import Conditions
from engine.diffusion.canvas import Canvas
from engine.edits.restyling.site import Site
from engine.edits.restyling.weighing import Weighing
from engine.text.context import Context, Gap

GREETING = re.compile(
    r"(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|thanks?|welcome|greetings)\b", re.IGNORECASE
)
"""how a text begins that has an opening already"""
UNADDRESSED = re.compile(
    r"\bin this (?:report|study|paper|article|essay|chapter)\b|"
    r"\b(?:shall|herein|hereby|hereof|thereof|hereunder)\b|^#{1,6} |^(?:present|attendees|apologies|minutes|agenda)\b[^.\n]*:|"
    r"^```|^\||^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
"""what a contract, a report, a document with headings, minutes, lists, code and tables have: nobody is greeted in them"""
TO = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)
YOU = re.compile(r"(?:\A|[.!?]\s)\s*your?\b", re.IGNORECASE)
"""whom a sentence is about. "Heat the oven, so that you can start" is a recipe, which greets nobody"""
ASKS = re.compile(r"\b(?:please|thanks?|let['’]s)\b|\?", re.IGNORECASE)
FROM = re.compile(r"\b(?:i|me|my|we|us|our)\b", re.IGNORECASE)
OF_OTHERS = re.compile(r"\b(?:he|him|his|she|her)\b", re.IGNORECASE)
TOLD = re.compile(
    r"\blast (?:year|month|week|spring|summer|autumn|winter|night)\b|"
    r"\b(?:i|we|it|they) (?:\w{1,12}ly )?(?:was|were|did|didn['’]t|had|went|bought|took|came|got|saw|made|said|\w{2,14}ed)\b",
    re.IGNORECASE,
)
"""what tells of something"""
TELLING = 2
"""times that makes a story, or a report"""
QUOTED = re.compile(r"[\"“][^\"“”\n]*+[\"”]")
"""A text is said to somebody whom it names, or by somebody who does not tell of others: that is a story. News have neither,
and what people say in a text is not said to its reader."""
ANYTHING = "This is what I wanted to say."
"""a text that tells nothing"""


def drawn(weighing: Weighing, before: str, behind: str, slots: int):  # type: ignore[no-untyped-def]
    """Fills of a gap in the span, the best first: drawn left to right, judged by the text behind."""
    prefix = weighing.before + before
    lead = prefix.endswith(" ")
    segments = (weighing.encode_before(prefix), weighing.encode((behind + weighing.after)[:200]))
    context = Context(segments, (Gap(slots, max(1, slots * 2 // 3), leading_space=lead or behind[:1] in " .,!?;"),))
    conditioned = weighing.causal.condition(context, Conditions(seed=weighing.seed))
    noisy = torch.ones(1, slots, dtype=torch.bool)
    for draft in conditioned.draft(Canvas(torch.full((1, slots), weighing.causal.mask_id), noisy, ~noisy)):
        if draft.phase == "draft":
            yield None
    weighing.others += conditioned.nfe
    decode, null = weighing.causal.tokenizer.decode, weighing.causal.null_id
    return [decode([i for i in fill if i != null]) for fill, _ in conditioned.particles()]


def around(weighing: Weighing) -> Iterator[Site | None]:
    """An opening before the text or a closing behind it, of those in the file: what fits best is put in, whatever it takes."""
    sites = []
    for site in (_opening(weighing), _closing(weighing)):
        if site is not None:
            scores = yield from weighing.score(site)
            usual = yield from _usual(weighing, site)
            better = tuple(s - weighing.style.per_token * n - u for s, (u, n) in zip(scores, usual, strict=True))
            sites.append(replace(site, scores=better, forced=True))
    if sites:
        yield max(sites, key=lambda site: max(site.scores or (0.0,)))


def _usual(weighing: Weighing, site: Site):  # type: ignore[no-untyped-def]
    """(log p, tokens) of phrases where nothing speaks for them: a phrase that is likely anywhere fits this text no better."""
    head = (weighing.causal.tokenizer.bos_id, *weighing.encode("\n" + ANYTHING if site.places[0][0] else "\n"))
    phrases = [phrase.rstrip(" ") for phrase in site.options]
    found = yield from weighing.rows(weighing.aside, head, phrases)
    return found


def _opening(weighing: Weighing) -> Site | None:
    source, style = weighing.source, weighing.style
    openings = tuple(o for o in style.openings if o.split()[0].strip("!,.") not in source.split(" ")[:3])
    if (
        not openings
        or not _spoken(source)
        or weighing.before.strip()
        or GREETING.match(source)
        or not weighing.paragraph(0)
    ):
        return None
    return Site(((0, 0),), openings, (style.worth,) * len(openings))


def _spoken(source: str) -> bool:
    """Whether a text is said to somebody."""
    if UNADDRESSED.search(source):
        return False
    said = QUOTED.sub("", source)
    if FROM.search(said):
        telling = OF_OTHERS.search(said) is not None or len(TOLD.findall(said)) >= TELLING
        return bool(TO.search(said) or ASKS.search(said)) or not telling
    return ASKS.search(said) is not None or YOU.search(said) is not None


def _closing(weighing: Weighing) -> Site | None:
    source, style = weighing.source, weighing.style
    closings = tuple(c for c in style.closings if c.strip() not in source)
    at = len(source)
    if (
        not closings
        or not _spoken(source)
        or source[-1] not in ".!?"
        or weighing.after.strip(" ")[:1] not in ("", "\n")
        or not weighing.paragraph(at)
    ):
        return None
    return Site(((at, at),), closings, (style.worth,) * len(closings))
