"""Changes of words that a passage might need: what a denoiser would write instead, and words near to those that stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from torch import Tensor

from engine.denoising.denoiser import Denoiser
from engine.diffusion.groups import groups
from engine.edits.proofreading.dictionary import LETTERS, capital, left_small
from engine.edits.proofreading.passages import Passage
from engine.text.near_words import SMALL, NearWords, near_words, slip
from engine.text.prose.choices import either, meant
from engine.text.prose.english import UNKNOWN, Finding, findings, spelt_right
from engine.text.prose.spellings import APART
from engine.text.prose.suspicions import suspected
from engine.text.slots import over, words_of

SUSPICION = 0.1
"""geometric mean of the probabilities of neighbouring new tokens from which on the denoiser's change is looked at"""
OTHERS = 3
"""of the denoiser's next best tokens for a slot"""
UNSURE = 0.02
"""probability from which on one of those is looked at"""
ROUND = 4
"""characters around a word, punctuation and white space, up to which it is taken for a word of prose"""
NAME = re.compile(r"[/\\_@=<>{}|~`#$*^\d]|\w[.:]\w")
"""what only addresses, paths, numbers and names of code have: they are left alone, and none is made"""
DOUBLED = re.compile(
    r"\b(?:(had|do|very|so|no|really|many|long) \1\b|that that (?!(?:i|he|she|it|we|you|they|the|a|an|this|that|there)\b))",
    re.IGNORECASE,
)
"""words that stand twice in correct sentences: "what she said that that evening had meant" """
HEADING = re.compile(r"#{1,6}\s")
APOSTROPHE = re.compile("['’]")


@dataclass(frozen=True, slots=True)
class Change:
    """Words [first, last) of a passage become ``text`` (white space before them included)."""

    first: int
    last: int
    text: str
    kind: str
    """how new and old are related, see ``relation`` """
    ratio: float | None
    """nats per changed slot by which the denoiser likes it better; None where it has no room for it"""
    sure: float = 0.0
    """geometric mean of the probabilities that the denoiser gives it; 0 where it did not propose it"""
    rule: str = ""
    """kind of the rule that what stands breaks, "" where none is known"""


def proposals(denoiser: Denoiser, passage: Passage, log_p: Tensor, usable: Callable[[int, int], bool]) -> list[Change]:
    """Every change that is worth a look, each once. ``usable`` says whether words [first, last) may be changed."""
    found: dict[tuple[int, int, str], Change] = {}
    near = near_words(denoiser.tokenizer)
    makers = (
        _ruled(denoiser, passage, log_p),
        _written(denoiser, passage, log_p),
        _twice(denoiser, passage, log_p),
        _near(denoiser, passage, log_p),
    )
    for change in (change for maker in makers for change in maker):
        old, ahead = "".join(passage.words[change.first : change.last]), passage.words[: change.first][-1:]
        name = change.kind in ("misspelt", "rare", "split") and named("".join(ahead), old)
        spaced = "".join(old.split()) == "".join(change.text.split())
        parts = LETTERS.findall(change.text)
        same = spaced and parts == LETTERS.findall(old)
        if change.rule == "Space":
            same = False
        elif (
            spaced and change.rule in UNKNOWN
        ):  # "underway", "high school": where the dictionary has one of the two only
            same = same or len(parts) <= len(LETTERS.findall(old)) or not all(part in near for part in parts)
        lines = "\n" in old.strip() or "\n" in change.text.strip()
        if (
            not same
            and not lines
            and not NAME.search(old + " " + change.text)
            and change.text.strip()
            and not APART.search(change.text)
            and not (name and not change.rule)
            and not meant("".join(passage.words), at := len(_until(passage, change.first)), at + len(old), change.text)
            and not (
                change.kind == "agreement" and change.rule in ("", "Number") and either(_until(passage, change.first))
            )
            and not (
                change.kind == "twice" and DOUBLED.match("".join(passage.words[change.first : change.last + 1]).strip())
            )
            and not (change.kind == "case" and not change.rule and heading("".join(passage.words), at))
            and usable(change.first, change.last)
        ):
            found.setdefault((change.first, change.last, change.text), change)
    return list(found.values())


def _until(passage: Passage, word: int) -> str:
    return "".join(passage.words[:word])


def named(before: str, word: str) -> bool:
    """Whether a word is written like a name: with a capital though no sentence begins with it. ``before``: what stands there."""
    behind = before.rstrip("\"'”’)]")
    return word.lstrip(" \n\t\"'“‘([")[:1].isupper() and behind[-1:] not in ("", *".!?:") and "\n" not in word


def heading(text: str, at: int) -> bool:
    """Whether a character stands in a heading: there capitals are a matter of style."""
    line = text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0].strip()
    alone = line in (part.strip() for part in text.split("\n\n"))
    return HEADING.match(line) is not None or line[-1:].isalnum() and alone


def relation(near: NearWords, old: str, new: str) -> str:
    """How a change is related to what stood there.

    "mark", "case" or "apostrophe": the same words otherwise; "confused" and "near": a word that is easily taken for the other;
    "agreement", "ending" and "stripped": the same word in another number or person, with an ending or without; "misspelt": a
    near word where nothing has the old one, "rare": where only a dictionary has it; "split": two words that stood together;
    "twice"; "more": a word of grammar is put in; "other".
    """
    before, after = LETTERS.findall(old), LETTERS.findall(new)
    if [word.lower() for word in before] == [word.lower() for word in after]:
        if new.rstrip(",.;:!?").endswith(("s'", "s’")) and bare(old.strip()) == bare(new.strip()):
            return "apostrophe"  # of several: "my parents' house"
        return "mark" if before == after else "case"
    if len(before) == len(after) == 1:
        if bare(before[0]) == bare(after[0]):
            return "apostrophe"
        if near.sounds(before[0], after[0]):
            return "confused"
        if near.agree(before[0], after[0]):
            return "agreement"
        if near.ends(before[0], after[0]):
            return "ending" if len(after[0]) > len(before[0]) else "stripped"
        if not near.close(before[0], after[0]):
            return "other"
        short, long = sorted((before[0].lower(), after[0].lower()), key=len)
        if long == f"a{short}" and spelt_right(short) and spelt_right(long):
            return "rare"  # "anew" and "new", "aside" and "side": no slip makes one of the other
        if before[0] in near or spelt_right(before[0]):
            return "near" if before[0] in near else "rare"
        return "misspelt" if after[0] in near or spelt_right(after[0]) else "other"
    if len(before) == 1 and len(after) == 2 and "".join(after) == before[0]:
        return "other" if before[0] in near or spelt_right(before[0]) else "split"
    if len(before) == 2 and len(after) == 1 and before[0].lower() == before[1].lower() == after[0].lower():
        return "twice"
    for word in {*after} - {*before}:
        if word.lower() in SMALL and "".join(new.split()).replace(word, "", 1) == "".join(old.split()):
            return "more"
    return "other"


def slipped(old: str, new: str) -> bool:
    """Whether a word that no dictionary has is a slip of the finger from another; with a capital it is taken for a name, and a
    hyphen more or less is a matter of style."""
    if not old[:1].islower() or not old.isascii() or old.replace("-", "") == new.lower().replace("-", ""):
        return False
    return slip(old, new.lower()) or bare(old) == bare(new)


def bare(word: str) -> str:
    """The letters of a word without its apostrophes."""
    return APOSTROPHE.sub("", word).lower()


def _written(denoiser: Denoiser, passage: Passage, log_p: Tensor) -> Iterator[Change]:
    """What the denoiser would write: neighbouring slots together, and next best tokens one by one."""
    best, ids = log_p.max(-1)
    standing = ids.new_tensor(passage.slots)
    for _, start, end in groups((ids != standing)[None]):
        sure = float(best[start:end].mean().exp())
        if sure >= SUSPICION:
            yield from _rewritten(denoiser, passage, log_p, start, ids[start:end].tolist(), sure)
    values, tokens = log_p.topk(OTHERS, -1)
    likely = (values.exp() >= UNSURE) & (tokens != standing[:, None])
    for slot, rank in likely.nonzero().tolist():
        sure = float(values[slot, rank].exp())
        yield from _rewritten(denoiser, passage, log_p, slot, [int(tokens[slot, rank])], sure)


def _ruled(denoiser: Denoiser, passage: Passage, log_p: Tensor) -> Iterator[Change]:
    """What rules of spelling and grammar say of the passage."""
    text, ends = "".join(passage.words), list(accumulate(map(len, passage.words)))
    doubted = [Finding(*each) for each in suspected(text)]
    # "last week he give" is not "gives", and "he loose his way" not "looses".
    timed = {(one.start, one.end) for one in doubted if one.kind in ("Tense", "Confused")}
    known = [one for one in findings(text) if one.kind != "Agreement" or (one.start, one.end) not in timed]
    for found in [*known, *doubted]:
        first, last = bisect_right(ends, found.start), bisect_left(ends, found.end) + 1
        start, end = ends[first] - len(passage.words[first]), ends[last - 1]
        slips = {option for option in found.options if slipped(text[found.start : found.end], option)}
        name = capital(text, found)
        if left_small(text, found):
            continue
        for option in found.options:
            new = text[start : found.start] + option + text[found.end : end]
            if not option and last < len(passage.words) and not new.strip():
                continue
            ratio = _ratio(denoiser, passage, log_p, first, last, new)
            for change in _change(denoiser, passage, first, last, new, ratio):
                if option == name:
                    yield replace(change, rule="Name")
                elif found.kind != "Spelling" or option in slips:
                    yield replace(change, rule=found.kind)
                elif not slips:  # too far for a slip: a proposal like others
                    yield change


def _rewritten(
    denoiser: Denoiser, passage: Passage, log_p: Tensor, start: int, new: list[int], sure: float
) -> Iterator[Change]:
    """The words around slots [start, start + len(new)) with other tokens there."""
    end = start + len(new)
    first, last = passage.owner[start], passage.owner[end - 1] + 1
    begin, behind = passage.body(first, last)
    slots = [*passage.slots[begin:start], *new, *passage.slots[end:behind]]
    text = denoiser.tokenizer.decode([i for i in slots if i != denoiser.null_id])
    if not text.strip() and first:  # a word goes: it is shown with the one before it
        first -= 1
        text = passage.words[first]
    ratio = sum(float(log_p[at, i] - log_p[at, passage.slots[at]]) for at, i in enumerate(new, start)) / len(new)
    yield from _change(denoiser, passage, first, last, text, ratio, sure)


def _twice(denoiser: Denoiser, passage: Passage, log_p: Tensor) -> Iterator[Change]:
    """A word that stands twice: one of the two goes."""
    for at in range(1, len(passage.words)):
        before, word = passage.words[at - 1].strip(), passage.words[at].strip()
        core = LETTERS.match(word)
        if core and before.isalpha() and core[0].lower() == before.lower():
            text = before + word[core.end() :]
            ratio = _ratio(denoiser, passage, log_p, at - 1, at + 1, text)
            yield from _change(denoiser, passage, at - 1, at + 1, text, ratio)


def _near(denoiser: Denoiser, passage: Passage, log_p: Tensor) -> Iterator[Change]:
    """Words near to those that stand."""
    near = near_words(denoiser.tokenizer)
    for at, word in enumerate(passage.words):
        core = LETTERS.search(word)
        if core is None or LETTERS.search(word, core.end()) or len(word) > len(core[0]) + ROUND:
            continue  # more than one word, or not a word of prose
        if len(core[0]) > 1 and not (core[0][1:].islower() or core[0].lower() in ("it's", "they're")):
            continue  # an abbreviation, or a name of code
        parted = near.parted(core[0]) if core[0] not in near and not spelt_right(core[0]) else []
        for other in [*near.of(core[0]), *parted]:
            text = word[: core.start()] + other + word[core.end() :]
            yield from _change(denoiser, passage, at, at + 1, text, _ratio(denoiser, passage, log_p, at, at + 1, text))


def _change(
    denoiser: Denoiser, passage: Passage, first: int, last: int, text: str, ratio: float | None, sure: float = 0.0
) -> Iterator[Change]:
    """The change, if the model can write and read all of it. White space before the words stays."""
    old = "".join(passage.words[first:last])
    tokens = [i for word in passage.tokens[first:last] for i in word]
    if "\ufffd" in text or denoiser.tokenizer.decode(tokens) != old:
        return
    space = old[: len(old) - len(old.lstrip())]
    kind = relation(near_words(denoiser.tokenizer), old, text)
    yield Change(first, last, space + text.strip(), kind, ratio, sure)


def _ratio(denoiser: Denoiser, passage: Passage, log_p: Tensor, first: int, last: int, text: str) -> float | None:
    """How much better the denoiser likes a text on the slots of words, per slot that changes."""
    start, end = passage.body(first, last)
    space = passage.words[first]
    space = space[: len(space) - len(space.lstrip())]
    tokens = [i for word in words_of(space + text.strip()) for i in denoiser.tokenizer.encode(word)]
    start += len(tokens) < end - start  # the room before the words is taken only where it is needed
    old = list(passage.slots[start:end])
    if len(tokens) > len(old):
        return None
    new = over(old, tokens, denoiser.null_id)
    moved = [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if not moved:
        return None
    return sum(float(log_p[start + at, new[at]] - log_p[start + at, old[at]]) for at in moved) / len(moved)
