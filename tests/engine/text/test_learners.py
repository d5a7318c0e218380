"""Verbs in a form that cannot stand, and what people bring from other languages."""

from __future__ import annotations

import pytest

from engine.text.kinds.inflection import ing, participle
from engine.text.prose.english import JOINED, MISSPELT, findings
from tests.engine.text.test_usage import changed


def known(text: str) -> set[str]:
    """What rules that are sure would make of a text, one change at a time."""
    return {text[: f.start] + form + text[f.end :] for f in findings(text) for form in f.options}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("The key can be find under the mat.", "The key can be found under the mat."),
        ("The wall was build by monks.", "The wall was built by monks."),
        ("She was invite by the mayor.", "She was invited by the mayor."),
        ("The rope should to be dry.", "The rope should be dry."),
        ("I suggest to take a taxi.", "I suggest taking a taxi."),
        ("He left without say goodbye.", "He left without saying goodbye."),
        ("Lock it before leave the house.", "Lock it before leaving the house."),
        ("She was agree with us.", "She agreed with us."),
        ("He always have been kind.", "He has always been kind."),
        ("I have never swam so far.", "I have never swum so far."),
        ("We seen him in town.", "We saw him in town."),
        ("She will brings a cake.", "She will bring a cake."),
        ("You should took the bus.", "You should take the bus."),
        ("They must to wait.", "They must wait."),
        ("I look forward to see you.", "I look forward to seeing you."),
        ("My uncle enjoys to travel.", "My uncle enjoys traveling."),
        ("Last week we have visited them.", "Last week we visited them."),
        ("I have written to him two days ago.", "I wrote to him two days ago."),
        ("We are agree.", "We agree."),
        ("She has thirty years old.", "She is thirty years old."),
        ("There have some shops.", "There are some shops."),
        ("He very like tea.", "He really likes tea."),
        ("I don't remember where are my glasses.", "I don't remember where my glasses are."),
        ("He is very kind man.", "He is a very kind man."),
        ("My sister is nurse.", "My sister is a nurse."),
        ("I think that they going to win.", "I think that they are going to win."),
        ("We meet in Friday.", "We meet on Friday."),
        ("We eat at the evening.", "We eat in the evening."),
        ("He makes a lot of sport.", "He does a lot of sport."),
        ("The girl which won is nine.", "The girl who won is nine."),
        ("Them pears are hard.", "Those pears are hard."),
        ("It stays between my boss and I.", "It stays between my boss and me."),
        ("The cat was laying on the sofa.", "The cat was lying on the sofa."),
        ("Don't take it so serious.", "Don't take it so seriously."),
        ("The heater works good now.", "The heater works well now."),
        ("He married with a nurse.", "He married a nurse."),
        ("He is married with a nurse.", "He is married to a nurse."),
        ("It was cold , so we left.", "It was cold, so we left."),
        ("Are you there ?", "Are you there?"),
        ("It was late,but we stayed.", "It was late, but we stayed."),
    ],
)
def test_a_form_that_cannot_stand_is_suspected(wrong: str, right: str) -> None:
    assert right in changed(wrong) and not changed(right)


@pytest.mark.parametrize(
    "text",
    [
        "I have never seen it.", "The can holds a litre.", "Those who can play the drums.", "The will to live is strong.",
        "I have known her since last year.", "I have read the report from last week.", "They have broken it.",
        "There have been some changes.", "He is very kind.", "Very kind men are rare.", "She is very good at chess.",
        "The list which he made is long.", "They used to get up early.", "She looks forward to work.", "I saw them apples.",
        "You and I are friends.", "She and I went out.", "He was laying the floor.", "We were laying a new carpet.",
        "What good works!", "It is serious.", "Wait ... and see.", "Look at this :)", "She gave real value.",
        "“We seen him,” said Joe.",
        "A real good story is rare.",
        "I know where my keys are.", "The people going to work.", "He moved in Monday night's storm.",
        "Things must be done.", "He did what he should to help.", "She has three old books.",
    ],
)  # fmt: skip
def test_a_form_that_can_stand_is_not(text: str) -> None:
    assert not changed(text)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("He buyed a hat.", "He bought a hat."),
        ("She has writed to us.", "She has written to us."),
        ("They did it theirself.", "They did it themselves."),
        ("Police was called.", "Police were called."),
        ("The number of cars have grown.", "The number of cars has grown."),
        ("The roads doesnt meet.", "The roads don't meet."),
        ("Who's bag is this?", "Whose bag is this?"),
        ("I see why its still raining.", "I see why it's still raining."),
        ("A orange fell.", "An orange fell."),
    ],
)
def test_what_rules_are_sure_of(wrong: str, right: str) -> None:
    assert right in known(wrong) and not known(right)


def test_a_piece_of_what_is_not_counted_has_the_right_article() -> None:
    assert not [new for new in known("He gave me an advice.") if "an tip" in new or "an suggestion" in new]


def test_two_right_words_are_joined_by_no_rule_that_is_sure() -> None:
    assert [f.kind for f in findings("She took the red one.")] in ([], [JOINED])


def test_words_that_look_regular_are_left() -> None:
    assert not [f for f in findings("The seed was shined upon and singed.") if f.kind == MISSPELT]


def test_forms_of_verbs() -> None:
    assert [ing(v) for v in ("make", "see", "lie", "swim", "walk", "begin")] == [
        "making", "seeing", "lying", "swimming", "walking", "beginning",
    ]  # fmt: skip
    assert [participle(v) for v in ("went", "wrote", "buy", "came", "walk")] == [
        "gone", "written", "bought", "come", "walked",
    ]  # fmt: skip
