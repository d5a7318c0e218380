"""A reader's verdicts of fills: each is given once, blind, and counted for every run that wrote the fill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.evaluation.records import verdicts
from engine.evaluation.worth import FOLDER, Case, read
from engine.text.spans import Span

CASES = [Case("01 prose, a word", "It was cold.\n", Span(7, 11)), Case("02 prose, a line", "a\nb\nc\n", Span(2, 3))]


def run(*fills: list[str]) -> dict[str, Any]:
    return {
        "filled": [
            {"case": case.name, "fills": [{"text": f} for f in row]} for case, row in zip(CASES, fills, strict=True)
        ]
    }


RUNS = [run(["hot", 'a "b"\nc |'], ["x"]), run(["warm", "hot"], ["y", "x", "z", "never shown to a reader"])]


def test_a_sheet_read_is_counted_for_every_run() -> None:
    found = verdicts.taken(_read(verdicts.sheet(CASES, RUNS, {}), {"hot": "y", "x": "twice", "y": "form"}))
    assert verdicts.sheet(CASES, RUNS, found).strip() == "", "nothing is read twice"
    first, second = (verdicts.share(one, found) for one in RUNS)
    assert (first.cases, first.first, first.three, first.unread) == (2, 1, 1, 0) and first.kinds == {"twice": 1}
    assert (second.first, second.three) == (0, 1) and second.kinds == {"sense": 1, "form": 1}
    assert verdicts.share(RUNS[0], {}).unread == 3


def test_a_sheet_does_not_say_whose_a_fill_is() -> None:
    assert verdicts.sheet(CASES, RUNS, {}) == verdicts.sheet(CASES, RUNS[::-1], {})


def test_a_verdict_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="01 prose, a word has the verdict '\\?'"):
        verdicts.taken(verdicts.sheet(CASES, RUNS, {}))


def test_a_table_keeps_its_cells() -> None:
    lines = verdicts.table(CASES, {"one": RUNS[0]}, {}).splitlines()
    assert [line.count("|") for line in lines] == [4] * 4 and "⏎" in lines[2]


def test_what_was_read_is_all_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All answers of the first build and of the last reading lie in the repository, and the table is theirs."""
    runs = {name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in ("before", "after")}
    known = json.loads((FOLDER / "verdicts.json").read_text(encoding="utf-8"))
    assert {said for case in known.values() for said in case.values()} <= set(verdicts.KINDS)
    for one in runs.values():
        assert [case["case"] for case in one["filled"]] == [case.name for case in read()]
        assert verdicts.share(one, known).unread == 0
    assert verdicts.main([str(FOLDER / "before.json"), str(FOLDER / "after.json"), "--table"]) == 0
    assert capsys.readouterr().out in (FOLDER / "RESULTS.md").read_text(encoding="utf-8")


def _read(sheet: str, said: dict[str, str]) -> str:
    """A sheet as a reader gives it back."""
    for fill in {fill for run in RUNS for case in CASES for fill in verdicts.fills_of(run, case.name)}:
        wanted = json.dumps(fill, ensure_ascii=False)
        sheet = sheet.replace(f"=> ? {wanted}\n", f"=> {said.get(fill, 'sense')} {wanted}\n")
    return sheet
