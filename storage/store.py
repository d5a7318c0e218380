"""The store: small objects on one database, each of which knows its own tables."""

from __future__ import annotations

from sqlalchemy import Engine

from storage.database.transactions import Database
from storage.documents.bin import Bin
from storage.documents.documents import Documents
from storage.documents.edits import Edits
from storage.revisions.listing import Listing
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.search import Search
from storage.texts.texts import Texts
from storage.upkeep import Upkeep


class Store:
    """What is kept. Every call of its parts is one short transaction, so an acknowledged commit survives anything; calls that are
    made within another's are part of that one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        database = Database(engine)
        self.texts = Texts(database)
        self.runs = Runs(database, self.texts)
        self.revisions = Revisions(database, self.texts, self.runs)
        listing = Listing(database, self.texts, self.runs)
        self.documents = Documents(database, self.texts, self.revisions, listing)
        self.edits = Edits(database, self.texts, self.revisions, self.runs)
        self.bin = Bin(database, self.texts, self.revisions, self.runs)
        self.search = Search(database, self.texts, self.documents)
        self.upkeep = Upkeep(database, self.texts, self.runs, self.revisions, listing, self.documents)
