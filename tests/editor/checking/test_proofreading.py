"""What the page asks about the text as it stands: weak spots, heat, and the words to leave alone."""

from __future__ import annotations

import json
import threading
import time

import pytest

import engine
from editor.checking.comments import prose_in
from editor.service import EditService
from engine.edits.proofreading.dictionary import Dictionary
from storage import Store
from tests.conftest import SECONDS, some_of

TEXT = "😀 I saw teh dog.\n\nAnd teh cat."
GERMAN = "Ich habe teh Brief gestern an das Amt geschickt und mich sehr gefreut."
SLIPS = {"teh": "the", "wsa": "was"}


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(corrections=SLIPS)), store, "test")


def test_weak_spots_of_a_paragraph_in_code_points(service: EditService) -> None:
    request = {"text": TEXT, "from": 0, "to": 16, "language": "prose", "page": "a"}
    answer = json.loads(json.dumps(service.call("check", request)))
    assert answer["stale"] is False
    (spot,) = answer["spots"]
    assert TEXT[spot["from"] : spot["to"]] == spot["old"] == "teh" and spot["new"] == "the" and spot["from"] == 8
    assert spot["better"] > 0 and spot["probability"] < 0.01
    assert service.boot()["weak_spots"] is True


def test_refusals_name_what_is_wrong(service: EditService) -> None:
    assert service.call("check", {"text": TEXT, "from": 5, "to": 99})["error"]["code"] == "span_out_of_range"
    assert service.call("heat", {"text": "  ", "from": 0, "to": 2})["error"]["code"] == "nothing_selected"
    assert service.call("check", {"text": "x" * 3_000_000, "from": 0, "to": 1})["error"]["code"] == "text_too_large"
    assert not service._turns._busy


def test_a_dictionary_is_kept_with_its_document(service: EditService) -> None:
    document = service.call("create", {"title": "t", "text": TEXT, "language": "prose"})
    assert document["dictionary"] == ()
    request = {"text": TEXT, "from": 0, "to": len(TEXT), "document": document["id"]}
    assert len(service.call("check", request)["spots"]) == 2
    assert service.call("ignore", {"document": document["id"], "word": " teh "}) == {"dictionary": ["teh"]}
    assert service.call("check", request)["spots"] == []
    assert service.call("dictionary", {"document": document["id"]}) == {"dictionary": ["teh"]}
    assert service.call("open", {"document": document["id"]})["dictionary"] == ("teh",)
    assert service.call("ignore", {"document": document["id"], "word": "teh", "ignored": False}) == {"dictionary": []}
    for word in ("", "  ", "x" * 201):
        assert service.call("ignore", {"document": document["id"], "word": word})["error"]["code"] == "bad_word"


@pytest.mark.parametrize(
    ("entry", "word"),
    some_of([("Strauß", "Strauß's"), ("wsa", "wsa’s"), ("caf\u00e9d", "cafe\u0301d"), ("o'teh", "o’teh")], 0, 2),
)
def test_an_entry_covers_its_genitive_both_apostrophes_and_both_forms_of_an_accent(
    store: Store, entry: str, word: str
) -> None:
    service = EditService(engine.Ways.only(engine.scripted(corrections={word: "another"})), store, "test")
    text = f"We saw {word} dog in the garden."
    document = service.call("create", {"title": "t", "text": text, "language": "prose"})
    request = {"text": text, "from": 0, "to": len(text), "document": document["id"]}
    assert [spot["old"] for spot in service.call("check", request)["spots"]] == [word]
    service.call("ignore", {"document": document["id"], "word": entry})
    assert service.call("check", request)["spots"] == []


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("teh", "Teh dog saw teh cat. “Teh end,” said Teh dog.", ["Teh"]),  # a capital only where a sentence begins
        (
            "teh",
            "We went home again.\n\n- Teh dog is here and\nTeh cat is there",
            ["Teh"],
        ),  # a list's entry begins one, a wrapped line does not
        ("Teh", "Teh dog saw teh cat.", ["teh"]),
        ("teh's", "We saw teh dog.", ["teh"]),
        ("teh dog", "Teh dog saw teh cat and teh dog’s bowl.", ["teh"]),
    ],
)
def test_an_entry_covers_a_capital_where_a_sentence_begins_and_nothing_else(
    store: Store, entry: str, text: str, found: list[str]
) -> None:
    service = EditService(engine.Ways.only(engine.scripted(corrections={"teh": "the", "Teh": "The"})), store, "test")
    document = service.call("create", {"title": "t", "text": text, "language": "prose"})["id"]
    service.call("ignore", {"document": document, "word": entry})
    answer = service.call("check", {"text": text, "from": 0, "to": len(text), "document": document})
    assert [spot["old"] for spot in answer["spots"]] == found


def test_a_contraction_in_the_dictionary_is_no_genitive() -> None:
    assert not Dictionary(["it's"]).covers("it", False) and not Dictionary(["it"]).covers("it's", False)
    assert Dictionary(["it's"]).covers("It’s", True) and not Dictionary(["it's"]).covers("its", False)


@pytest.mark.parametrize(
    ("language", "text", "found", "other"),
    [
        ("markdown", "Type `teh` and teh end.\n\n```\nteh code\n```\n", ["teh"], ""),
        ("prose", "$ git push\nfatal: teh remote hung up\n\nI saw teh dog.", ["teh"], ""),
        ("plain", "teh: wsa\n\nI saw teh dog.", ["teh"], ""),
        ("prose", "Wir haben teh Brief gestern geschrieben und gelesen.", [], "German"),
        ("python", "# wir haben teh brief gestern geschrieben\n", [], "German"),
    ],
)
def test_only_english_prose_is_checked_and_what_is_not_is_named(
    service: EditService, language: str, text: str, found: list[str], other: str
) -> None:
    answer = service.call("check", {"text": text, "from": 0, "to": len(text), "language": language})
    assert [spot["old"] for spot in answer["spots"]] == found and answer["other"] == other


@pytest.mark.parametrize(
    ("language", "text", "mended"),
    [
        ("markdown", "Run `teh x` now.\n\n```\nteh\n```\n\nI saw teh dog, 3 of teh cats.", ["saw the dog, 3 of the"]),
        ("python", "tehs = 1  # I saw teh dog that we wsa late for.", ["saw the dog that we was late"]),
        ("prose", f"Dear Anna, I saw teh dog that you wrote about. {GERMAN}", ["saw the dog"]),
    ],
)
def test_a_run_that_proofreads_goes_over_english_prose_only(
    service: EditService, language: str, text: str, mended: list[str]
) -> None:
    document = service.call("create", {"title": "t", "language": language, "text": text})
    request = {"document": document["id"], "text": text, "spans": [[0, len(text.rstrip())]], "system": "instant-edit"}
    frames = [f for part in service.run({**request, "run": "r"}) for f in json.loads(part)["frames"]]
    wanted = text
    for words in mended:
        wanted = wanted.replace(words.replace("the", "teh").replace("was", "wsa"), words)
    assert wanted != text and frames[-1]["text"] == wanted


def test_a_run_that_proofreads_leaves_the_words_of_the_dictionary_alone(service: EditService) -> None:
    text = "Teh dog saw teh cat, and it wsa late."
    document = service.call("create", {"title": "t", "language": "prose", "text": text})["id"]
    service.call("ignore", {"document": document, "word": "teh"})
    request = {"document": document, "text": text, "spans": [[0, len(text)]], "system": "instant-edit", "run": "r"}
    frames = [f for part in service.run(request) for f in json.loads(part)["frames"]]
    assert frames[-1]["text"] == text.replace("wsa", "was")


def test_a_run_that_goes_on_or_has_words_pinned_goes_over_english_prose_only_too(service: EditService) -> None:
    """Also from a step of a run that proofreads: what it found is a step of its own, with what may be gone on from."""
    text = "I saw teh `teh x` and teh cat, and it wsa late in the day."
    document = service.call("create", {"title": "t", "language": "markdown", "text": text})["id"]
    request = {"document": document, "text": text, "spans": [[0, len(text)]], "system": "instant-edit"}
    mended = text.replace("saw teh", "saw the").replace("and teh", "and the").replace("wsa", "was")
    settings = {"settings": {"strength": 0.0}, "system": "mercury"}
    service.ways.default.corrections = {"zzz": "y"}  # type: ignore[attr-defined]
    earlier = [f for part in service.run({**request, **settings, "run": "a"}) for f in json.loads(part)["frames"]]
    service.ways.default.corrections = SLIPS  # type: ignore[attr-defined]
    assert earlier[-1]["text"] == text
    on = {**request, "run": "b", "begin": {"run": "a", "step": 0}}
    assert [f for part in service.run(on) for f in json.loads(part)["frames"]][-1]["text"] == mended
    pinned = {**request, "run": "c", "pins": [{"text": "black", "span": 0, "at": "anywhere"}]}
    last = [f for part in service.run(pinned) for f in json.loads(part)["frames"]][-1]["text"]
    assert "`teh x`" in last and "black" in last and "saw the" in last


def test_a_text_in_another_language_is_not_proofread_and_the_run_says_so(service: EditService) -> None:
    text = GERMAN
    document = service.call("create", {"title": "t", "language": "prose", "text": text})
    request = {
        "document": document["id"],
        "text": text,
        "spans": [[0, len(text)]],
        "system": "instant-edit",
        "run": "r",
    }
    (frame,) = [f for part in service.run(request) for f in json.loads(part)["frames"]]
    assert frame["error"]["code"] == "not_english" and "this is German" in frame["error"]["message"]


def test_a_rule_says_what_the_model_does_not(service: EditService) -> None:
    text = "She dont like it."
    answer = service.call("check", {"text": text, "from": 0, "to": len(text), "language": "prose"})
    assert [(s["old"], s["new"], s["rule"]) for s in answer["spots"]] == [("dont", "doesn't", "Agreement")]


def test_the_newest_check_of_a_page_takes_the_place_of_older_ones(service: EditService) -> None:
    """While a run holds the engine a check waits; nobody waits for a check."""
    assert service._turns.enter(lambda: False)
    answers: dict[str, dict[str, object]] = {}

    def ask(name: str, page: str) -> threading.Thread:
        request = {"text": TEXT, "from": 0, "to": 16, "page": page}
        thread = threading.Thread(target=lambda: answers.update({name: service.call("check", request)}))
        before = dict(service.proofreading._newest)
        thread.start()
        while service.proofreading._newest == before:
            time.sleep(0.01)
        return thread

    try:
        threads = [ask("old", "a"), ask("other page", "b"), ask("new", "a")]
        threads[0].join(SECONDS)
        assert answers == {"old": {"spots": [], "stale": True}} and not service._turns.wanted
    finally:
        service._turns.leave()
    for thread in threads:
        thread.join(SECONDS)
    assert [len(answers[name]["spots"]) for name in ("other page", "new")] == [1, 1]  # type: ignore[arg-type]
    assert not service.proofreading._newest


def test_a_run_interrupts_a_check_which_begins_anew_behind_it(store: Store) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def delay() -> None:
        entered.set()
        go_on.wait(SECONDS)

    denoiser = engine.scripted(delay=delay, corrections=SLIPS)
    service = EditService(engine.Ways.only(denoiser), store, "test")
    answers = []
    text = "I saw teh dog. " * 30
    checking = threading.Thread(
        target=lambda: answers.append(service.call("check", {"text": text, "from": 0, "to": len(text)}))
    )
    checking.start()
    assert entered.wait(SECONDS)
    order = []
    running = threading.Thread(target=lambda: service._turns.enter(lambda: False) and order.append("run"))
    running.start()
    while not service._turns.wanted:
        time.sleep(0.01)
    passes = denoiser.nfe
    go_on.set()
    running.join(SECONDS)
    assert order == ["run"] and denoiser.nfe <= passes + 2 and not answers
    service._turns.leave()
    checking.join(SECONDS)
    assert len(answers[0]["spots"]) == 30 and not answers[0]["stale"]


def test_heat_has_every_word_of_the_paragraph(service: EditService) -> None:
    answer = service.call("heat", {"text": TEXT, "from": 0, "to": 16, "page": "a"})
    assert [TEXT[a:b] for a, b, _ in answer["words"]] == ["😀", "I", "saw", "teh", "dog."]
    assert min(answer["words"], key=lambda word: word[2])[0] == 8


def test_a_model_that_cannot_weigh_words_is_not_offered_and_says_so(store: Store) -> None:
    denoiser = engine.scripted()
    denoiser.revises = False
    service = EditService(engine.Ways.only(denoiser), store, "test")
    assert service.boot()["weak_spots"] is False
    assert service.call("check", {"text": TEXT, "from": 0, "to": 16})["error"]["code"] == "unsupported_model"


@pytest.mark.parametrize(
    ("language", "text", "prose"),
    [
        ("python", "# teh comment is here 😀\nx = 'ab cd'  # two words\n", ["# teh comment is here 😀"]),
        ("python", 'def f():\n    """Do teh thing."""\n    return "utf-8"\n', ['"""Do teh thing."""']),
        ("python", "# this one is here\nx = (", ["# this one is here"]),
        ("javascript", "// 😀 teh comment here\nconst teh = `a b`;", ["// 😀 teh comment here"]),
        ("typescript", "const s: string = 'teh text of it';", ["teh text of it"]),
        ("html", "<p class='a b c'>teh text of it</p>", ["teh text of it"]),
        ("sql", "-- teh comment is here\nselect 'teh data of it'", ["-- teh comment is here"]),
        ("json", '{"a": "teh text of it"}', []),
    ],
)
def test_prose_in_code_is_its_comments_and_sentences(language: str, text: str, prose: list[str]) -> None:
    assert [text[start:end] for start, end in prose_in(language, text) or ()] == prose


def test_all_of_a_text_is_prose() -> None:
    assert [prose_in(language, TEXT) for language in ("prose", "plain", "markdown")] == [None] * 3


def test_in_code_names_are_left_alone_and_what_parsed_goes_on_parsing(service: EditService) -> None:
    code = "# wsa this teh comment\ndef find(x):\n    return 'and teh text of it'\n"
    for now, found in ((code, ["wsa", "teh", "teh"]), (code.replace("find", "teh"), ["wsa"])):  # it may speak of a name
        answer = service.call("check", {"text": now, "from": 0, "to": len(now), "language": "python"})
        assert [now[s["from"] : s["to"]] for s in answer["spots"]] == found
    assert service.call("check", {"text": "teh = 1\n", "from": 0, "to": 7, "language": "python"})["spots"] == []


def test_a_suggestion_that_breaks_code_is_dropped(store: Store) -> None:
    breaking = engine.scripted(corrections={"teh": "'''", "wsa": "was"})
    service = EditService(engine.Ways.only(breaking), store, "test")
    code = "x = '''teh wsa text of it'''\n"
    for language, found in (("python", ["wsa"]), ("prose", ["teh", "wsa"])):
        answer = service.call("check", {"text": code, "from": 0, "to": len(code) - 1, "language": language})
        assert [code[s["from"] : s["to"]] for s in answer["spots"]] == found
