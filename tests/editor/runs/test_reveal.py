"""What a system is on the model at hand, as the page is told it."""

from __future__ import annotations

import pytest

import engine
from editor.service import EditService
from storage import Store
from tests.editor.test_service import created, everything, payload
from tests.engine.families import family


def test_the_page_is_told_what_a_system_is_on_the_model_at_hand(store: Store) -> None:
    """What does nothing there, what should be known, and that random words are masks where nobody reads them."""
    causal, writer = family("causal"), family("writer")
    ways = engine.Ways({"causal": causal, "writer": writer}, {"infill": "causal", "revise": "writer"})
    told = {s["name"]: s["on"] for s in EditService(ways, store, "test").boot()["systems"]}
    assert "drawn at once" in told["llada"]["causal"]["note"] and told["llada"]["writer"]["note"] == ""
    assert set(told["mercury"]["causal"]["inert"]) == {"floor", "scrapes"} and not told["mercury"]["writer"]["inert"]
    assert told["gemini"]["causal"]["noise"] == "masks"


def test_systems_are_compared_where_the_rule_decides_the_words(store: Store) -> None:
    causal, writer = family("causal"), family("writer")
    best = {"infill": "causal"}
    assert (
        EditService(engine.Ways({"causal": causal, "writer": writer}, best), store, "test").boot()["stepwise"]
        == "writer"
    )
    assert engine.Ways({"causal": causal}, best).stepwise == "causal", "who fills in, where nobody writes so"
    judged = engine.Ways({"causal": causal, "writer-judge": family("writer-judge"), "writer": writer}, best)
    assert judged.stepwise == "writer"


@pytest.mark.slow
def test_a_run_that_only_reveals_says_so_in_every_step_and_can_be_gone_on_from(store: Store) -> None:
    service = EditService(engine.Ways.only(family("causal")), store, "test")
    document = created(service)
    frames = [f for f in everything(service, payload(document, settings={"steps": 4})) if f["step"]]
    assert {f["phase"] for f in frames} == {"reveal"} and len({f["nfe"] for f in frames}) == 1
    again = payload(document, "r2") | {"begin": {"run": "r1", "step": 1, "candidate": 0}}
    assert everything(service, again)[-1]["done"]
