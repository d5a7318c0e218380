"""The forms of English verbs, and the nouns that are irregular: who asks for one asks here."""

from __future__ import annotations

import re

VERBS = tuple(
    tuple(forms.split("/"))
    for forms in (
        "beat/beat/beaten become/became/become begin/began/begun bet/bet bite/bit/bitten blow/blew/blown break/broke/broken "
        "bring/brought build/built burn/burnt burst/burst buy/bought catch/caught choose/chose/chosen come/came/come cost/cost "
        "cut/cut deal/dealt do/did/done draw/drew/drawn drink/drank/drunk drive/drove/driven eat/ate/eaten fall/fell/fallen "
        "feel/felt fight/fought find/found fly/flew/flown forget/forgot/forgotten get/got/gotten give/gave/given "
        "go/went/gone/goes grow/grew/grown hang/hung hear/heard hide/hid/hidden hit/hit hold/held hurt/hurt keep/kept "
        "know/knew/known lay/laid lead/led leave/left lend/lent let/let lose/lost make/made mean/meant meet/met pay/paid "
        "put/put quit/quit read/read ride/rode/ridden ring/rang/rung rise/rose/risen run/ran/run say/said see/saw/seen "
        "seek/sought sell/sold send/sent set/set shake/shook/shaken shine/shone shut/shut sing/sang/sung sink/sank/sunk "
        "sit/sat sleep/slept speak/spoke/spoken spend/spent split/split spread/spread stand/stood steal/stole/stolen "
        "stick/stuck swim/swam/swum take/took/taken teach/taught tell/told think/thought throw/threw/thrown "
        "understand/understood wake/woke/woken wear/wore/worn win/won write/wrote/written"
    ).split()
)
"""base, past and, where it is another form, participle of verbs that no ending makes"""
NOUNS = tuple(
    tuple(forms.split("/"))
    for forms in "child/children foot/feet man/men person/people tooth/teeth woman/women".split()
)
"""one, and several"""
SAME = tuple(base for base, *others in VERBS if base in others)
"""verbs that are written alike in the present and in another form"""
PASTS = {base: made for base, made, *_ in VERBS}
PARTICIPLES = {base: (others[1] if len(others) > 1 and others[1] != "goes" else others[0]) for base, *others in VERBS}
PAST = tuple(dict.fromkeys(form for base, *others in VERBS for form in others if form not in (base, "goes")))
"""their forms of the past"""
BASES = {form: base for base, *others in VERBS for form in others}
DOUBLED = frozenset(
    "admit beg begin bet chat commit control cut drag drop fit forget get grab hit hug jog let nod occur permit plan plug prefer "
    "put quit refer regret rob rub run set ship shop shut sit skip slip split stir stop swim tap tip trap trip win wrap".split()
)
"""verbs whose last letter is doubled before an ending"""


def third(base: str) -> str:
    """The form of he, she and it."""
    if re.search(r"(?:[sxz]|[cs]h|[^aeiou]o)\Z", base):
        return base + "es"
    return base[:-1] + "ies" if re.search(r"[^aeiou]y\Z", base) else base + "s"


def base_of(third: str) -> str:
    """The form without the ending of he, she and it."""
    cut = re.compile(r"(?:(?<=[^aeiou])ie|(?<=[cs]h)e|(?<=[xzo])e|(?<=ss)e)?s\Z")
    return cut.sub(lambda end: "y" if end[0] == "ies" else "", third)


def past(base: str) -> str:
    """The form of the past."""
    if base in PASTS:
        return PASTS[base]
    if base in DOUBLED:
        return f"{base}{base[-1]}ed"
    return base + "d" if base.endswith("e") else re.sub(r"(?<=[^aeiou])y\Z", "i", base) + "ed"


def participle(form: str) -> str:
    """The participle of a verb, by its base or its form of the past."""
    base = bare_of(form)
    return PARTICIPLES.get(base) or past(base)


def bare_of(form: str) -> str:
    """The base of a verb, by any of its forms."""
    if form in PASTS:
        return form
    return BASES.get(form) or base_of(form)


def ing(base: str) -> str:
    """The form that goes on."""
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not re.search(r"(?:ee|oe|ye)\Z", base):
        return base[:-1] + "ing"
    return f"{base}{base[-1]}ing" if base in DOUBLED else base + "ing"
