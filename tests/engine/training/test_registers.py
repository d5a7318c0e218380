"""Pairs of register by rule: formal and casual, plain, short."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.training.examples.instructions import INSTRUCTIONS
from engine.training.examples.registers import (
    CASUAL,
    CONTRACTIONS,
    REGISTERS,
    SIMPLE,
    SPARE,
    casual,
    formal,
    register_pairs,
    shorter,
    simpler,
)

PHRASES = st.lists(
    st.sampled_from(
        [*CONTRACTIONS, *CONTRACTIONS.values(), *CASUAL, *SIMPLE, *SPARE, "cat", "Ann.", "(here)", ",", "\n"]
    )
).map(" ".join)
AWKWARD = st.text(st.one_of(st.sampled_from("ıİſKit's don't (,)\n."), st.characters(codec="utf-8")), max_size=30)


@pytest.mark.parametrize(
    ("rule", "source", "target"),
    [
        (casual, "It is late. However, we do not mind.", "It's late. But we don't mind."),
        (casual, "Numerous children received assistance.", "Lots of kids got help."),
        (casual, "I am here, I will stay.", "I'm here, I'll stay."),
        (formal, "It's late, and we don't mind.", "It is late, and we do not mind."),
        (formal, "Can't you see? I'm here.", "Cannot you see? I am here."),
        (simpler, "We utilize it in order to facilitate work.", "We use it to help work."),
        (simpler, "Prior to that, she resided here.", "Before that, she lived here."),
        (shorter, "It is really very good.", "It is good."),
        (shorter, "In fact, it rained. Of course, we left.", "It rained. We left."),
        (shorter, "The mill (an old one) is closed.", "The mill is closed."),
    ],
)
def test_what_the_rules_say(rule, source: str, target: str) -> None:
    assert rule(source) == target


@pytest.mark.parametrize("text", ["", "Cats sleep.", "The veryness of thermosets", "x = receiver(i)", "12,5 %"])
def test_words_are_whole_words(text: str) -> None:
    assert register_pairs(text) == []


@pytest.mark.parametrize(("long", "short"), [(k, v) for k, v in CONTRACTIONS.items() if v not in CASUAL])
def test_contractions_go_there_and_back(long: str, short: str) -> None:
    text = f"Yes, {long} so."
    assert casual(text) == f"Yes, {short} so."
    assert formal(casual(text)) == text


@given(st.one_of(PHRASES, AWKWARD))
@example("ıt is, ſuch as thıs, in my opinıon")  # letters that a search calls i and s, and lower() does not
def test_pairs_differ_and_have_an_instruction(text: str) -> None:
    for kind, source, target in register_pairs(text):
        assert kind in REGISTERS and kind in INSTRUCTIONS
        assert source != target and target.strip() and text in (source, target)


@given(st.one_of(PHRASES, AWKWARD))
def test_shorter_is_shorter_and_formal_has_no_contraction(text: str) -> None:
    changed = shorter(text)
    assert changed == text or len(changed) < len(text)
    assert formal(formal(text)) == formal(text)


def test_formal_also_comes_from_casual_turned_round() -> None:
    pairs = register_pairs("We do not know.")
    assert ("casual", "We do not know.", "We don't know.") in pairs
    assert ("formal", "We don't know.", "We do not know.") in pairs
