"""The text that a page has told once: kept, changed, forgotten; and limits that are looked at before anything else."""

from __future__ import annotations

import pytest

import engine
from editor.documents import texts
from editor.limits import PINS, SPANS
from editor.service import EditService
from storage import Store

TEXT = "😀 I saw teh dog.\n\nAnd teh cat."


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(corrections={"teh": "the"})), store, "test")


@pytest.mark.slow
def test_answers_about_a_told_text_are_those_about_the_text_itself(service: EditService) -> None:
    assert service.call("text", {"page": "a", "version": 1, "text": "😀 I saw a dog."}) == {"version": 1}
    change = {"page": "a", "version": 2, "base": 1, "at": 8, "gone": 1, "put": "teh"}
    assert service.call("text", change) == {"version": 2}
    change = {"page": "a", "version": 3, "base": 2, "at": 16, "gone": 0, "put": "\n\nAnd teh cat."}
    assert service.call("text", change) == {"version": 3}
    for name, asked in (
        ("heat", {"from": 0, "to": 16}), ("check", {"from": 18, "to": 30}), ("tokens", {}),
        ("nll", {"spans": [[2, 3]], "fills": ["We"]}), ("tokens", {"ranges": [[0, 3], [18, 21]]}),
    ):  # fmt: skip
        told = service.call(name, {**asked, "page": "a", "version": 3})
        assert "error" not in told and told == service.call(name, {**asked, "text": TEXT}), name
    for version, wrong in ((4, {"at": 90, "gone": 1}), (4, {"at": 3, "gone": 99}), (4, {"at": -1, "gone": 0})):
        change = {"page": "a", "version": version, "base": 3, "put": "", **wrong}
        assert service.call("text", change)["error"]["code"] == "bad_change"
    change = {"page": "a", "version": 4, "base": 3, "at": 0, "gone": 0, "put": "x" * 3_000_000}
    assert service.call("text", change)["error"]["code"] == "text_too_large"


def test_what_is_forgotten_is_said_so_and_memory_is_bounded(service: EditService) -> None:
    for page in range(3 * texts.KEPT):
        service.call("text", {"page": str(page), "version": 1, "text": TEXT})
    assert len(service.texts._kept) == texts.KEPT
    for name in ("heat", "check", "tokens", "warm", "prepare"):
        asked = {"page": "0", "version": 1, "from": 0, "to": 5, "spans": [[0, 1]]}
        assert service.call(name, asked)["error"]["code"] == "unknown_text", name
    assert service.call("tokens", {})["error"]["code"] == "invalid_request"
    assert "tokens" in service.call("tokens", {"page": str(3 * texts.KEPT - 1), "version": 1})


def test_lists_that_are_too_long_are_refused_before_they_are_looked_at(service: EditService) -> None:
    """Entries of no kind at all are never reached."""
    bad = object()
    for name, asked, code in (
        ("prepare", {"spans": [bad] * (SPANS + 1)}, "too_many_spans"),
        ("level", {"spans": [bad] * (SPANS + 1)}, "too_many_spans"),
        ("nll", {"spans": [[0, 1]], "fills": [bad] * (SPANS + 1)}, "too_many_fills"),
        ("tokens", {"ranges": [bad] * 1001}, "too_many_ranges"),
        ("prepare", {"spans": "x" * 5}, "invalid_request"),
    ):
        error = service.call(name, {"text": TEXT, **asked})["error"]
        assert error["code"] == code
        if code.startswith("too"):
            (value,) = [part for part in asked.values() if len(part) > 1]  # type: ignore[arg-type]
            assert str(len(value)) in error["message"] and "limit is" in error["message"]  # type: ignore[arg-type]
    pins = list(service.run({"run": "r", "document": 1, "text": TEXT, "spans": [[0, 1]], "pins": [bad] * (PINS + 1)}))
    assert "too_many_pins" in pins[0] or "document_not_found" in pins[0]


@pytest.mark.slow
def test_code_over_the_budget_is_said_not_to_be_checked(service: EditService) -> None:
    answer = service.call("check", {"text": "<div>" * 80_000, "from": 0, "to": 5, "language": "html"})
    assert answer["unchecked"] is True and answer["spots"] == []
