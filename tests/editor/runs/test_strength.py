"""A share of a span is scraped in stretches: it is one span behind the page, one proposal, and can be gone on from."""

from __future__ import annotations

import engine
from editor.runs.frames import held, stays
from editor.service import EditService
from storage import Store
from tests.editor.runs.test_review import TEXT, create, run
from tests.engine.families import family

SPAN = [6, 24]
SHARE = {"settings": {"strength": 0.5, "steps": 3}, "spans": [SPAN]}


def test_a_share_of_a_span_is_one_span_and_its_words_are_known_ever_after(store: Store) -> None:
    service = EditService(engine.Ways.only(family("causal")), store, "test")
    document = create(service)
    frames = run(service, document, **SHARE)
    kept = [token[:2] for token in frames[0]["toks"] if stays(token)]
    assert len(kept) == 2 and {(frame["from"], frame["to"], frame["spans"]) for frame in frames} == {(*SPAN, 1)}
    assert not any(held(token) for token in frames[0]["toks"]), "nobody is asked how sure what stays is"
    assert store.runs.get("r").frames == frames and service.rerun("r").same

    slot = next(at for at, token in enumerate(frames[0]["toks"]) if not stays(token))
    token = family("causal").tokenizer.encode("Z")[0]
    begin = {"run": "r", "step": 1, "candidate": 0, "pin": [0, slot, token]}
    branch = run(service, document, "b", spans=[SPAN], seed=9, candidates=2, begin=begin)
    for frame in branch[-2:]:
        assert frame["done"] and frame["toks"][slot][4] == token
        assert [token[:2] for token in frame["toks"] if stays(token)] == kept

    new = branch[-2]["text"]
    accepted = {"document": document["id"], "base": document["base"], "before": TEXT, "spans": [SPAN], "run": "b"}
    assert service.call("accept", accepted)["text"] == TEXT[: SPAN[0]] + new + TEXT[SPAN[1] :]
