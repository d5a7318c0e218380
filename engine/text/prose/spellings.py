"""Spellings that stand for one word only, though others are nearer to them, and words that are written together by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.text.kinds.inflection import DOUBLED, PARTICIPLES, PASTS

JOINED = """
in spite; in fact; a lot; a lot of; at least; at all; at last; as well; each other; no one; even though; even if; of course;
thank you; a bit; a little; in order; in front; up to; due to; so far; right away; all right; for example; never mind; instead of;
such as; every time; by the way
"""
"""phrases that people run together to what is no word"""
MEANT = """
wich which; whith with; thier their; teh the; hte the; adn and; becuase because; beacuse because; becouse because;
becasue because; recieve receive; recieved received; beleive believe; wierd weird; freind friend; freinds friends;
untill until; truely truly; wether whether; wheather weather; intresting interesting; suprise surprise;
suprised surprised; adress address; usefull useful; helpfull helpful; carefull careful; beautifull beautiful;
publically publicly; basicly basically; probly probably; realy really; definatly definitely; definately definitely;
comming coming; writting writing; writen written; studing studying; stoped stopped; prefered preferred;
refered referred; occured occurred; happend happened; tommorow tomorrow; tommorrow tomorrow; tomorow tomorrow;
wensday Wednesday; wednsday Wednesday; febuary February; fourty forty; goverment government;
enviroment environment; allthough although; thougt thought; throught through; tought thought; waht what; taht that;
whta what; tahn than; yuo you; mispell misspell; ect etc; seperate separate; neccessary necessary;
neccesary necessary; accomodate accommodate; accomodation accommodation; accross across; agian again;
allways always; alwasy always; arround around; begining beginning; bycicle bicycle; calender calendar;
choosen chosen; collegue colleague; diffrent different; dissapointed disappointed; embarassed embarrassed;
exemple example; experiance experience; finaly finally; foriegn foreign; grammer grammar; greatful grateful;
imediately immediately; immediatly immediately; knowlege knowledge; langauge language; lenght length;
strenght strength; litle little; mesage message; mounth month; noticable noticeable; oportunity opportunity;
peple people; peopel people; persue pursue; posible possible; quater quarter; recomend recommend; rember remember;
remeber remember; resturant restaurant; shure sure; similiar similar; sincerly sincerely; speach speech;
sucess success; succesful successful; tecnology technology; togheter together; togther together; wellcome welcome;
allready already; payed paid; layed laid; sayed said; hisself himself;
theirselves themselves; theirself themselves; ourself ourselves; waitor waiter;
docter doctor; visiter visitor; writter writer; whitout without; wihtout without; youre you're; thats that's; theyre they're
"""

CHAT = frozenset(
    "ok lol omg btw imo imho tbh idk brb thx pls plz asap fyi afaik rn gonna wanna gotta kinda sorta dunno lemme gimme yeah yep "
    "nope haha hahaha hmm ugh aka ngl smh rofl lmao bc cuz cos tho thru nah meh yup til em".split()
)
"""what is written so on purpose, though dictionaries have it not"""


def _pairs() -> Iterator[tuple[str, str]]:
    for phrase in " ".join(JOINED.split()).split("; "):
        yield phrase.replace(" ", ""), phrase
    for pair in " ".join(MEANT.split()).split("; "):
        wrong, _, right = pair.partition(" ")
        yield wrong, right


KNOWN = dict(_pairs())
WORDS = frozenset(
    "seed quitted ringed singed waked costed leaved leaded hanged shined putted burned flied betted meaned".split()
)
"""words among what a regular ending makes of verbs that have none"""
REGULAR = {
    made: base
    for base in PASTS
    for made in (f"{base}d" if base.endswith("e") else f"{base}{base[-1]}ed" if base in DOUBLED else f"{base}ed",)
    if made not in WORDS
}
"""verbs, by what is written for their past by mistake: "sitted", "buyed" """
BEHIND = re.compile(
    r"\b(?:have|has|had|having|(?:i|you|we|they)['’]ve|is|are|was|were|be|been|being)(?: [a-z]{1,9}ly| not| never)? \Z",
    re.IGNORECASE,
)
"""what stands before a participle"""
APART = re.compile(
    r"\b(?P<own>your|her|our|their)['’]s(?![\w'’])|\b(?P<many>children|(?:wo)?men)s(?P<mark>['’])(?!\w)", re.IGNORECASE
)
"""apostrophes that no word has: "your's", "womens'" for what is women's"""
OVER = ("over", "under", "brim", "chock")
"""how words begin that end with "full" and are right; what else is full of something ends with one l"""
_WORD = re.compile(r"(?<![\w'’.@/-])[A-Za-z]{3,}(?![\w'’@/-]|\.\w)")


def misspelt(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what is meant) of the words of a text that are known misspellings. Names of more capitals are none."""
    for found in APART.finditer(text):
        yield *found.span(), f"{found['own']}s" if found["own"] else f"{found['many']}{found['mark']}s"
    for found in _WORD.finditer(text):
        word = found[0]
        small = word.lower()
        meant = KNOWN.get(small) or (
            small[:-1] if small.endswith("full") and len(small) > 6 and not small.startswith(OVER) else None
        )
        if small in REGULAR:
            meant = (PARTICIPLES if BEHIND.search(text, max(0, found.start() - 40), found.start()) else PASTS)[
                REGULAR[small]
            ]
        if meant and word[1:].islower():
            meant = meant.replace("'", "’") if "’" in text else meant
            yield *found.span(), meant[:1].upper() + meant[1:] if word[0].isupper() else meant
