"""The greeting and the closing of a letter: what may stand in place of one, to the same person and in the same language."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tongue:
    """How letters begin and end in a language."""

    common: str
    """words that its texts are full of"""
    plain: tuple[str, ...]
    """greetings that fit anybody"""
    inflected: tuple[tuple[str, ...], ...]
    """those that go with the name: each group with the same"""
    closings: tuple[str, ...]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _groups(*texts: str) -> tuple[tuple[str, ...], ...]:
    return tuple(map(_list, texts))


TONGUES = (
    Tongue(
        "the of and to a is that we you for have",
        _list("Dear | Hello | Hi | Hey | Good morning | Good afternoon | Good evening"),
        _groups("To whom it may concern | Dear Sir or Madam | Dear Sirs | Ladies and gentlemen"),
        _list(
            "Kind regards | Best regards | Regards | Best wishes | Warm regards | Warmest regards | Many thanks | All the best "
            "| Yours sincerely | Yours faithfully | Yours truly | Sincerely | Sincerely yours | Cheers | Love | Best | Thanks "
            "| Thank you | Take care | See you soon | With kind regards | With best wishes | Respectfully | Cordially "
            "| Lots of love | Talk soon | Yours | Warmly | Until then | Thanks again"
        ),
    ),
    Tongue(
        "der die das und ist wir nicht für ein ich",
        _list("Guten Tag | Hallo | Guten Morgen | Guten Abend | Grüß Gott | Moin"),
        _groups("Sehr geehrte | Liebe", "Sehr geehrter | Lieber", "Sehr geehrte Damen und Herren | Liebes Team"),
        _list(
            "Mit freundlichen Grüßen | Freundliche Grüße | Viele Grüße | Beste Grüße | Herzliche Grüße | Liebe Grüße "
            "| Schöne Grüße | Mit besten Grüßen | Mit herzlichen Grüßen | Hochachtungsvoll | Alles Gute | Bis bald | Herzlichst"
        ),
    ),
    Tongue(
        "le la les des et est nous vous pour une",
        _list("Bonjour | Bonsoir | Salut"),
        _groups("Cher | Mon cher", "Chère | Ma chère", "Chers | Mes chers", "Chères | Mes chères", "Madame, Monsieur | Bonjour"),
        _list(
            "Cordialement | Bien cordialement | Bien à vous | Amicalement | Sincères salutations | Meilleures salutations "
            "| Bien amicalement | À bientôt | Avec mes remerciements | Bises | Je vous embrasse"
        ),
    ),
    Tongue(
        "el la los de y es que para una con",
        _list("Hola | Buenos días | Buenas tardes | Buenas noches"),
        _groups("Estimado | Querido", "Estimada | Querida", "Estimados | Queridos", "Estimadas | Queridas"),
        _list(
            "Saludos | Un saludo | Saludos cordiales | Un cordial saludo | Atentamente | Un abrazo | Muchas gracias | Besos "
            "| Hasta pronto | Cordialmente | Con cariño"
        ),
    ),
    Tongue(
        "il la le di e è che per una non",
        _list("Buongiorno | Salve | Buonasera | Ciao"),
        _groups("Gentile | Cara", "Egregio | Caro", "Cari | Gentili"),
        _list(
            "Cordiali saluti | Distinti saluti | Un caro saluto | Saluti | Un abbraccio | A presto | Grazie mille | Cordialmente"
        ),
    ),
    Tongue(
        "de het een en is van wij niet voor ik",
        _list("Hallo | Goedemorgen | Goedendag | Goedemiddag | Goedenavond | Hoi"),
        _groups("Beste | Geachte | Lieve"),
        _list(
            "Met vriendelijke groet | Met vriendelijke groeten | Vriendelijke groeten | Hartelijke groet | Groetjes | Groeten "
            "| Hoogachtend | Tot snel | Liefs"
        ),
    ),
    Tongue(
        "o os de e que para uma com não em",
        _list("Olá | Bom dia | Boa tarde | Boa noite"),
        _groups("Prezado | Caro | Estimado", "Prezada | Cara | Estimada", "Prezados | Caros", "Querido | Caro", "Querida | Cara"),
        _list(
            "Atenciosamente | Cordialmente | Abraços | Um abraço | Com os melhores cumprimentos | Melhores cumprimentos "
            "| Saudações | Até breve | Beijos"
        ),
    ),
    Tongue(
        "och att det är som vi på för en",
        _list("Hej | God morgon | God dag | Hejsan"),
        _groups("Kära | Bästa"),
        _list("Med vänlig hälsning | Vänliga hälsningar | Bästa hälsningar | Hälsningar | Kram | Vi ses"),
    ),
    Tongue(
        "og at det er som vi på for en ikke",
        _list("Hei | Hej | God morgen | God dag"),
        _groups("Kjære", "Kære"),
        _list("Med vennlig hilsen | Vennlig hilsen | Med venlig hilsen | Venlig hilsen | Hilsen | Mange hilsner | Klem"),
    ),
    Tongue(
        "и в не на что мы с по вы это",
        _list("Здравствуйте, | Добрый день, | Доброе утро, | Добрый вечер,"),
        _groups("Уважаемый | Дорогой", "Уважаемая | Дорогая", "Уважаемые | Дорогие"),
        _list("С уважением | С наилучшими пожеланиями | Искренне Ваш | Всего доброго | Всего наилучшего | До встречи"),
    ),
    Tongue(
        "και το να η ο της του με για στο",
        _list("Γεια σας | Καλημέρα | Καλησπέρα | Γεια σου"),
        _groups("Αγαπητέ | Αξιότιμε", "Αγαπητή | Αξιότιμη", "Αγαπητοί | Αξιότιμοι"),
        _list("Με εκτίμηση | Με φιλικούς χαιρετισμούς | Φιλικά | Ευχαριστώ πολύ | Με αγάπη"),
    ),
)  # fmt: skip
NAMED = 7
"""words of a greeting at the most"""
SIGNED, LINES = 5, 3
"""words of a line of a signature, and lines of it"""
_CASUAL = frozenset("hi hey moin salut ciao hoi hej hejsan".split()) | {"γεια σου"}
_TITLED = re.compile(
    r"(?:M(?:r|s|rs|x)|Dr|Prof|Rev|Sr|Sra|Dra|Frau|Herr\w*|Madame|Monsieur|Señora?|Signora?|Professor)\b"
)
_NAME = re.compile(r"[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){0,2}")
_BEHIND = re.compile(r"(?<![ \t])[ \t]*+(?:[,!:.][ \t]*+)?(?:\r?\n|\Z)")
_WORD = re.compile(r"[^\W\d_]+")


def instead(before: str, old: str, after: str) -> tuple[str, ...]:
    """What else may greet or close a letter where ``old`` does, whole; none where it does neither."""
    if before.rpartition("\n")[2].strip() or not _BEHIND.match(after):
        return ()
    return _greetings(before, old, after) or _closings(before, old, after)


def _greetings(before: str, old: str, after: str) -> tuple[str, ...]:
    """Other greetings to the same person."""
    rest = after.partition("\n")[2]
    alone = not before.strip() or before.rstrip(" \t").endswith("\n\n")
    if "\n" in old or not alone or rest.partition("\n")[0].strip() or len(old.split()) > NAMED:
        return ()
    for tongue in _likely(before + rest):
        for group in (*tongue.inflected, tongue.plain):
            head = _head(old, group)
            if head:
                name = old[len(head) :].strip(" ,")
                heads = (*group, *(() if group is tongue.plain or not name else tongue.plain))
                return _named(heads, head, name)
    marked = after.lstrip(" \t")[:1] in (",", "!") and rest.strip()
    if marked and _NAME.fullmatch(old) and old.istitle():  # nothing but a name
        return _named(_likely(rest)[0].plain, "", old)
    return ()


def _head(old: str, heads: tuple[str, ...]) -> str:
    """The longest of some beginnings with which a greeting begins."""
    found = [head for head in heads if re.match(rf"{re.escape(head)}(?!\w)", old, re.IGNORECASE)]
    return max(found, key=len, default="")


def _named(heads: tuple[str, ...], old: str, name: str) -> tuple[str, ...]:
    left_out = {old.casefold()} | (_CASUAL if _TITLED.match(name) else set())
    kept = [head for head in dict.fromkeys(heads) if head.casefold() not in left_out]
    if not name:
        return tuple(head.rstrip(",") for head in kept if head != "Dear")
    return tuple(f"{head} {name}" for head in kept)


def _closings(before: str, old: str, after: str) -> tuple[str, ...]:
    """Other closings, with the names that stand under it where they are replaced along."""
    first, line_break, names = old.partition("\n")
    under = [line for line in (names + after.partition("\n")[2]).splitlines() if line.strip()]
    if not before.strip() or len(under) > LINES or any(len(line.split()) > SIGNED for line in under):
        return ()
    said = first.strip(" ,!.\r")
    mark = first[len(first.rstrip(" ,!.\r")) :]
    for tongue in _likely(before):
        if said.casefold() in map(str.casefold, tongue.closings):
            others = [one for one in tongue.closings if one.casefold() != said.casefold()]
            return tuple(f"{one}{mark}{line_break}{names}" for one in others)
    return ()


def signed(before: str, old: str, after: str) -> bool:
    """Whether a line is the name under a closing."""
    above = [line.strip(" ,!.\r") for line in before.splitlines() if line.strip()][-1:]
    if (
        before.rpartition("\n")[2].strip()
        or after.strip(" \t\r\n.,")
        or not above
        or not re.search(r"\n[ \t]*\Z", before)
    ):
        return False
    known = {one.casefold() for tongue in TONGUES for one in tongue.closings}
    return above[0].casefold() in known and bool(_NAME.fullmatch(old)) and old[:1].isupper()


def _likely(text: str) -> list[Tongue]:
    """All languages, that of the text first."""
    found = [word.lower() for word in _WORD.findall(text)]
    return sorted(TONGUES, key=lambda tongue: -sum(map(found.count, tongue.common.split())))
