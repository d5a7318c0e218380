"""The application behind its guard, on the scripted denoiser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

import engine
from editor.service import EditService
from editor.web.app import create_app
from storage import Store, open_store

NAMES = ("localhost", "notes.example")
HERE = "http://localhost:7860"


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" something else")), store, "test")


@pytest.fixture
def client(service: EditService) -> TestClient:
    return _client(service)


@pytest.fixture(scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, EditService]]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'test.sqlite3'}")
    service = EditService(engine.Ways.only(engine.scripted(" something else")), store, "test")
    yield _client(service), service
    store.engine.dispose()


@pytest.fixture
def shared(_shared: tuple[TestClient, EditService]) -> Iterator[tuple[TestClient, EditService]]:
    """One application for all tests of a file, which takes longer to make than to ask; without documents when a test begins."""
    yield _shared
    store = _shared[1].store
    for document in store.documents.all():
        store.bin.put(document.id)
    store.bin.empty()


def _client(service: EditService) -> TestClient:
    return TestClient(create_app(service, NAMES), base_url=HERE, raise_server_exceptions=False)
