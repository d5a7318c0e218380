"""Weak spots of a text as it stands: words that do not fit from both sides, and what would fit better.

One pass of a denoiser on the text itself says how likely each word is and what else could stand there; words near to it are
proposed too. Where the denoiser has a causal reader, that one judges the most promising proposals by the text on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from engine.denoising.denoiser import Denoiser
from engine.edits.proofreading.changes import Change, proposals
from engine.edits.proofreading.dictionary import MARKS, Dictionary, begins
from engine.edits.proofreading.passages import Passage, passages, weighed
from engine.errors import UnsupportedModel
from engine.judging.window_judge import TriedEdit, WindowJudge
from engine.text.prose.english import ARTICLE, MISSPELT
from engine.text.spans import Span

MARGINS = {
    "near": 7.5, "confused": 2.5, "misspelt": 6.0, "rare": 16.0, "split": 3.0, "twice": 4.0, "case": 7.0, "mark": 11.0,
    "more": 8.0, "agreement": 3.6, "ending": 5.2, "stripped": 7.5, "apostrophe": 0.0,
}  # fmt: skip
"""nats that a change must be better by, as it is related to what stands (chosen on training text). Another word altogether, or a
word less, is not proposed: nearly always it would mean something else."""
CONFIRMED = {
    "Spelling": -2.0, "Typo": -2.0, "Punctuation": -6.0, "Number": 1.5, "Genitive": 1.0, "Tense": 1.5,
    "Negation": -1.5, "Quantity": 1.0, "Confused": 1.0, "Adverb": -1.5, "Preposition": 0.0, "Conjunction": 0.0,
    "Pronoun": 0.5, "Capital": 0.5, "Form": 0.0, "Phrase": 0.5, "Lacking": 0.5, "Wares": 0.0, "Space": -6.0, "Joined": 0.5,
    "Name": -6.0, "Bare": 1.0,
    "Drift": 3.0, "Person": -1.0}  # fmt: skip
"""the same, by the judge alone, where a rule says that what stands is wrong; for other rules VETO. Of what is only suspected it
must like the other form better"""
VETO = -4.0
CERTAIN = frozenset(("Agreement", ARTICLE, MISSPELT))
"""kinds of rules that know what is meant: where the judge leaves it, nothing else stands there"""
UNKNOWN = -2.0
"""the denoiser's nats for a change that it has no room for"""
LEAST = -4.0
"""the least that its nats count: it has not seen every mistake"""
JUDGED, RULED, EACH = 20, 60, 4
"""changes of a passage that are judged, the most promising: of all, with those of rules behind them, and of one word"""
PROMISE = 1.0
"""nats that a change must promise before the text behind it is read"""
LENT = {"rule": 1000.0, "twice": 1000.0, "confused": 6.0, "apostrophe": 6.0, "split": 6.0}
"""nats that some changes are lent then: mistakes that only the text behind shows"""
SURE = 0.9
"""probability from which on a change is proposed where nobody judges it"""


@dataclass(frozen=True, slots=True)
class Spot:
    """Words that could be better. ``start`` and ``end`` are code points of the text."""

    start: int
    end: int
    old: str
    new: str
    probability: float
    """of what stands, in its context on both sides: of its least likely token"""
    better: float
    """nats by which the suggestion is better, by all that weigh it"""
    rule: str = ""
    """kind of the rule that the old words break; "" where only the models say so"""
    begins: bool = False
    """whether a sentence begins with them"""


def check(
    denoiser: Denoiser,
    text: str,
    span: Span,
    *,
    within: Sequence[Span] | None = None,
    known: Collection[str] = (),
    should_stop: Callable[[], bool] = lambda: False,
) -> list[Spot]:
    """Weak spots of a span of ``text``, in order.

    Args:
        within: only what lies in one of these is changed; by default all of the span.
        known: words, and phrases as they stand, that are right.
        should_stop: asked between forward passes; what was found so far is returned.

    Raises InvalidRequest; UnsupportedModel where the model cannot weigh words that stand.
    """
    found: list[Spot] = []
    dictionary = Dictionary(known)
    for part in read_in(denoiser, text, span):
        if should_stop():
            break
        found += checked(denoiser, text, part, within=within, dictionary=dictionary, should_stop=should_stop)[0]
    return found


def read_in(denoiser: Denoiser, text: str, span: Span) -> Iterator[Span]:
    """The passages in which a span is weighed. Raises InvalidRequest; UnsupportedModel."""
    if not denoiser.revises:
        raise UnsupportedModel(
            f"{denoiser.name} cannot weigh words that stand; use a model that can, as the embedded one"
        )
    return passages(denoiser, text, span)


def checked(
    denoiser: Denoiser,
    text: str,
    part: Span,
    *,
    within: Sequence[Span] | None,
    dictionary: Dictionary,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[list[Spot], int]:
    """(weak spots of one passage, forward passes that it took)."""
    passage = Passage.of(denoiser, text, part)
    log_p, nfe = weighed(denoiser, passage)
    right = dictionary.places(text, part.start, part.end) if dictionary else []

    def usable(first: int, last: int) -> bool:
        start, end = passage.place(first, last)
        if any(a < end and start < b for a, b in right):
            return False
        words = text[start:end]
        start, end = start + len(words) - len(words.lstrip(MARKS)), start + len(words.rstrip(MARKS))
        return within is None or any(one.start <= start and end <= one.end for one in within)

    changes = proposals(denoiser, passage, log_p, usable)
    if should_stop():
        return [], nfe
    kept, read = _judged(denoiser, passage, changes)
    return list(_spots(text, passage, log_p, kept)), nfe + read


def heat(
    denoiser: Denoiser, text: str, span: Span, *, should_stop: Callable[[], bool] = lambda: False
) -> list[tuple[int, int, float]]:
    """(start, end, probability) of every word of a span: how likely it is in its context on both sides, by one pass of the
    denoiser. Errors as for ``check``."""
    found: list[tuple[int, int, float]] = []
    for part in read_in(denoiser, text, span):
        if should_stop():
            break
        passage = Passage.of(denoiser, text, part)
        log_p, _ = weighed(denoiser, passage)
        words = range(len(passage.words))
        found += [(*passage.place(at, at + 1), _probability(passage, log_p, at, at + 1)) for at in words]
    return found


def _judged(denoiser: Denoiser, passage: Passage, changes: list[Change]) -> tuple[list[tuple[Change, float]], int]:
    """(the changes that are good enough, with the nats they are better by; those that overlap: the best; forward passes)."""
    causal: Any = getattr(denoiser, "causal", None)
    if causal is None:
        return _apart([(change, change.ratio or 0.0) for change in changes if _told(change) or change.sure >= SURE]), 0
    changes = [change for change in changes if change.rule or change.kind in MARGINS]
    starts = [0]
    for word in passage.tokens:
        starts.append(starts[-1] + len(word))
    before, after = causal.before(passage.context.segments[0]), passage.context.segments[1]
    own = [token for word in passage.tokens for token in word]
    reader = causal.reader.session()
    judge = WindowJudge(reader, before, own, after)
    edits = [(starts[c.first], starts[c.last], tuple(denoiser.tokenizer.encode(c.text))) for c in changes]
    promising: list[tuple[Change, TriedEdit]] = []
    each = dict.fromkeys(range(len(passage.words)), EACH)
    rows = [(change, row) for change, row in zip(changes, judge.rows(edits), strict=True) if row is not None]
    for change, row in sorted(rows, key=lambda pair: -_promise(*pair)):
        room = len(promising) < (RULED if change.rule else JUDGED)
        if _promise(change, row) >= PROMISE and each[change.first] and room:
            each[change.first] -= 1
            promising.append((change, row))
    gains = judge.gains([row for _, row in promising])
    scored = [
        (change, gain + (0.0 if change.rule else _liking(change)))
        for (change, _), gain in zip(promising, gains, strict=True)
    ]
    return _apart([(change, better) for change, better in scored if better >= _bound(change)]), reader.nfe


def _told(change: Change) -> bool:
    """Whether a rule says that what stands is wrong, and does not only suspect it."""
    return bool(change.rule) and _bound(change) <= 0


def _bound(change: Change) -> float:
    """Nats that a change must be better by. Between wrong words a right one is no likelier, so a rule needs little support, and
    what is no word without its apostrophe still less: who leaves out one leaves out more, and a judge takes that for a habit."""
    if change.rule == "Spelling" and change.kind == "apostrophe":
        return CONFIRMED["Punctuation"]
    return CONFIRMED.get(change.rule, VETO) if change.rule else MARGINS[change.kind]


def _promise(change: Change, row: TriedEdit) -> float:
    """What is known of a change before the text behind it is read, in nats."""
    return row.left + _liking(change) + (LENT["rule"] if change.rule else LENT.get(change.kind, 0.0))


def _liking(change: Change) -> float:
    return UNKNOWN if change.ratio is None else max(LEAST, change.ratio)


def _weight(change: Change, better: float) -> float:
    """Nats by which changes are compared: what the denoiser says of one counts where a rule proposes it, too."""
    return better + max(0.0, _liking(change)) if change.rule else better


def _apart(scored: list[tuple[Change, float]]) -> list[tuple[Change, float]]:
    """Of changes that overlap the best, in order; before them those of which a rule knows what is meant."""
    kept: list[tuple[Change, float]] = []
    for change, better in sorted(scored, key=lambda pair: (pair[0].rule not in CERTAIN, -_weight(*pair))):
        if all(change.last <= other.first or other.last <= change.first for other, _ in kept):
            kept.append((change, better))
    return sorted(kept, key=lambda pair: pair[0].first)


def _spots(text: str, passage: Passage, log_p: Tensor, kept: list[tuple[Change, float]]) -> Iterator[Spot]:
    for change, better in kept:
        start, end = passage.place(change.first, change.last)
        old, new = text[start:end], change.text.strip()
        while min(len(old), len(new)) > 1 and old[-1] == new[-1] and not old[-1].isalnum():  # punctuation stays
            old, new, end = old[:-1], new[:-1], end - 1
        while min(len(old), len(new)) > 1 and old[0] == new[0] and not old[0].isalnum():
            old, new, start = old[1:], new[1:], start + 1
        stood = _probability(passage, log_p, change.first, change.last)
        yield Spot(start, end, old, new, stood, better, change.rule, begins(text, start))


def _probability(passage: Passage, log_p: Tensor, first: int, last: int) -> float:
    """Of the least likely token of words [first, last), where it stands."""
    start, end = passage.body(first, last)
    slots = [at for at in range(start, end) if passage.slots[at] in passage.tokens[passage.owner[at]]]
    return min(float(log_p[at, passage.slots[at]].exp()) for at in slots)
