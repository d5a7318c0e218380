"""The application behind its guard, on the scripted denoiser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient

import engine
from editor.service import EditService
from editor.web.app import create_app
from storage import Store
from tests.conftest import beginning

NAMES = ("localhost", "notes.example")
HERE = "http://localhost:7860"


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" something else")), store, "test")


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """One event loop for all requests: a client starts one for each otherwise, which takes longer than to answer."""
    with start_blocking_portal() as started:
        yield started


@pytest.fixture
def client(service: EditService, portal: BlockingPortal) -> TestClient:
    return _client(service, portal)


@pytest.fixture(scope="module")
def _shared(
    tmp_path_factory: pytest.TempPathFactory, new_database: bytes, portal: BlockingPortal
) -> Iterator[tuple[TestClient, EditService]]:
    with beginning(tmp_path_factory.mktemp("shared") / "test.sqlite3", new_database) as store:
        service = EditService(engine.Ways.only(engine.scripted(" something else")), store, "test")
        yield _client(service, portal), service


@pytest.fixture
def shared(_shared: tuple[TestClient, EditService]) -> Iterator[tuple[TestClient, EditService]]:
    """One application for all tests of a file, which takes longer to make than to ask; without documents when a test begins."""
    yield _shared
    store = _shared[1].store
    for document in store.documents.all():
        store.bin.put(document.id)
    store.bin.empty()


def _client(service: EditService, portal: BlockingPortal) -> TestClient:
    return asking(create_app(service, NAMES), portal, base_url=HERE, raise_server_exceptions=False)


def asking(app: FastAPI, portal: BlockingPortal, **how: Any) -> TestClient:
    client = TestClient(app, **how)
    client.portal = portal
    return client
