"""Whether an English sentence says that something is or does something: without a verb it is a heading, whatever its mark."""

from __future__ import annotations

import re

from engine.text.kinds.inflection import PAST, PASTS, past, third

_HELPING = (
    "is are was were am has have had do does did will would can could may might must should shall isn't aren't "
    "wasn't weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't i'm "
    "it's he's she's that's there's here's what's let's we're you're they're i've we've you've they've i'll we'll "
    "you'll he'll she'll it'll they'll i'd we'd you'd he'd she'd they'd"
).split()
# Every day's, and what is common in prose behind "to" and "will".
_REGULAR = (
    "abandon abort absorb accelerate accept accompany accumulate achieve acknowledge acquire activate adapt add "
    "address adhere adjust administer admire admit adopt advance advertise advise affect afford agree aid align "
    "allocate allow alter amend analyze announce answer anticipate apologise apologize appeal appear apply appoint "
    "appreciate approve argue arrange arrest arrive ask assert assign assist assume assure attach attack attain "
    "attend attract authorize avoid bake balance bang bark bathe beg behave believe belong benefit blame bless "
    "blink boil boost borrow bother bounce bow breathe brush bury bypass calculate call camp cancel capture carry "
    "cause cease celebrate change chase cheat check cheer chew chop claim clap clarify classify clean climb close "
    "coincide collaborate collapse collect comb combine commemorate commence comment commit communicate compare "
    "compensate compete compile complain complete comply compose compromise compute conceal concentrate conclude "
    "condemn conduct confess configure confirm confront confuse connect consider consist consolidate constitute "
    "construct consume contact contain contemplate contest continue contradict contribute convert convey convince "
    "cook cool cooperate coordinate copy correspond cough count counter cover crack crash crawl create criticize "
    "cross crush cry cure curl customize cycle dance dare decide declare decorate decrease defeat defend define "
    "delay delete deliver demonstrate denote deny depart depend derive describe deserve designate destroy detect "
    "determine develop devote dial die differ differentiate diminish dine disable disappear disclose discourage "
    "discover discuss dismiss display disrupt dissolve distinguish distribute disturb divert divide dominate "
    "donate doubt download drag drain dream dress drift drop drown drum dry dust earn ease echo edit educate elect "
    "eliminate embark embrace emerge emphasize employ empty emulate enable enact enclose encode encompass "
    "encounter encourage endorse endure enforce engage enhance enjoy ensure enter envy erase escape establish "
    "evaluate evolve examine exceed exclude excuse execute exercise exert exhibit exist expand expect expire "
    "explain explode exploit explore expose express extend extract facilitate fail faint fancy fasten fear fetch "
    "fill film finish fit fix flap float flood flow focus fold follow formulate frighten fry fulfill fund gain "
    "gather gaze generate glance glue gossip govern grab grant greet grin guarantee guard guess guide halt hammer "
    "handle happen harm harvest hate head heal hear heat help hesitate highlight hinder hire honor hook hop hope "
    "host hover hug hunt hurry identify ignore illustrate imagine implement imply impose improve include "
    "incorporate increase indicate induce inform inherit initialize initiate inject inquire insist inspect inspire "
    "install integrate intend interact interest interpret interrupt intervene introduce invade invent investigate "
    "invite invoke involve iron isolate itch iterate jog join joke juggle jump justify kick kill kiss knit knock "
    "label land laugh launch lead leak learn lick lie lift light like limit limp list listen live load locate lock "
    "look love mail maintain manage manipulate manufacture march mark marry matter measure melt memorise mend "
    "mention merge migrate milk minimize miss mix moan modify monitor move mow mug mumble murder nail need nest "
    "nod nominate note notice number obey object observe obtain occupy occur offer oil open operate oppose opt "
    "optimize order organise organize originate owe own pack paint panic park parse participate pass paste pat "
    "pause peck pedal peel penetrate perceive perform permit persist persuade phone pick pile pinch plan plant "
    "play plead point poke polish portray pose possess post pour practise praise pray preach predict prefer "
    "prepare present preserve press pretend prevail prevent print proceed produce program prohibit promise promote "
    "propagate propose protect protest prove provide provoke publish pull pump punch punish purchase pursue push "
    "puzzle qualify quantify question queue quote race rain raise rattle reach react realise realize recall "
    "receive recognise recognize recommend recover recruit redirect reduce refer reflect refuse regain register "
    "regret regulate reinforce reject relate relax reload rely remain remember remind remove rename render rent "
    "repair repeat replace replicate reply report represent reproduce request require rescue resemble reside "
    "resign resist resolve respond rest restart restore restrict resume retain retire retreat retrieve return "
    "reuse reveal revive rhyme rinse roar roast rob rock roll rotate row rub ruin rule rush sacrifice sail salute "
    "satisfy save scare scold scorch scratch scream scribble scrub seal search secure seem seize separate serve "
    "settle shade share shave shelter shiver shock shop shout show showcase shrug sigh sign signal signify "
    "simplify simulate sip skate skip slam slap slice slip smash smell smile smoke snatch sneeze sniff snore snow "
    "soak solve sort sound spare sparkle specify spill splash spoil spot spray sprinkle sprout squash squeak "
    "squeal squeeze squint stabilize stain stamp standardize stare start stay step stimulate stir stitch stop "
    "store strap streamline strengthen stretch strip stroke stroll study stuff succeed suck sue suffer suggest "
    "suit summarize summon supplement support suppose suppress surprise surround survive suspect suspend sustain "
    "swallow switch synthesize tackle talk tame tap taste tease tempt terminate terrify test thank threaten "
    "thunder tickle tidy tie tip tire tolerate toss touch tow trace trade train transform translate transport trap "
    "travel treasure treat tremble trip trouble try tumble turn twist type undermine unify unite unload unlock "
    "unpack untie upgrade urge use utilize validate vanish vary verify violate visit vote wag wage wail wait walk "
    "wander want warm warn wash waste watch water wave weaken weigh welcome whine whip whirl whisper whistle wink "
    "wipe wish wobble wonder work worry wrap wreck wrestle wriggle yawn yield zip zoom"
).split()
_PLAIN = frozenset(
    "the of and to you he she they we i it my his her their our your with for this that these those there nobody".split()
)
"""words by which English is told"""
_COMMONEST = frozenset("the of and to is was that with for".split())
ENGLISH = 2
"""of these words tell that a text is English"""
_BEFORE_NONE = frozenset("to the a an of in on at my your his her its our their this these some no".split())
"""words behind which no verb says anything"""
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")


_BASES = frozenset([*_REGULAR, *PASTS])
_FINITE = frozenset(PAST).union(*((third(base), past(base)) for base in _BASES))
_BEFORE_BASE = frozenset(
    "i you he she it we they who which that and or but then also never always often still not please people men women children "
    "both all many most some few these those so just only ever seldom rarely usually".split()
)
"""words behind which a verb that could be a noun ("hot milk") is one"""


def says(text: str) -> bool:
    """Whether a text has a verb that says something of something."""
    found = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    return any(_finite(found[:at], word, found[at + 1 :]) for at, word in enumerate(found))


def _finite(before: list[str], word: str, behind: list[str]) -> bool:
    if word in _HELPING:
        return True
    if before and before[-1] in _BEFORE_NONE:
        return before[-1] in ("this", "that") and word.endswith("s") and word in _FINITE  # "this form", "this forms"
    if word.endswith("ed") and len(word) > 4:
        return bool(before) and behind[:1] != ["by"]
    if word in _BASES and word not in _FINITE:
        return not before or before[-1] in _BEFORE_BASE or before[-1].endswith(("s", "ly"))
    return word in _FINITE


def missing(text: str, old: str) -> bool:
    """Whether a text lacks a verb where an English sentence stood that had one."""
    return bool(_PLAIN.intersection(_WORD.findall(old.lower()))) and says(old) and not says(text)


def english(text: str) -> bool:
    """Whether a text of some length is English."""
    return len(_COMMONEST.intersection(_WORD.findall(text.lower()))) >= ENGLISH
