"""The texts for proofreading, and what is counted in them."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine
from engine.evaluate import main
from engine.evaluation.checking.references import PROOFREAD, SUGGESTED, references
from engine.evaluation.checking.texts import checking, mistakes, sections, underlined

KINDS = ("letters", "news", "docs", "fiction", "e-mail")
HALVES = ("tuned on", "kept back")


def test_every_kind_of_text_has_a_half_that_was_kept_back() -> None:
    texts = dict(sections("correct.txt"))
    assert set(texts) == {f"{kind}, {half}" for kind in KINDS for half in HALVES}
    assert min(len(text.split()) for text in texts.values()) > 300
    cases = list(mistakes())
    for half in HALVES:
        assert len([case for name, case in cases if name == half]) >= 30
    for _, case in cases:
        assert case.text[case.start :].startswith(case.old) and case.right != case.text and case.new in case.right


def test_alarms_and_mistakes_are_counted(tmp_path: Path) -> None:
    denoiser = engine.scripted(corrections={"teh": "the", "wsa": "were"})
    for name, text in (
        ("correct.txt", "%% letters, kept back\nI saw teh dog.\n\n    teh code\n\nAnd a cat.\n"),
        ("others.txt", "%% de\nWir haben teh Brief gestern geschrieben und gelesen.\n"),
        (
            "mistakes.txt",
            "%% kept back\nspelling: I saw ⟦teh→the⟧ dog.\nspelling: It ⟦wsa→was⟧ here.\ntense: I ⟦go→went⟧ home.\n",
        ),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    rows = list(checking({"scripted": denoiser}, tmp_path))
    assert [row["alarms"] for row in rows[:2]] == [1, 0] and rows[0]["what"] == "teh > the"
    assert [(row["kind"], row["cases"], row["found"], row["mended"]) for row in rows[2:]] == [
        ("spelling, kept back", 2, 2, 1), ("tense, kept back", 1, 0, 0),
    ]  # fmt: skip
    assert [spot.old for spot in underlined(denoiser, "A `teh` and teh.\n")] == ["teh"]


@pytest.mark.slow
def test_proofreading_is_scored_as_the_page_does_it_and_what_is_suggested_too(tmp_path: Path) -> None:
    """The run also writes what only the model would; suggestions are what a rule or a confirmed change says."""
    denoiser = engine.scripted(corrections={"teh": "the", "wsa": "was"})
    long = "I saw teh dog . " * 40  # longer than a canvas
    for name, text in (
        ("test.src", f"She dont see teh dog .\n{long.strip()}\n\n"),
        ("test.ref0", f"She doesn't see the dog .\n{long.strip().replace('teh', 'the')}\n\n"),
        ("test.ref1", f"She don't see the dog .\n{long.strip().replace('teh', 'the')}\n\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    rows = {row["kind"]: row for row in references({"scripted": denoiser}, tmp_path, 8, 9)}
    assert set(rows) == {f"test: {how}" for how in (PROOFREAD, SUGGESTED)}
    for row in rows.values():
        assert row["cases"] == 2 and row["GLEU"] > row["source GLEU"] + 10


def test_only_texts_of_our_own_need_no_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "checking", "weak_spots"])
    assert "--corpus" in capsys.readouterr().err
    assert main(["--only", "references"]) == 1 and "--jfleg" in capsys.readouterr().err
