"""What is known to be misspelt, and what is suspected of tense, negation, amounts, words taken for others and capitals."""

from __future__ import annotations

import pytest

from engine.text.prose.agreement import forms
from engine.text.prose.choices import either
from engine.text.prose.english import MISSPELT, findings, spelt_right
from engine.text.prose.spellings import KNOWN
from engine.text.prose.suspicions import suspected


def changed(text: str) -> set[str]:
    return {text[:start] + form + text[end:] for start, end, _, options in suspected(text) for form in options}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Yesterday I go to the cinema.", "Yesterday I went to the cinema."),
        ("Two years ago my uncle buys a farm.", "Two years ago my uncle bought a farm."),
        ("When I was a child, we try to fly.", "When I was a child, we tried to fly."),
        ("We stop there last week.", "We stopped there last week."),
        ("I don't know nothing about it.", "I don't know anything about it."),
        ("We didn’t see nobody.", "We didn’t see anybody."),
        ("How much people were there?", "How many people were there?"),
        ("There were less people today.", "There were fewer people today."),
        ("We ate, and than we left.", "We ate, and then we left."),
        ("The soup is to hot.", "The soup is too hot."),
        ("She will come to.", "She will come too."),
        ("Is this you're bag?", "Is this your bag?"),
        ("Yesterday i met her.", "Yesterday I met her."),
        ("My wife says i'm late.", "My wife says I'm late."),
        ("The film was good. it lasted two hours.", "The film was good. It lasted two hours."),
        ("Other peoples opinions matter.", "Other people's opinions matter."),
        ("One of the keys open the gate.", "One of the keys opens the gate."),
    ],
)
def test_what_may_be_meant_otherwise_is_suspected(wrong: str, right: str) -> None:
    assert right in changed(wrong) and not changed(right)


@pytest.mark.parametrize(
    "text",
    [
        "Yesterday I read the paper.", "Last night they let him in.", "He lives here, and last week I saw him.",
        "“I don't know nothing,” he said.", "There is much news.", "The price is less than ten pounds.",
        "It is hard to say.", "He is to leave at noon.", "I know that you're right.", "It ran for i in range.",
        "See vol. two, e.g. page 3, etc. and so on.", "ok then. see you at 8",
        "The peoples of Europe have many languages.", "I don't mind, and nobody does.", "It is bigger than mine.",
    ],
)  # fmt: skip
def test_what_is_right_is_not_suspected(text: str) -> None:
    assert not changed(text)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("He dont like it.", "He doesn't like it."),
        ("My brother havent called.", "My brother hasn't called."),
        ("The news are good.", "The news is good."),
        ("This information are wrong.", "This information is wrong."),
        ("Your the best.", "You're the best."),
        ("Their is a shop.", "There is a shop."),
        ("It is over their.", "It is over there."),
        ("It was more easier than before.", "It was easier than before."),
        ("It was the most easiest exam.", "It was the easiest exam."),
        ("I am teacher at a school.", "I am a teacher at a school."),
        ("He was engineer.", "He was an engineer."),
        ("Wich one is it?", "Which one is it?"),
        ("Inspite of the rain, we left.", "In spite of the rain, we left."),
        ("I have alot of work.", "I have a lot of work."),
        ("It was a suprise.", "It was a surprise."),
        ("I rent this room, its cheap and the bus stops here.", "I rent this room, it's cheap and the bus stops here."),
        ("The womens' team won.", "The women's team won."),
        ("The choice is your's.", "The choice is yours."),
        ("Take a mouthfull of it.", "Take a mouthful of it."),
    ],
)
def test_a_rule_knows_what_is_meant_and_nothing_else_is_said(wrong: str, right: str) -> None:
    (found,) = findings(wrong)
    assert {wrong[: found.start] + option + wrong[found.end :] for option in found.options} == {right}
    assert not findings(right)


@pytest.mark.parametrize(
    "text",
    [
        "They dont like it.", "The United States has signed.", "The Netherlands is a low country.", "The Eyes of Ara is a game.",
        "There are more older people in the village.", "It is his most honest book.", "Your so-called friend left.",
        "They required that each machine have an address.", "We use it because each of the boys has one.",
        "Their not inconsiderable debts were paid.", "He is chairman of the board.", "Much of the news and two reports are new.",
    ],
)  # fmt: skip
def test_rules_of_number_leave_what_is_right(text: str) -> None:
    assert not list(forms(text))


@pytest.mark.slow
def test_known_misspellings_are_no_words_and_what_is_meant_is_one() -> None:
    for wrong, right in KNOWN.items():
        assert (found := findings(f"It was {wrong}.")) and right in found[-1].options, wrong
        assert all(spelt_right(word) for word in right.split() if word != "etc"), right  # "etc." has a full stop
        assert right == "etc" or not findings(f"It was {right}.") or " " in right, right
    assert [found.kind for found in findings("I saw teh dog. She payed him.")] == [MISSPELT, MISSPELT]
    assert MISSPELT not in {
        found.kind for found in findings("The WICH file of wich.example.org, in x/wich and wich@x.org.")
    }


@pytest.mark.parametrize(
    "text",
    [
        "We put it on the roadmap today.", "She lives in the first floor flat.", "A lamp in the ground floor hallway is broken.",
        "Instead she felt in her pocket.", "It seems that neither of us was right.", "None of them are here.",
    ],
)  # fmt: skip
def test_what_is_the_choice_of_its_writer_breaks_no_rule(text: str) -> None:
    assert not findings(text)


def test_what_is_written_so_in_chats_is_right() -> None:
    assert spelt_right("lol") and not findings("Yeah, lol, see you then.")


@pytest.mark.parametrize(
    ("before", "free"),
    [
        ("The data ", True),
        ("None of them ", True),
        ("The team of doctors ", True),
        ("The media have said that what we need ", True),
        ("It is said. What we need ", True),
        ("The dogs ", False),
        ("The data of the dog that ", False),
    ],
)
def test_some_subjects_are_one_or_several_as_their_writer_means_it(before: str, free: bool) -> None:
    assert either(before) is free
