"""Styles and prose: who is a doer, what of a text is left alone, and what a key of a word list says."""

from __future__ import annotations

from dataclasses import replace

import pytest

import engine
from editor.styles.styles import find
from engine import Span
from engine.edits.restyling.keeping import facts
from engine.edits.restyling.site import written
from engine.edits.restyling.voice import doer, turned
from engine.edits.restyling.weighing import Weighing
from engine.models.causal.denoiser import CausalDenoiser
from tests.engine.edits.test_restyle import WORDS, run
from tests.engine.families import family


@pytest.fixture
def tiny() -> CausalDenoiser:
    found = family("causal")
    assert isinstance(found, CausalDenoiser)
    return found


NOT_TURNED = [
    "The report must be finished by Monday.", "She was home by noon.", "The fire was caused by a candle.",
    "It was sent by mistake.",
    "The house was built by hand.", "He said the car was sold by then.", "The dogs were chased by three cats.",
    "It is used by Line 5.",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_TURNED)
def test_nothing_is_turned_where_nobody_is_named_who_does_it(tiny: CausalDenoiser, text: str) -> None:
    style = replace(WORDS, past={"built": ("built", "build"), "sent": ("sent", "send"), "sold": ("sold", "sell")})
    assert not [site for site in turned(Weighing(tiny, text, 0, len(text), style)) if site is not None]


@pytest.mark.parametrize(
    "text",
    [
        "The song was written by Nina Sand and is loved everywhere.",
        "The bridge was designed by Mark Ebner and is looked after by the town council.",
        "The house was bought by my uncle but has stood empty since.",
    ],
)
def test_what_goes_on_about_the_same_thing_is_left(tiny: CausalDenoiser, text: str) -> None:
    style = find("active-voice", "prose")
    assert not [site for site in turned(Weighing(tiny, text, 0, len(text), style)) if site is not None]


def test_a_clause_is_turned_within_another(tiny: CausalDenoiser) -> None:
    text = "We hear that the plan was approved by the board."
    made = run(tiny, text, [Span(0, len(text))], [find("active-voice", "prose")])[-1].spans[0].text
    assert made == "We hear that the board approved the plan."


def test_a_number_is_taken_along_as_it_is(tiny: CausalDenoiser) -> None:
    text = "The budget for 20 km was approved by the board."
    found = engine.prose_of(text, 0, len(text))
    assert found is not None and [text[a:b] for a, b in found[0][0].parts] == [
        "The budget for ",
        " was approved by the board.",
    ]
    weighing = Weighing(tiny, text, 0, len(text), find("active-voice", "prose"), within=found[0])
    (site,) = (site for site in turned(weighing) if site is not None)
    assert weighing.free(site)
    assert not weighing.free(replace(site, options=("The board approved the budget.",)))


def test_do_not_hesitate_denies_nothing(tiny: CausalDenoiser) -> None:
    assert "If in doubt, please call us." in offered(tiny, "simpler", "If in doubt, do not hesitate to call us.")
    assert facts("Do not call us.") != facts("Please call us.")


def test_a_contraction_says_the_same_and_is_worth_it(tiny: CausalDenoiser) -> None:
    text = "We will not be there, and I am late for the opportunity."
    sites = [s for s in engine.METHODS["words"](Weighing(tiny, text, 0, len(text), find("casual", "prose"))) if s]
    worth = {option: w for site in sites for option, w in zip(site.options, site.worth, strict=True)}
    assert worth["won't"] == worth["I'm"] > 3 * worth["chance"]


def offered(tiny: CausalDenoiser, name: str, text: str) -> list[str]:
    """What a text may become by one of the words that a style has."""
    sites = engine.METHODS["words"](Weighing(tiny, text, 0, len(text), find(name, "prose")))
    return [written(text, [(site, option)]) for site in sites if site is not None for option in site.options]


@pytest.mark.parametrize(
    ("name", "text", "not_in"),
    [
        ("longer", "Please be informed that we moved.", "so kind"),
        ("longer", "Tell us if you like it.", "event"),
        ("longer", "Ask her when they arrive.", "at the time"),
        ("longer", "We looked at the map for hours.", "took a look"),
        ("friendlier", "We cannot wait to see you.", "afraid"),
        ("friendlier", "We cannot open the file.", "I'm"),
    ],
)
def test_what_a_style_does_not_write(tiny: CausalDenoiser, name: str, text: str, not_in: str) -> None:
    assert not [new for new in offered(tiny, name, text) if not_in in new]


@pytest.mark.parametrize(
    ("name", "text", "made"),
    [
        ("formal", "There's loads of cups, and there's a pot.", "There are loads of cups"),
        ("formal", "Hey Nina, thanks for the book.", "Hey Nina, thank you for the book."),
        ("shorter", "It is, as a matter of fact, late.", "It is late."),
        ("simpler", "It rained; however, we went.", "It rained; but we went."),
        ("longer", "Please sign the form.", "Please be so kind as to sign the form."),
        ("friendlier", "I am sorry. We cannot come on Sunday.", "I'm afraid we can't come on Sunday."),
        ("friendlier", "It does not work.", "It doesn't work."),
    ],
)
def test_what_a_style_may_write(tiny: CausalDenoiser, name: str, text: str, made: str) -> None:
    assert [new for new in offered(tiny, name, text) if made in new]


@pytest.mark.parametrize(
    ("agent", "number"),
    [
        ("me", 1), ("them", 2), ("Dr. Weber", 1), ("Anna and Tom", 2), ("the police", 2),
        ("a friend of my mother", 1), ("two nurses", 2),
        ("the women", 2), ("a company from Spain", 1), ("Monday", None), ("a candle", None), ("Line 5", None),
        ("the letter", None),
        ("walking", None), ("Anna's car", None),
    ],
)  # fmt: skip
def test_a_doer_is_a_person_a_group_of_people_or_a_name(agent: str, number: int | None) -> None:
    assert doer(agent, frozenset(("friend", "nurse", "company", "woman"))) == number


MARKDOWN = """# A big sign

Type `big` or see https://example.org/big, 5 big and *big* bags.

```
big
```

- big one

| big | old |
|---|---|
| big | Dr. Old |
"""


def test_only_prose_is_changed_and_nothing_is_put_before_a_mark(tiny: CausalDenoiser) -> None:
    found = engine.prose_of(MARKDOWN, 0, len(MARKDOWN))
    assert found is not None
    words = {"big": ("huge",), "old": ("ancient",)}
    style = replace(WORDS, does=("words", "around"), words=words, openings=("Hi! ",), closings=(" Bye!",))
    text = run(tiny, MARKDOWN, [Span(0, len(MARKDOWN))], [style], within=found[0])[-1].spans[0].text
    wanted = MARKDOWN.strip().replace("big", "huge").replace("| old", "| ancient")
    for kept in ("`huge`", "/huge", "```\nhuge"):
        wanted = wanted.replace(kept, kept.replace("huge", "big"))
    assert text == wanted


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("Anna and I can't come.", "Anna and I can't come."),
        ("Hi Eva, my wife and I can't come.", "Hi Eva, my wife and I can't come."),
        ("We came home, and I can't sleep.", "We came home, and I am not able to sleep."),
    ],
)
def test_what_one_has_is_not_what_two_have(tiny: CausalDenoiser, text: str, changed: str) -> None:
    style = replace(WORDS, worth=60.0, words={"I can't": ("I am not able to",)})
    assert run(tiny, text, [Span(0, len(text))], [style])[-1].spans[0].text == changed


@pytest.mark.parametrize(
    ("text", "greeted"),
    [
        ("You can come at ten.", True),
        ("The Tenant shall pay in advance.", False),
        ("# Setup\n\nYou can start it by hand.", False),
        ("Present: Weber, Osei. The plan was approved.", False),
        ("The bridge was closed on Friday after a lorry hit it.", False),
        ("```\nstart()\n```\n\nYou can start it by hand.", False),
        ("I will be late on Friday.", True),
        ("We painted the kitchen. My aunt chose blue, and we bought ten litres.", False),
        ("In this report, we examine the use of bicycles.", False),
        ("Beat the eggs until you see no lumps. Add salt.", False),
        ("Before you lift the lid, unplug the kettle.", False),
        ("Is lunch at one?", True),
        ("He was kind to us, and I was afraid of his bees.", False),
        ('"You are late," said the miller.', False),
        ("For Saturday\n\n- your tent\n- my stove", False),
        ("What we need\n1. bring your own cup.", False),
    ],
)
def test_nobody_is_greeted_in_contracts_documents_stories_and_lists(
    tiny: CausalDenoiser, text: str, greeted: bool
) -> None:
    style = replace(WORDS, does=("around",), openings=("Hi! ",), closings=(" Bye!",))
    made = run(tiny, text, [Span(0, len(text))], [style])[-1].spans[0].text
    assert (made != text) is greeted


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("We had lots of books.", "We had a large number of books."),
        ("We had lots of very old books.", "We had a large number of very old books."),
        ("We had lots of memory.", "We had a great deal of memory."),
        ("See you soon. Lots of love, Ellen", "See you soon. Lots of love, Ellen"),
    ],
)
def test_an_amount_fits_what_it_is_of(tiny: CausalDenoiser, text: str, changed: str) -> None:
    style = replace(WORDS, words={"lots of": ("a great deal of", "a large number of")})
    assert run(tiny, text, [Span(0, len(text))], [style])[-1].spans[0].text == changed


def test_a_change_that_makes_a_mistake_of_grammar_is_not_written(tiny: CausalDenoiser) -> None:
    text = "She walks home."
    style = replace(WORDS, words={"walks": ("walk", "runs")})
    found = engine.prose_of(text, 0, len(text))
    assert found is not None
    assert run(tiny, text, [Span(0, len(text))], [style], within=found[0])[-1].spans[0].text == "She runs home."


@pytest.mark.parametrize(
    ("key", "text", "changed"),
    [
        ("^big", "Big is big.", "Huge is big."), ("[to, will] get", "We get it and will get it.", "We get it and will huge it."),
        ("it's [been, got]", "it's been here and it's old", "huge been here and it's old"), ("big [end]",
        "A big, big.", "A big, huge."),
        ("now [comma]", "So now, and now then", "So huge, and now then"), ("did [*ing]", "He did doing it", "He huge doing it"),
    ],
)  # fmt: skip
def test_a_key_says_what_stands_around_it(tiny: CausalDenoiser, key: str, text: str, changed: str) -> None:
    style = replace(WORDS, words={key: ("huge",)})
    sites = [site for site in engine.METHODS["words"](Weighing(tiny, text, 0, len(text), style)) if site is not None]
    assert [written(text, [(site, site.options[0])]) for site in sites] == [changed]


def test_contractions_are_written_out(tiny: CausalDenoiser) -> None:
    """Whatever the model takes for likelier; other words have to be likely."""
    text = "I can’t find it, and we're late for the big show."
    style = replace(WORDS, worth=0, words={"can't": ("cannot",), "we're": ("we are",), "big": ("\u5b57\u5b57\u5b57",)})
    last = run(tiny, text, [Span(0, len(text))], [style])[-1].spans[0]
    assert last.text == text.replace("can’t", "cannot").replace("we're", "we are")
    assert last.why == "2 changes to the old words"


@pytest.mark.parametrize("start", ["Due to the fact that", "We stay, due to the fact that"])
def test_a_phrase_for_which_a_word_stands_is_worth_the_words_that_it_costs(tiny: CausalDenoiser, start: str) -> None:
    """Otherwise what a model finds likely because it knows how the phrase ends is kept as it is."""
    text = f"{start} it was a big day."
    style = replace(WORDS, words={"due to the fact that": ("because", "due to that fact", ""), "big": ("huge",)})
    first, second = engine.METHODS["words"](Weighing(tiny, text, 0, len(text), style))
    assert first is not None and second is not None
    assert [worth - second.worth[0] for worth in first.worth] == [8.0, 0.0, 0.0]


def test_a_style_may_say_why_nothing_was_found_to_change(tiny: CausalDenoiser) -> None:
    style = replace(WORDS, words={"small": ("tiny",)}, nothing="nothing small is there")
    last = run(tiny, "A big dog.", [Span(0, 10)], [style])[-1].spans[0]
    assert last.text == "A big dog." and last.why == "nothing was found to change: nothing small is there"


@pytest.mark.parametrize(
    ("text", "longer"),
    [
        ("He has lived in Berlin for six years.", "He has lived in Berlin for a period of six years."),
        ("We are planning to move.", "We are making plans to move."),
        ("You should back up your files.", "You would do well to back up your files."),
        ("Here are the photos you sent.", "Here are the photos that you sent."),
        ("I think we know it.", "I think that we know it."),
        ("They finished two days early.", "They finished two days ahead of time."),
        ("It is better if you add salt.", "It is better in the event that you add salt."),
        ("She explains how it works.", "She gives an explanation of how it works."),
        ("They did not tell us that it was closed.", "They did not let us know that it was closed."),
        ("All the windows were open.", "All of the windows were open."),
    ],
)
def test_longer_has_more_words_for_what_ordinary_sentences_say(tiny: CausalDenoiser, text: str, longer: str) -> None:
    style = find("longer", "prose")
    sites = [site for site in engine.METHODS["words"](Weighing(tiny, text, 0, len(text), style)) if site is not None]
    assert longer in [written(text, [(site, option)]) for site in sites for option in site.options]


def test_no_words_are_put_in_that_stand_beside_already(tiny: CausalDenoiser) -> None:
    text = "During the course of it, and during the day."
    style = replace(WORDS, words={"during": ("over the course of",)})
    assert run(tiny, text, [Span(0, len(text))], [style])[-1].spans[0].text == text.replace(
        "during", "over the course of"
    )
