"""Whether a sentence asks: by how it begins, in languages where that tells. Where it may be either, nothing is said."""

from __future__ import annotations

import re

_ENGLISH = re.compile(
    r"""(?ix)
    (?: (?:is|are|was|were|does|did|has|can|could|would|will|shall|should)(?:n['’]t)?
        \ (?:i|you|he|she|it|we|they|there|this|that|these|those|any(?:one|body|thing)|every(?:one|body|thing)
           |some(?:one|body|thing)|the|my|your|his|her|its|our|their|an?|any)\b
      | (?:do|have|had)(?:n['’]t)?\ (?:i|you|we|they|he|she|it|there|any(?:one|body))\b
      | (?:don|haven|didn|doesn|isn|aren|wasn|weren|hasn|won|wouldn|can|couldn|shouldn)['’]t
        \ (?:i|you|he|she|it|we|they|there|the|that)\b
      | am\ i\b | (?:may|might|must)\ (?:i|we)\b
      | (?:what|where|when|why|who|whom|whose|how)(?:['’]s|['’]re|
           \ (?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|am|shall)\b(?!\ (?:more|worse)\b))
      | (?:what|how)\ about\b | how\ (?:many|much|long|often|far|old|big|soon)\ (?:\w+\ ){0,2}
        (?:is|are|was|were|do|does|did|can|will|would|should|has|have)\b
      | (?:what|which|whose)\ \w+(?<!s)\ (?:is|was)\b
      | (?:what|which|whose)\ \w+\ (?:are|were|do|does|did|can|could|will|would|should|has|have)\b
      | why\ (?:not|don['’]t)\b
    )"""
)
_NAMED = re.compile(r"(?:Is|Are|Was|Were|Does|Did|Has) [A-Z][a-z]+ [a-z]")
_GERMAN = re.compile(
    r"""(?ix)
    (?: (?:hast|hat|habt|haben|bist|ist|sind|seid|war|waren|warst|kannst|kann|können|könnt|könnten|könntest|willst|will
        |wollen|wollt|darf|dürfen|muss|müssen|soll|sollen|wird|wirst|werden|möchtest|möchten|weißt|wissen|kennst|kennen|gibt|geht|kommst
        |kommt)
        \ (?:ich|du|er|sie|es|wir|ihr|man|das|der|die|dein|deine|ihre?|jemand|mir)\b
      | (?:wer|was|wo|wann|warum|wieso|weshalb|wohin|woher|wie)
        \ (?:ist|sind|war|waren|warst|hat|hast|habt|haben|kann|kannst|können|wird|wirst|werden|soll|sollen|muss|müssen|geht|kommt
            |kommst|heißt|macht|machst|machen|willst|will|wollen|möchtest|möchten|bist|seid|steht|liegt|gibt|viel|viele|lange|oft)\b
    )"""
)
_FRENCH = re.compile(
    r"""(?ix)
    (?: est-ce\b | qu['’]est-ce\b
      | (?:(?:où|quand|pourquoi|comment|combien|que|qui)\ )?(?:as|a|avons|avez|ont|es|est|sommes|êtes|sont|peux|peut|pouvons
        |pouvez|peuvent|veux|veut|voulez|veulent|sais|sait|savez|vas|va|allons|allez|vont|dois|doit|devons|devez|était|étaient|connais
        |connaissez|aimes|aimez|pourriez|pourrais|voudriez)-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles|ce)\b
      | (?:où|pourquoi|comment|combien|qui)\ (?:est|sont|était|a|ont)\b
    )"""
)
_SPANISH = re.compile(
    r"(?i)(?:¿|(?:qué|dónde|cuándo|cómo|quién|quiénes|cuál|cuáles|cuánto|cuánta|cuántos|cuántas|por qué)\s)"
)
_RULES = (
    (_ENGLISH, "Is Did Have Do What Where Are Can Will How Why Who"),
    (_NAMED, "Is Did Was Does Has Are"),
    (_GERMAN, "Hast Ist Wo Wann Kannst Was Wie Warum Haben Sind"),
    (_FRENCH, "Est-ce Avez Où Comment Pourquoi Quand Qui"),
    (_SPANISH, "¿Qué ¿Dónde ¿Cómo ¿Cuándo ¿Quién ¿Por"),
)
"""how questions begin in a language, and some words that they often begin with"""
_OPENS = " \t\"'“‘„«([*_`¿¡-–—"


def asks(sentence: str) -> bool:
    """Whether a sentence begins as a question does, and could be nothing else: with the verb before who does it, or with a word
    that asks. One with a comma may go on otherwise ("Had I known, ..."; "Wer das sagt, lügt.")."""
    text = sentence.lstrip(_OPENS)
    if "," in text:
        return sentence.lstrip().startswith("¿")
    return sentence.lstrip().startswith("¿") or any(rule.match(text) for rule, _ in _RULES)


def openings(sentence: str) -> list[str]:
    """Words with which other questions of its language begin; none where it asks nothing."""
    if not asks(sentence):
        return []
    text = sentence.lstrip(_OPENS)
    found = next((words for rule, words in _RULES if rule.match(text)), _RULES[-1][1]).split()
    return [word for word in found if not sentence.startswith(word)]


def unlike(sentence: str, mark: str, old: str) -> bool:
    """Whether a sentence that ends with a mark is a question with a full stop, or none with its mark where ``old`` was
    one."""
    if mark == ".":
        return asks(sentence)
    return mark in ("?", "？") and asks(old) and not any(map(asks, sentence.split(",")))
