"""The scores, end to end on a tiny base with a writer, and what is made of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import engine.evaluate
from engine.evaluate import OWN, PARTS, evaluate, main
from engine.evaluation.editing import TUNED, heldout_pairs
from engine.evaluation.infilling import clozes
from engine.evaluation.report import best, table
from engine.evaluation.ways import Amounts
from engine.models.embedded.palimpsest import load
from tests.engine.evaluation.conftest import PARAGRAPH

SMALL = Amounts(windows=1, clozes=1, programs=1, pairs=1, mended=1, correct=1, paragraphs=1, planted=1, speed=1)
OF_A_CORPUS = [name for name in PARTS if name not in OWN]
"""what brings its own texts is tested on fewer"""
WAYS = {"causal + judge", "causal + writer + judge", "writer", "writer + judge"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")
def test_every_score_is_there_for_every_way(model: Path, corpus: Path) -> None:
    given = {"writer": model / "writer", "amounts": SMALL, "steps": 2, "samples": 2, "model": model}
    rows = evaluate(corpus, only=OF_A_CORPUS, **given)
    scores = {(row["score"], row["way"]) for row in rows}
    for score in ("infilling", "HumanEval single line", "proofreading", "editing", "speed"):
        assert {way for name, way in scores if name == score} == WAYS
    assert ("likelihood", "writer") in scores and ("correction", "writer + judge") in scores
    assert {row["kind"] for row in rows if row["score"] == "editing"} == {"gec_synthetic", "iterater: iterater_fluency"}
    likelihood = next(row for row in rows if row["score"] == "likelihood")
    assert (
        likelihood["1"] > 0 and likelihood["bound, perplexity"] > 1 and likelihood["base left to right, perplexity"] > 1
    )
    for row in rows:
        assert all(0 <= row[name] <= 1 for name in ("exact", "unchanged", "pass@1", "character F1") if name in row), row
        assert row.get("NFE", 1) > 0 and row.get("seconds", 1) > 0
    again = evaluate(corpus, only=["correction"], **given)
    first = [row for row in rows if row["score"] == "correction"]
    timeless = [[{k: v for k, v in row.items() if k != "seconds"} for row in part] for part in (first, again)]
    assert timeless[0] == timeless[1], "the same seeds draw the same cases"
    assert "| kind | way |" in table(rows)


@pytest.mark.slow
def test_the_command(
    model: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine.evaluate.evaluate, "__kwdefaults__", {**evaluate.__kwdefaults__, "model": model})
    command = ["--corpus", str(corpus), "--writer", str(model / "writer"), "--quick", "--steps", "1", "--samples", "1"]
    files = ["--json", str(tmp_path / "scores.json"), "--choose", str(tmp_path / "ways.json")]
    assert main([*command, *files, "--only", "infilling"]) == 0
    rows = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert len(rows) == 2 * len(WAYS) and "character F1" in capsys.readouterr().out
    assert json.loads((tmp_path / "ways.json").read_text(encoding="utf-8")).keys() == {"infill"}
    assert main(["--corpus", str(tmp_path)]) == 1
    assert str(tmp_path / "eval") in capsys.readouterr().err
    assert main([*command, "--only", "references", "--jfleg", str(tmp_path)]) == 1
    assert "JFLEG" in capsys.readouterr().err
    for name, text in (
        ("dev.src", "He go home .\n"),
        ("dev.ref0", "He goes home .\n"),
        ("dev.ref1", "He went home .\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main([*command, "--only", "references", "--jfleg", str(tmp_path)]) == 0
    assert "source GLEU" in capsys.readouterr().out
    (tmp_path / "dev.ref1").write_text("", encoding="utf-8")
    assert main([*command, "--only", "references", "--jfleg", str(tmp_path)]) == 1


def test_what_was_tuned_on_is_not_scored_and_clozes_lie_inside(corpus: Path) -> None:
    pairs = heldout_pairs(corpus / "eval", 100)["gec_synthetic"]
    assert [pair.source[:4] for pair in pairs] == [f"{TUNED} ", f"{TUNED + 1} "] or len(pairs) == 2
    cases = clozes([("prose", PARAGRAPH * 30)] * 5, "prose", 5)
    assert cases == clozes([("prose", PARAGRAPH * 30)] * 5, "prose", 5)
    for text, span in cases:
        assert text[span.start : span.end].strip() == text[span.start : span.end] and 400 < span.start < span.end < 1000


def row(score: str, kind: str, way: str, **values: float) -> dict[str, object]:
    return {"score": score, "kind": kind, "way": way, "seconds": 1.0, **values}


def test_the_best_way_is_the_best_within_its_time_that_does_no_harm() -> None:
    rows = [
        row("infilling", "prose", "causal + judge", **{"character F1": 0.5}),
        row("infilling", "prose", "writer", **{"character F1": 0.6, "seconds": 9.0}),
        row("proofreading", "sentences with mistakes", "writer", **{"GLEU": 80, "source GLEU": 60}),
        row("proofreading", "correct sentences", "writer", **{"unchanged": 0.7}),
        row("proofreading", "sentences with mistakes", "writer + judge", **{"GLEU": 70, "source GLEU": 60}),
        row("proofreading", "correct sentences", "writer + judge", **{"unchanged": 0.95}),
        row("editing", "formal", "writer", **{"GLEU": 50, "source GLEU": 60}),
    ]
    assert best(rows) == {"infill": "causal", "revise": "writer-judge"}
    rows.append(row("infilling", "prose", "causal + writer + judge", **{"character F1": 0.45}))
    assert best(rows)["infill"] == "joint", "it looks at the canvas in every step"
    rows[1]["seconds"] = 1.0
    rows[4]["GLEU"] = 55
    rows[6]["GLEU"] = 65
    assert best(rows) == {"infill": "writer", "edit": "writer"}


@pytest.mark.slow
def test_the_model_uses_what_was_chosen(model: Path) -> None:
    file = model / "writer" / "ways.json"
    assert load(model, "cpu").best == {"infill": "joint", "revise": "writer-judge", "edit": "writer-judge"}
    file.write_text(json.dumps({"infill": "causal", "revise": "writer"}), encoding="utf-8")
    ways = load(model, "cpu")
    assert set(ways.denoisers) == {"joint", "causal", "writer", "writer-judge"} and ways.choose("revise")[0] == "writer"
    for wrong in ("{", json.dumps({"infill": "magic"}), json.dumps({"revise": "writer"})):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(engine.ModelDamaged, match=r"ways\.json"):
            load(model, "cpu")
    file.unlink()
