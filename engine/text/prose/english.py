"""What is known of English without a model: whether a text is English, and what rules of spelling and grammar say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock

from harper import Dialect, Lint, Linter, SuggestionKind
from harper import Language as Markup
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from engine.text.boundaries import sentences
from engine.text.prose.agreement import FINITE, forms
from engine.text.prose.blocks import Block, blocks
from engine.text.prose.choices import either, meant
from engine.text.prose.spellings import CHAT, KNOWN, misspelt

CERTAIN = 0.4
"""probability from which on a text is taken for English, or where English is far less likely for another"""
ENGLISH = frozenset(("en", "pcm"))
"""what is checked: Pidgin is what short English may be taken for"""
UNTOLD = "und"
"""what ISO 639 says where nobody can tell"""
UNLIKE = 0.02
"""how much less likely than another language English must be for a text to be that language's"""
AROUND = 400
"""characters before and behind that are asked where a stretch is too short to tell"""
FEW = 160
"""characters of a text that may be mostly names"""
ENGLISH_ONLY = frozenset(
    "the and with from has have his their were would which that teaches lives works wrote says".split()
)
"""small words that tell English where all others are English, too"""
PARTICLES = frozenset("van von der den de del della di da du la le ter ten bin al el dos das".split())
"""small words of names"""
KINDS = frozenset(
    "Agreement BoundaryError Eggcorn Enhancement Grammar Malapropism Miscellaneous Nonstandard Punctuation Repetition "
    "Spelling Typo Usage WordChoice".split()
)
"""of Harper's kinds those that are mistakes; the others are matters of style"""
JOINED = "Joined"
"""the kind of two words that may be one: "every thing", but hardly "the red one" """
MISSPELT = "Misspelt"
"""the kind of what is known to be meant for one word"""
ARTICLE, ARTICLES = "Article", frozenset(("a", "an"))
"""the kind of "a" for "an", and the other way round"""
UNKNOWN = frozenset(("Spelling", "Typo", MISSPELT))
OPENING = frozenset(
    "instead then now today yesterday tomorrow sometimes usually often recently perhaps maybe thus later soon still here "
    "nowadays".split()
)
"""words that open a sentence with a comma or without one"""
MOST = 3
"""suggestions of one rule"""


MISJOINED = re.compile(r"an [^aeiouh\W]|a [aeio]", re.IGNORECASE)
"""an article before a word that has the other"""
STOREYED = re.compile(
    r" the [a-z]+ floor (?!(?:again|and|at|because|but|by|during|for|from|if|in|is|last|now|of|on|or|since|so|that|then|there|"
    r"this|to|today|together|until|was|were|when|where|which|while|who|with|yesterday|i|you|he|she|it|we|they)\b)[a-z]"
)
"""what is in a flat of the first floor is not on it"""
_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"[\"“]([^\"“”\n]{3,60})[\"”]")


@dataclass(frozen=True, slots=True)
class Finding:
    """``start``..``end`` (code points) breaks a rule; ``options`` may stand there."""

    start: int
    end: int
    kind: str
    options: tuple[str, ...]


# ---- which language ------------------------------------------------------------------------------------------------
def language(text: str) -> str:
    """The language of a text (ISO 639-1) where its letters tell it; "" elsewhere."""
    if not any(c.isalpha() for c in text):
        return ""
    ranked = [(code, float(p)) for code, p in _identifier().rank(text)]
    (code, best), english = ranked[0], dict(ranked)["en"]
    if code == "en":
        return code if best >= CERTAIN else ""
    told = english < UNLIKE * best or best >= CERTAIN and english < best / 3
    return code if told and (len(text.split()) > 2 or not text.isascii()) and not _of_names(text) else ""


def _of_names(text: str) -> bool:
    """Whether all that stands between the names of a short text is English: letters of names tell other languages."""
    if len(text) > FEW:
        return False
    words = [word for word in _WORD.findall(text) if word[0].islower() and word not in PARTICLES]
    return not ENGLISH_ONLY.isdisjoint(words) and all(map(spelt_right, words))


def foreign(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """(start, end, language) of the sentences of a stretch that are not English. What is too short to tell is taken for what
    stands
    around it."""
    stretch = text[start:end]
    around = language(stretch) or language(text[max(0, start - AROUND) : end + AROUND]) or _unknown(stretch) or "en"
    spoken = [(start + a, start + b, language(stretch[a:b]) or around) for a, b in sentences(stretch)]
    # Of a text in one language all that is foreign is that: a few words are easily taken for a neighbour of it.
    found = [(a, b, code if around in ENGLISH else around) for a, b, code in spoken if code not in ENGLISH]
    quoted = ((start + one.start(1), start + one.end(1)) for one in _QUOTED.finditer(stretch))
    strange = ((a, b, UNTOLD) for a, b in quoted if _strange(text[a:b]) and not any(c <= a < d for c, d, _ in found))
    return sorted([*found, *strange])


def _strange(text: str) -> bool:
    """Whether some words are mostly none of English: "festina lente" in a sentence."""
    words = _WORD.findall(text)
    return len(words) > 1 and 2 * sum(not spelt_right(word) for word in words) > len(words)


def _unknown(text: str) -> str:
    """UNTOLD for a few words most of which English has not; "" for others."""
    words = len(_WORD.findall(text))
    strange = sum(one.kind in UNKNOWN for one in findings(text))
    english = _identifier().classify(text)[0] == "en" or text.isupper()
    return "" if english or 2 * strange < max(1, words) or _of_names(text) else UNTOLD


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


# ---- rules ---------------------------------------------------------------------------------------------------------
_LOCK = Lock()
"""a linter takes one text at a time"""


def findings(text: str) -> list[Finding]:
    """What Harper's rules and those of agreement find wrong in a text, in order; spellings that one of the dialects has are
    right."""
    with _LOCK:
        found = _linter(Dialect.AMERICAN).lint(text, language=Markup.PLAINTEXT)
        known = [one for lint in found if (one := _finding(text, lint)) is not None]
    slips = [Finding(start, end, MISSPELT, (form,)) for start, end, form in misspelt(text)]
    own = [Finding(start, end, kind, (form,)) for start, end, kind, form in forms(text)]
    # What is known of a word takes the place of what is near to it: "dont" is "doesn't" behind "he", "wich" is no wish.
    said = [one for one in slips if not any(_meet(one, other) for other in own)] + own
    others = [one for one in known if not any(_meet(one, other) for other in said) and not _free(text, one)]
    kept = [one for one in [*others, *said] if not meant(text, one.start, one.end, "".join(one.options[:1]))]
    return sorted(dict.fromkeys(kept), key=lambda one: (one.start, one.end))


def _free(text: str, one: Finding) -> bool:
    """Whether what a rule of Harper's finds wrong is its writer's choice: a comma behind "Instead", a verb behind "neither of
    us", "roadmap" in one word."""
    word = text[one.start : one.end]
    if one.kind == "Punctuation":
        return word.lower() in OPENING and one.options == (f"{word},",)
    if one.kind == "Agreement":
        return word.lower() in FINITE and either(text[: one.start])
    if one.options == (f"{word} to",) and re.search(r"\b(?:than|as) \Z", text[: one.start], re.IGNORECASE):
        return True  # "more than expected have come"
    if one.options == ("on",) and STOREYED.match(text, one.end):
        return True
    joined = one.kind == "WordChoice" and " " not in word and any(o.replace(" ", "") == word for o in one.options)
    return joined and spelt_right(word) and _alone(word)


def _alone(word: str) -> bool:
    """Whether Harper finds something in a word by itself, whatever stands around it."""
    with _LOCK:
        return bool(_linter(Dialect.AMERICAN).lint(word, language=Markup.PLAINTEXT))


def _meet(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end


@lru_cache(maxsize=4096)
def spelt_right(word: str) -> bool:
    """Whether the dictionary has a word, in one of the dialects. One that it has not takes it as long as a sentence."""
    if (small := word.lower()) in CHAT or small in KNOWN:
        return small in CHAT
    with _LOCK:
        return not all(
            any(
                lint.lint_kind in ("Spelling", "BoundaryError")
                for lint in _linter(one).lint(word, language=Markup.PLAINTEXT)
            )
            for one in (Dialect.AMERICAN, Dialect.BRITISH)
        )


@lru_cache(maxsize=1024)
def _wrong(sentence: str) -> int:
    return sum(one.kind not in UNKNOWN for one in findings(sentence))


def faults(text: str) -> int:
    """How many rules of grammar a text breaks, a sentence at a time."""
    return sum(_wrong(text[a:b]) for a, b in sentences(text))


def prose_of(
    text: str, start: int, end: int, *, loose: bool = False
) -> tuple[list[Block], list[tuple[int, int, str]]] | None:
    """(what of a stretch is English prose, what of it is in another language and in which); None where its structure takes too
    long
    to be found."""
    found = blocks(text, start, end, loose=loose)
    if found is None:
        return None
    others = [other for block in found for other in foreign(text, max(start, block.start), min(end, block.end))]
    holes = [(a, b) for a, b, _ in others]
    left = [block.without(holes) for block in found]
    return [b for b in left if any(c.isalpha() for a, z in b.parts for c in text[a:z])], others


def _finding(text: str, lint: Lint) -> Finding | None:
    kind, word = lint.lint_kind, lint.problem_text
    if kind in UNKNOWN and word.lower() in CHAT:
        return None
    if kind not in KINDS or kind == "Enhancement" and not re.search("['’]", "".join(_options(text, lint))):
        return None
    if kind == "Spelling" and not _linter(Dialect.BRITISH).lint(word, language=Markup.PLAINTEXT):
        return None
    # Of "an advice" Harper makes "an tip".
    if kind == "WordChoice" and word.replace(" ", "") in _options(text, lint) and " " in word:
        kind = JOINED
    options = tuple(dict.fromkeys(o for o in _options(text, lint) if o != word and not MISJOINED.match(o)))
    if ARTICLES.issuperset((word.lower(), *map(str.lower, options))):
        kind = ARTICLE
        options = tuple("An" if option == "AN" and len(word) == 1 else option for option in options)
    return Finding(lint.span.start, lint.span.end, kind, options[:MOST])


def _options(text: str, lint: Lint) -> Iterator[str]:
    for suggestion in lint.suggestions:
        if suggestion.kind is SuggestionKind.REPLACE:
            yield suggestion.replacement_text
        elif suggestion.kind is SuggestionKind.REMOVE:
            yield ""
        else:
            yield lint.problem_text + suggestion.replacement_text


@cache
def _linter(dialect: Dialect) -> Linter:
    return Linter(dialect)
