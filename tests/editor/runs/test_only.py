"""What a span may be, over HTTP and in the recipe of a run."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import engine
from editor.runs.requests import Request, settings_of, spans_of
from editor.service import EditService
from editor.web.routes import routes
from storage import Store

TEXT = "The train was late, so we waited."


def test_over_http_and_made_again(store: Store) -> None:
    service = EditService(engine.Ways.only(engine.scripted(" guard")), store)
    served = FastAPI()
    served.include_router(routes(service))
    document = store.documents.create("one", "prose", TEXT).id
    with TestClient(served, raise_server_exceptions=False) as client:

        def asked(only: object) -> object:
            return client.post("/api/denoise", json={"text": TEXT, "spans": [[4, 9, {"only": only}]], "steps": 3})

        for only, fits in (({"one_of": ["bus", "tram"]}, ("bus", "tram")), ("yes or no", ("yes", "no", "Yes", "No"))):
            last = [json.loads(line[6:]) for line in asked(only).text.splitlines() if line][-1]
            assert last["text"] in fits, last
    for only, says in (({"one_of": []}, "empty"), ({"pattern": "(a"}, "no pattern"), ("date", "date")):
        with pytest.raises(engine.InvalidRequest, match=says):
            service.denoise("x", _request(only))
    list(
        service.run(
            {
                "run": "r",
                "document": document,
                "text": TEXT,
                "spans": [[4, 9, {"only": "number"}]],
                "settings": {"steps": 3},
            }
        )
    )
    run = store.runs.get("r")
    assert float(run.result[0]) is not None and run.settings["spans"] == [[4, 9, {"only": "number"}]]
    assert service.rerun("r").same


def _request(only: object) -> Request:
    payload = {"spans": [[4, 9, {"only": only}]]}
    return Request(TEXT, spans_of(payload), settings_of(payload))
