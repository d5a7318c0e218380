"""Weak spots: what is suggested lies in the span and changes words; what is right is left alone; the judge's cache is exact."""

from __future__ import annotations

import copy

import pytest
import torch

import engine
from engine import Span, Spot
from engine.context.reader import Reader
from engine.edits.proofreading import changes, weak_spots
from engine.edits.proofreading.changes import LETTERS
from engine.edits.proofreading.passages import LONGEST, Passage, passages
from engine.judging.window_judge import WINDOW, WindowJudge
from engine.models.causal.checkpoint import load_causal
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.embedded.palimpsest import ASSETS, vocabulary_of
from engine.models.writer.denoiser import WriterDenoiser
from engine.text.near_words import NearWords, near_words
from tests.conftest import some
from tests.engine import tiny
from tests.engine.families import passes

TEXT = "Well.\n\n😀 The quick brown fox jumps over the the lazy dog; then it sleeps — naïvely.\nAnd so on"
SCRIPTS = "日本語の文章を書いています。そして、また書く。 ภาษาไทยไม่มีช่องว่าง 𠀀𠀁𠀂𠀃 中文没有空格，一直写下去。".split()


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> WriterDenoiser:
    loaded = load_causal(tiny.write(tmp_path_factory.mktemp("tiny"), "llama"), "cpu")
    causal = CausalDenoiser(loaded.reader.model.float(), loaded.tokenizer, "tiny", mask_id=2, null_id=1)
    model = copy.deepcopy(causal.reader.model)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.05 * torch.randn(parameter.shape, generator=generator)
    return WriterDenoiser(causal, model, samples=2)


@pytest.fixture(scope="module")
def near() -> NearWords:
    return near_words(vocabulary_of(ASSETS).tokenizer)


@pytest.fixture
def credulous(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every change is found good, so that all that can be suggested is."""
    monkeypatch.setattr(weak_spots, "MARGINS", dict.fromkeys((*weak_spots.MARGINS, "other"), -1e9))
    monkeypatch.setattr(weak_spots, "PROMISE", -1e9)
    monkeypatch.setattr(changes, "SUSPICION", 0.0)
    monkeypatch.setattr(changes, "UNSURE", 0.0)


def proved(text: str, span: Span, spots: list[Spot]) -> None:
    at = span.start
    for spot in spots:
        assert at <= spot.start < spot.end <= span.end
        assert text[spot.start : spot.end] == spot.old and spot.old.split() != spot.new.split()
        assert "\n" not in spot.old + spot.new and 0 <= spot.probability <= 1
        at = spot.end


@pytest.mark.parametrize("span", [Span(0, len(TEXT)), Span(7, 40), Span(21, 33), Span(len(TEXT) - 9, len(TEXT))])
def test_suggestions_lie_in_the_span_and_change_words(writer: WriterDenoiser, credulous: None, span: Span) -> None:
    found = engine.check(writer, TEXT, span)
    assert found
    proved(TEXT, span, found)


def test_a_word_twice_is_one_suggestion(writer: WriterDenoiser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weak_spots, "MARGINS", {"twice": -1e9})
    found = engine.check(writer, TEXT, Span(0, len(TEXT)))
    assert [(s.old, s.new) for s in found] == [("the the", "the")]
    proved(TEXT, Span(0, len(TEXT)), found)


def test_known_words_and_other_places_are_left_alone(writer: WriterDenoiser, credulous: None) -> None:
    whole = Span(0, len(TEXT))
    words = set(LETTERS.findall(TEXT))
    for spot in engine.check(writer, TEXT, whole, known=words):
        assert not LETTERS.search(spot.old)
    part = Span(TEXT.index("quick"), TEXT.index(" fox"))
    found = engine.check(writer, TEXT, whole, within=[part])
    assert found
    proved(TEXT, part, found)


def test_addresses_numbers_and_names_of_code_are_left_alone(writer: WriterDenoiser, credulous: None) -> None:
    text = "See https://example.org/teh_page or snake_case and R0212 at 07.20 in a.b() `x`"
    for spot in engine.check(writer, text, Span(0, len(text))):
        assert not set(spot.old.split()) & {"https://example.org/teh_page", "snake_case", "R0212", "07.20", "`x`"}
        assert "/" not in spot.new and "_" not in spot.new and not any(c.isdigit() for c in spot.new)


def test_it_stops_between_passes(writer: WriterDenoiser) -> None:
    with passes(writer.model) as made:
        assert engine.check(writer, TEXT, Span(0, len(TEXT)), should_stop=lambda: True) == []
        assert not made
        assert engine.heat(writer, TEXT, Span(0, len(TEXT)), should_stop=lambda: bool(made))
        assert len(made) == 1


def test_the_text_itself_is_weighed_in_one_pass_of_the_writer_and_two_of_the_reader(writer: WriterDenoiser) -> None:
    span = Span(7, TEXT.index("\n", 8))
    writer.warm(TEXT, lambda: False, span.start)
    with passes(writer.model) as wrote, passes(writer.causal.reader.model) as read:
        engine.check(writer, TEXT, span)
    # The text before is read already; that behind it by the writer's reading, the passage, and all changes at once.
    assert len(wrote) == 1 and len(read) <= 3


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("before", [(0,), tuple(range(60, 90))])
def test_the_judge_reads_as_if_there_were_no_cache(writer: WriterDenoiser, before: tuple[int, ...]) -> None:
    model = copy.deepcopy(writer.causal.reader.model).double()
    ids, after = list(range(100, 140)), list(range(150, 170))
    edits = [(0, 1, (7,)), (3, 5, (9, 10, 11)), (3, 5, (103, 12)), (38, 40, (8, 9)), (10, 12, (110,)), (39, 40, (5,))]
    gains = []
    for cached in (True, False):
        judge = WindowJudge(Reader(model, cached=cached), before, ids, after)
        rows = judge.rows(edits)
        assert None not in rows
        gains.append(judge.gains([row for row in rows if row is not None]))
    assert gains[0] == pytest.approx(gains[1], abs=1e-3)

    def likelihood(tokens: list[int], count: int) -> float:
        with torch.no_grad():
            out = model(input_ids=torch.tensor([[*before, *tokens]])).logits[0].double().log_softmax(-1)
        return sum(float(out[len(before) + i - 1, tokens[i]]) for i in range(count))

    for (first, last, new), gain in zip(edits, gains[0], strict=True):
        behind = (
            [*ids, *after][last : last + WINDOW] if last + WINDOW <= 40 + WINDOW else [*ids, *after[:WINDOW]][last:]
        )
        changed = [*ids[:first], *new, *behind]
        plain = [*ids[:last], *behind]
        whole = likelihood(changed, len(changed)) - likelihood(plain, len(plain))
        assert gain == pytest.approx(whole, abs=1e-3)


def test_an_edit_that_changes_nothing_is_not_run(writer: WriterDenoiser) -> None:
    judge = WindowJudge(writer.causal.reader.session(), (0,), [50, 51, 52], [])
    assert judge.rows([(1, 2, (51,)), (0, 3, (50, 51, 52))]) == [None, None]
    assert judge.gains([]) == []


def test_a_long_text_is_read_in_parts_that_cover_it(writer: WriterDenoiser) -> None:
    text = "One two three four. " * 40 + "x" * 190 + " and more"
    parts = list(passages(writer, text, Span(2, len(text))))
    assert parts[0].start == 2 and parts[-1].end == len(text)
    for left, right in zip(parts, parts[1:], strict=False):
        assert text[left.end : right.start].isspace()
    for part in parts:
        size = len(writer.tokenizer.encode(text[part.start : part.end]))
        assert size <= LONGEST or " " not in text[part.start : part.end]
    assert text[parts[0].start : parts[0].end].endswith(".")


@pytest.mark.parametrize("data", some(["-" * 201, "Zm9vYmFy/+" * 3000, "0" * 40_000, "é" * 5000, "\u0301" * 2000]))
def test_what_is_too_long_for_a_word_is_not_read_and_named(writer: WriterDenoiser, data: str) -> None:
    """A passage has a bounded number of tokens, whatever stands in the text."""
    for text in (data, f"Before it. {data} Behind it.", f"One {data}\n{data} two", f"a{' ' * 90_000}b {data}"):
        span = Span(0, len(text))
        left = engine.unread(text, span)
        assert [text[part.start : part.end] for part in left] == [data] * text.count(data)
        parts = list(passages(writer, text, span))
        read = " ".join(text[part.start : part.end] for part in parts)
        assert read.split() == text.replace(data, " ").split()
        for part in parts:
            assert len(Passage.of(writer, text, part).slots) < 3 * LONGEST
        assert [text[a:b] for a, b, _ in engine.heat(writer, text, span)] == read.split()


@pytest.mark.parametrize("script", some(SCRIPTS))
def test_a_script_without_spaces_is_read_in_parts(writer: WriterDenoiser, script: str) -> None:
    text = script * 60
    assert engine.unread(text, Span(0, len(text))) == []
    parts = list(passages(writer, text, Span(0, len(text))))
    assert "".join(text[part.start : part.end] for part in parts) == text and len(parts) >= 10
    for part in parts:
        assert len(Passage.of(writer, text, part).slots) < 3 * LONGEST


def test_a_word_stands_where_its_passage_says(writer: WriterDenoiser) -> None:
    for span in (Span(0, 5), Span(9, len(TEXT)), Span(13, 30)):
        passage = Passage.of(writer, TEXT, span)
        found = [TEXT[slice(*passage.place(at, at + 1))] for at in range(len(passage.words))]
        assert found == TEXT[span.start : span.end].split()
        for at in range(len(passage.words)):
            start, end = passage.body(at, at + 1)
            held = [i for i in passage.slots[start:end] if i != writer.null_id]
            assert writer.tokenizer.decode(held) == passage.words[at]


def test_heat_has_every_word_once(writer: WriterDenoiser) -> None:
    found = engine.heat(writer, TEXT, Span(0, len(TEXT)))
    assert [TEXT[start:end] for start, end, _ in found] == TEXT.split()
    assert all(0 <= p <= 1 for _, _, p in found)


def test_a_model_that_cannot_weigh_what_stands_says_so(writer: WriterDenoiser) -> None:
    for ask in (engine.check, engine.heat):
        with pytest.raises(engine.UnsupportedModel, match="cannot weigh words that stand"):
            ask(writer.causal, TEXT, Span(0, 5))
        with pytest.raises(engine.InvalidRequest):
            ask(writer, TEXT, Span(0, 0))


def test_without_a_judge_what_the_denoiser_is_sure_of_is_suggested() -> None:
    text = "😀 teh end, and teh, beginning"
    found = engine.check(engine.scripted(corrections={"teh": "the"}), text, Span(0, len(text)))
    assert [(s.start, s.old, s.new) for s in found] == [(2, "teh", "the"), (15, "teh", "the")]


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("teh", "the"), ("recieve", "receive"), ("Becuase", "Because"), ("there", "their"), ("Its", "It's"), ("walk", "walked"),
        ("monday", "Monday"), ("dont", "don't"), ("runing", "running"), ("a", "an"), ("im", "I'm"), ("thier", "their"),
        ("saw", "seen"),
    ],
)  # fmt: skip
def test_words_near_to_one_another(near: NearWords, word: str, other: str) -> None:
    found = near.of(word)
    assert other in found and word not in found and len(set(found)) == len(found)
    assert word.lower() == other.lower() or near.close(word, other) or near.sounds(word, other)


@pytest.mark.parametrize(
    ("old", "new", "is_slip"),
    [
        ("recieve", "receive", True), ("dont", "don't", True), ("re-entrant", "reentrant", False),
        ("coworker", "co-worker", False), ("Petrov", "Petrol", False), ("née", "nee", False),
    ],
)  # fmt: skip
def test_a_name_a_hyphen_or_an_accent_is_no_slip(old: str, new: str, is_slip: bool) -> None:
    assert changes.slipped(old, new) is is_slip


def test_words_written_together_are_parted_where_both_are_words(near: NearWords) -> None:
    assert near.parted("Forexample") == ["For example"] and "a lot" in near.parted("alot")
    assert near.parted("kubectl") == [] == near.parted("recieve")


def test_words_that_mean_something_else_are_not_near(near: NearWords) -> None:
    for word, other in (("house", "garden"), ("parser", "heuristic"), ("no", "yes")):
        assert other not in near.of(word) and not near.close(word, other)


@pytest.fixture(scope="module")
def real() -> WriterDenoiser:
    loaded = engine.load_ways(device="cpu").choose("revise")[1]
    assert isinstance(loaded, WriterDenoiser) and loaded.samples
    return loaded


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("Hello 😀!\n\nWe walked along the beach and looked at teh boats in the harbour.", "teh", "the"),
        ("They were late becuase the train had stopped in a tunnel.", "becuase", "because"),
        ("She said that that the the meeting would begin at noon.", "the the", "the"),
        ("He has been living in this town for ten year, and he likes it.", "year", "years"),
        ("The dog wagged it's tail when the children came home from school.", "it's", "its"),
        ("Forexample, we could go by bus.", "Forexample", "For example"),
        ("The train leave at six and the shop closes at five.", "leave", "leaves"),
        ("We spent the weekend at my parents house.", "parents", "parents'"),
        ("Tom hopes to join an union.", "an", "a"),
        ("She opened the pakage with a knife.", "pakage", "package"),
    ],
)
def test_the_embedded_model_finds_a_planted_mistake(real: WriterDenoiser, text: str, old: str, new: str) -> None:
    found = engine.check(real, text, Span(0, len(text)))
    proved(text, Span(0, len(text)), found)
    assert (text.index(old), old, new) in [(s.start, s.old, s.new) for s in found]


@pytest.mark.parametrize(
    "text",
    [
        "The committee has decided that the new library will open in the spring.",
        "He closed the door, sat down at the table and began to read the letter again.",
        "“Where were you?” she asked. “I have been waiting here for an hour.”",
        "My parents house guests every summer, and I suggest that he leave at once.",
        "If she were still alive, she would be ninety this spring. It is I who am to blame.",
        "“He don't know nothing about it,” the boatman muttered.",
    ],
)
def test_the_embedded_model_leaves_a_correct_sentence_alone(real: WriterDenoiser, text: str) -> None:
    assert engine.check(real, text, Span(0, len(text))) == []


def test_the_embedded_model_finds_a_slip_weaker_than_the_words_around_it(real: WriterDenoiser) -> None:
    text = "We walked along the beach and looked at teh boats in the harbour."
    words = {text[a:b]: p for a, b, p in engine.heat(real, text, Span(0, len(text)))}
    assert min(words, key=lambda word: words[word]) == "teh"
