"""A long text is tokenised in parts: the same tokens as at once, and nobody waits for all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer as Backend
from tokenizers import models, normalizers, pre_tokenizers

from engine.models.causal.denoiser import CausalDenoiser
from engine.models.scripted import byte_tokenizer
from engine.text import tokenizer as module
from engine.text.allowed import Allowed, Bans
from engine.text.context import Context, Gap
from engine.text.places.place import Place
from engine.text.spans import Span, context_of
from engine.text.tokenizer import SEAM, Tokenizer, parts_of
from tests.conftest import examples
from tests.engine.families import family

ROOT = Path(__file__).resolve().parents[3]
REAL = Tokenizer.from_file(ROOT / "assets" / "model" / "tokenizer.json", frozenset(range(17)), 0)
PIECES = st.sampled_from(
    [
        "word",
        " word",
        "  ",
        "\n",
        "\n\n",
        "don't",
        "we've",
        "'s",
        "12",
        "3 4",
        "。",
        "字",
        "、",
        "é",
        "😀",
        "\t",
        "x_y",
        "(a)",
        ". ",
        "The",
        "\u00a0",
    ]
)


@examples(300)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_token_goes_across_a_seam(text: str) -> None:
    cuts = [0, *(seam.start() for seam in SEAM.finditer(text)), len(text)]
    parts = [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
    for tokenizer in (REAL, byte_tokenizer()):
        assert [i for part in parts for i in tokenizer.encode(part)] == tokenizer.encode(text)


def test_a_long_text_has_the_tokens_that_it_has_as_a_whole() -> None:
    text = (
        "The train was late, so we waited.\n\n  Then it came; 12 of us don't know.\n日本語の文章。そして、また。 " * 400
    )
    assert len(text) > 4 * module.PART
    assert REAL.encode(text) == list(REAL.backend.encode(text, add_special_tokens=False).ids)


@pytest.mark.parametrize(
    "text", ["a" * 50_000, " " * 50_000, "Zm9v/+" * 9000, "word " * 10_000, "字" * 30_000, "\n" * 40_000]
)
def test_every_part_is_bounded_and_a_text_that_begins_alike_has_the_same_parts(text: str) -> None:
    parts = list(parts_of(text))
    assert "".join(parts) == text and max(map(len, parts)) <= 2 * module.PART
    longer = list(parts_of(text + text))
    assert longer[: len(parts) - 1] == parts[:-1]


def test_a_tokenizer_that_marks_the_beginning_of_a_text_takes_it_whole() -> None:
    backend = Backend(models.BPE(vocab={"▁": 0, "a": 1, "▁a": 2}, merges=[("▁", "a")], unk_token="a"))
    backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    backend.pre_tokenizer = pre_tokenizers.Sequence([])
    made = Tokenizer(backend, frozenset(), 0)
    assert made.encode("a a " * 5000) == list(backend.encode("a a " * 5000).ids)


def test_what_was_tokenised_is_remembered() -> None:
    tokenizer = byte_tokenizer()
    text = "One two three. " * 4000
    whole = tokenizer.encode(text)
    seen = tokenizer._part.cache_info().misses
    assert tokenizer.encode(text + "More of it.")[: len(whole)] == whole
    assert tokenizer._part.cache_info().misses <= seen + 1


@pytest.mark.model
def test_the_embedded_model_reads_the_same_words(embedded: CausalDenoiser) -> None:
    text = "We waited for the train. " * 1000
    assert embedded.tokenizer.encode(text) == list(
        embedded.tokenizer.backend.encode(text, add_special_tokens=False).ids
    )


@pytest.mark.parametrize("before", ["\n", "\t\t", "    \t", "\r\n"])
def test_behind_white_space_no_fill_begins_with_more(before: str) -> None:
    denoiser = family("causal")
    tokenizer = denoiser.tokenizer
    ids = tuple(tokenizer.encode(f"a{before}"))
    context = Context((ids, ()), (Gap(4),))
    first = Allowed(denoiser.bans, context, context.gaps[0], ids[-1]).first
    spaced = tokenizer.where(lambda piece: piece[:1].isspace())
    assert spaced.any() and first[: len(spaced)][spaced].all()


@pytest.mark.parametrize(("old", "banned"), [("One", True), (" one", False), ("", False)])
def test_words_that_follow_a_mark_are_followed_by_others_that_do(old: str, banned: bool) -> None:
    before = 'def f():\n    """'
    ids = tuple(REAL.encode(before))
    place = Place.of(before + old + '"""\n', len(before), len(before) + len(old))
    context = Context((ids, ()), (Gap(4, place=place),))
    spaced = REAL.where(lambda piece: piece in (" a", " The"))
    first = Allowed(Bans(REAL, len(REAL.pieces), torch.device("cpu")), context, context.gaps[0], ids[-1]).first
    assert spaced.any() and set(first[spaced].tolist()) == {banned}


WORDS = st.sampled_from(["Thank", "x", "(a)", "字", '"So', "é", "#"])
WHITE = st.sampled_from(["\n", "\n\n", "\n\n\n", "\t", "\n\t", "\n\t\t", "\r\n", "\r\n\r\n", "\n    \n", "\u00a0"])


@examples(200)
@given(st.lists(PIECES, max_size=8).map("".join), WHITE, st.sampled_from(["", " ", "    "]), WORDS)
def test_white_space_before_a_word_is_split_as_it_is_there(before: str, white: str, indent: str, word: str) -> None:
    stem = before + white + indent[1:]
    for tokenizer in (REAL, byte_tokenizer()):
        found = tokenizer.encode_before(stem, bool(indent))
        assert tokenizer.encode(before + white + indent + word)[: len(found)] == found
        assert tokenizer.decode(found) == stem


def test_a_text_that_does_not_end_in_white_space_has_its_own_tokens() -> None:
    for text in ("", "so", "so,", "12"):
        assert REAL.encode_before(text) == REAL.encode(text)


@pytest.mark.parametrize(
    "before", ["Dear Mrs. Alvarez,\n\n", "# The mill\n\n", "It rained.\r\n\r\n", "func main() {\n\t"]
)
def test_what_is_read_before_a_gap_is_what_stands_there_in_the_whole_text(before: str) -> None:
    text = before + "Thank you for it.\n\nYours,\nTom"
    around = context_of(text, [Span(len(before), len(before) + 17)], REAL, 128)
    whole = REAL.encode(text)
    assert around.segments[0] == tuple(whole[: len(around.segments[0])])
    assert around.segments[1] == tuple(whole[len(whole) - len(around.segments[1]) :])


@pytest.mark.model
def test_behind_an_empty_line_the_embedded_model_expects_a_word(embedded: CausalDenoiser) -> None:
    words = torch.tensor([piece[:1].isalpha() for piece in embedded.tokenizer.pieces])
    for before in ("Dear Mrs. Alvarez,\n\n", "Hi Sam,\n\n", "The meeting began at nine.\n\n", "Dear customer,\r\n\r\n"):
        around = context_of(before + "So", [Span(len(before), len(before) + 2)], embedded.tokenizer, 128)
        *ids, last = embedded.before(around.segments[0])
        session = embedded.reader.session()
        for _ in session.read(tuple(ids)):
            pass
        log_p = session.branch(tuple(ids), 1).extend(torch.tensor([[last]]))[0, -1]
        assert float(log_p[: len(words)][words].exp().sum()) > 0.75
