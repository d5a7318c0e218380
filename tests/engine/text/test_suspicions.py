"""What rules of number and of the genitive suspect: a form that may be meant, and nothing where the clause is whole."""

from __future__ import annotations

import pytest

from engine.text.prose.english import faults, spelt_right
from engine.text.prose.suspicions import suspected


def changed(text: str) -> set[str]:
    return {text[:start] + form + text[end:] for start, end, _, forms in suspected(text) for form in forms}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("The train leave at six.", "The train leaves at six."),
        ("My friend play football every day.", "My friend plays football every day."),
        ("Every child carry a bag.", "Every child carries a bag."),
        ("In my opinion, television have changed.", "In my opinion, television has changed."),
        ("I hope your neighbours cat has come back.", "I hope your neighbour's cat has come back."),
        ("The weather is bad, and the hens refuses to lay.", "The weather is bad, and the hens refuse to lay."),
        ("Does anyone knows how it works?", "Does anyone know how it works?"),
        ("My husband and me was happy.", "My husband and me were happy."),
        ("Our daughters wedding is in May.", "Our daughter's wedding is in May."),
        ("We like others people.", "We like other people."),
        ("It make me happy.", "It makes me happy."),
        ("The results shows that the plan worked.", "The results show that the plan worked."),
        ("Students needs more time.", "Students need more time."),
        ("The dogs barks all night.", "The dogs bark all night."),
        ("My brother and me goes to school.", "My brother and me go to school."),
        ("We stayed at my parents house.", "We stayed at my parents' house."),
        ("The boys room is cold.", "The boys' room is cold."),
        ("The boys room is cold.", "The boy's room is cold."),
        ("It’s my sisters idea.", "It’s my sister’s idea."),
        ("It remove empty lines.", "It removes empty lines."),
        ("My aunt, for example, write poems.", "My aunt, for example, writes poems."),
        ("He cuts the wood and carry it home.", "He cuts the wood and carries it home."),
        ("I left because they was rude.", "I left because they were rude."),
        ("Paul have painted the door.", "Paul has painted the door."),
        ("They have several boat.", "They have several boats."),
        ("There were hardly any visitor.", "There were hardly any visitors."),
        ("On Saturdays he sells onion.", "On Saturdays he sells onions."),
        ("We want to buy old table.", "We want to buy an old table."),
        ("We stayed in small hotel.", "We stayed in a small hotel."),
    ],
)
def test_another_form_is_suspected(wrong: str, right: str) -> None:
    assert right in changed(wrong)
    assert right not in changed(right) and wrong not in changed(right)
    assert faults(wrong) == faults(right), "a suspicion is no fault"


@pytest.mark.parametrize(
    "text",
    [
        "The train leaves at six.", "Please leave the train at the next station.", "I suggest that he leave at once.",
        "They insisted that the train leave on time.", "My parents house guests every summer.", "We saw my parents at home.",
        "Let my brother go with you.", "Did the train leave at six?", "The summer work in the garden was hard.",
        "The police want to talk to you.", "The staff meet on Monday.", "My mother and I go to church.",
        "My parents' house is old.", "The news shows that it rains.", "Does the boss know it?",
        "We sell car insurance.", "Buy ticket, call doctor.", "There were no visitor passes.", "They saw that she was right.",
        "I know what they have done.", "He cuts the wood and the carry is heavy.", "We had tea and cake.",
        "The cat and the dog bark at him.", "If Earth were frozen, we would leave.", "There are two.",
    ],
)  # fmt: skip
def test_a_right_sentence_is_not_suspected(text: str) -> None:
    assert not changed(text)


STORY = "We left at six and walked to the harbour. The wind had dropped. "


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Suddenly a dog run out of a door.", "Suddenly a dog ran out of a door."),
        ("My uncle waved and call to us.", "My uncle waved and called to us."),
        ("Then he opens the gate.", "Then he opened the gate."),
        ("But we wait at the gate.", "But we waited at the gate."),
    ],
)
def test_a_story_keeps_its_tense(wrong: str, right: str) -> None:
    assert STORY + right in changed(STORY + wrong)
    assert STORY + right not in changed(STORY + right)
    assert not changed(STORY + "She says that it was warm."), "what is said of it is not past"
    assert not [one for one in suspected("It is a good harbour. " + right.replace("ed", "s")) if one[2] == "Drift"]
    assert not [one for one in suspected(f'{STORY}"{wrong}" he said.') if one[2] in ("Tense", "Drift")]


def test_the_dictionary_knows_rare_words_and_every_spelling() -> None:
    assert all(map(spelt_right, ("amide", "colour", "color", "geraniums")))
    assert not any(map(spelt_right, ("Forexample", "recieve", "alot")))
