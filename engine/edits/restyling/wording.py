"""Other words for words: those that the style's file lists, and the model's own for words that are least in the style."""

from __future__ import annotations

import re
from collections.abc import Iterator

import torch

from engine.edits.restyling.sites import FUNCTION, NEGATIONS, WORD, Site, begins, cased, kept, sentences, with_article
from engine.edits.restyling.weighing import Weighing

PROPOSALS = 8
"""of the model for a word"""
LONGEST = 4
"""tokens of a proposal"""
TRUST = 1.5
"""what a nat between a proposal and the word itself, as the model goes on with the pairs, counts against one of the text"""
NEAR = 30
"""characters around a word in which a proposal must not stand already"""
LEAST = -4.0
"""nats below the word itself at which a proposal is no synonym any more, but something else that could be said"""
NOTICED = -0.7
"""nats by which a word must be likelier among the opposite's examples to be noticed"""
PER_SENTENCE = 6


def listed(weighing: Weighing) -> Iterator[Site | None]:
    """Words and phrases of the file, the longest first. No forward pass."""
    words = {re.sub("’", "'", key).lower(): value for key, value in weighing.style.words.items()}
    if not words:
        return
    keys = sorted(words, key=len, reverse=True)
    pattern = "|".join(re.escape(key).replace("'", "['’]").replace(r"\ ", r"\s+") for key in keys)
    # One may begin inside another ("she will not"): the better one is taken.
    for found in re.finditer(rf"(?<![\w'’-])(?=({pattern})(?![\w-]))", weighing.source, re.IGNORECASE):
        old = found[1]
        if old.isupper() and len(old) > 1 and not old.startswith("I"):
            continue  # an abbreviation
        options = words[re.sub(r"\s+", " ", old.replace("’", "'")).lower()]
        yield _site(weighing, found.span(1), options, [weighing.style.worth] * len(options))


def _site(weighing: Weighing, place: tuple[int, int], options: tuple[str, ...], worth: list[float]) -> Site | None:
    """A site whose options keep what must be kept; None where none is left."""
    source, (a, b) = weighing.source, place
    if "" in options:  # a word that goes takes its space along, and hands on its capital
        place, options = _without(source, a, b, options)
        a, b = place
    made = [(cased(option, source[a:b]), w) for option, w in zip(options, worth, strict=True)]
    made = [(o, w) for o, w in made if o != source[a:b] and kept(source, place, o, before=weighing.before)]
    if not made:
        return None
    return with_article(source, Site((place,), tuple(o for o, _ in made), tuple(w for _, w in made)))


def _without(source: str, a: int, b: int, options: tuple[str, ...]) -> tuple[tuple[int, int], tuple[str, ...]]:
    """The place of words that may go, and the options there: commas and spaces around them go too."""
    ahead = re.match(r",?\s+(\w)", source[b:])
    if begins(source, a) and ahead:
        end = b + ahead.end()
        letter = ahead[1].upper()
        return (a, end), tuple(letter if not o else f"{o} {ahead[1]}" for o in options)
    start = len(source[:a].rstrip())
    if start < a and source[start - 1 : start] == "," and source[b : b + 1] == ",":
        return (start - 1, b + 1), tuple(o and f", {o}," for o in options)
    return (start, b), tuple(o and f" {o}" for o in options)


def proposed(weighing: Weighing) -> Iterator[Site | None]:
    """The words that are least in the style, and what the model says in their place as it goes on with the file's pairs."""
    taken = [site.places[0] for site in listed(weighing) if site is not None]
    for start, end in sentences(weighing.source):
        chosen = yield from _noticed(weighing, start, end, taken)
        groups: dict[int, list[tuple[int, int]]] = {}
        for a, b in chosen:
            groups.setdefault(len(_asked(weighing, weighing.source[a:b])), []).append((a, b))
        for places in groups.values():
            yield from _continued(weighing, places)


def _noticed(weighing: Weighing, start: int, end: int, taken: list[tuple[int, int]]):  # type: ignore[no-untyped-def]
    """Ranges of words of a sentence, the least in style first. Two forward passes."""
    source, style = weighing.source, weighing.style
    sentence = weighing.encode("\n" + source[start:end])
    scores = []
    for examples in (style.examples, style.opposite):
        prefix, _ = weighing.among(examples, start)
        prefix = prefix[: len(prefix) - len(weighing.encode("\n"))]
        yield from weighing.read(weighing.aside, prefix[:-1])
        scores.append(weighing.tokens(weighing.aside, prefix, [sentence])[0])
        yield None
    contrast: dict[int, float] = {}
    at = start - 1
    for token, ours, theirs in zip(sentence, *scores, strict=True):
        piece = weighing.causal.tokenizer.pieces[token]
        for i in range(at, at + len(piece)):
            contrast[i] = ours - theirs
        contrast[at + len(piece) - 1] = ours - theirs
        at += len(piece)
    found = []
    for word in WORD.finditer(source, start, end):
        a, b = word.span()
        if any(a < d and c < b for c, d in taken) or not _plain(weighing, word[0], a):
            continue
        pulls = {contrast.get(i, 0.0) for i in range(a, b)}
        found.append((sum(pulls), a, b))
    noticed = [(a, b) for pull, a, b in sorted(found) if pull < NOTICED]
    return (noticed or [(a, b) for _, a, b in sorted(found)[:1]])[:PER_SENTENCE]


def _plain(weighing: Weighing, word: str, at: int) -> bool:
    """Whether it is a word that another may stand for: no name, no small word that holds the sentence together."""
    if len(word) < 3 or word.lower() in FUNCTION or NEGATIONS.fullmatch(word) or not word.isalpha():
        return False
    if word[0].isupper():  # a name, unless a sentence begins here and the model knows the word without a capital
        return begins(weighing.source, at) and word[1:].islower() and len(weighing.encode(" " + word.lower())) == 1
    return word.islower()


def _asked(weighing: Weighing, word: str) -> tuple[int, ...]:
    before, behind = weighing.style.labels
    return weighing.encode(f"\n{before}: {word.lower()}. {behind}:")


def _continued(weighing: Weighing, places: list[tuple[int, int]]) -> Iterator[Site | None]:
    """What the model would write for each of some words (of as many tokens), when it goes on with the pairs."""
    style, reader, source = weighing.style, weighing.aside, weighing.source
    before, behind = style.labels
    shown = "\n".join(f"{before}: {a}. {behind}: {b}." for a, b in style.pairs)
    head = (weighing.causal.tokenizer.bos_id, *weighing.encode(shown))
    yield from weighing.read(reader, head[:-1])
    words = [source[a:b].lower() for a, b in places]
    asked = torch.tensor([(head[-1], *_asked(weighing, word)) for word in words], device=reader.model.device)
    count = len(words) * PROPOSALS
    branch = reader.branch(head[:-1], count)
    log_p = branch.extend(asked.repeat_interleave(PROPOSALS, 0))[:, -1]
    yield None
    top = log_p[::PROPOSALS].topk(PROPOSALS, -1)
    token, score = top.indices.reshape(-1), top.values.reshape(-1).tolist()
    texts, open_ = [""] * count, [True] * count
    pieces = weighing.causal.tokenizer.pieces
    for _ in range(LONGEST):
        for row, i in enumerate(token.tolist()):
            if open_[row]:
                texts[row] += pieces[i]
        log_p = branch.extend(token[:, None])[:, -1]
        yield None
        best = log_p.max(-1)
        for row, (p, i) in enumerate(zip(best.values.tolist(), best.indices.tolist(), strict=True)):
            if open_[row]:
                score[row] += p
                open_[row] = "." not in pieces[i] and "\n" not in pieces[i]
        token = best.indices
        if not any(open_):
            break
    for at, place in enumerate(places):
        mine = range(at * PROPOSALS, (at + 1) * PROPOSALS)
        found = {texts[row].strip().lower(): score[row] for row in mine if not open_[row]}
        itself = found.pop(words[at], -3.0)
        near = set(WORD.findall(source[max(0, place[0] - NEAR) : place[1] + NEAR].lower()))
        likely = {o: s - itself for o, s in found.items() if s - itself > LEAST and not _kin(o, words[at])}
        usable = {
            o: s for o, s in likely.items() if re.fullmatch(r"[a-z]+(?: [a-z]+)?", o) and not near & set(o.split())
        }
        options = tuple(usable)
        site = _site(weighing, place, options, [TRUST * usable[o] - NOTICED for o in options]) if options else None
        yield site


def _kin(word: str, old: str) -> bool:
    """Another form of the same word: what fits there is the form that stands there."""
    root = min(len(word), len(old), max(4, len(old) - 3))
    return word[:root] == old[:root]
