"""Greetings, closings, questions and emoji: what else may stand there is of the same kind."""

from __future__ import annotations

import pytest

import engine
from engine import Span
from engine.text.boundaries import letters
from engine.text.kinds import emoji, phrases, questions, salutations
from engine.text.kinds.verbs import says
from tests.conftest import some
from tests.engine.families import family, options

LETTER = "⟦Dear Mr. Holm⟧,\n\nThank you for your offer. We would like to order thirty chairs.\n\n{},\nIda Berg\n"


def parts(marked: str) -> tuple[str, str, str]:
    before, old, after = marked.replace("⟧", "⟦").split("⟦")
    return before, old, after


@pytest.mark.parametrize(
    ("marked", "may", "not_"),
    [
        ("⟦Dear Mr. Holm⟧,\n\nThank you for the offer.\n", "Good morning Mr. Holm", "Hi Mr. Holm"),
        ("⟦Hello Tom⟧,\n\nthe keys are here.\n", "Dear Tom", "Hello Tom"),
        ("⟦Tom⟧,\n\nthe keys are here.\n", "Hi Tom", "Tom"),
        ("⟦Sehr geehrte Frau Lang⟧,\n\nvielen Dank für den Brief.\n", "Guten Tag Frau Lang", "Lieber Frau Lang"),
        ("⟦Chère Anna⟧,\n\nnous vous remercions.\n", "Bonjour Anna", "Cher Anna"),
        ("⟦Уважаемая Анна⟧!\n\nМы получили письмо.\n", "Дорогая Анна", "Уважаемый Анна"),
        ("Dear Tom,\n\nthe keys are here.\n\n⟦Kind regards⟧,\nIda\n", "Best wishes", "Kind regards"),
        ("Dear Tom,\n\nthe keys are here.\n\n⟦See you soon,\nIda⟧\n", "Take care,\nIda", "Take care"),
        ("Liebe Anna,\n\ndas ist schön.\n\n⟦Viele Grüße⟧\nJan\n", "Herzliche Grüße", "Regards"),
    ],
)
def test_a_greeting_stays_one_to_the_same_person_and_a_closing_one(marked: str, may: str, not_: str) -> None:
    found = salutations.instead(*parts(marked))
    assert may in found and not_ not in found


@pytest.mark.parametrize(
    "marked",
    [
        "⟦Hello world⟧ is the first program.\n",
        "⟦The gulls are crying all about⟧,\nThe boats are coming in,\n",
        "She wrote:\n⟦Love⟧ is all you need, and everything else comes by itself.\n",
        "a\n\n⟦Thanks⟧\n\nThis is a long paragraph that goes on for more words than a name has.\n",
    ],
)
def test_nothing_else_is_taken_for_one(marked: str) -> None:
    assert salutations.instead(*parts(marked)) == ()


@pytest.mark.parametrize("way", some(["causal", "writer", "scripted"], "scripted"))
@pytest.mark.parametrize("old", ["Dear Mr. Holm,", "Kind regards,"])
def test_whatever_writes_it_writes_one_of_them(way: str, old: str) -> None:
    text = LETTER.format("Kind regards").replace("⟦", "").replace("⟧", "")
    span = Span(text.index(old), text.index(old) + len(old))
    found = salutations.instead(text[: span.start], old[:-1], text[span.end - 1 :])
    *_, last = engine.infill(family(way), text, [span], candidates=3, **options("llada", steps=8))
    made = [candidate[0].text for candidate in last.candidates]
    assert {text[-1] for text in made} == {","} and {text[:-1] for text in made} <= set(found)


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [
        ("Have you seen the keys", True), ("Have a nice day", False), ("Had I known, I would have come", False),
        ("Do you have a cat", True), ("Do the dishes", False), ("Where will the money come from", True),
        ("When we arrived it was dark", False), ("What a day", False), ("What matters is love", False),
        ("What time is it", True), ("Will Smith is here", False), ("Isn't it late", True), ("Is Tom at home", True),
        ("May the force be with you", False), ("How many eggs do you need", True), ("How it works is known", False),
        ("Wo warst du denn", True), ("Was du sagst stimmt", False), ("Kannst du kommen", True),
        ("Avez-vous du pain", True), ("Asseyez-vous là", False), ("¿Vienes mañana", True), ("Dónde está el libro", True),
    ],
)  # fmt: skip
def test_how_a_sentence_begins_tells_whether_it_asks(sentence: str, asks: bool) -> None:
    assert questions.asks(sentence) == asks


def test_questions_of_a_language_begin_alike() -> None:
    english, german = questions.openings("Have you seen the keys"), questions.openings("Wo warst du denn")
    assert "Where" in english and "Have" not in english and "Kannst" in german and "Wo" not in german
    assert questions.openings("It is here") == []


@pytest.mark.parametrize("old", ["👩🏽‍🍳", "🇸🇪", "😀🎉", "✈️", "👨‍👩‍👧", "❤️", "🍷 🍰"])
def test_emoji_are_replaced_by_as_many_whole_ones(old: str) -> None:
    found = emoji.instead("", old, "")
    assert len(found) > 5 and old not in found
    assert {len(letters(text)) for text in found} == {len(letters(old))}
    assert emoji.instead("", "see you " + old, "") == ()


def test_an_emoji_keeps_its_skin_and_is_none_that_stands_beside_it() -> None:
    assert all("\U0001f3fd" in text for text in emoji.instead("", "👩🏽‍🍳", ""))
    assert "🇳🇴" not in emoji.instead("We won 🇳🇴 ", "🇸🇪", " today")


AROUND = "The parcel of Ms. Weber was held until the papers were found."


@pytest.mark.parametrize(
    ("old", "fill", "unlike"),
    [
        ("at the office", "in a van", False), ("at the office", "Monday", True), ("at the office", "somewhere", False),
        ("at the office", "unexpectedly", False), ("at the office", "two days ago", False), ("at the office", "it is", True),
        ("at the office", "when it rained", False), ("every night", "on Sundays", False), ("every night", "the moon", True),
        ("every door", "the moon", False), ("in which it lay", "the box", False), ("to repair it", "the box", False),
        ("in the end it was found", "it was found", False), ("at once", "files", True), ("At the office", "files", False),
    ],
)  # fmt: skip
def test_a_phrase_that_says_where_when_or_how_stays_one(old: str, fill: str, unlike: bool) -> None:
    assert phrases.unlike(old, AROUND, fill) == unlike
    assert not phrases.unlike(old, AROUND, old)
    assert not phrases.unlike(old, "Das Paket lag dort, bis die Papiere kamen.", fill), "English only"


def test_phrases_begin_alike() -> None:
    assert phrases.openings("under the bridge", AROUND)[:2] == ["under", "in"]
    assert phrases.openings("the bridge", AROUND) == phrases.openings("under the bridge", "Sie lag dort.") == []


@pytest.mark.parametrize(
    ("fill", "after", "cut"),
    [
        ("from 1985 to", " before she left", True), ("a nurse and", " when she left", True), ("a nurse", " before", False),
        ("up and down", " in the hall", False), ("from", " Bonn", False), ("all of the", ", in short", False),
    ],
)  # fmt: skip
def test_words_that_ask_for_another_do_not_stand_before_a_phrase(fill: str, after: str, cut: bool) -> None:
    assert phrases.cut_short("as a nurse", fill, after) == cut
    assert not phrases.cut_short(fill, fill, after)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Every morning the owner lights the oven", True), ("This allows for more", True), ("The farmers open the gate", True),
        ("a cup of hot milk", False), ("this form", False), ("a train behind the wood", False),
    ],
)  # fmt: skip
def test_a_word_that_could_be_a_noun_is_a_verb_behind_who_does_it(text: str, verb: bool) -> None:
    assert says(text) == verb
