"""Spans brought into a style: what holds whatever the model says, on a tiny one; and a little of what the embedded one says."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace

import pytest

import engine
from engine import Span, Style
from engine.edits.restyling.choosing import apart
from engine.edits.restyling.keeping import facts, with_article
from engine.edits.restyling.python import Code
from engine.edits.restyling.site import Site, written
from engine.edits.restyling.voice import turned
from engine.edits.restyling.weighing import Weighing
from engine.errors import NothingToStyle
from engine.models.causal.denoiser import CausalDenoiser
from engine.runs.steps import EditStep
from tests.engine.families import family, passes

TEXT = "Then Anna did not buy 42 big red apples in May. She was glad, and the old man gave me a pear. Then it rained."
WORDS = Style(
    "words", "Words", does=("words",), worth=500, strength=1, words={"big": ("huge", "large"), "old": ("ancient",)}
)
EXAMPLES = replace(
    WORDS, name="model", title="Model", examples=("One good day.",), opposite=("A bad day.",),
    words={**WORDS.words, "glad": ("happy",), "man": ("fellow",)},
)  # fmt: skip
STYLES = {
    "words": WORDS, "model": EXAMPLES,
    "around": Style("around", "Around", does=("around",), openings=("Hi! ",), closings=(" Bye!",)),
}  # fmt: skip


@pytest.fixture
def tiny() -> CausalDenoiser:
    found = family("causal")
    assert isinstance(found, CausalDenoiser)
    return found


def run(
    denoiser: engine.Denoiser, text: str, spans: list[Span], styles: list[Style | None], **more: object
) -> list[EditStep]:
    return list(engine.restyle(denoiser, text, spans, styles, **more))  # type: ignore[arg-type]


def shown(step: EditStep) -> list[str]:
    return [span.text for span in step.spans]


def drawn(step: EditStep) -> list[list[tuple[str, str]]]:
    return [[(slot.text, slot.state) for span in row for slot in span.slots] for row in step.candidates]


@pytest.mark.parametrize("name", STYLES)
def test_a_run_says_what_it_does_and_keeps_what_must_be_kept(tiny: CausalDenoiser, name: str) -> None:
    span = Span(0, len(TEXT))
    steps = run(tiny, f"  {TEXT} And so on.", [Span(1, 3 + len(TEXT))], [STYLES[name]], candidates=3)
    assert [step.done for step in steps] == [False] * (len(steps) - 1) + [True]
    assert {(s.spans[0].start, s.spans[0].end) for s in steps} == {(2, 2 + len(TEXT))}
    assert shown(steps[0]) == [TEXT] and steps[0].nfe == 0
    assert [step.nfe for step in steps] == sorted(step.nfe for step in steps)
    for (row,) in steps[-1].candidates:
        assert facts(TEXT) <= facts(row.text) and "".join(slot.text for slot in row.slots) == row.text
        assert not any(slot.noisy for slot in row.slots) and row.why
    assert span.end == len(TEXT)


@pytest.mark.parametrize("name", STYLES)
def test_a_seed_gives_the_same_steps(tiny: CausalDenoiser, name: str) -> None:
    first, again = (run(tiny, TEXT, [Span(0, len(TEXT))], [STYLES[name]], seed=5, temperature=1.0) for _ in range(2))
    decisions = [[drawn(step) for step in steps if step.phase == "denoise"] for steps in (first, again)]
    assert decisions[0] == decisions[1] and len(decisions[0]) > 1, (
        "a pass fewer for what was read before changes nothing"
    )


def test_words_are_scraped_and_written_again(tiny: CausalDenoiser) -> None:
    steps = run(tiny, TEXT, [Span(0, len(TEXT))], [WORDS])
    scraped = [step for step in steps if any(slot.state == "m" for slot in step.spans[0].slots)]
    assert scraped and not scraped[0].done
    written_ = [{s.text.strip() for s in step.spans[0].slots if s.state == "n"} for step in steps]
    assert [bool(words) for words in written_[-2:]] == [True, True], "the surest first, one a step"
    text = steps[-1].spans[0].text
    assert re.fullmatch(TEXT.replace("big", "(huge|large)").replace("old", "ancient"), text)
    assert "2 changes" in steps[-1].spans[0].why
    guesses = [slot.alternatives for slot in steps[-1].spans[0].slots if slot.state in "ns" and slot.alternatives]
    assert {text for text, _, _ in guesses[0]} == {"huge", "large"}


def test_names_numbers_and_negations_are_kept_whatever_the_file_says(tiny: CausalDenoiser) -> None:
    bad = replace(
        WORDS, words={"42": ("43",), "Anna": ("someone",), "did not": ("did",), "May": ("June",), "big": ("Berlin",)}
    )
    assert run(tiny, TEXT, [Span(0, len(TEXT))], [bad])[-1].spans[0].text == TEXT


def test_every_step_shows_all_spans(tiny: CausalDenoiser) -> None:
    spans = [Span(TEXT.index("She"), TEXT.index(" Then")), Span(0, TEXT.index(" She"))]
    steps = run(tiny, TEXT, spans, [replace(WORDS, words={"old": ("very very old",)}), WORDS])
    places = [(0, TEXT.index(" She")), (TEXT.index("She"), TEXT.index(" Then"))]
    assert all([(s.start, s.end) for s in step.spans] == places for step in steps)
    assert sum(step.done for step in steps) == 1 and steps[-1].done
    assert [step.index for step in steps] == sorted(step.index for step in steps)
    assert [step.nfe for step in steps] == sorted(step.nfe for step in steps)
    first, second = shown(steps[-1])
    assert re.search("huge|large", first) and "very very old" in second
    middle = next(step for step in steps if re.search("huge|large", step.spans[0].text))
    assert middle.spans[1].text == TEXT[slice(*places[1])], "the later span stands as it was"


def test_a_span_without_a_style_is_written_anew(tiny: CausalDenoiser) -> None:
    spans = [Span(TEXT.index("Then it"), len(TEXT)), Span(0, TEXT.index(" She"))]
    steps = run(tiny, TEXT, spans, [None, WORDS], steps=3)
    assert re.search("huge|large", steps[-1].spans[0].text) and not steps[-1].spans[1].text.startswith("Then it rained")
    assert {slot.state for slot in steps[0].spans[1].slots} == {"m"}


def test_closing_it_stops_the_forward_passes(tiny: CausalDenoiser) -> None:
    with passes(tiny.reader.model) as made:
        going = engine.restyle(tiny, f"Other. {TEXT}", [Span(7, 7 + len(TEXT))], [EXAMPLES])
        step = next(step for step in going if step.nfe >= 3)
        going.close()
        assert len(made) == step.nfe
    assert step.nfe < run(tiny, f"Again. {TEXT}", [Span(7, 7 + len(TEXT))], [EXAMPLES])[-1].nfe


def test_only_so_many_words_change_as_the_strength_allows(tiny: CausalDenoiser) -> None:
    words = {word: (f"{word}x",) for word in ("buy", "big", "red", "apples", "old", "man", "pear")}

    def changes(**more: object) -> int:
        text = (
            run(tiny, TEXT, [Span(0, len(TEXT), **more)], [replace(WORDS, words=words, strength=1)])[-1].spans[0].text
        )  # type: ignore[arg-type]
        return sum((Counter(text.split()) - Counter(TEXT.split())).values())

    assert changes() == 7 and changes(strength=0.1) == round(0.1 * len(TEXT.split())) == 2


def test_what_is_not_accepted_is_not_written(tiny: CausalDenoiser) -> None:
    text = f"<{TEXT}>"
    told = [Span(1, 1 + len(TEXT))], [WORDS]
    assert run(tiny, text, *told, accepts=lambda t: False)[-1].spans[0].text == TEXT
    one = run(tiny, text, *told, accepts=lambda t: "huge" in t and "ancient" not in t or t == text)[-1].spans[0].text
    assert one == TEXT.replace("big", "huge")
    seen: list[str] = []
    run(tiny, text, *told, accepts=lambda t: bool(seen.append(t)) or True)
    assert seen and all(t.startswith("<Then Anna") and t.endswith(">") for t in seen)


def test_a_model_that_follows_is_told_and_others_say_what_they_need(tiny: CausalDenoiser) -> None:
    told = Style("told", "Told", instruction="Be kind.", does=("words",), told_first=True)
    scripted = engine.scripted(" as told")
    assert engine.means(scripted, told) == "told"
    assert run(scripted, TEXT, [Span(0, 4)], [told], steps=2)[-1].spans[0].text.startswith("as told"[:4])
    assert engine.means(tiny, told) == "weighed", "it knows chat turns, and was measured not to do what they say"
    only = Style("only", "Only told", instruction="Be kind.")
    assert engine.means(tiny, only) == ""
    with pytest.raises(engine.UnsupportedModel, match="--model"):
        engine.restyle(tiny, TEXT, [Span(0, 4)], [only])


def test_what_cannot_be_done_is_refused_at_the_call(tiny: CausalDenoiser) -> None:
    for options, code in (
        ({"seed": -1}, "seed_out_of_range"), ({"candidates": 0}, "parameter_out_of_range"),
        ({"strength": 2}, "strength_out_of_range"), ({"steps": 0}, "steps_out_of_range"), ({"system": "gpt"}, "unknown_system"),
    ):  # fmt: skip
        with pytest.raises(engine.InvalidRequest) as caught:
            engine.restyle(tiny, TEXT, [Span(0, 9)], [WORDS], **options)  # type: ignore[arg-type]
        assert caught.value.code == code


@pytest.mark.slow
def test_a_long_text_is_brought_into_a_style_in_parts(tiny: CausalDenoiser) -> None:
    text = "\n\n".join([TEXT, "And so it went on.", TEXT] * 8)
    last = run(tiny, text, [Span(0, len(text))], [WORDS])[-1]
    assert last.done and last.parts[0] == last.parts[1] > 1
    assert shown(last)[0].count("\n\n") == 23 and " big " not in shown(last)[0] and "ancient" in shown(last)[0]
    with pytest.raises(NothingToStyle):
        run(tiny, "x = 1\n" * 300, [Span(0, 1800)], [replace(WORDS, does=("docstring",))])


# ---- parts ---------------------------------------------------------------------------------------------------------
def test_what_a_change_must_keep() -> None:
    assert facts("it isn't 3.5 for Bob, it's never 4") == Counter({"not": 2, "3.5": 1, "4": 1, "Bob": 1})
    assert facts("The end, I think", start=True) == Counter() and facts("The end") == Counter({"The": 1})


def test_articles_fit_what_follows() -> None:
    site = with_article("He has a car and an idea.", Site(((9, 12),), ("old car", "van"), (0.0, 0.0)))
    assert site.places == ((7, 12),) and site.options == ("an old car", "a van")
    assert with_article("An apple", Site(((3, 8),), ("useful pear",), (0.0,))).options == ("A useful pear",)


def test_changes_at_several_places() -> None:
    assert written("a b a", [(Site(((0, 1), (4, 5)), (), ()), "xy"), (Site(((2, 3),), (), ()), "")]) == "xy  xy"
    overlapping = [
        Site(((0, 3),), ("x",), (0.0,)),
        Site(((2, 4),), ("y",), (0.0,)),
        Site(((4, 5),), ("z",), (0.0,), (-1.0,)),
    ]
    assert apart(overlapping) == overlapping[:1]


METHOD = "class A:\n    def é(self, café, n=None):\n        '''é''' \n        x = café\n        return x\n"


def test_positions_of_the_parser_are_found_in_an_indented_span(tiny: CausalDenoiser) -> None:
    start = METHOD.index("def")
    weighing = Weighing(tiny, METHOD, start, len(METHOD) - 1, WORDS)
    code = Code.of(weighing)
    names = [node for node in ast.walk(code.tree) if isinstance(node, ast.Name | ast.arg)]
    assert len(names) == 6
    for node in names:
        name = node.id if isinstance(node, ast.Name) else node.arg
        at = code.at(node.lineno, node.col_offset)
        assert weighing.source[at : at + len(name)] == name


HINTS = Style("hints", "Hints", does=("hints",), per_token=0, types=("int", "str", "None", "Path"))


def test_types_go_where_none_is_and_only_those_that_are_known(tiny: CausalDenoiser) -> None:
    code = "async def f(a, b: str, *c, d=1, e=None, **g):\n    return a\n"
    text = run(tiny, code, [Span(0, len(code))], [HINTS])[-1].spans[0].text
    pattern = r"async def f\(a: T, b: str, \*c: T, d: T = 1, e: T \| None = None, \*\*g: T\) -> T:\n    return a"
    found = re.fullmatch(pattern.replace("T", "(int|str)"), text)
    assert found, text
    assert "Path" in {t for site in [_sites(tiny, f"from pathlib import Path\n{code}", "hints")] for t in site}


def _sites(tiny: CausalDenoiser, text: str, method: str) -> list[str]:
    found = engine.METHODS[method](Weighing(tiny, text, 0, len(text), HINTS))
    return [option.split()[-1] for site in found if site is not None for option in site.options]


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("docstring", "x = 1"), ("docstring", 'def f():\n    """Is there."""\n'), ("docstring", "def f(): return 1"),
        ("hints", "def f(a: int) -> None:\n    pass"), ("hints", "x: int = 1"),
        ("rename", "def f():\n    pass"), ("rename", "return 3 +"),
    ],
)  # fmt: skip
def test_code_without_anything_to_do_is_named(tiny: CausalDenoiser, method: str, text: str) -> None:
    with pytest.raises(NothingToStyle):
        run(tiny, text, [Span(0, len(text))], [Style("code", "Code", does=(method,))])


def test_a_name_is_changed_everywhere_and_nowhere_else(tiny: CausalDenoiser) -> None:
    code = "def f(q):\n    w = q.q + g(q=q)\n    return f'{w}' + str(w)\n"
    style = Style("rename", "Rename", does=("rename",), floor=-1e9)
    for site in engine.METHODS["rename"](Weighing(tiny, code, 0, len(code), style)):
        if site is None:
            continue
        changed = written(code, [(site, "other")])
        assert changed == code.replace("q.q", "other.q").replace("f(q)", "f(other)").replace("=q)", "=other)"), (
            "not the one in f''"
        )


@pytest.mark.parametrize(
    ("passive", "active"),
    [
        ("The cake was eaten by the guests.", "The guests ate the cake"),
        ("It will be done by Ann on Monday.", "Ann will do it on Monday"),
        ("He is not seen by us.", "We do not see him"),
        ("In May the shop has been closed by the owner.", "In May the owner has closed the shop"),
        ("Bob and the cats are being fed by me.", "I am feeding Bob and the cats"),
        ("The plan was approved by them and praised.", "They approved the plan and it was praised"),
        ("It was sent by mistake by Ann.", "Ann sent it by mistake"),
    ],
)  # fmt: skip
def test_the_passive_is_turned_in_every_way_it_may_be(tiny: CausalDenoiser, passive: str, active: str) -> None:
    past = {
        "eaten": ("ate", "eat"),
        "done": ("did", "do"),
        "seen": ("saw", "see"),
        "fed": ("fed", "feed"),
        "sent": ("sent", "send"),
    }
    style = replace(WORDS, past=past, doers=frozenset(("guest", "owner")))
    weighing = Weighing(tiny, passive, 0, len(passive), style)
    (site,) = [site for site in turned(weighing) if site is not None]
    assert active in {written(passive, [(site, option)]).rstrip(".") for option in site.options}
