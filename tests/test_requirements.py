"""What is installed is what the issue asks for and what was tested."""

from __future__ import annotations

from fnmatch import fnmatch
from importlib.metadata import version

import pytest

from tests.conftest import ROOT

ASKED = {
    "torch": "2.13.0", "gradio": "6.31.*", "sqlalchemy": "2.1.*", "transformers": "5.*", "diff-match-patch": "*",
    "accelerate": "*", "safetensors": "*", "fastapi": "*", "alembic": "*",
}  # fmt: skip


def pins(name: str) -> dict[str, str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    return {package: pinned for package, _, pinned in (line.partition("==") for line in lines if line)}


def test_the_asked_packages_are_pinned() -> None:
    found = pins("requirements.txt")
    assert all(fnmatch(found.get(package, "absent"), wish) for package, wish in ASKED.items())


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_installed(name: str) -> None:
    found = pins(name)
    assert found == {package: version(package).split("+")[0] for package in found}
