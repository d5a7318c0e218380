"""The application behind its guard, on the scripted denoiser."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

import engine
from editor.service import EditService
from editor.web.app import create_app
from storage import Store

NAMES = ("localhost", "notes.example")
HERE = "http://localhost:7860"


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" something else")), store, "test")


@pytest.fixture
def client(service: EditService) -> TestClient:
    return TestClient(create_app(service, NAMES), base_url=HERE, raise_server_exceptions=False)
