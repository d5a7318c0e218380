"""What is prose in a text, where its sentences end, and which language it is in."""

from __future__ import annotations

import pytest

from engine.text.boundaries import letters, sentences, words
from engine.text.prose.agreement import forms
from engine.text.prose.blocks import blocks, prose
from engine.text.prose.english import faults, findings, foreign, prose_of

DOCUMENT = """---
title: recieve
---

# Release *notes*

Type `get build` to start, see <https://x.org/help> or [the guide](https://x.org/a "get it") and help@example.org.

```
get --help
```

    get_code(x)

- first item, [ref][r]
  goes on

1. First step.

| fruit | colour |
|---|---|
| apple | red and green |

[r]: https://x.org/get

> quoted words

$$
a = get
$$
"""


def parts(text: str, **more: bool) -> list[str]:
    return [text[a:b].strip() for a, b in prose(text, **more) or ()]


def test_prose_is_what_sentences_are_made_of() -> None:
    assert parts(DOCUMENT) == [
        "Release", "notes", "Type", "to start, see", "or", "the guide", "and", "first item,", "ref", "goes on", "First step.",
        "fruit", "colour", "apple", "red and green", "quoted words",
    ]  # fmt: skip
    kinds = {block.kind for block in blocks(DOCUMENT) or ()}
    assert kinds == {"heading", "paragraph", "entry", "cell", "quote"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Write to a.b@example.org or www.example.org/x today.", ["Write to", "or", "today."]),
        ("It weighs 5 kg, costs $12 and holds 3.5 GB at 20 °C.", ["It weighs", "costs", "and holds", "at"]),
        ("Open ~/notes/a.txt, src/main.py and C:\\temp with --force now.", ["Open", "and", "with", "now."]),
        ("Ask Dr. Weber, Prof. Lang, etc. in time.", ["Ask", "Weber,", "Lang,", "in time."]),
        ("The function read_file() of iPhone and a::b is old.", ["The function", "of", "and", "is old."]),
        ("Say “fatal: recieve failed” aloud.", ["Say", "aloud."]),
        ("$ git push\nerror: recieve failed\nThis is what it said.", ["This is what it said."]),
        ("Energy $E = mc^2$ is \\emph{not} lost, {{name}} said.", ["Energy", "is", "lost,", "said."]),
        ("😀 naïve `x` é", ["😀 naïve", "é"]),
    ],
)
def test_what_is_kept_letter_by_letter_is_no_prose(text: str, kept: list[str]) -> None:
    assert [part.strip(" .,") for part in parts(text)] == [part.strip(" .,") for part in kept]


def test_of_a_text_of_any_kind_only_sentences_are_prose() -> None:
    assert parts("lint: true\nname: creat\n\nx = f(1);\n\nThis was written by hand.", loose=True) == [
        "This was written by hand."
    ]
    assert parts("    He came home late, and sat down at the table.") == [
        "He came home late, and sat down at the table."
    ]


def test_what_stands_far_away_is_not_parsed_anew() -> None:
    text = "Some words here.\n\n" * 20_000
    at = len(text) // 2
    near = blocks(text, at, at + 100)
    assert near is not None and 5 <= len(near) <= 8 and all(block.end > at and block.start < at + 100 for block in near)


def test_no_sentence_ends_within_an_abbreviation() -> None:
    text = 'Ask Dr. Weber, etc. in time. J. R. Roe met St. John at 5 p.m. on Monday. "No." Use a pen, a rule, etc. The end.'
    assert [text[a:b] for a, b in sentences(text)] == [
        "Ask Dr. Weber, etc. in time.", "J. R. Roe met St. John at 5 p.m. on Monday.", '"No."', "Use a pen, a rule, etc.",
        "The end.",
    ]  # fmt: skip


def test_letters_and_words_are_what_people_see() -> None:
    for text, count in (("लिखता", 3), ("e\u0301", 1), ("👨\u200d👩\u200d👧\u200d👦", 1), ("தமிழ்", 3)):
        assert len(letters(text)) == count, text
    japanese = "今日は天気がいい。"
    found = [japanese[a:b] for a, b in words(japanese)]
    assert "".join(found) == japanese and found[:2] == ["今日", "は"]
    assert len(words("วันนี้อากาศดี")) > 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ich fand den Brief furthermore gut.", "de"), ("Ele comeu o bolo com a família.", "pt"), 
        ("Je suis allé au marché.", "fr"),
        ("De vergadering begint om tien uur.", "nl"), ("Saya pergi ke pasar.", "ms"), ("Мы были дома.", "ru"),
        ("He was born in Gdańsk and studied in Kraków.", None), ("dont do it", None), ("Its been long.", None),
        ("I is hapy", None), ("We was happy.", None), ("Hi Anna,", None),
        ("Ms Okonkwo and Mr van der Berg met Lord Strathclyde in Ely.", None), ("Anna Kowalska wrote to Jan Nowak.", None),
        ("Siobhán Ní Dhomhnaill teaches at Trinity.", None), ("Jan van Dijk was in Utrecht met Piet de Boer.", "nl"),
    ],
)  # fmt: skip
def test_other_languages_are_known(text: str, code: str | None) -> None:
    found = foreign(text, 0, len(text))
    assert not found if code is None else {found[0][2]} == {code} or code == "ms"
    assert bool(found) == (code is not None)


def test_a_foreign_sentence_is_left_out_and_the_others_are_not() -> None:
    text = "Dear all,\n\nI have recieved it today. Je ne sais pas ce que tu veux dire par là. Thanks a lot for this."
    found = prose_of(text, 0, len(text))
    assert found is not None
    within, others = found
    assert [text[a:b].strip() for block in within for a, b in block.parts] == [
        "Dear all,", "I have recieved it today.", "Thanks a lot for this.",
    ]  # fmt: skip
    assert [code for _, _, code in others] == ["fr"]


def test_a_few_foreign_words_in_quotes_are_left_out() -> None:
    text = 'His motto was "festina lente", and he said "make haste slowly" of it.'
    assert [text[a:b] for a, b, _ in foreign(text, 0, len(text))] == ["festina lente"]


@pytest.mark.parametrize(
    "wrong", ["recieved it", "Its been long", "He go home", "We was there", "She dont like it", "I could of gone"]
)
def test_rules_know_what_people_really_write(wrong: str) -> None:
    assert [f for f in findings(f"{wrong}.") if f.options]


def test_every_spelling_of_english_is_right() -> None:
    assert findings("The colour of the theatre is gray, and I realised it at the center.") == []
    assert faults("He go home. We was there.") == 2 and faults("He goes home.") == 0


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("The list of names are long.", "is"), ("The keys to the house is here.", "are"), ("Where is the keys?", "are"),
        ("Is there any questions?", "Are"), ("There is two.", "are"), ("There was many people at the gate.", "were"),
        ("He said that everyone have gone.", "has"), ("One of the boxes are missing.", "is"), ("Every student have one.", "has"),
        ("Has the letters arrived?", "Have"), ("Was you there?", "Were"), ("Tom and Anna is here.", "are"),
        ("All of the windows was open.", "were"), ("A number of guests has asked.", "have"), ("This books are old.", "These"),
        ("My parents lives in a village.", "live"), ("I know its late.", "it's"), ("Whose coming tonight?", "Who's"),
        ("I forgot whos idea it was.", "whose"), ("Lets meet at noon.", "Let's"), ("Your late again.", "You're"),
        ("I think there coming by train.", "they're"), ("It’s in todays paper.", "today’s"),
        ("We sell apple's and pears.", "apples"),
        ("All the shop's are closed.", "shops"), ("More than two hundred people was there.", "were"),
        ("Every steps returns a number.", "step"), ("I have the keys, their in the drawer.", "they're"),
    ],
)  # fmt: skip
def test_a_form_that_the_words_around_it_do_not_ask_for_is_found(wrong: str, right: str) -> None:
    (found,) = [one for one in findings(wrong) if right in one.options]
    assert found.kind in ("Agreement", "Punctuation")
    mended = wrong[: found.start] + right + wrong[found.end :]
    assert not list(forms(mended)) and faults(mended) < faults(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "The rest of the boys are here.", "The news is good.", "Let everyone have a seat.", "In the box of toys were two dolls.",
        "Does everyone have one?", "He and the owner of the dogs are friends.", "Where is the bus?", "Is your boss in?",
        "The bed and breakfast is closed.", "Do your best.", "There is a lot of noise.", "Its own door is open.", "She lets go.",
        "We talked to the baker's and the butcher's.", "The number of guests is small.", "The people I know are kind.",
        "The fact that the boys are late is known.", "One of them is late.", "Whose scraping is it?", "A rival of Brown's came.",
        "Mathematics is hard.", "These are his.", "Everything they have is new.",
        "Twenty years is too short.", "Two hundred years is too short.", "Every others step is new.", "Each species is rare.",
        "They put their in-house printer away.",
    ],
)  # fmt: skip
def test_what_has_its_form_is_left_alone(text: str) -> None:
    assert not list(forms(text))
