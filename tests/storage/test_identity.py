"""The contract of ids (DESIGN.md), on examples that are computed here from its words alone."""

from __future__ import annotations

import hashlib
import re

from sqlalchemy import select

from storage import Store
from storage.database.models import DocumentRow, RevisionRow
from storage.texts.identity import digest, revision_id
from tests.conftest import ROOT
from tests.storage.test_shelf import full


def by_the_words(*parts: str) -> str:
    """BLAKE2b of 16 bytes over the length of each part (8 bytes, big-endian) and its UTF-8."""
    whole = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
    return hashlib.blake2b(whole, digest_size=16).hexdigest()


def test_the_example_of_the_contract_is_what_the_program_computes() -> None:
    contract = (ROOT / "DESIGN.md").read_text(encoding="utf-8").partition("### Ids")[2]
    origin, text, made, run, after, child = re.findall(r"^ {4}.*?`([^`]*)`$", contract, re.M)[:6]
    text_hash = by_the_words(text)
    root = by_the_words(origin, "", "created", text_hash, "")
    assert (digest(text), revision_id(origin, None, "created", text_hash, None)) == (text_hash, root)
    assert made == root
    then = by_the_words(origin, root, "run", by_the_words(after), run)
    assert child == then == revision_id(origin, root, "run", by_the_words(after), run)


def test_every_id_of_a_database_is_what_the_contract_says_and_depends_on_nothing_else(store: Store) -> None:
    document = full(store, "a title", "kept text")
    store.documents.rename(document.id, "another title")
    store.documents.set_language(document.id, "python")
    with store.engine.connect() as connection:
        origin = connection.scalar(select(DocumentRow.origin))
        rows = connection.execute(select(RevisionRow.__table__)).all()
    assert len(rows) == 4
    for row in rows:
        told = by_the_words(origin or "", row.parent_id or "", row.kind, row.text_hash, row.run_id or "")
        assert row.id == told and by_the_words(store.revisions.get(row.id).text) == row.text_hash
