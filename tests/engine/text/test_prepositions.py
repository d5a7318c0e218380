"""Small words that are left out or taken for one another, and what looks the same and is right."""

from __future__ import annotations

import pytest

from engine.text.prose.suspicions import suspected
from tests.engine.text.test_choices import changed

MISTAKES = [
    ("I went to shop to buy bread.", "I went to the shop to buy bread."),
    ("We must go at the bank today.", "We must go to the bank today."),
    ("Yesterday he went to home.", "Yesterday he went home."),
    ("We met in restaurant.", "We met in the restaurant."),
    ("The book was in the table.", "The book was on the table."),
    ("There is a list in the last page.", "There is a list on the last page."),
    ("I saw it in television.", "I saw it on television."),
    ("We clean twice in month.", "We clean twice a month."),
    ("He threw it over are fence.", "He threw it over our fence."),
    ("His wife works as nurse in a hospital.", "His wife works as a nurse in a hospital."),
    ("I am living here since nine years.", "I have been living here since nine years."),
    ("I live here since 2015.", "I have lived here since 2015."),
    ("If you any questions, call us.", "If you have any questions, call us."),
    ("She very happy to come.", "She is very happy to come."),
    ("The weather is more better there.", "The weather is better there."),
    ("It is truth that he left.", "It is true that he left."),
    ("I am interesting in art.", "I am interested in art."),
    ("We sell Apple's and pears.", "We sell apples and pears."),
    ("Potato's for sale.", "Potatoes for sale."),
    ("Our french teacher is ill.", "Our French teacher is ill."),
    ("I have never have a dog.", "I have never had a dog."),
    ("We have not receive it.", "We have not received it."),
    ("I like to talking to him.", "I like to talk to him."),
    ("If we read, we can to imagine it.", "If we read, we can imagine it."),
    ("I signed it and I send it two days ago.", "I signed it and I sent it two days ago."),
    ("Each of them have a page.", "Each of them has a page."),
    ("The man at the desk don't know.", "The man at the desk doesn't know."),
    ("The companys offer is old.", "The company's offer is old."),
    ("It was much more cheaper last year.", "It was much cheaper last year."),
    ("Nowadays every people has a car.", "Nowadays everyone has a car."),
    ("I ate everything what she made.", "I ate everything that she made."),
    ("The man was very rudely.", "The man was very rude."),
    ("I writing to ask for help.", "I am writing to ask for help."),
    ("Both proposal were good.", "Both proposals were good."),
    ("He is responsible of the budget.", "He is responsible for the budget."),
    ("I am waiting your answer.", "I am waiting for your answer."),
    ("The king had three sons's.", "The king had three sons."),
    ("People would stopped driving.", "People would stop driving."),
    ("Please sent me the file.", "Please send me the file."),
    ("Tell me what should I do.", "Tell me what I should do."),
    ("I laid in bed until ten.", "I lay in bed until ten."),
    ("Mr. Hall suggest a new date.", "Mr. Hall suggests a new date."),
    ("The dealers website says so.", "The dealer's website says so."),
    ("It was a quite street.", "It was a quiet street."),
    ("The party is at 7 March.", "The party is on 7 March."),
    ("She was born on 1998.", "She was born in 1998."),
    ("The class begins in ten o'clock.", "The class begins at ten o'clock."),
    ("My parents are in holiday.", "My parents are on holiday."),
    ("The bus is more cheap than the train.", "The bus is cheaper than the train."),
    ("This bag is more heavy than mine.", "This bag is heavier than mine."),
]
RIGHT = [
    "I went to school, then to bed. We went to park the car.",
    "They shop at the bank's expense and go at noon.",
    "In May 1998 we met, and in the third week.",
    "It is more cold than wet.",
    "The shop in the holiday park is on the ground.",
    "In the table below, the key is in the table of contents.",
    "He is in hospital, and the news was on the radio.",
    "People we spoke to are friends. The house we live in are ruins.",
    "If any questions remain, ask; if you, any of you, can come, do.",
    "I sure hope so, and they so want it. Very happy people came.",
    "Apple's and Google's phones are new; Ann's is older. The apple's colour changed.",
    "We ate french fries behind the french windows.",
    "I am used to talking. I have to be here.",
    "He did all that he can to help.",
    "Politics were kept out of it. Economics was last.",
    "More people than expected have come.",
    "It was agreed that we go.",
    "Nowadays we eat less. My boss's car and the class's room are clean.",
    "It was very nicely done. Many fish were caught; both men were ill.",
    "He is responsible. What should I do? Tell me, what should I do?",
    "I ask what he wants of me. He laid the book on the table.",
    'The form "she don\'t" and "we was" are not for letters.',
    'Do not write "he don\'t" in a letter.',
]


@pytest.mark.parametrize(("text", "right"), MISTAKES)
def test_what_other_languages_suggest_is_doubted(text: str, right: str) -> None:
    assert right in changed(text)


@pytest.mark.parametrize("text", RIGHT)
def test_what_looks_the_same_and_is_right_is_left(text: str) -> None:
    assert changed(text) == set()


def test_who_writes_no_capitals_writes_none_in_names() -> None:
    assert "Name" not in {kind for _, _, kind, _ in suspected("i like french films.")}
    assert "Name" in {kind for _, _, kind, _ in suspected("We like french films.")}


def test_what_is_told_of_last_week_is_put_into_the_past() -> None:
    assert {made for made in changed("Last week he give me a book.") if "gives" not in made} == {
        "Last week he gave me a book."
    }
