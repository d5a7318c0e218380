"""What may be meant as it stands is left alone, and what a rule knows comes before what a model would write."""

from __future__ import annotations

import pytest

import engine
from editor.service import EditService
from storage import Store


@pytest.mark.parametrize(
    ("text", "slips", "new", "proposed"),
    [
        ("The data were lost.", {"were": "was"}, "was", False),
        ("The dogs were lost.", {"were": "was"}, "was", True),
        ("None of the others is here.", {"is": "are"}, "are", False),
        ("He said that that evening was cold.", {"teh": "the"}, "that", False),
        ("He said that that he was cold.", {"teh": "the"}, "that", True),
        ("She have two brothers.", {"have": "had"}, "has", True),  # the rule knows which
        ("I like wich one.", {"wich": "with"}, "which", True),
    ],
)
def test_what_may_be_meant_stays_and_what_a_rule_knows_is_what_stands_there(
    store: Store, text: str, slips: dict[str, str], new: str, proposed: bool
) -> None:
    service = EditService(engine.Ways.only(engine.scripted(corrections=slips)), store, "test")
    answer = service.call("check", {"text": text, "from": 0, "to": len(text), "language": "prose"})
    assert (new in {spot["new"] for spot in answer["spots"]}) is proposed
