"""A canvas that starts as the text itself: nothing is lost, and both sides lie slot over slot."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.text.slots import aligned, roomy, words_of
from engine.text.tokenizer import Vocabulary
from tests.engine.training.conftest import words

# The vocabulary has no token for six control characters and for the unassigned planes from U+40000 on.
WRITABLE = st.characters(codec="utf-8", max_codepoint=0x3FFFF, exclude_characters="\x04\x06\x13\x14\x16\x1d")
AWKWARD = st.text(
    st.one_of(st.sampled_from(" \t\n\r\x0b\x1c\x1f\x85\xa0\u2028\u3000ab5'!.,é漢😀\u0301\u200d\0"), WRITABLE),
    max_size=20,
)
SENTENCES = st.lists(
    st.sampled_from(["I", "see", "the", "cat", "cats", "unbelievably", ",", "\n\n", "x", "5"]), max_size=7
).map(" ".join)


@given(AWKWARD)
@example(" \n")
@example("<|im_end|> 12  34\n")
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words_of(text)) == text


@settings(deadline=None)
@given(AWKWARD)
@example("")
@example("a  \n\n b's <|im_end|><empty_output> 123")
def test_roomy_without_its_nulls_is_what_the_tokenizer_says(vocabulary: Vocabulary, text: str) -> None:
    slots = roomy(vocabulary, text).slots
    assert [i for i in slots if i != vocabulary.null_id] == vocabulary.tokenizer.encode(text)


def test_there_is_room_before_every_word_and_at_the_end(vocabulary: Vocabulary) -> None:
    null, encode = vocabulary.null_id, vocabulary.tokenizer.encode
    assert roomy(vocabulary, "One two").slots == [null, *encode("One"), null, *encode(" two"), null]


@settings(deadline=None)
@given(st.one_of(st.tuples(SENTENCES, SENTENCES), st.tuples(AWKWARD, AWKWARD)))
def test_both_sides_say_their_text_slot_over_slot(vocabulary: Vocabulary, texts: tuple[str, str]) -> None:
    source, target = texts
    sides = aligned(vocabulary, source, target)
    if sides is None:
        return
    shown, wanted = sides
    assert len(shown) == len(wanted)
    assert shown == roomy(vocabulary, source).slots  # as it is laid out in use
    assert words(vocabulary, shown) == source
    assert words(vocabulary, wanted) == target


@settings(deadline=None)
@given(AWKWARD)
def test_a_text_without_mistakes_stays_where_it_is(vocabulary: Vocabulary, text: str) -> None:
    slots = roomy(vocabulary, text).slots
    assert aligned(vocabulary, text, text) == (slots, slots)


@pytest.mark.parametrize(
    ("source", "target", "changed"),
    [
        ("I see cat", "I see the cat", 1),  # put into the NULL before
        ("I see the the cat", "I see the cat", 1),  # becomes NULL
        ("I sea the cat", "I see the cat", 1),
        ("sea the cat", "see the cat", 1),
    ],
)
def test_only_what_is_wrong_changes(vocabulary: Vocabulary, source: str, target: str, changed: int) -> None:
    sides = aligned(vocabulary, source, target)
    assert sides is not None
    assert sum(a != b for a, b in zip(*sides, strict=True)) == changed


@pytest.mark.parametrize(
    ("source", "target"),
    [("I cat", "I see that there is a cat"), ("", "two words"), ("a b", "a unbelievably-hyphenated b")],
)
def test_none_where_there_is_no_room(vocabulary: Vocabulary, source: str, target: str) -> None:
    assert aligned(vocabulary, source, target) is None


def test_everything_can_go(vocabulary: Vocabulary) -> None:
    sides = aligned(vocabulary, "all of it", "")
    assert sides is not None and set(sides[1]) == {vocabulary.null_id}
