"""The store: small objects on one database, each of which knows its own tables."""

from __future__ import annotations

from sqlalchemy import Engine

from storage.database.transactions import Database
from storage.documents.bin import Bin
from storage.documents.documents import Documents
from storage.documents.edits import Edits
from storage.documents.pruning import Pruning
from storage.facts import Facts
from storage.lessons.lessons import Lessons
from storage.passages.passages import Passages
from storage.revisions.listing import Listing
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.search import Search
from storage.texts.texts import Texts
from storage.upkeep.space import Room
from storage.upkeep.upkeep import Upkeep
from storage.upkeep.verification import Verification


class Store:
    """What is kept. Every call of its parts is one short transaction, so an acknowledged commit survives anything; calls that are
    made within another's are part of that one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.database = base = Database(engine)
        self.facts = facts = Facts(base)
        self.texts = texts = Texts(base)
        passages = Passages(base)
        self.runs = runs = Runs(base, texts, passages)
        self.revisions = revisions = Revisions(base, texts, runs, passages)
        listing = Listing(base, texts, runs)
        self.documents = documents = Documents(base, texts, revisions, listing)
        self.lessons = lessons = Lessons(base)
        self.edits = Edits(base, texts, revisions, runs)
        self.bin = Bin(base, texts, revisions, runs, passages)
        self.pruning = Pruning(base, texts, runs, revisions, passages, facts, lessons)
        self.search = Search(texts, documents, revisions, runs, passages, facts)
        self.space = Room(base, texts, runs, revisions, documents)
        self.upkeep = Upkeep(base, texts, runs, revisions, listing, documents, passages, self.pruning, facts)
        self.verification = Verification(base, texts, facts)
