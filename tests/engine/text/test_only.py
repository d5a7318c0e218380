"""What a span may be: read from what people give, refused with a reason, and a machine that reads what Python's re matches."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from engine.errors import OnlyUnfit
from engine.models.scripted import byte_tokenizer
from engine.text.only.characters import characters_of
from engine.text.only.only import NUMBER, Only, only
from engine.text.only.tokens import TokenMachine
from engine.text.permitted import machine_of

TOKENIZER = byte_tokenizer()
KNOWN = list("abc019.- _x\nYé")
PATTERNS = [
    NUMBER, r"a{2,3}(b|c)*", r"[^a]+\d?", r"^ab?$", r".*", r"\w\s\W", r"(ab|a)(c|bc)?", r"a{0}b", r"a??b+?", r"(|a)b",
    r"[\d.-]x|é",
]  # fmt: skip


def reading(machine: TokenMachine) -> Callable[[list[int]], bool]:
    """Whether the machine reads tokens to an end."""
    columns = dict(zip(machine.tokens.tolist(), machine.kind.tolist(), strict=True))
    steps, accepting = machine.step.tolist(), machine.accepting.tolist()

    def reads(tokens: list[int]) -> bool:
        state = 0
        for token in tokens:
            if token not in columns or state == len(steps):
                return False
            state = steps[state][columns[token]]
        return state < len(steps) and accepting[state]

    return reads


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_machine_reads_what_re_matches(pattern: str) -> None:
    characters, dice = characters_of(pattern, KNOWN), random.Random(0)
    tokens, behind = (reading(machine_of(TOKENIZER, Only(pattern=pattern), space)) for space in (False, True))
    for text in {"".join(dice.choices(KNOWN, k=dice.randrange(6))) for _ in range(800)}:
        state = 0
        for character in text:
            state = (
                characters.step[state][characters.kind[KNOWN.index(character)]] if state < characters.dead else state
            )
        wanted = re.fullmatch(pattern, text) is not None
        assert (state < characters.dead and characters.accepting[state]) == wanted, text
        if text.isascii() and "\n" not in text:
            assert tokens(TOKENIZER.encode(text)) == wanted, text
            assert behind(TOKENIZER.encode(" " + text)) == wanted
            assert text[:1] == " " or not behind(TOKENIZER.encode(text))


def test_choices_and_their_lengths() -> None:
    machine = machine_of(TOKENIZER, only({"one_of": ["no", " no ", "maybe", "nó"]}), True)
    assert machine.lengths(20) == [3, 4, 6] and machine.lengths(4) == [3, 4]
    assert [text for text in ("no", "maybe", "nó", "n", "nomaybe") if reading(machine)(TOKENIZER.encode(" " + text))] == [
        "no", "maybe", "nó",
    ]  # fmt: skip
    assert machine_of(TOKENIZER, only("number"), False).lengths(4) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"one_of": []}, "empty"),
        ({"one_of": ["a", " "]}, "a choice is a text"),
        ({"one_of": [1]}, "a choice is a text"),
        ({"one_of": ["a"] * 3, "pattern": "a"}, "one_of"),
        ({"one_of": [str(i) for i in range(65)]}, "65 texts"),
        ({"pattern": ""}, "empty"),
        ({"pattern": "a" * 401}, "401"),
        ("date", "'date'"),
        (3, "number"),
        (None, "number"),
    ],
)
def test_what_makes_no_sense_is_refused(given: object, says: str) -> None:
    with pytest.raises(OnlyUnfit, match=says):
        only(given)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(a", "no pattern"), (r"(a)\1", "groupref"), ("(?=a)b", "assert"), ("(?i)a", "flag"), (r"\ba", "at"),
        ("(?:a{90}){90}", "repeats too much"), (r"[^\s\S]", "nothing that the model can write"), ("\u4e00", "nothing"),
        (r"\n", None),
    ],
)  # fmt: skip
def test_patterns_that_cannot_be_are_refused(pattern: str, says: str | None) -> None:
    if says is None:
        assert machine_of(TOKENIZER, Only(pattern=pattern), False).lengths(3) == [1]
        return
    with pytest.raises(OnlyUnfit, match=says):
        machine_of(TOKENIZER, Only(pattern=pattern), False)
